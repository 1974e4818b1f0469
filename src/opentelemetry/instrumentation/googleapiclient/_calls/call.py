# SPDX-License-Identifier: Apache-2.0
"""The life of one API call: its span, its tries, its waits, its outcome.

A :class:`Call` is told what happens in the order in which it happens, by ``patch`` (begin and
outcome) and ``transport`` (tries and waits), and writes it down. Nothing is parsed unless the span
records, and nothing that failure alone needs is done before there is one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from time import monotonic, perf_counter
from typing import TYPE_CHECKING, Any, Final

from opentelemetry.context import Context, attach
from opentelemetry.instrumentation.httplib2._support.exceptions import (
    is_cancellation,
    qualified_name,
)
from opentelemetry.instrumentation.httplib2._support.guard import guarded, quietly
from opentelemetry.instrumentation.httplib2._support.spans import start_span
from opentelemetry.instrumentation.httplib2._wire.scope import (
    RequestScope,
    current_scope,
    enter_scope,
)
from opentelemetry.instrumentation.httplib2.semconv import HTTPLIB2_RESPONSE_STALE
from opentelemetry.semconv.attributes.error_attributes import ERROR_TYPE
from opentelemetry.semconv.attributes.http_attributes import HTTP_RESPONSE_STATUS_CODE
from opentelemetry.trace import (
    Link,
    Span,
    SpanContext,
    SpanKind,
    Status,
    StatusCode,
    set_span_in_context,
)
from opentelemetry.util.types import AttributeValue

from .. import semconv
from .attribute_order import set_last
from .metrics import MetricAttributes
from .re_executions import PastFailures
from .response import Response, response_of
from .tries import Tries

if TYPE_CHECKING:
    from .failure import Failure

_NOTHING: Final[Mapping[str, AttributeValue]] = {}
_REPEATABLE: Final = frozenset({semconv.Operation.EXECUTE, semconv.Operation.DISCOVERY})


class Call(Tries):
    """One call of the application, from ``execute()`` to its value or exception."""

    # Set by whoever makes one.
    around: Context
    """In which it begins."""
    start_attributes: Mapping[str, AttributeValue] = _NOTHING
    """What its span says from the start on."""
    name: str = ""
    """Of its span."""
    links: tuple[Link, ...] = ()
    """To the spans of others."""
    on_start: Callable[[SpanContext], object] | None = None
    """Wants to know its span."""

    # What each one starts with. In the class: most calls change little of it.
    may_be_quiet = True
    """Whether it may have no more to say than others."""
    is_upload = False
    """Whether it sends chunks to an upload session."""
    past_failure: PastFailures | None = None
    """Of its request."""
    _chunk: Mapping[str, AttributeValue] = _NOTHING
    """What a call that moves bytes in chunks has to say of them."""
    _began: float = 0.0
    _failure: Failure | None = None
    _scope_around: RequestScope | None = None

    def re_executes(self, past: PastFailures) -> None:
        """The application executes again what has failed."""
        self.past_failure = past
        self.may_be_quiet = False

    @guarded
    def enter(self) -> None:
        """Start the span and make it the current one, then let the user's hook see it."""
        setup = self.setup
        self._scope_around = current_scope()
        self.span = span = start_span(
            setup.tracer,
            self.name,
            self.around,
            SpanKind.INTERNAL,
            self.start_attributes,
            links=self.links,
        )
        self.is_open = True
        self.recording = recording = span.is_recording()
        metering = setup.metrics.metering
        if metering.is_present():
            self._measures = True
            self._began = perf_counter()
        elif recording:
            self.is_quiet = not setup.has_hooks and self.may_be_quiet
        else:
            self.observed = setup.retry_log is not None
        self.context = set_span_in_context(span, self.around)
        enter_scope(self)
        attach(self.context)
        if self.on_start is not None:
            self.on_start(span.get_span_context())
        if setup.has_hooks and recording:
            hook = setup.options.request_hook
            if hook is not None:
                _request_hook(hook, span, self.request)

    @guarded
    def end(self, error: BaseException | None) -> None:
        """The application gets a value, or this exception."""
        if not self.is_open:
            return
        # By their values and not by tokens, which an interruption may have lost.
        enter_scope(self._scope_around)
        attach(self.around)
        try:
            self._end_span(partial(self._tell, error))
        finally:
            # An exception knows our frame and with it this object, the context and what was found
            # out hold it as well: to go on referring to any of them would be a cycle.
            if error is not None:
                self.outcome = self._failure = None
                self.context = Context()
        self.is_open = False

    def _tell(self, error: BaseException | None) -> None:
        if error is None and self.is_quiet and not (self.duplicate_risk or self.stale_response):
            status = quietly(_status_of, self.outcome)
            if isinstance(status, int):
                self.span.set_attribute(HTTP_RESPONSE_STATUS_CODE, status)
        elif self.observed or error is not None or self.past_failure is not None:
            self._report_all(error)

    def _report_all(self, error: BaseException | None) -> None:
        if self.observed:
            response = self.last_response or response_of(error, self.outcome)
            self._report(response, error)
            hook = self.setup.options.response_hook
            if hook is not None and self.recording:
                head = response.head if response else None
                _response_hook(hook, self.span, self.request, head, error)
        if error is not None or self.past_failure is not None:
            self._remember(error)

    @guarded
    def _remember(self, error: BaseException | None) -> None:
        if self.operation not in _REPEATABLE:
            return
        past, before, request = self.setup.past_failures, self.past_failure, self.request
        if error is None:
            past.forget(request)
        elif not is_cancellation(error):
            wait = self._failure.advised_wait if self._failure else None
            past.set(
                request,
                PastFailures(
                    times=before.times + 1 if before else 1,
                    not_before=None if wait is None else monotonic() + wait,
                ),
            )

    def _report(self, response: Response | None, error: BaseException | None) -> None:
        if error is not None and not is_cancellation(error):
            self._failure = self._failure_of(response, error)
        if self._measures:
            self._measure(response)
        if self.recording:
            self._write(response, error)

    @guarded
    def _measure(self, response: Response | None) -> None:
        failure = self._failure
        status = response.status if response else None
        if status is None and failure is not None:
            # Of the endpoint that refused to renew the token.
            status = failure.error.http_status
        attributes = MetricAttributes(
            self.service,
            self.method,
            self.operation,
            failure.error_type if failure else None,
            status,
            failure.diagnosis.cause if failure else None,
            failure.diagnosis.owner if failure else None,
        )
        if failure is not None and self._is_exhausted(response):
            attributes = attributes._replace(exhausted=True)
        self.setup.metrics.record_call(perf_counter() - self._began, attributes, self.context)

    def _write(self, response: Response | None, error: BaseException | None) -> None:
        attributes: dict[str, AttributeValue] = {}
        if self._retry_count:
            attributes[semconv.GOOGLEAPICLIENT_RETRY_COUNT] = self._retry_count
        if self._has_waited:
            attributes[semconv.GOOGLEAPICLIENT_RETRY_WAIT] = self._waited
        if self.duplicate_risk:
            attributes[semconv.GOOGLEAPICLIENT_DUPLICATE_RISK] = True
        if self.stale_response:
            attributes[HTTPLIB2_RESPONSE_STALE] = True
        attributes.update(self._transfer(error))
        failure = self._failure
        if failure is not None:
            if self._is_exhausted(response):
                attributes[semconv.GOOGLEAPICLIENT_RETRY_EXHAUSTED] = True
            attributes.update(failure.attributes(self._redaction))
            self.span.set_status(Status(StatusCode.ERROR, failure.description))
        elif error is not None and not is_cancellation(error):
            # Understanding it has failed; that it did fail must be seen all the same.
            attributes[ERROR_TYPE] = qualified_name(type(error))
            self.span.set_status(Status(StatusCode.ERROR))
        # The status of a stale response is not its own.
        status = None if response is None or self.stale_response else response.status
        set_last(attributes, status)
        self.span.set_attributes(attributes)
        self.tells_failure = ERROR_TYPE in attributes

    def is_of(self, request: Any) -> bool:
        """Whether this is the call of that request."""
        return self.request is request

    def _transfer(self, error: BaseException | None) -> Mapping[str, AttributeValue]:  # noqa: ARG002 - for uploads
        """What of its chunk is worth saying at its end."""
        return self._chunk


def _status_of(outcome: Any) -> object:
    return outcome[0].status


@guarded
def _request_hook(hook: Any, span: Span, request: Any) -> None:
    hook(span, request)


@guarded
def _response_hook(
    hook: Any, span: Span, request: Any, response: Any, error: BaseException | None
) -> None:
    hook(span, request, response, error)
