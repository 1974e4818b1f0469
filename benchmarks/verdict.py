# SPDX-License-Identifier: Apache-2.0
"""Figures beside their limits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median
from typing import Final

from .figures import Figures
from .limits import GROWTH, HUGE_RESPONSE_MEMORY, HUGE_RESPONSE_TIME, START_UP

_MIB: Final = 2**20


@dataclass(frozen=True, slots=True)
class Verdict:
    """A figure beside its limit."""

    name: str
    what: str
    value: float
    limit: float
    low: float | None = None
    high: float | None = None

    @property
    def margin(self) -> float:
        """How much of the limit is left; negative where it is missed."""
        return 1 - self.value / self.limit

    def misses(self, tolerance: float = 0.0) -> bool:
        """Whether the figure is over the limit by more than that part of the limit."""
        return self.margin < -tolerance


def verdicts(figures: Figures) -> Iterator[Verdict]:
    """Everything that has a limit and was measured."""
    for one in figures["ratios"]:
        if one["limit"] is not None:
            ratio, what = one["ratio"], f"{one['side']} / {one['other']}"
            yield Verdict(
                one["case"], what, ratio["value"], one["limit"], ratio["low"], ratio["high"]
            )
    idle = figures["start_up"]["idle"]
    yield Verdict(
        "start-up without googleapiclient", "ms", median(idle), START_UP, min(idle), max(idle)
    )
    for growth in figures["scale"]["growth"]:
        calls = growth["points"][-1]["calls"]
        name = f"{calls:,} times {growth['name']}"
        yield Verdict(name, "blocks kept per call", max(0.0, growth["blocks_per_call"]), GROWTH)
    for bulk in figures["scale"]["bulk"]:
        peak = bulk["added_peak_bytes"]
        if peak is not None:
            yield Verdict(bulk["name"], "ms", bulk["added_milliseconds"], HUGE_RESPONSE_TIME)
            yield Verdict(bulk["name"], "MiB at the peak", peak / _MIB, HUGE_RESPONSE_MEMORY)
