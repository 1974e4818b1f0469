# SPDX-License-Identifier: Apache-2.0
"""A side that is ready to execute the calls of a case, in the process that measures it."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from importlib import import_module
from itertools import count

from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor, TracerProvider

from .case import Case
from .modes import Providers
from .protocol import Environment
from .scenario import Executable
from .side import Side


class Contestant:
    """A side that is ready to execute the calls of a case."""

    def __init__(self, side: Side, case: Case, providers: Providers | None = None) -> None:
        self.name = side.name
        self._side = side
        self._case = case
        self._providers = providers or case.mode.providers()
        # Layers of ours learn of methods when a service is built.
        with side.switched_on(self._providers):
            self._gmail = case.scenario.gmail()
        self._wrap = side.wrap(case.scenario, self._providers)
        # The same calls for all sides.
        self._numbers = count()

    @contextmanager
    def switched_on(self) -> Generator[None]:
        """Be ready to run, for the time of the block."""
        with self._side.switched_on(self._providers), self._case.mode.entered():
            yield

    def targets(self, calls: int) -> Sequence[Executable]:
        """What so many calls will execute, each its own; to be made while switched on."""
        make, gmail, wrap = self._case.scenario.make, self._gmail, self._wrap
        return [wrap(make(gmail, next(self._numbers))) for _ in range(calls)]

    def run(self, targets: Sequence[Executable]) -> None:
        """Execute all of them; nothing else is measured."""
        execute = self._case.scenario.execute
        for target in targets:
            execute(target)

    def execute(self) -> object:
        """One call, and what the application gets."""
        with self.switched_on():
            (target,) = self.targets(1)
            return self._case.scenario.execute(target)


class _Counter(SpanProcessor):
    ended = 0

    def on_end(self, span: ReadableSpan) -> None:  # noqa: ARG002 - the base class's signature
        self.ended += 1


def check(side: Side, case: Case, expected: object) -> None:
    """Refuse a side that is fast because it does something else.

    Args:
        side: what is to be measured.
        case: in what; whatever its mode is, spans are recorded here.
        expected: what the application gets where nothing is instrumented.

    Raises:
        RuntimeError: it returned another value or wrote another number of spans.
    """
    counter = _Counter()
    tracer_provider = TracerProvider(shutdown_on_exit=False)
    tracer_provider.add_span_processor(counter)
    value = Contestant(side, case, Providers(tracer_provider)).execute()
    silent = case.mode.suppressed and side.is_suppressible
    spans = 0 if silent else side.spans(case.scenario.spans)
    if value != expected or counter.ended != spans:
        raise RuntimeError(
            f"{case.name}: {side.name} wrote {counter.ended} spans, not {spans}, "
            f"and returned {value!r}, not {expected!r}"
        )


def sides_of(environment: Environment, case: Case) -> Sequence[Side]:
    """The sides of an environment, whose packages no other has, that can take part in a case."""
    sides: Sequence[Side] = import_module(f".{environment.value}_sides", __package__).SIDES
    return [side for side in sides if not (case.mode.suppressed and side.writes_by_hand)]
