# SPDX-License-Identifier: Apache-2.0
"""What callgrind runs: the calls of some cases, executed by some sides of one environment."""

from __future__ import annotations

import gc
import json
import random
import sys
from collections.abc import Mapping, Sequence
from functools import partial

from .callgrind import begin_counting, section
from .case import BY_NAME
from .contestant import Contestant, sides_of
from .protocol import Environment
from .scenario import Scenario


def executions(scenario: Scenario) -> int:
    """How many are counted, after as many that warm up: few will do where all are the same."""
    return max(1, scenario.executions // 4)


def main(environment: str, sides_by_case: Mapping[str, Sequence[str]]) -> None:
    """Count a turn of each side in each case."""
    # Building a service takes longer than all that is counted.
    contestants = [
        (BY_NAME[name], Contestant(side, BY_NAME[name]))
        for name, sides in sides_by_case.items()
        for side in sides_of(Environment(environment), BY_NAME[name])
        if side.name in sides
    ]
    # Trace and span ids take as many digits each time.
    random.seed(0)
    gc.freeze()
    begin_counting()
    for case, contestant in contestants:
        number = executions(case.scenario)
        with contestant.switched_on():
            contestant.run(contestant.targets(number))
            targets = contestant.targets(number)
            gc.collect()
            gc.disable()
            section(json.dumps([case.name, contestant.name]), partial(contestant.run, targets))
            gc.enable()


if __name__ == "__main__":
    main(sys.argv[1], json.loads(sys.argv[2]))
