# SPDX-License-Identifier: Apache-2.0
"""The limits that the project has set itself, and what was measured beside them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from . import huge_response
from .estimate import Bounded
from .startup import FIRST_FAILURE, IDLE, START_UP, USED

Measured = Mapping[str, Mapping[str, Bounded]]
"""All figures, by what was measured (a case, say) and by what is told of it (a side, say)."""


@dataclass(frozen=True, slots=True)
class Limit:
    """The most that a figure may be: a ratio of two sides, or what one side adds."""

    measured: str
    what: str
    most: float
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """A figure beside its limit."""

    limit: Limit
    figure: Bounded

    @property
    def margin(self) -> float:
        """How much of the limit is left; negative where it is missed."""
        return 1 - self.figure["value"] / self.limit.most

    def misses(self, tolerance: float = 0.0) -> bool:
        """Whether the figure is over the limit by more than that part of the limit."""
        return self.margin < -tolerance


LIMITS: Final = (
    Limit("call, recorded", "both / floor", 1.3),
    Limit("call, recorded", "call / peer", 0.6),
    Limit("call, recorded", "both / peer", 1.4),
    Limit("call, sampled out", "both / floor", 1.5),
    Limit("call, sampled out", "call / peer", 0.4),
    Limit("call, sampled out", "both / peer", 1.0),
    Limit("call, no SDK", "both / floor", 2.0),
    Limit("call, no SDK", "call / peer", 0.25),
    Limit("call, no SDK", "both / peer", 0.6),
    Limit("call, recorded, metrics too", "both / floor", 1.3),
    Limit("error 403, recorded", "both / floor", 3.0),
    Limit("error 403, recorded", "both / peer", 1.0),
    Limit("download chunk, recorded", "both", 90, "µs"),
    Limit("batch of 100, all failed, recorded", "both", 10_000, "µs"),
    Limit(START_UP, IDLE, 5, "ms"),
    Limit(START_UP, USED, 10, "ms"),
    Limit(START_UP, FIRST_FAILURE, 30, "ms"),
    Limit(huge_response.NAME, huge_response.TIME, 10, "ms"),
    Limit(huge_response.NAME, huge_response.MEMORY, 1, "MiB"),
)


def verdicts(measured: Measured) -> Iterator[Verdict]:
    """Of everything that has a limit and was measured."""
    for limit in LIMITS:
        figure = measured.get(limit.measured, {}).get(limit.what)
        if figure is not None:
            yield Verdict(limit, figure)
