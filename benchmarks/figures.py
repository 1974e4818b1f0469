# SPDX-License-Identifier: Apache-2.0
"""All that was measured, as it is written to a file, and read again for tables and pages.

The classes are the schema of the file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timezone
from typing import TypedDict

from .case import CASES
from .environment import Machine
from .estimate import Estimate, Estimates
from .instructions import Instructions
from .limits import LIMITS
from .measure import Measurement
from .protocol import Greeting
from .scale.results import Scale
from .startup import StartUp

RATIOS = (("both", "floor"), ("call", "peer"), ("both", "peer"))


class Bounded(TypedDict):
    """A figure, and the bounds that it stays within with a confidence of 95 %."""

    value: float
    low: float
    high: float


class Ratio(TypedDict):
    """What a side adds to one execution, in units of what the other adds."""

    case: str
    side: str
    other: str
    ratio: Bounded
    limit: float | None


class AddedTime(TypedDict):
    """Of one execution in a case, in microseconds of processor time."""

    bare: float
    added: dict[str, Bounded]
    """By side."""
    garbage: dict[str, float]
    """Objects that one execution leaves to the garbage collector, by side, the bare one's too."""


class Counted(TypedDict):
    """Of one execution, in processor instructions."""

    bare: Mapping[str, float]
    """By case."""
    added: Mapping[str, Mapping[str, float]]
    """By case and side."""
    step: float
    entrance: float
    """Of the useless work that the guard's self-test does."""


class Figures(TypedDict):
    """All that was measured in one run."""

    date: str
    machine: Machine
    environments: dict[str, Greeting]
    """Python and the versions of all packages, for ``own`` and ``peer``."""
    ratios: list[Ratio]
    times: dict[str, AddedTime]
    """By case."""
    instructions: Counted | None
    """None where they can't be counted."""
    uncounted: str | None
    """Why they can't."""
    start_up: StartUp
    scale: Scale


def figures(
    machine: Machine,
    measurement: Measurement,
    instructions: Instructions | str,
    start_up: StartUp,
    scale: Scale,
) -> Figures:
    """Put together what was measured.

    Args:
        machine: on which.
        measurement: the times.
        instructions: counted, or why they can't be.
        start_up: of fresh processes.
        scale: what grows.
    """
    estimates = Estimates(measurement.samples)
    if isinstance(instructions, Instructions):
        counted = Counted(**asdict(instructions))
        uncounted = None
    else:
        counted, uncounted = None, instructions
    return Figures(
        date=datetime.now(timezone.utc).date().isoformat(),
        machine=machine,
        environments={
            environment.value: greeting
            for environment, greeting in measurement.environments.items()
        },
        ratios=_ratios(estimates),
        times={
            case.name: AddedTime(
                bare=estimates.bare(case.name),
                added={
                    side: _bounded(estimates.added(case.name, side))
                    for side in estimates.sides(case.name)
                },
                garbage=dict(estimates.garbage(case.name)),
            )
            for case in CASES
            if estimates.has(case.name, "bare")
        },
        instructions=counted,
        uncounted=uncounted,
        start_up=start_up,
        scale=scale,
    )


def _ratios(estimates: Estimates) -> list[Ratio]:
    limits = {(one.case, one.side, one.other): one.ratio for one in LIMITS}
    return [
        Ratio(
            case=case.name,
            side=side,
            other=other,
            ratio=_bounded(estimates.ratio(case.name, side, other)),
            limit=limits.get((case.name, side, other)),
        )
        for case in CASES
        for side, other in RATIOS
        # What adds nothing is no unit.
        if estimates.has(case.name, other)
        and not (other == "peer" and not case.scenario.spans.peer)
    ]


def _bounded(estimate: Estimate) -> Bounded:
    return Bounded(value=estimate.value, low=estimate.low, high=estimate.high)


def samples_of(measurement: Measurement) -> Sequence[Mapping[str, object]]:
    """The times as they were taken, from which all estimates are made."""
    return [
        {
            "environment": sample.environment.value,
            "case": sample.case,
            "rounds": sample.rounds,
        }
        for sample in measurement.samples
    ]
