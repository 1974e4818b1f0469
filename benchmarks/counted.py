# SPDX-License-Identifier: Apache-2.0
"""What callgrind runs: the calls of some cases, executed by some sides of one environment."""

from __future__ import annotations

import gc
import json
import random
import sys
from functools import partial
from typing import Final, TypedDict

from .burden import burden, burdened
from .callgrind import begin_counting, section
from .case import BY_NAME
from .contestant import Contestant, sides_of
from .protocol import Environment
from .scenario import Scenario

CALIBRATIONS: Final = (0, 1000)
"""Useless steps of an entrance that is counted to learn what they take."""

_MAX_CALLS: Final = 24


class Order(TypedDict):
    """What is to be counted."""

    environment: str
    cases: dict[str, dict[str, int]]
    """Sides by the names of cases, with the useless steps that each call is burdened with."""


def counted_calls(scenario: Scenario) -> int:
    """How many calls are counted: few will do where none differs from the next."""
    return min(scenario.calls, _MAX_CALLS)


def warm_up_calls(scenario: Scenario) -> int:
    """How many precede them: the interpreter has to learn anew after each patch."""
    return min(scenario.calls, _MAX_CALLS)


def calibration(steps: int) -> str:
    """The name of the section that counts an entrance with so many useless steps."""
    return f"calibration {steps}"


def _do_nothing(request: object) -> None:
    """What is called behind the useless steps."""


def main(order: Order) -> None:
    """Count a turn of each side in each case."""
    environment = Environment(order["environment"])
    # Building a service takes longer than all that is counted.
    contestants = [
        (case, Contestant(side, case), sides[side.name])
        for case, sides in ((BY_NAME[name], sides) for name, sides in order["cases"].items())
        for side in sides_of(environment, case)
        if side.name in sides
    ]
    # Trace and span ids take as many digits each time.
    random.seed(0)
    gc.freeze()
    begin_counting()
    for steps in CALIBRATIONS:
        entrance = burden(_do_nothing, steps)
        for _ in range(_MAX_CALLS):
            entrance(None)
        section(calibration(steps), partial(entrance, None))
    for case, contestant, steps in contestants:
        with contestant.switched_on(), burdened(contestant.name, steps):
            contestant.run(contestant.targets(warm_up_calls(case.scenario)))
            targets = contestant.targets(counted_calls(case.scenario))
            gc.collect()
            gc.disable()
            section(json.dumps([case.name, contestant.name]), partial(contestant.run, targets))
            gc.enable()


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
