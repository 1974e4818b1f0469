# SPDX-License-Identifier: Apache-2.0
"""Medians over rounds, and how sure they are. No round is left out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from random import Random
from statistics import median
from typing import Final, TypeAlias, TypedDict

RATIOS: Final = (("both", "floor"), ("call", "peer"), ("both", "peer"))

_RESAMPLES: Final = 400
_CONFIDENCE: Final = 0.95

Rounds: TypeAlias = Sequence[Mapping[str, float]]
"""What was measured together, by name, so many times."""
Process: TypeAlias = Rounds
"""All rounds of one process, or of processes that are compared with each other."""


class Bounded(TypedDict):
    """A figure, and the bounds that it stays within with a confidence of 95 %."""

    value: float
    low: float
    high: float


def medians(processes: Sequence[Process]) -> dict[str, Bounded]:
    """Of everything that was measured in the rounds, and of what one side adds to another's."""
    names = processes[0][0].keys()
    figures: dict[str, Callable[[Rounds], float]] = {name: _median_of(name) for name in names}
    for side, other in RATIOS:
        if {side, other} <= names:
            figures[f"{side} / {other}"] = _ratio_of(side, other)
    rounds = [one for process in processes for one in process]
    resampled = _resampled(processes)
    return {name: _bounded(figure, rounds, resampled) for name, figure in figures.items()}


def _median_of(name: str) -> Callable[[Rounds], float]:
    return lambda rounds: median(one[name] for one in rounds)


def _ratio_of(side: str, other: str) -> Callable[[Rounds], float]:
    return lambda rounds: _median_of(side)(rounds) / _median_of(other)(rounds)


def _resampled(processes: Sequence[Process]) -> Sequence[Rounds]:
    """What might have been measured as well: other processes, and other rounds of each."""
    random = Random(0)  # the same rounds give the same figures
    return [
        [
            one
            for process in random.choices(processes, k=len(processes))
            for one in random.choices(process, k=len(process))
        ]
        for _ in range(_RESAMPLES)
    ]


def _bounded(
    figure: Callable[[Rounds], float], rounds: Rounds, resampled: Sequence[Rounds]
) -> Bounded:
    values = sorted(map(figure, resampled))
    outside = round(_RESAMPLES * (1 - _CONFIDENCE) / 2)
    return Bounded(value=figure(rounds), low=values[outside], high=values[-1 - outside])
