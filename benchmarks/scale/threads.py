# SPDX-License-Identifier: Apache-2.0
"""Many threads at once, as servers call: what both layers add, and what that leaves of the rate.

Each thread has a service of its own, because httplib2 is not thread-safe.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from threading import Barrier, Thread
from time import perf_counter_ns, process_time_ns
from typing import Final, NamedTuple

from ..case import Case
from ..contestant import Contestant
from ..modes import RECORDED
from ..own_sides import SIDES
from ..scenario import CALL, Executable
from .results import Threads

_CALLS: Final = 3200
_NUMBERS: Final = (1, 8, 32)
_CASE: Final = Case(CALL, RECORDED)
_BY_NAME: Final = {side.name: side for side in SIDES}


class Took(NamedTuple):
    """Nanoseconds of all calls together."""

    wall: int
    processor: int


def _take_turn(contestants: Sequence[Contestant]) -> Took:
    """Let each contestant call in a thread of its own."""
    first = contestants[0]
    share = _CALLS // len(contestants)
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


def measure(number: int, rounds: int) -> Threads:
    """Measure a number of threads, the sides in turns."""
    sides = {
        name: [Contestant(_BY_NAME[name], _CASE) for _ in range(number)]
        for name in ("bare", "both")
    }
    took: dict[str, list[Took]] = {name: [] for name in sides}
    for _ in range(rounds):
        for name, contestants in sides.items():
            took[name].append(_take_turn(contestants))
    # Others on this machine can only make it slower.
    wall = {name: min(one.wall for one in turns) for name, turns in took.items()}
    processor = {name: min(one.processor for one in turns) for name, turns in took.items()}
    return Threads(
        threads=number,
        calls=_CALLS,
        bare_calls_per_second=_CALLS / wall["bare"] * 1e9,
        both_calls_per_second=_CALLS / wall["both"] * 1e9,
        added_microseconds=(processor["both"] - processor["bare"]) / _CALLS / 1e3,
    )


if __name__ == "__main__":
    print(json.dumps([measure(number, int(sys.argv[1])) for number in _NUMBERS]))
