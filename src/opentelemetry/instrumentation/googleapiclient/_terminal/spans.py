# SPDX-License-Identifier: Apache-2.0
"""Spans of the SDK as plain values, with what of them is drawn."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from opentelemetry.trace import SpanContext, SpanKind, StatusCode, format_span_id, format_trace_id

from .attributes import Attributes
from .text import printable

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import ReadableSpan

_NANOSECONDS: Final = 1_000_000_000
_MAX_EVENTS: Final = 128
"""The default limit of the SDK."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened at one moment within a span."""

    name: str
    time: float
    """Seconds since the epoch."""
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
    """Of the status."""
    attributes: Attributes
    events: tuple[Event, ...] = ()
    scope: str = ""
    """Name of the instrumentation that made it."""
    parent_is_remote: bool = False

    @property
    def key(self) -> tuple[str, str]:
        """What no other span has."""
        return self.trace_id, self.span_id

    @property
    def parent_key(self) -> tuple[str, str]:
        """The key of the span above it, which may be in another process."""
        return self.trace_id, self.parent_id or ""

    @property
    def is_local_root(self) -> bool:
        """Whether no span of this process is above it."""
        return self.parent_id is None or self.parent_is_remote

    @property
    def seconds(self) -> float:
        """How long it took."""
        return max(self.end - self.start, 0.0)


def read(span: ReadableSpan) -> Span | None:
    """Return what of an ended span is drawn; None where it is none."""
    context, start, end = span.context, span.start_time, span.end_time
    if not isinstance(context, SpanContext) or start is None or end is None:
        return None
    parent, scope = span.parent, span.instrumentation_scope
    return Span(
        trace_id=format_trace_id(context.trace_id),
        span_id=format_span_id(context.span_id),
        parent_id=format_span_id(parent.span_id) if parent else None,
        name=printable(str(span.name)),
        kind=span.kind,
        start=start / _NANOSECONDS,
        end=end / _NANOSECONDS,
        failed=span.status.status_code is StatusCode.ERROR,
        message=printable(span.status.description or ""),
        attributes=Attributes.of(span.attributes),
        events=tuple(_events(span.events)),
        scope=scope.name if scope else "",
        parent_is_remote=parent is not None and parent.is_remote,
    )


def _events(events: Any) -> Iterator[Event]:
    for event in islice(events, _MAX_EVENTS):
        yield Event(
            name=printable(event.name),
            time=event.timestamp / _NANOSECONDS,
            attributes=Attributes.of(event.attributes),
        )
