# SPDX-License-Identifier: Apache-2.0
"""Spans as they arrive in OTLP, as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from opentelemetry.proto.trace.v1.trace_pb2 import Span as ProtoSpan
from opentelemetry.proto.trace.v1.trace_pb2 import Status
from opentelemetry.trace import SpanKind

from demo.attributes import Attributes
from demo.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

_NANOSECONDS = 1_000_000_000
_KINDS = {
    ProtoSpan.SPAN_KIND_SERVER: SpanKind.SERVER,
    ProtoSpan.SPAN_KIND_CLIENT: SpanKind.CLIENT,
    ProtoSpan.SPAN_KIND_PRODUCER: SpanKind.PRODUCER,
    ProtoSpan.SPAN_KIND_CONSUMER: SpanKind.CONSUMER,
}
"""All others count as internal, the unspecified one too: so says the comment in OTLP."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened at one moment within a span."""

    name: str
    time: float
    attributes: Attributes


@dataclass(frozen=True, slots=True)
class Span:
    """One span. Times are in seconds since the epoch, all text is fit for a terminal."""

    trace_id: str
    span_id: str
    parent_id: str | None
    name: str
    kind: SpanKind
    start: float
    end: float
    failed: bool
    message: str
    attributes: Attributes
    events: tuple[Event, ...] = ()

    @property
    def seconds(self) -> float:
        """How long it took."""
        return max(self.end - self.start, 0.0)


def decode(request: ExportTraceServiceRequest) -> Iterator[Span]:
    """Yield the spans of one export."""
    for resource_spans in request.resource_spans:
        for scope_spans in resource_spans.scope_spans:
            for span in scope_spans.spans:
                yield _span(span)


def _span(span: ProtoSpan) -> Span:
    return Span(
        trace_id=span.trace_id.hex(),
        span_id=span.span_id.hex(),
        parent_id=span.parent_span_id.hex() or None,
        name=printable(span.name),
        kind=_KINDS.get(span.kind, SpanKind.INTERNAL),
        start=span.start_time_unix_nano / _NANOSECONDS,
        end=span.end_time_unix_nano / _NANOSECONDS,
        failed=span.status.code == Status.STATUS_CODE_ERROR,
        message=printable(span.status.message),
        attributes=Attributes.decode(span.attributes),
        events=tuple(
            Event(
                name=printable(event.name),
                time=event.time_unix_nano / _NANOSECONDS,
                attributes=Attributes.decode(event.attributes),
            )
            for event in span.events
        ),
    )
