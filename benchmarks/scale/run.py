# SPDX-License-Identifier: Apache-2.0
"""Runs the programs of this package, one after the other."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from ..environment import clean_environment
from .results import Scale

_ROOT: Final = Path(__file__).parent.parent.parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How much is measured."""

    rounds: int
    calls: int
    """In which nothing may grow."""


THOROUGH: Final = Plan(rounds=7, calls=100_000)
QUICK: Final = Plan(rounds=3, calls=50_000)


def measure_scale(plan: Plan, progress: Callable[[str], None]) -> Scale:
    """Measure all of it.

    Args:
        plan: how much is measured.
        progress: is told how far it is.

    Raises:
        subprocess.CalledProcessError: a program has failed.
    """

    def run(name: str, argument: int) -> Any:
        progress(f"scale: {name}")
        done = subprocess.run(
            [sys.executable, "-m", f"{__package__}.{name}", str(argument)],
            cwd=_ROOT,
            env=clean_environment(),
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
        return json.loads(done.stdout)

    return Scale(
        threads=run("threads", plan.rounds),
        growth=run("growth", plan.calls),
        bulk=run("bulk", plan.rounds),
    )
