# SPDX-License-Identifier: Apache-2.0
"""Says what was measured, in lines for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .estimate import Estimate, Estimates
from .limits import LIMITS, START_UP
from .modes import MODES, WITH_METRICS
from .startup import StartUp

_SIDES = ("floor", "wire", "call", "both", "peer")
_SLOWEST = 12
_NOTABLE_GARBAGE = 0.1


@dataclass(frozen=True, slots=True)
class Verdict:
    """A figure beside its limit."""

    value: float
    limit: float

    @property
    def margin(self) -> float:
        """How much of the limit is left; negative where it is missed."""
        return 1 - self.value / self.limit

    def misses(self, tolerance: float = 0.0) -> bool:
        """Whether the figure is over the limit by more than that part of the limit."""
        return self.margin < -tolerance

    def __str__(self) -> str:
        return f"{self.limit:5.2f}  {self.margin:+6.0%}{'  missed' if self.misses() else ''}"


def verdicts(estimates: Estimates, start_up: StartUp) -> Sequence[Verdict]:
    """Everything that has a limit and was measured."""
    ratios = (
        Verdict(estimates.ratio(one.mode, one.side, one.other).value, one.ratio)
        for one in LIMITS
        if estimates.has(one.mode, one.other)
    )
    return (*ratios, Verdict(start_up.median, START_UP))


def table(estimates: Estimates, start_up: StartUp) -> str:
    """All of it."""
    sections = (
        _added_times(estimates),
        _ratios(estimates),
        _start_up(start_up),
        _garbage(estimates),
    )
    return "\n\n".join(filter(None, map("\n".join, sections))) + "\n"


def _added_times(estimates: Estimates) -> Iterator[str]:
    yield "Added to one execute(), in µs of processor time (± 95 %)"
    yield f"{'':24}{'bare call':>10}" + "".join(f"{side:>14}" for side in _SIDES)
    for mode in MODES:
        added = "".join(
            f"{_with_spread(estimates.added(mode, side)) if estimates.has(mode, side) else '':>14}"
            for side in _SIDES
        )
        yield f"{mode:24}{estimates.bare(mode):10.1f}{added}"


def _ratios(estimates: Estimates) -> Iterator[str]:
    yield "Ratios of added times"
    yield f"{'':24}{'':14}{'ratio':>6}  {'95 %':^13}  limit  margin"
    for one in LIMITS:
        line = f"{one.mode:24}{f'{one.side} / {one.other}':14}"
        if estimates.has(one.mode, one.other):
            ratio = estimates.ratio(one.mode, one.side, one.other)
            yield f"{line}{_with_bounds(ratio)}  {Verdict(ratio.value, one.ratio)}"
        else:
            yield f"{line}not measured: there is no environment with the {one.other}"
    ratio = estimates.ratio(WITH_METRICS, "both", "floor")
    yield f"{WITH_METRICS:24}{'both / floor':14}{_with_bounds(ratio)}  for information"


def _start_up(start_up: StartUp) -> Iterator[str]:
    verdict = Verdict(start_up.median, START_UP)
    fastest, slowest = min(start_up.milliseconds), max(start_up.milliseconds)
    yield "Start-up of a program that never imports googleapiclient, in ms"
    yield f"{'':38}{verdict.value:6.2f}  {f'{fastest:.2f} - {slowest:.2f}':^13}  {verdict}"
    yield f"Its slowest imports, of {len(start_up.imports)}:"
    for name, milliseconds in start_up.imports[:_SLOWEST]:
        yield f"{milliseconds:8.2f}  {name}"


def _garbage(estimates: Estimates) -> Iterator[str]:
    for side in _SIDES:
        left = estimates.garbage(side)
        if left > _NOTABLE_GARBAGE:
            yield f"{side} leaves {left:.1f} objects a call to the garbage collector"


def _with_spread(estimate: Estimate) -> str:
    return f"{estimate.value:.1f} ±{estimate.spread:.1f}"


def _with_bounds(estimate: Estimate) -> str:
    return f"{estimate.value:6.2f}  {f'{estimate.low:.2f} - {estimate.high:.2f}':^13}"
