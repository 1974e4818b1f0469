# SPDX-License-Identifier: Apache-2.0
"""Times calls, and counts those that nothing disturbed.

What shares a core with us makes everything half as fast for a while, and no clock of ours stands
still meanwhile. A short piece of work, always the same, is timed before and after each call: only
calls between two that took no longer than the fastest ever did count.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from statistics import fmean
from time import perf_counter_ns, thread_time_ns
from typing import Final, NamedTuple

_STEPS: Final = 400
_TOLERANCE: Final = 1.15
_ENOUGH: Final = 0.2
"""Of all calls that are timed together, how many have to be calm."""


class Timed(NamedTuple):
    """A call."""

    nanoseconds: float
    """Of processor time."""
    work: float
    """What the slower of the two pieces of work around it took, in nanoseconds."""


class Calm:
    """Times calls in a process, and knows how fast that can be."""

    def __init__(self) -> None:
        self._fastest = float("inf")

    def nanoseconds(self, calls: Sequence[Callable[[], object]]) -> float:
        """Of processor time, a call of those that nothing disturbed; of all where most were."""
        timed: list[Timed] = []
        before = _work()
        for call in calls:
            # Processor time: whatever runs instead of us does not count.
            began = thread_time_ns()
            call()
            took = thread_time_ns() - began
            after = _work()
            timed.append(Timed(took, max(before, after)))
            before = after
        self._fastest = min(self._fastest, *(one.work for one in timed))
        return mean_of_calm(timed, self._fastest)


def mean_of_calm(timed: Sequence[Timed], fastest: float) -> float:
    """What a call takes.

    Args:
        timed: calls.
        fastest: how fast the work around them can be done, in nanoseconds.
    """
    calm = [one.nanoseconds for one in timed if one.work <= fastest * _TOLERANCE]
    if len(calm) < len(timed) * _ENOUGH:
        calm = [one.nanoseconds for one in timed]
    return fmean(calm)


def _work() -> int:
    began = perf_counter_ns()
    total = 0
    for number in range(_STEPS):
        total += number * number
    return perf_counter_ns() - began
