# SPDX-License-Identifier: Apache-2.0
"""What callgrind runs in a test: the same work, once and twice."""

from __future__ import annotations

from functools import partial

from benchmarks.callgrind import begin_counting, section


def work(steps: int) -> int:
    total = 0
    for number in range(steps):
        total += number & 7
    return total


if __name__ == "__main__":
    work(1000)
    begin_counting()
    section("once", partial(work, 20_000))
    section("twice", partial(work, 40_000))
