# SPDX-License-Identifier: Apache-2.0
"""A side of the comparison: a way to execute a request, instrumented or not."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

from opentelemetry.instrumentation.instrumentor import BaseInstrumentor

from .modes import Providers
from .ready_request import ready_request


class Executable(Protocol):
    """What is timed: ``execute()``, looked up anew for each call, as an application does."""

    def execute(self) -> Any: ...


def _as_it_is(request: Any, providers: Providers) -> Executable:  # noqa: ARG001
    return request


@dataclass(frozen=True, slots=True)
class Side:
    """A side of the comparison."""

    name: str
    spans: int
    """How many spans one call has."""
    instrumentors: tuple[BaseInstrumentor, ...] = ()
    wrap: Callable[[Any, Providers], Executable] = _as_it_is
    """What is put around the request by hand."""

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

    def prepare(self, providers: Providers) -> Executable:
        """Something ready to be executed, made by a service that was built while switched on."""
        with self.switched_on(providers):
            return self.wrap(ready_request(), providers)


BARE = Side("bare", spans=0)
