# SPDX-License-Identifier: Apache-2.0
"""Times the sides of one environment in one case, a block of each for each line that it is sent.

A side is switched on and off again for each of its blocks, in one process: what process a call runs
in (addresses, hash seeds) moves its time by more than some sides add to it.
"""

from __future__ import annotations

import gc
import json
import platform
import sys
from importlib.metadata import distributions
from time import thread_time_ns
from typing import Final

from .case import BY_NAME
from .contestant import Contestant, check, sides_of
from .modes import Providers
from .protocol import Environment, Greeting, Times
from .side import BARE

# CPython 3.11 sees 53 times that what it has specialized an instruction for is not there any more
# before it specializes it anew, and switching a side on replaces what the library's code looks up.
_WARM_UP_BLOCKS: Final = 2


def time_block(contestant: Contestant, executions: int) -> float:
    """Nanoseconds of processor time of one execution: all that happens in the block counts."""
    with contestant.switched_on():
        contestant.run(contestant.targets(_WARM_UP_BLOCKS * executions))
        targets = contestant.targets(executions)
        gc.collect()
        gc.disable()
        began = thread_time_ns()
        contestant.run(targets)
        took = thread_time_ns() - began
        gc.enable()
    return took / executions


def main(environment: str, case_name: str) -> None:
    """Time a round for each line of the standard input."""
    case = BY_NAME[case_name]
    sides = sides_of(Environment(environment), case)
    value = Contestant(BARE, case, Providers()).execute()
    for side in sides:
        check(side, case, value)
    contestants = [Contestant(side, case) for side in sides]
    # The libraries and the discovery document are no garbage; no collection need look at them.
    gc.freeze()
    _say(
        Greeting(
            python=platform.python_version(),
            versions={one.metadata["Name"]: one.version for one in distributions()},
        )
    )
    for number, line in enumerate(sys.stdin):
        first = number % len(sides)
        order = (*contestants[first:], *contestants[:first])
        pieces = case.scenario.pieces
        _say({one.name: time_block(one, json.loads(line)) / pieces for one in order})


def _say(message: Greeting | Times) -> None:
    print(json.dumps(message), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
