# SPDX-License-Identifier: Apache-2.0
"""Starts and ends spans, and makes a context in which a span is the current one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, ParamSpec, Protocol, TypeVar

from opentelemetry.context import Context
from opentelemetry.semconv.attributes.error_attributes import ERROR_TYPE
from opentelemetry.trace import (
    INVALID_SPAN,
    Link,
    NonRecordingSpan,
    Span,
    SpanKind,
    Status,
    StatusCode,
    Tracer,
    get_current_span,
)
from opentelemetry.util.types import AttributeValue

from .exceptions import is_cancellation, qualified_name
from .guard import guarded, passes

if TYPE_CHECKING:

    class Ends(Protocol):
        """What is told how something has ended."""

        def end(self, error: BaseException | None) -> None:
            """It is over. Nothing if that was told before."""


_P = ParamSpec("_P")
_T = TypeVar("_T")

_ERROR: Final = Status(StatusCode.ERROR)


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
    if span is INVALID_SPAN:
        # Of older releases' tracer without an SDK: the parent's context has to go out all the same.
        return NonRecordingSpan(get_current_span(context).get_span_context())
    try:
        if span.is_recording():
            _set_absent(span, attributes)
    except BaseException as error:
        try:
            _note_interruption(span, error)
        finally:
            span.end()
        raise
    return span


def _note_interruption(span: Span, error: BaseException) -> None:
    """Say what the application gets, whatever else was to be told."""
    if passes(error) and not is_cancellation(error):
        span.set_attribute(ERROR_TYPE, qualified_name(type(error)))
        span.set_status(_ERROR)


@guarded
def _set_absent(span: Span, attributes: Mapping[str, AttributeValue]) -> None:
    # The API has no way to read attributes: this is what the SDK's spans have.
    present: Any = getattr(span, "attributes", None)
    if not hasattr(present, "keys"):
        return
    absent = {name: value for name, value in attributes.items() if name not in present}
    # Where a limit has dropped some, setting them would drop others.
    if absent and not getattr(span, "dropped_attributes", 0):
        span.set_attributes(absent)


class Traced:
    """What a span is about."""

    span: Span
    """Once it is open."""
    is_open: bool = False
    """Whether the span has started, and has not ended with all that belongs to it."""
    tells_failure: bool = False
    """Whether the span says what has failed."""
    _is_told: bool = False
    _is_ending: bool = False

    def _end_span(self, tell: Callable[[], object], end_time: int | None = None) -> None:
        """End the span, once it was told how it went. What was done before is not done again.

        Raises:
            BaseException: an interruption. To be called again, then.
        """
        try:
            if not self._is_told:
                self._is_told = True
                tell()
        except BaseException as error:
            if not self.tells_failure:
                _note_interruption(self.span, error)
            raise
        finally:
            # A span that never ends is never seen; the SDK logs a warning where one ends twice.
            if not self._is_ending or self.span.is_recording():
                self._is_ending = True
                self.span.end(end_time)


def follow(work: Ends, run: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
    """Run what a span is about, and tell it how that ended."""
    try:
        try:
            value = run(*args, **kwargs)
        except BaseException as error:
            work.end(error)
            raise
        work.end(None)
    except BaseException as error:
        # An interruption may have struck where it was about to end.
        work.end(error)
        raise
    return value
