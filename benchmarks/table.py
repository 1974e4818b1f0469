# SPDX-License-Identifier: Apache-2.0
"""Says what was measured, in tables for people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from rich.table import Table

from .case import BY_NAME, CASES
from .estimate import Estimate, Estimates
from .limits import LIMITS, START_UP
from .startup import StartUp

_SIDES: Final = ("floor", "wire", "call", "both", "peer")
RATIOS: Final = (("both", "floor"), ("call", "peer"), ("both", "peer"))
_SLOWEST: Final = 12
_NOTABLE_GARBAGE: Final = 0.1


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

    def cells(self) -> tuple[str, str, str]:
        return f"{self.limit:.2f}", f"{self.margin:+.0%}", "missed" if self.misses() else "held"


def verdicts(estimates: Estimates, start_up: StartUp) -> Sequence[Verdict]:
    """Everything that has a limit and was measured."""
    ratios = (
        Verdict(estimates.ratio(one.case, one.side, one.other).value, one.ratio)
        for one in LIMITS
        if estimates.has(one.case, one.other)
    )
    return (*ratios, Verdict(start_up.median, START_UP))


def tables(estimates: Estimates, start_up: StartUp) -> Iterable[Table | str]:
    """All of it."""
    yield _added_times(estimates)
    yield _limits(estimates, start_up)
    yield _other_ratios(estimates)
    yield _imports(start_up)
    for side in _SIDES:
        left = estimates.garbage(side)
        if left > _NOTABLE_GARBAGE:
            yield f"{side} leaves {left:.1f} objects a call to the garbage collector"


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left", box=None, pad_edge=False)
    for number, name in enumerate(columns):
        table.add_column(name, justify="right" if number else "left", no_wrap=True)
    return table


def _added_times(estimates: Estimates) -> Table:
    table = _table(
        "Added to one execution, in µs of processor time (± 95 %)", "", "bare call", *_SIDES
    )
    for case in CASES:
        if estimates.has(case.name, "bare"):
            table.add_row(
                case.name,
                f"{estimates.bare(case.name):.1f}",
                *(
                    _with_spread(estimates.added(case.name, side))
                    if estimates.has(case.name, side)
                    else ""
                    for side in _SIDES
                ),
            )
    return table


def _limits(estimates: Estimates, start_up: StartUp) -> Table:
    table = _table(
        "Ratios of added times, and start-up without googleapiclient in ms, beside their limits",
        *("", "", "value", "95 %", "limit", "margin", ""),
    )
    for one in LIMITS:
        label = (one.case, f"{one.side} / {one.other}")
        if estimates.has(one.case, one.other):
            ratio = estimates.ratio(one.case, one.side, one.other)
            table.add_row(*label, *_with_bounds(ratio), *Verdict(ratio.value, one.ratio).cells())
        else:
            table.add_row(*label, *("", "", f"{one.ratio:.2f}", "", f"no {one.other} here"))
    fastest, slowest = min(start_up.milliseconds), max(start_up.milliseconds)
    table.add_row(
        *("start-up", "ms", f"{start_up.median:.2f}", f"{fastest:.2f} - {slowest:.2f}"),
        *Verdict(start_up.median, START_UP).cells(),
    )
    return table


def _other_ratios(estimates: Estimates) -> Table:
    table = _table(
        "Other ratios of added times (95 %)", "", *(f"{one} / {other}" for one, other in RATIOS)
    )
    limited = {one.case for one in LIMITS}
    for case in CASES:
        if estimates.has(case.name, "bare") and case.name not in limited:
            table.add_row(case.name, *(_ratio(estimates, case.name, *pair) for pair in RATIOS))
    return table


def _ratio(estimates: Estimates, case_name: str, side: str, other: str) -> str:
    case = BY_NAME[case_name]
    if other == "floor" and case.mode.suppressed:
        return "nothing to write"
    if not estimates.has(case_name, other):
        return ""
    if other == "peer" and not case.scenario.spans.peer:
        return "the peer shows nothing"
    return "  ".join(_with_bounds(estimates.ratio(case_name, side, other)))


def _imports(start_up: StartUp) -> Table:
    table = _table(f"The slowest imports of start-up, of {len(start_up.imports)}", "", "ms")
    for name, milliseconds in start_up.imports[:_SLOWEST]:
        table.add_row(name, f"{milliseconds:.2f}")
    return table


def _with_spread(estimate: Estimate) -> str:
    return f"{estimate.value:.1f} ±{estimate.spread:.1f}"


def _with_bounds(estimate: Estimate) -> tuple[str, str]:
    return f"{estimate.value:.2f}", f"{estimate.low:.2f} - {estimate.high:.2f}"
