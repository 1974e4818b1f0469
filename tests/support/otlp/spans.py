# SPDX-License-Identifier: Apache-2.0
"""Spans as they arrive in OTLP, as the plain values that are drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from opentelemetry.instrumentation.googleapiclient._terminal.attributes import Attributes
from opentelemetry.instrumentation.googleapiclient._terminal.spans import Event, Span
from opentelemetry.instrumentation.googleapiclient._terminal.text import printable
from opentelemetry.proto.trace.v1.trace_pb2 import Span as ProtoSpan
from opentelemetry.proto.trace.v1.trace_pb2 import Status
from opentelemetry.trace import SpanKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
    from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue

_NANOSECONDS = 1_000_000_000
_KINDS = {
    ProtoSpan.SPAN_KIND_SERVER: SpanKind.SERVER,
    ProtoSpan.SPAN_KIND_CLIENT: SpanKind.CLIENT,
    ProtoSpan.SPAN_KIND_PRODUCER: SpanKind.PRODUCER,
    ProtoSpan.SPAN_KIND_CONSUMER: SpanKind.CONSUMER,
}
"""All others count as internal, the unspecified one too: so says the comment in OTLP."""


def decode(request: ExportTraceServiceRequest) -> Iterator[Span]:
    """Yield the spans of one export."""
    for resource_spans in request.resource_spans:
        for scope_spans in resource_spans.scope_spans:
            for span in scope_spans.spans:
                yield _span(span, scope_spans.scope.name)


def _span(span: ProtoSpan, scope: str) -> Span:
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
        attributes=decoded(span.attributes),
        scope=scope,
        events=tuple(
            Event(
                name=printable(event.name),
                time=event.time_unix_nano / _NANOSECONDS,
                attributes=decoded(event.attributes),
            )
            for event in span.events
        ),
    )


def decoded(pairs: Iterable[KeyValue]) -> Attributes:
    """Return attributes by name, all of them."""
    return Attributes({pair.key: _value(pair.value) for pair in pairs})


def _value(value: AnyValue) -> Any:
    match value.WhichOneof("value"):
        case "bool_value":
            return value.bool_value
        case "int_value":
            return value.int_value
        case "double_value":
            return value.double_value
        case "array_value":
            return tuple(_value(item) for item in value.array_value.values)
        case "string_value":
            return printable(value.string_value)
        case _:  # maps and bytes, which nothing here reads
            return printable(str(value))
