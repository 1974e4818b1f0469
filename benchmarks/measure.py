# SPDX-License-Identifier: Apache-2.0
"""Runs the workers: both environments' at once, but only one at a time works, for a round.

Some generations of processes, because each process is a little faster or slower than the next;
some rounds in each, because others work on the same machine.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from time import monotonic
from typing import IO, Any, Final, cast

from .case import CASES, Case
from .environment import clean_environment
from .estimate import Process
from .protocol import Environment, Greeting, Times
from .side import BARE

_ROOT: Final = Path(__file__).parent.parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How much is measured."""

    seconds: float
    """As many generations of processes as fit into them, at least one."""
    rounds: int
    """Of each process."""
    start_ups: int
    others: int
    """Rounds of what is not a case."""
    counts_instructions: bool = False
    cases: Sequence[Case] = CASES
    block: int | None = None
    """How many executions a block has, instead of as many as suits the scenario."""


THOROUGH: Final = Plan(seconds=660, rounds=10, start_ups=25, others=9, counts_instructions=True)
QUICK: Final = Plan(seconds=190, rounds=5, start_ups=9, others=3)


@dataclass(frozen=True, slots=True)
class Measurement:
    """Everything that was measured."""

    cases: dict[str, list[Process]] = field(default_factory=dict[str, list[Process]])
    """By case: of each process, in each round, the microseconds that each side has added to the
    bare block of that round; and those of the bare block itself."""
    environments: dict[Environment, Greeting] = field(default_factory=dict[Environment, Greeting])


def measure(
    pythons: Mapping[Environment, str], plan: Plan, progress: Callable[[str], None]
) -> Measurement:
    """Measure all sides in all cases.

    Args:
        pythons: the interpreter of each environment that there is.
        plan: how much is measured.
        progress: is told how far it is.
    """
    measurement = Measurement()
    began = monotonic()
    for generation in count(1):
        for case in plan.cases:
            progress(f"processes, generation {generation}: {case.name}")
            with _workers(pythons, case) as workers:
                for environment, worker in workers.items():
                    measurement.environments[environment] = worker.greeting()
                block = plan.block or case.scenario.executions
                process = [_added(workers.values(), block) for _ in range(plan.rounds)]
            measurement.cases.setdefault(case.name, []).append(process)
        # Would another one still fit?
        if (monotonic() - began) * (generation + 1) / generation > plan.seconds:
            break
    return measurement


def run_program(name: str, rounds: int) -> Any:
    """What a program of this package writes that measures so many rounds of one thing."""
    done = subprocess.run(
        [sys.executable, "-m", f"{__package__}.{name}", str(rounds)],
        cwd=_ROOT,
        env=clean_environment(),
        check=True,
        stdout=subprocess.PIPE,
    )
    return json.loads(done.stdout)


class _Worker:
    def __init__(self, process: subprocess.Popen[str], name: str) -> None:
        self._name = name
        self._input = cast("IO[str]", process.stdin)
        self._output = cast("IO[str]", process.stdout)

    def greeting(self) -> Greeting:
        return cast("Greeting", self._next())

    def times(self, block: int) -> Times:
        self._input.write(f"{block}\n")
        self._input.flush()
        return cast("Times", self._next())

    def _next(self) -> Any:
        line = self._output.readline()
        if not line:
            raise RuntimeError(f"the worker of {self._name} died")
        return json.loads(line)


def _added(workers: Iterable[_Worker], block: int) -> Mapping[str, float]:
    """A round: each environment's sides are compared with the bare block that they ran beside."""
    added: dict[str, float] = {}
    for worker in workers:
        times = worker.times(block)
        bare = times.pop(BARE.name)
        added.setdefault(BARE.name, bare / 1e3)
        added.update((side, (time - bare) / 1e3) for side, time in times.items())
    return added


@contextmanager
def _workers(
    pythons: Mapping[Environment, str], case: Case
) -> Generator[Mapping[Environment, _Worker]]:
    with ExitStack() as stack:
        yield {
            environment: _Worker(
                stack.enter_context(_start(python, environment, case.name)),
                f"{environment.value}, {case.name}",
            )
            for environment, python in pythons.items()
            if environment is not Environment.PEER or case.scenario.spans.peer
        }


def _start(python: str, environment: Environment, case: str) -> subprocess.Popen[str]:
    """Start a worker, which ends when its standard input does."""
    return subprocess.Popen(
        [python, "-m", f"{__package__}.worker", environment.value, case],
        cwd=_ROOT,
        env=clean_environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
