# SPDX-License-Identifier: Apache-2.0
"""Runs the workers: both environments' at once, but only one at a time works, for a round.

Some generations of processes, because each process is a little faster or slower than the next;
many short rounds in each, because others work on the same machine.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, cast

from .case import CASES, Case
from .environment import clean_environment
from .protocol import Environment, Greeting, Round, Turns

# CPython 3.11 sees 53 times that what it has specialized an instruction for is not there any more
# before it specializes it anew, and switching a side on replaces what the library's code looks up.
_WARM_UP = 120
_MOST_WARM_UPS = 2
_ROOT = Path(__file__).parent.parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How much is measured."""

    generations: int
    rounds: int
    start_ups: int
    cases: Sequence[Case] = CASES
    turn: int | None = None
    """How many calls each turn has, instead of as many as suits the scenario."""


THOROUGH = Plan(generations=6, rounds=30, start_ups=25)
QUICK = Plan(generations=3, rounds=10, start_ups=9)


@dataclass(slots=True)
class Sample:
    """All rounds of one process."""

    environment: Environment
    case: str
    rounds: list[Round] = field(default_factory=list[Round])


@dataclass(slots=True)
class Measurement:
    """Everything that was measured, as it was measured."""

    samples: list[Sample] = field(default_factory=list[Sample])
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
    for generation in range(plan.generations):
        for case in plan.cases:
            progress(f"processes {generation + 1}/{plan.generations}: {case.name}")
            calls = plan.turn or case.scenario.calls
            turns = Turns(calls=calls, warm_up=min(_MOST_WARM_UPS * calls, _WARM_UP))
            with _workers(pythons, case) as workers:
                for worker in workers:
                    measurement.environments[worker.sample.environment] = worker.greeting()
                for _ in range(plan.rounds):
                    for worker in workers:
                        worker.work(turns)
                measurement.samples.extend(worker.sample for worker in workers)
    return measurement


class _Worker:
    def __init__(self, process: subprocess.Popen[str], sample: Sample) -> None:
        self.sample = sample
        self._input = cast("IO[str]", process.stdin)
        self._output = cast("IO[str]", process.stdout)

    def greeting(self) -> Greeting:
        return cast("Greeting", self._next())

    def work(self, turns: Turns) -> None:
        self._input.write(json.dumps(turns) + "\n")
        self._input.flush()
        self.sample.rounds.append(cast("Round", self._next()))

    def _next(self) -> Any:
        line = self._output.readline()
        if not line:
            sample = self.sample
            raise RuntimeError(f"the worker of {sample.environment.value}, {sample.case}, died")
        return json.loads(line)


@contextmanager
def _workers(pythons: Mapping[Environment, str], case: Case) -> Generator[Sequence[_Worker]]:
    with ExitStack() as stack:
        yield [
            _Worker(
                stack.enter_context(_start(python, environment, case.name)),
                Sample(environment, case.name),
            )
            for environment, python in pythons.items()
        ]


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
