# SPDX-License-Identifier: Apache-2.0
"""Very many calls: what does a process hold after them that it did not hold before?

Both layers are switched on, spans are recorded and let go, metrics are aggregated. Every request is
new, and those that fail stay without a response for good: nothing may be remembered of them.
"""

from __future__ import annotations

import gc
import json
import os
import sys
from array import array
from pathlib import Path
from typing import Final

from ..case import Case
from ..contestant import Contestant
from ..modes import WITH_METRICS
from ..own_sides import SIDES
from ..scenario import CALL, REFUSED, Scenario
from .results import Growth, Point

_POINTS: Final = 5
_MAX_AT_ONCE: Final = 1000
_BOTH: Final = next(side for side in SIDES if side.name == "both")


def measure(scenario: Scenario, calls: int) -> Growth:
    """Call so often, and look some times at what the process holds."""
    contestant = Contestant(_BOTH, Case(scenario, WITH_METRICS))
    # Room for what is seen, so that seeing it takes no memory.
    resident, blocks = (array("q", [0] * (_POINTS + 1)) for _ in range(2))
    with contestant.switched_on():
        # The connection and the discovery of what is needed are there before the first point.
        at_once = min(_MAX_AT_ONCE, calls // _POINTS)
        contestant.run(contestant.targets(at_once))
        for number in range(_POINTS + 1):
            gc.collect()
            resident[number], blocks[number] = _resident_bytes(), sys.getallocatedblocks()
            if number < _POINTS:
                for _ in range(calls // _POINTS // at_once):
                    contestant.run(contestant.targets(at_once))
    points = [
        Point(
            calls=number * calls // _POINTS,
            resident_bytes=resident[number],
            blocks=blocks[number],
        )
        for number in range(_POINTS + 1)
    ]
    # The first stretch fills caches and pools of a fixed size.
    first, last = points[1], points[-1]
    between = last["calls"] - first["calls"]
    return Growth(
        name=scenario.name,
        points=points,
        blocks_per_call=(last["blocks"] - first["blocks"]) / between,
        bytes_per_call=(last["resident_bytes"] - first["resident_bytes"]) / between,
    )


def _resident_bytes() -> int:
    pages = Path("/proc/self/statm").read_text("ascii").split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


if __name__ == "__main__":
    total = int(sys.argv[1])
    print(json.dumps([measure(CALL, total), measure(REFUSED, total // 5)]))
