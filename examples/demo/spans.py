# SPDX-License-Identifier: Apache-2.0
"""Spans as they arrive in OTLP, as plain values."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from opentelemetry.proto.trace.v1.trace_pb2 import Span as ProtoSpan
from opentelemetry.proto.trace.v1.trace_pb2 import Status

from demo.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
    from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue

Value: TypeAlias = "str | bool | int | float | tuple[Value, ...]"

_NANOSECONDS = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Attributes:
    """Attributes by name, asked for by the type that they should have.

    A value of another type than the one asked for counts as absent.
    """

    values: Mapping[str, Value] = field(default_factory=dict[str, Value])

    def __contains__(self, name: str) -> bool:
        return name in self.values

    def text(self, name: str) -> str | None:
        """Return a non-empty string."""
        value = self.values.get(name)
        return value if isinstance(value, str) and value else None

    def number(self, name: str) -> float | None:
        """Return a number, whole or not."""
        value = self.values.get(name)
        return value if isinstance(value, int | float) and not isinstance(value, bool) else None

    def whole(self, name: str) -> int | None:
        """Return a whole number."""
        value = self.values.get(name)
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    def flag(self, name: str) -> bool | None:
        """Return a truth value."""
        value = self.values.get(name)
        return value if isinstance(value, bool) else None

    def texts(self, name: str) -> tuple[str, ...] | None:
        """Return a list of strings."""
        value = self.values.get(name)
        if not isinstance(value, tuple):
            return None
        return tuple(item for item in value if isinstance(item, str))


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
    is_client: bool
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
        is_client=span.kind == ProtoSpan.SPAN_KIND_CLIENT,
        start=span.start_time_unix_nano / _NANOSECONDS,
        end=span.end_time_unix_nano / _NANOSECONDS,
        failed=span.status.code == Status.STATUS_CODE_ERROR,
        message=printable(span.status.message),
        attributes=_attributes(span.attributes),
        events=tuple(
            Event(
                name=printable(event.name),
                time=event.time_unix_nano / _NANOSECONDS,
                attributes=_attributes(event.attributes),
            )
            for event in span.events
        ),
    )


def _attributes(pairs: Iterable[KeyValue]) -> Attributes:
    return Attributes({pair.key: _value(pair.value) for pair in pairs})


def _value(value: AnyValue) -> Value:
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
