# SPDX-License-Identifier: Apache-2.0
"""What may be added: the limits that the project has set itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from .case import Case
from .modes import NO_SDK, RECORDED, SAMPLED_OUT, Mode
from .scenario import CALL


@dataclass(frozen=True, slots=True)
class Limit:
    """How much a side may add to a call, in units of what the other adds."""

    mode: Mode
    side: str
    other: str
    ratio: float

    @property
    def case(self) -> str:
        return Case(CALL, self.mode).name


LIMITS: Final = (
    Limit(RECORDED, "both", "floor", 1.3),
    Limit(RECORDED, "call", "peer", 0.6),
    Limit(RECORDED, "both", "peer", 1.4),
    Limit(SAMPLED_OUT, "both", "floor", 1.5),
    Limit(SAMPLED_OUT, "call", "peer", 0.4),
    Limit(SAMPLED_OUT, "both", "peer", 1.0),
    Limit(NO_SDK, "both", "floor", 2.0),
    Limit(NO_SDK, "call", "peer", 0.25),
    Limit(NO_SDK, "both", "peer", 0.6),
)
START_UP: Final = 5.0
"""Milliseconds that a program pays which never imports googleapiclient."""
GROWTH: Final = 0.01
"""Blocks of memory for each of very many calls: not even one in a hundred may leave one."""
HUGE_RESPONSE_TIME: Final = 10.0
"""Milliseconds for an error response of 10 MB, of which at most 64 KiB are read."""
HUGE_RESPONSE_MEMORY: Final = 1.0
"""MiB for the same."""
