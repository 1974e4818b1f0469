# SPDX-License-Identifier: Apache-2.0
"""Real SDK providers that keep what was recorded."""

from __future__ import annotations

from functools import cache
from typing import Any

from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader, Metric
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.sdk.trace.sampling import Sampler
from opentelemetry.trace import SpanContext, SpanKind


@cache
def _resource() -> Resource:
    """As providers make one by themselves, every time: old releases read all that is installed."""
    return Resource.create()


class Recording:
    """What the instrumentation wrote down during a test."""

    def __init__(self, sampler: Sampler | None = None) -> None:
        self._exporter = InMemorySpanExporter()
        self.tracer_provider = TracerProvider(sampler=sampler, resource=_resource())
        self.tracer_provider.add_span_processor(SimpleSpanProcessor(self._exporter))
        self._reader = InMemoryMetricReader()
        self.meter_provider = MeterProvider([self._reader], resource=_resource())

    @property
    def spans(self) -> tuple[ReadableSpan, ...]:
        """All ended spans, in the order in which they ended."""
        return self._exporter.get_finished_spans()

    @property
    def only_span(self) -> ReadableSpan:
        (span,) = self.spans
        return span

    @property
    def last_span(self) -> ReadableSpan:
        return self.spans[-1]

    @property
    def metrics(self) -> list[Metric]:
        """All metrics so far."""
        data = self._reader.get_metrics_data()
        return [
            metric
            for resource in (data.resource_metrics if data else ())
            for scope in resource.scope_metrics
            for metric in scope.metrics
        ]

    def points(self, metric: str) -> list[Any]:
        """The data points of a metric so far, empty where nothing was recorded."""
        return [
            point for one in self.metrics if one.name == metric for point in one.data.data_points
        ]

    def of_kind(self, kind: SpanKind) -> list[ReadableSpan]:
        """The ended spans of one kind."""
        return [span for span in self.spans if span.kind is kind]

    def clear(self) -> None:
        self._exporter.clear()


def attributes_of(span: ReadableSpan) -> dict[str, object]:
    return dict(span.attributes or {})


def context_of(span: ReadableSpan) -> SpanContext:
    context = span.get_span_context()
    assert context is not None
    return context
