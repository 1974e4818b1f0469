# SPDX-License-Identifier: Apache-2.0
"""Many threads at once, as servers call: what both layers add, and what that leaves of the rate.

Each thread has a service of its own, because httplib2 is not thread-safe.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from threading import Barrier, Thread
from time import perf_counter_ns, process_time_ns
from typing import Final, NamedTuple

from .case import Case
from .contestant import Contestant
from .estimate import Bounded, medians
from .modes import RECORDED
from .own_sides import BOTH
from .scenario import CALL, Executable
from .side import BARE

_CALLS: Final = 3200
"""Of all threads together."""
_NUMBERS: Final = (1, 8, 32)
_CASE: Final = Case(CALL, RECORDED)


class Took(NamedTuple):
    """Nanoseconds of all calls together."""

    wall: int
    processor: int


def _take_turn(contestants: Sequence[Contestant], calls: int) -> Took:
    """Let each contestant call in a thread of its own."""
    first = contestants[0]
    share = calls // len(contestants)
    with first.switched_on():
        work = [(one, one.targets(share)) for one in contestants]
        first.run(first.targets(60))
        ready = Barrier(len(contestants) + 1)

        def run(contestant: Contestant, targets: Sequence[Executable]) -> None:
            ready.wait()
            contestant.run(targets)

        threads = [Thread(target=run, args=one) for one in work]
        for thread in threads:
            thread.start()
        ready.wait()
        wall, processor = perf_counter_ns(), process_time_ns()
        for thread in threads:
            thread.join()
        return Took(perf_counter_ns() - wall, process_time_ns() - processor)


def measure(number: int, rounds: int, calls: int = _CALLS) -> dict[str, Bounded]:
    """Measure a number of threads, the sides in turns.

    Args:
        number: of threads.
        rounds: of turns.
        calls: of all threads together in one turn.
    """
    bare, both = ([Contestant(side, _CASE) for _ in range(number)] for side in (BARE, BOTH))

    def figures() -> Mapping[str, float]:
        less, more = _take_turn(bare, calls), _take_turn(both, calls)
        return {
            "bare, calls/s": calls / less.wall * 1e9,
            "both, calls/s": calls / more.wall * 1e9,
            "added, µs of processor time per call": (more.processor - less.processor) / calls / 1e3,
        }

    return medians([[figures() for _ in range(rounds)]])


if __name__ == "__main__":
    print(json.dumps({f"threads: {one}": measure(one, int(sys.argv[1])) for one in _NUMBERS}))
