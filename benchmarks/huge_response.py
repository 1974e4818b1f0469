# SPDX-License-Identifier: Apache-2.0
"""An error response of 10 MB, of which both layers read at most 64 KiB.

It is measured in a process of its own, whose peak of memory tells what it needed.
"""

from __future__ import annotations

import json
import resource
import sys
from typing import Final

from . import responses
from .case import Case
from .contestant import Contestant
from .estimate import Bounded, medians
from .modes import RECORDED
from .own_sides import BOTH
from .scenario import REFUSED, Scenario
from .side import BARE
from .worker import time_block

NAME: Final = "error response of 10 MB"
TIME: Final = "added by both, ms"
MEMORY: Final = "added at the peak, MiB"

_KIB_PER_MIB: Final = 1024
_SCENARIO: Final = Scenario(
    name=NAME,
    responses=(responses.forbidden("x" * 10_000_000),),
    make=REFUSED.make,
    execute=REFUSED.execute,
    spans=REFUSED.spans,
)
"""Its message alone has 10 MB; the library itself reads all of it."""


def measure(rounds: int) -> dict[str, Bounded]:
    """Execute it some times, the sides in turns."""
    case = Case(_SCENARIO, RECORDED)
    bare, both = Contestant(BARE, case), Contestant(BOTH, case)
    # The modules that a first failure loads are no part of it.
    Contestant(BOTH, Case(REFUSED, RECORDED)).execute()
    before, after = _peak(bare), _peak(both)
    added = [{TIME: (time_block(both, 1) - time_block(bare, 1)) / 1e6} for _ in range(rounds)]
    return {**medians([added]), **medians([[{MEMORY: (after - before) / _KIB_PER_MIB}]])}


def _peak(contestant: Contestant) -> int:
    """The most memory that this process had, after this one's turn, in KiB."""
    contestant.execute()
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]))))
