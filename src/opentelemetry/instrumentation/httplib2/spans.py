# SPDX-License-Identifier: Apache-2.0
"""Starts spans, and makes a context in which a span is the current one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from opentelemetry.context import Context
from opentelemetry.trace import INVALID_SPAN, Link, Span, SpanKind, Tracer, set_span_in_context
from opentelemetry.util.types import AttributeValue

from .guard import guarded


def start_span(
    tracer: Tracer,
    name: str,
    context: Context,
    kind: SpanKind,
    attributes: Mapping[str, AttributeValue],
    *,
    links: Sequence[Link] | None = None,
    start_time: int | None = None,
) -> Span:
    """Start a span that has these attributes, whatever a sampler makes of them.

    Samplers and span processors of vendors write into the attributes, merge them and copy them, so
    each span gets a plain dict of its own. What the sampler's result leaves out is set again.

    Args:
        tracer: starts it.
        name: of the span.
        context: has its parent.
        kind: of the span.
        attributes: what is known at the start. Not changed.
        links: to other spans.
        start_time: in ns since the epoch, None for now.

    Raises:
        Exception: whatever the tracer, a sampler or a span processor raises.
    """
    span = tracer.start_span(name, context, kind, dict(attributes), links, start_time)
    if span.is_recording():
        _set_absent(span, attributes)
    return span


@guarded
def _set_absent(span: Span, attributes: Mapping[str, AttributeValue]) -> None:
    # The API has no way to read attributes: this is what the SDK's spans have.
    present: object = getattr(span, "attributes", None)
    # Where a limit has dropped some, setting them would drop others.
    if not isinstance(present, Mapping) or getattr(span, "dropped_attributes", 0):
        return
    absent = attributes.keys() - present
    if absent:
        span.set_attributes({name: attributes[name] for name in attributes if name in absent})


def _find_key() -> str | None:
    """Where a span stands in a context; its name is not public, so it is found by looking."""
    added = list(set_span_in_context(INVALID_SPAN, Context()).items())
    return added[0][0] if len(added) == 1 and added[0][1] is INVALID_SPAN else None


def _make_with_span(key: str | None) -> Callable[[Span, Context], Context]:
    if key is None:
        return set_span_in_context

    def with_span(span: Span, context: Context) -> Context:
        values = context.copy()
        values[key] = span
        return Context(values)

    return with_span


# OpenTelemetry's ``set_span_in_context`` does the same by way of two more functions, which can be
# measured in a call that has two spans.
with_span: Final = _make_with_span(_find_key())
"""A copy of a context in which this span is the current one."""
