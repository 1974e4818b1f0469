# SPDX-License-Identifier: Apache-2.0
"""What both instrumentors cost a program that starts, in fresh processes."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final, TypeAlias, TypedDict

from .environment import clean_environment
from .estimate import Bounded, medians

START_UP: Final = "start-up"
FOUNDATION: Final = "opentelemetry-instrumentation, -api, -semantic-conventions, wrapt (not ours)"
LIBRARY: Final = "googleapiclient (not ours)"
IDLE: Final = "both instrumentors, googleapiclient never imported"
USED: Final = "both instrumentors, on top of googleapiclient"
FIRST_CALL: Final = "build() and first call, added"
FIRST_FAILURE: Final = "first failure, added"

_PROBE: Final = Path(__file__).with_name("startup_probe.py")


class Stage(TypedDict):
    """Of a program that starts."""

    nanoseconds: int
    """Of processor time."""
    modules: list[str]
    """What was loaded."""


Stages: TypeAlias = Mapping[str, Stage]


def start(*stages: str) -> Stages:
    """Run a program that goes through these stages, see ``startup_probe``."""
    done = subprocess.run(
        [sys.executable, "-I", str(_PROBE), *stages],
        env=clean_environment(),
        check=True,
        stdout=subprocess.PIPE,
    )
    return json.loads(done.stdout)


def measure_start_up(runs: int) -> dict[str, Bounded]:
    """Milliseconds of processor time."""
    _round()  # those may have to compile
    return medians([[_round() for _ in range(runs)]])


def _round() -> Mapping[str, float]:
    idle = start("foundation", "instrument")
    bare = start("foundation", "library", "preparation", "call", "failure")
    # What is loaded is the same where googleapiclient comes last, but is the difference of two long
    # times then: the medians agree, the spread is three times as wide.
    both = start("foundation", "library", "instrument", "preparation", "call", "failure")

    def added(stage: str) -> int:
        return both[stage]["nanoseconds"] - bare[stage]["nanoseconds"]

    nanoseconds = {
        FOUNDATION: idle["foundation"]["nanoseconds"],
        LIBRARY: bare["library"]["nanoseconds"],
        IDLE: idle["instrument"]["nanoseconds"],
        USED: both["instrument"]["nanoseconds"],
        FIRST_CALL: added("call"),
        FIRST_FAILURE: added("failure"),
    }
    return {name: time / 1e6 for name, time in nanoseconds.items()}
