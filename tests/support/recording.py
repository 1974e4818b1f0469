# SPDX-License-Identifier: Apache-2.0
"""Real SDK providers that keep what was recorded."""

from __future__ import annotations

from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.sdk.trace.sampling import Sampler
from opentelemetry.trace import SpanContext


class Recording:
    """What the instrumentation wrote down during a test."""

    def __init__(self, sampler: Sampler | None = None) -> None:
        self._exporter = InMemorySpanExporter()
        self.tracer_provider = TracerProvider(sampler=sampler)
        self.tracer_provider.add_span_processor(SimpleSpanProcessor(self._exporter))

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

    def clear(self) -> None:
        self._exporter.clear()


def attributes_of(span: ReadableSpan) -> dict[str, object]:
    return dict(span.attributes or {})


def context_of(span: ReadableSpan) -> SpanContext:
    context = span.get_span_context()
    assert context is not None
    return context
