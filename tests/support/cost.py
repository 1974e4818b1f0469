# SPDX-License-Identifier: Apache-2.0
"""What a piece of work costs, measured so that a busy machine does not count."""

from __future__ import annotations

import gc
import json
import re
import sys
import time
import tracemalloc
from collections.abc import Callable
from typing import TypeVar

_T = TypeVar("_T")
_TRIES = 3
_PAUSES = (0.1, 0.4)

_WORDS = re.compile(r"[^\s<>]+")
_DOCUMENT = json.dumps([{"a@b": "c d " * 8, "n": number} for number in range(1000)])
_SECONDS_ALONE = 0.0045
"""What ``_reference_work`` takes where nobody else is, on the slowest Python (3.10 and 3.13)."""


def processor_seconds(
    work: Callable[[], object], *, enough: float = 0.0, hopeless: float = float("inf")
) -> float:
    """Processor time of this thread, the best of three: neighbours only ever make it more.

    One will do where it is under ``enough``, two where both are so far over that no neighbour can
    explain it.
    """
    best = float("inf")
    # Coverage watches our modules alone, and would be taken for their cost.
    watching = sys.gettrace()
    # A collection costs what all the tests before have left.
    collects = gc.isenabled()
    gc.disable()
    sys.settrace(None)
    try:
        for number in range(1, _TRIES + 1):
            began = time.thread_time()
            work()
            best = min(best, time.thread_time() - began)
            if best < enough or (number > 1 and best > hopeless):
                break
    finally:
        sys.settrace(watching)
        if collects:
            gc.enable()
    return best


def lasting(measure: Callable[[], _T], is_bad: Callable[[_T], bool]) -> _T:
    """What is measured; where that is bad, again later: what is slow stays so, neighbours go."""
    measured = measure()
    for pause in _PAUSES:
        if not is_bad(measured):
            break
        time.sleep(pause)
        measured = measure()
    return measured


def undisturbed_seconds(work: Callable[[], object], *, limit: float) -> float:
    """Processor time; where it is over the limit, what remains whatever the neighbours do."""

    def measure() -> float:
        seconds = processor_seconds(work, enough=limit / 5, hopeless=limit * 10)
        return seconds if seconds < limit else seconds / slowness()

    return lasting(measure, lambda seconds: seconds >= limit)


def slowness() -> float:
    """How many times longer than on a machine of our own the same work takes here and now.

    Never less than 1. Neighbours on the same core make ours slower for as long as they stay, and
    the machines of CI have some; no input of ours can.
    """
    return max(1.0, processor_seconds(_reference_work) / _SECONDS_ALONE)


def _reference_work() -> None:
    """As what is measured: it decodes, makes many objects, searches, and calls functions."""
    for one in json.loads(_DOCUMENT):
        _WORDS.sub(lambda found: found[0].lower(), one["a@b"])


def peak_bytes(work: Callable[[], object]) -> int:
    """The most memory that was taken at once on top of what was there."""
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        work()
        return tracemalloc.get_traced_memory()[1] - before
    finally:
        tracemalloc.stop()
