# SPDX-License-Identifier: Apache-2.0
"""Times the sides of one environment in one case, a round for each line that it is sent.

A side is switched on and off again for each of its turns, in one process: what process a call runs
in (addresses, hash seeds) moves its time by more than some sides add to it.
"""

from __future__ import annotations

import gc
import json
import platform
import sys
from functools import partial
from importlib.metadata import distributions
from typing import cast

from .calm import Calm
from .case import BY_NAME
from .contestant import Contestant, check, sides_of
from .modes import Providers
from .protocol import Environment, Greeting, Round, Turn, Turns
from .side import BARE


def _take_turn(contestant: Contestant, turns: Turns, calm: Calm) -> Turn:
    with contestant.switched_on():
        # The interpreter has to learn anew what is behind the names that were just replaced.
        contestant.run(contestant.targets(turns["warm_up"]))
        targets = contestant.targets(turns["calls"])
        calls = [partial(contestant.run, (target,)) for target in targets]
        gc.collect()
        gc.disable()
        nanoseconds = calm.nanoseconds(calls)
        garbage = gc.collect()
        gc.enable()
    return Turn(nanoseconds=nanoseconds, garbage=garbage / len(targets))


def main(environment: str, case_name: str) -> None:
    """Time a round for each line of the standard input."""
    case = BY_NAME[case_name]
    sides = sides_of(Environment(environment), case)
    value = Contestant(BARE, case, Providers()).execute()
    for side in sides:
        check(side, case, value)
    contestants, calm = [Contestant(side, case) for side in sides], Calm()
    # The libraries and the discovery document are no garbage; no collection need look at them.
    gc.freeze()
    _say(
        Greeting(
            python=platform.python_version(),
            versions={one.metadata["Name"]: one.version for one in distributions()},
        )
    )
    for number, line in enumerate(sys.stdin):
        turns = cast("Turns", json.loads(line))
        first = number % len(sides)
        order = (*contestants[first:], *contestants[:first])
        _say({one.name: _take_turn(one, turns, calm) for one in order})


def _say(message: Greeting | Round) -> None:
    print(json.dumps(message), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
