# SPDX-License-Identifier: Apache-2.0
"""What callgrind runs: a program that starts, see ``startup_probe``."""

from __future__ import annotations

from .callgrind import begin_counting, section
from .startup_probe import Program


def main() -> None:
    """Count what both instrumentors add, and the first failure."""
    program = Program()
    program.foundation()
    program.library()
    program.preparation()
    begin_counting()
    section("instrument", program.instrument)
    program.call()
    section("failure", program.failure)


if __name__ == "__main__":
    main()
