# SPDX-License-Identifier: Apache-2.0
"""What a side adds to a call, its ratio to what another adds, and how sure that is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from statistics import fmean, median
from typing import Final

from .measure import Sample
from .side import BARE

_RESAMPLES: Final = 400
_CONFIDENCE: Final = 0.95
_UNDISTURBED: Final = 0.25

Process = Mapping[str, Sequence[float]]
"""Nanoseconds of a call in each round of one process, by side."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure, and the bounds that it stays within with a confidence of 95 %."""

    value: float
    low: float
    high: float

    @property
    def spread(self) -> float:
        return (self.high - self.low) / 2


class Estimates:
    """Figures out of samples."""

    def __init__(self, samples: Iterable[Sample]) -> None:
        self._processes: dict[tuple[str, str], list[Process]] = {}
        self._garbage: dict[str, dict[str, float]] = {}
        for sample in samples:
            process = {
                side: [one[side]["nanoseconds"] for one in sample.rounds]
                for side in sample.rounds[0]
            }
            for side in process:
                self._processes.setdefault((sample.case, side), []).append(process)
                left = fmean(one[side]["garbage"] for one in sample.rounds)
                garbage = self._garbage.setdefault(sample.case, {})
                garbage[side] = max(left, garbage.get(side, 0.0))

    def has(self, case: str, side: str) -> bool:
        return (case, side) in self._processes

    def sides(self, case: str) -> Sequence[str]:
        """What was compared with the bare call in a case."""
        return [side for known, side in self._processes if known == case and side != BARE.name]

    def bare(self, case: str) -> float:
        """Microseconds of a call that nothing is added to."""
        return median(_undisturbed(one[BARE.name]) for one in self._of(case, BARE.name)) / 1000

    def added(self, case: str, side: str) -> Estimate:
        """Microseconds that a side adds to a call."""
        processes = self._of(case, side)
        return _estimate(lambda choose: _added(choose(processes), side) / 1000)

    def ratio(self, case: str, side: str, other: str) -> Estimate:
        """What a side adds, in units of what the other adds."""
        processes, others = self._of(case, side), self._of(case, other)
        if processes == others:
            # Both were timed in the same rounds: what disturbed one of them disturbed the other.
            return _estimate(
                lambda choose: _added(chosen := choose(processes), side) / _added(chosen, other)
            )
        return _estimate(
            lambda choose: _added(choose(processes), side) / _added(choose(others), other)
        )

    def garbage(self, case: str) -> Mapping[str, float]:
        """Objects that a call leaves to the garbage collector, at the most, by side."""
        return self._garbage.get(case, {})

    def _of(self, case: str, side: str) -> Sequence[Process]:
        return self._processes[case, side]


_Choose = Callable[[Sequence[Process]], Sequence[Process]]


def _estimate(figure: Callable[[_Choose], float]) -> Estimate:
    """A figure, and its interval: what it would have been with other processes and rounds."""
    random = Random(0)  # the same samples give the same figures

    def other(processes: Sequence[Process]) -> Sequence[Process]:
        return [_other_rounds(random.choice(processes), random) for _ in processes]

    resampled = sorted(figure(other) for _ in range(_RESAMPLES))
    outside = round(_RESAMPLES * (1 - _CONFIDENCE) / 2)
    return Estimate(figure(lambda same: same), resampled[outside], resampled[-1 - outside])


def _other_rounds(process: Process, random: Random) -> Process:
    (count,) = {len(times) for times in process.values()}
    chosen = random.choices(range(count), k=count)
    return {side: [times[index] for index in chosen] for side, times in process.items()}


def _added(processes: Sequence[Process], side: str) -> float:
    return median(_undisturbed(one[side]) - _undisturbed(one[BARE.name]) for one in processes)


def _undisturbed(times: Sequence[float]) -> float:
    """The time of a call while nobody else was busy: others can only make it slower."""
    fastest = sorted(times)[: max(1, round(len(times) * _UNDISTURBED))]
    return fmean(fastest)
