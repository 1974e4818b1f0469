# SPDX-License-Identifier: Apache-2.0
"""What callgrind runs: the calls of some cases, executed by some sides of one environment."""

from __future__ import annotations

import gc
import json
import random
import sys
from collections.abc import Sequence
from functools import partial
from typing import Final

from .callgrind import begin_counting, section
from .case import BY_NAME
from .contestant import Contestant, sides_of
from .protocol import Environment
from .scenario import Scenario

_MAX_CALLS: Final = 24


def counted_calls(scenario: Scenario) -> int:
    """How many calls are counted: few will do where none differs from the next."""
    return min(scenario.calls, _MAX_CALLS)


def warm_up_calls(scenario: Scenario) -> int:
    """How many precede them: the interpreter has to learn anew after each patch."""
    return min(scenario.calls, _MAX_CALLS)


def main(environment: str, cases: Sequence[str], sides: Sequence[str]) -> None:
    """Count a turn of each side in each case."""
    # Building a service takes longer than all that is counted.
    contestants = [
        (case, Contestant(side, case))
        for case in map(BY_NAME.__getitem__, cases)
        for side in sides_of(Environment(environment), case)
        if side.name in sides
    ]
    # Trace and span ids take as many digits each time.
    random.seed(0)
    gc.freeze()
    begin_counting()
    for case, contestant in contestants:
        with contestant.switched_on():
            contestant.run(contestant.targets(warm_up_calls(case.scenario)))
            targets = contestant.targets(counted_calls(case.scenario))
            gc.collect()
            gc.disable()
            section(json.dumps([case.name, contestant.name]), partial(contestant.run, targets))
            gc.enable()


if __name__ == "__main__":
    main(sys.argv[1], json.loads(sys.argv[2]), json.loads(sys.argv[3]))
