# SPDX-License-Identifier: Apache-2.0
"""A side of the comparison: a way to execute what a scenario makes, instrumented or not."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from opentelemetry.instrumentation.instrumentor import BaseInstrumentor

from .modes import Providers
from .scenario import Executable, Scenario, Spans

Wrap = Callable[[Any], Executable]


def _as_it_is(scenario: Scenario, providers: Providers) -> Wrap:  # noqa: ARG001
    return lambda target: target


@dataclass(frozen=True, slots=True)
class Side:
    """A side of the comparison."""

    name: str
    spans: Callable[[Spans], int]
    """How many of the spans of a call are its."""
    instrumentors: tuple[BaseInstrumentor, ...] = ()
    wrap: Callable[[Scenario, Providers], Wrap] = _as_it_is
    """What is put by hand around everything that is executed."""

    is_suppressible: bool = True
    """Whether it heeds ``suppress_instrumentation()``."""

    @property
    def writes_by_hand(self) -> bool:
        """Whether nothing can keep it from writing, as a switch keeps an instrumentation."""
        return self.wrap is not _as_it_is

    @contextmanager
    def switched_on(self, providers: Providers) -> Generator[None]:
        """Instrument for the time of the block."""
        for instrumentor in self.instrumentors:
            instrumentor.instrument(skip_dep_check=True, **providers.as_keywords())
        try:
            yield
        finally:
            for instrumentor in self.instrumentors:
                instrumentor.uninstrument()


BARE = Side("bare", lambda _: 0)
