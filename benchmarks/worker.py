# SPDX-License-Identifier: Apache-2.0
"""Times the sides of one environment in one mode, a round for each line that it is sent.

A side is switched on and off again for each of its turns, in one process: what process a call runs
in (addresses, hash seeds) moves its time by more than some sides add to it.
"""

from __future__ import annotations

import gc
import json
import platform
import sys
from collections.abc import Iterable, Sequence
from importlib import import_module
from importlib.metadata import distributions
from time import thread_time_ns
from typing import cast

from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor, TracerProvider

from .modes import MODES, Providers
from .protocol import Environment, Greeting, Round, Turn, Turns
from .side import Executable, Side


class Contestant:
    """A side that is ready to take turns."""

    def __init__(self, side: Side, providers: Providers) -> None:
        self.name = side.name
        self._side = side
        self._providers = providers
        self._target = side.prepare(providers)

    def take_turn(self, turns: Turns) -> Turn:
        with self._side.switched_on(self._providers):
            # The interpreter has to learn anew what is behind the names that were just replaced.
            _nanoseconds(self._target, turns["warm_up"])
            gc.collect()
            gc.disable()
            nanoseconds = _nanoseconds(self._target, turns["calls"])
            garbage = gc.collect()
            gc.enable()
        calls = turns["calls"]
        return Turn(nanoseconds=nanoseconds / calls, garbage=garbage / calls)


def _nanoseconds(target: Executable, calls: int) -> int:
    # Processor time: nothing here waits, and whatever else runs on this machine does not count.
    began = thread_time_ns()
    for _ in range(calls):
        target.execute()
    return thread_time_ns() - began


class _Counter(SpanProcessor):
    ended = 0

    def on_end(self, span: ReadableSpan) -> None:  # noqa: ARG002 - the base class's signature
        self.ended += 1


def check(side: Side, expected: object) -> None:
    """Refuse a side that is fast because it does something else.

    Raises:
        RuntimeError: it returned another value or wrote another number of spans.
    """
    counter = _Counter()
    tracer_provider = TracerProvider(shutdown_on_exit=False)
    tracer_provider.add_span_processor(counter)
    providers = Providers(tracer_provider)
    target = side.prepare(providers)
    with side.switched_on(providers):
        value = target.execute()
    if value != expected or counter.ended != side.spans:
        raise RuntimeError(f"{side.name} wrote {counter.ended} spans and returned {value!r}")


def sides_of(environment: Environment) -> Sequence[Side]:
    """The sides of an environment, whose packages no other has."""
    return import_module(f".{environment.value}_sides", __package__).SIDES


def main(environment: str, mode: str) -> None:
    """Time a round for each line of the standard input."""
    sides = sides_of(Environment(environment))
    value = sides[0].prepare(Providers()).execute()
    for side in sides:
        check(side, value)
    contestants = [Contestant(side, MODES[mode]()) for side in sides]
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
        answer: Round = {
            one.name: one.take_turn(turns) for one in _from(number % len(sides), contestants)
        }
        _say(answer)


def _from(first: int, contestants: Sequence[Contestant]) -> Iterable[Contestant]:
    return (*contestants[first:], *contestants[:first])


def _say(message: Greeting | Round) -> None:
    print(json.dumps(message), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
