# SPDX-License-Identifier: Apache-2.0
"""A pytest plugin that switches instrumentors on before anything is collected.

It also notices what no test of a library looks for: spans that never end, context that a call
leaves behind, and warnings of ours or of the SDK about us.
"""

from __future__ import annotations

import contextvars
import logging
import os
from collections import Counter
from collections.abc import Generator, Mapping
from pathlib import Path
from threading import Lock
from typing import Final

import pytest
from opentelemetry.context import Context
from opentelemetry.instrumentation.googleapiclient import GoogleApiClientInstrumentor
from opentelemetry.instrumentation.httplib2 import Httplib2Instrumentor
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import ReadableSpan, Span, SpanProcessor, TracerProvider

from upstream.findings import Activity, write_activity

FILE_VARIABLE: Final = "UPSTREAM_ACTIVITY"
LAYERS_VARIABLE: Final = "UPSTREAM_LAYERS"

_INSTRUMENTORS: Final = {
    "googleapiclient": GoogleApiClientInstrumentor,
    "httplib2": Httplib2Instrumentor,
}


def pytest_configure(config: pytest.Config) -> None:
    # Read here: tests empty the environment.
    layers = os.environ[LAYERS_VARIABLE].split(",")
    config.pluginmanager.register(_Watchman(layers, Path(os.environ[FILE_VARIABLE])))


class _Watchman:
    def __init__(self, layers: list[str], file: Path) -> None:
        self._file = file
        self._faults = _Faults()
        self._spans = _Spans()
        self._reader = InMemoryMetricReader()
        logging.getLogger("opentelemetry").addHandler(_Warnings(self._faults))
        tracer_provider = TracerProvider()
        tracer_provider.add_span_processor(self._spans)
        meter_provider = MeterProvider([self._reader])
        for layer in layers:
            _INSTRUMENTORS[layer]().instrument(
                tracer_provider=tracer_provider, meter_provider=meter_provider
            )

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        self._faults.test = item.nodeid
        before = _context()
        result = yield
        for name, value in _context().items():
            # What was not set may be set to nothing: an empty context is what there is by default.
            if before.get(name) is not value and (name in before or value):
                self._faults.add(f"{name} is left behind")
        return result

    def pytest_sessionfinish(self) -> None:
        self._faults.test = "the end"
        self._reader.collect()
        for span in self._spans.open():
            self._faults.add(f"a span {span} never ended")
        write_activity(self._file, Activity(dict(self._spans.ended), self._faults.told()))


class _Faults:
    """What must not happen even where no test notices, and in which test it did at first."""

    def __init__(self) -> None:
        self.test = "the beginning"
        self._counts: Counter[str] = Counter()
        self._first: dict[str, str] = {}

    def add(self, fault: str) -> None:
        self._counts[fault] += 1
        self._first.setdefault(fault, self.test)

    def told(self) -> tuple[str, ...]:
        return tuple(
            f"{fault} ({count} times, first in {self._first[fault]})"
            for fault, count in self._counts.items()
        )


class _Spans(SpanProcessor):
    """Counts spans; keeps none, so that nothing lives longer than without us."""

    def __init__(self) -> None:
        self.ended: Counter[str] = Counter()
        self._open: Counter[str] = Counter()
        self._lock = Lock()

    def on_start(self, span: Span, parent_context: Context | None = None) -> None:
        with self._lock:
            self._open[span.name] += 1

    def on_end(self, span: ReadableSpan) -> None:
        scope = span.instrumentation_scope
        with self._lock:
            self._open[span.name] -= 1
            self.ended[scope.name.rpartition(".")[2] if scope else ""] += 1

    def open(self) -> list[str]:
        return list(self._open.elements())


class _Warnings(logging.Handler):
    def __init__(self, faults: _Faults) -> None:
        super().__init__(logging.WARNING)
        self._faults = faults

    def emit(self, record: logging.LogRecord) -> None:
        self._faults.add(f"{record.name} warns: {record.getMessage()}")


def _context() -> Mapping[str, object]:
    return {variable.name: value for variable, value in contextvars.copy_context().items()}
