# SPDX-License-Identifier: Apache-2.0
"""What a piece of work costs, measured so that a busy machine does not count."""

from __future__ import annotations

import sys
import tracemalloc
from collections.abc import Callable
from time import thread_time

_TRIES = 3


def processor_seconds(
    work: Callable[[], object], *, enough: float = 0.0, hopeless: float = float("inf")
) -> float:
    """Processor time of this thread, the best of three: neighbours only ever make it more.

    One will do where it is under ``enough``, or so far over that no neighbour can explain it.
    """
    best = float("inf")
    # Coverage watches our modules alone, and would be taken for their cost.
    watching = sys.gettrace()
    sys.settrace(None)
    try:
        for _ in range(_TRIES):
            began = thread_time()
            work()
            best = min(best, thread_time() - began)
            if best < enough or best > hopeless:
                break
    finally:
        sys.settrace(watching)
    return best


def peak_bytes(work: Callable[[], object]) -> int:
    """The most memory that was taken at once on top of what was there."""
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        work()
        return tracemalloc.get_traced_memory()[1] - before
    finally:
        tracemalloc.stop()
