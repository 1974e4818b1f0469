# SPDX-License-Identifier: Apache-2.0
"""All that was measured, as it is written to a file, and read again for tables and pages.

The classes are the schema of the file.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from typing import TypedDict

from . import huge_response
from .environment import Machine, this_machine
from .estimate import medians
from .instructions import Instructions
from .limits import Measured
from .measure import Measurement, Plan, measure, run_program
from .protocol import Environment, Greeting
from .startup import START_UP, measure_start_up


class Figures(TypedDict):
    """All that was measured in one run."""

    date: str
    machine: Machine
    environments: Mapping[str, Greeting]
    """Python and the versions of all packages, for ``own`` and ``peer``."""
    measured: Measured
    """Of a case: microseconds of a bare execution, those that each side adds, and their ratios."""
    instructions: Instructions
    """Empty where they were not counted."""


def measure_all(
    pythons: Mapping[Environment, str], plan: Plan, progress: Callable[[str], None]
) -> tuple[Figures, Measurement]:
    """Measure everything but instructions; the rounds of all cases, too.

    Args:
        pythons: the interpreter of each environment that there is.
        plan: how much is measured.
        progress: is told how far it is.
    """
    machine = this_machine()
    progress("start-up")
    start_up = measure_start_up(plan.start_ups)
    measurement = measure(pythons, plan, progress)
    progress("threads, a huge response")
    figures = Figures(
        date=datetime.now(timezone.utc).date().isoformat(),
        machine=machine,
        environments={one.value: found for one, found in measurement.environments.items()},
        measured={
            **{case: medians(processes) for case, processes in measurement.cases.items()},
            START_UP: start_up,
            huge_response.NAME: run_program("huge_response", plan.others),
            **run_program("threads", plan.others),
        },
        instructions={},
    )
    return figures, measurement
