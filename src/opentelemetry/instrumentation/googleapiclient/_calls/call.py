# SPDX-License-Identifier: Apache-2.0
"""The life of one API call: its span, its tries, its waits, its outcome.

A :class:`Call` is told what happens in the order in which it happens, by ``patch`` (begin and
outcome) and ``transport`` (tries and waits), and writes it down. Nothing is parsed unless the span
records, and nothing that failure alone needs is done before there is one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from time import monotonic, perf_counter
from types import CodeType
from typing import TYPE_CHECKING, Any, Final, cast

from opentelemetry.context import Context, attach
from opentelemetry.instrumentation.httplib2._support.exceptions import (
    is_cancellation,
    is_deadline,
    qualified_name,
)
from opentelemetry.instrumentation.httplib2._support.guard import guarded, quietly
from opentelemetry.instrumentation.httplib2._support.spans import Traced, start_span, with_span
from opentelemetry.instrumentation.httplib2._urls.redaction import UrlPolicy
from opentelemetry.instrumentation.httplib2._wire.scope import (
    RequestScope,
    current_scope,
    enter_scope,
)
from opentelemetry.instrumentation.httplib2.semconv import HTTPLIB2_RESPONSE_STALE
from opentelemetry.semconv.attributes.error_attributes import ERROR_TYPE
from opentelemetry.semconv.attributes.http_attributes import HTTP_RESPONSE_STATUS_CODE
from opentelemetry.trace import Link, Span, SpanContext, SpanKind, Status, StatusCode
from opentelemetry.util.types import AttributeValue

from .. import semconv
from .api_request import ApiRequest
from .attribute_order import set_last
from .call_setup import CallSetup
from .gmail_limits import UNITS
from .metrics import MetricAttributes
from .past_failures import PastFailures
from .response import Response, is_pair, response_in, response_of
from .retry_event import number_of_retries, retry_attributes
from .transport import response_read_in

if TYPE_CHECKING:
    from .._errors.redaction import Redaction
    from .failure import Failure

_NOTHING: Final[Mapping[str, AttributeValue]] = {}
_REPEATABLE: Final = frozenset({semconv.Operation.EXECUTE, semconv.Operation.DISCOVERY})


class Call(ApiRequest, RequestScope, Traced):
    """One call of the application, from ``execute()`` to its value or exception.

    For the layer below it is the scope in which its tries belong together. It is its own subject:
    one more object would be a measurable part of what a call costs.
    """

    # What whoever makes one says of it.
    setup: CallSetup
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
    context: Context = Context()
    """In which its span is the current one."""
    recording: bool = True
    """Whether its span wants to know."""
    may_be_quiet = True
    """Whether it may have no more to say than others."""
    observed = True
    """Whether anyone wants to know what happens inside of it."""
    is_quiet = False
    """Whether all that is left to say at its end, where that is success, is the status."""
    outcome: Any = None
    """Of the last try: a pair of response and body, or an exception; None before, and anything
    where a stand-in of the application's returns something else."""
    past_failure: PastFailures | None = None
    """Of its request."""
    _chunk: Mapping[str, AttributeValue] = _NOTHING
    """What a call that moves bytes in chunks has to say of them."""
    # Baggage is the application's own business, not Google's.
    propagates_baggage: bool = False
    _after_wait: bool = False
    _has_waited: bool = False
    _began: float = 0.0
    _measures: bool = False
    _failure: Failure | None = None
    _limit: int = 0
    _repeats: int = 0
    _retry_count: int = 0
    _scope_around: RequestScope | None = None
    _wait_began: float = 0.0
    _waited: float = 0.0
    _waits_for: Failure | None = None

    @property
    def url_policy(self) -> UrlPolicy:
        return self.setup.url_policy

    @property
    def rpc_method(self) -> str | None:
        return self.method

    def is_sent_by_credentials(self) -> bool:
        from .credentials import is_sent_by_credentials  # noqa: PLC0415 - few calls ask for it

        return is_sent_by_credentials()

    def shown(self, url: str) -> tuple[str, str]:
        endpoint = self.endpoint
        if endpoint is not None and endpoint.may_show(url):
            return url, endpoint.origin
        return super().shown(url)

    @property
    def _redaction(self) -> Redaction:
        from .._errors.redaction import Redaction  # noqa: PLC0415 - loaded with the first failure

        return Redaction(capture_personal_data=self.setup.options.capture_personal_data)

    def repeats(self, past: PastFailures) -> None:
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
        metering = setup.metering
        if metering.is_known or metering.is_present():
            self._measures = True
            self._began = perf_counter()
        elif recording:
            self.is_quiet = not setup.has_hooks and self.may_be_quiet
        else:
            self.observed = setup.retry_log is not None
        self.context = with_span(span, self.around)
        enter_scope(self)
        attach(self.context)
        if self.on_start is not None:
            self.on_start(span.get_span_context())
        if setup.has_hooks and recording:
            hook = setup.options.request_hook
            if hook is not None:
                _request_hook(hook, span, self.request)

    # What the transport reports.

    @guarded
    def loop_begins(self, limit: object) -> None:
        """A retry loop of the library begins, which may repeat a try ``limit`` times."""
        self._after_wait = False
        self._limit = number_of_retries(limit) if limit else 0

    @guarded
    def try_begins(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        """The library sends: once more what it has waited for, or something new.

        Args:
            args: what ``Http.request(uri, method, body, headers)`` is given.
            kwargs: the same.
        """
        again = self._after_wait
        self.begin_try(args[0] if args else kwargs.get("uri"), again=again)
        self._repeats = self._repeats + 1 if again else 0
        if again:
            self._after_wait = False
            self._retry_count += 1
        self.outcome = None
        if self._measures and self._is_charged(self.url):
            self._charge()

    @guarded
    def only_try_begins(self, url: object) -> None:
        """The library sends something that it will not send again.

        Args:
            url: where to.
        """
        if self.url is not None:
            self._limit = self._repeats = 0
            self._after_wait = False
            self.outcome = None
            self.begin_try(url, again=False)
        self.url = url
        if self._measures:
            self._charge()

    @guarded
    def only_try_failed(self, error: BaseException, loop: CodeType) -> None:
        """What the library won't send again has failed, or its own reading of the response has.

        Args:
            error: what the library's loop has raised.
            loop: its code.
        """
        self.outcome = response_read_in(error, loop) or error

    def _charge(self) -> None:
        units = self._units_of(self)
        if units:
            self.setup.metrics.charge(units, self.service, self.method)

    @guarded
    def try_ended(self, response: Any) -> None:
        if is_pair(response):
            self.outcome = response

    @guarded
    def try_failed(self, error: BaseException) -> None:
        self.outcome = error

    @guarded
    def wait_begins(self, delay: object) -> None:
        self.is_quiet = False
        # What a signal handler sends in the meantime is no resend.
        self.url = None
        self._tell_retry(delay)
        self._wait_began = perf_counter()

    @guarded
    def wait_ended(self) -> None:
        seconds = perf_counter() - self._wait_began
        self._after_wait = True
        self._has_waited = True
        self._waited += seconds
        failure, self._waits_for = self._waits_for, None
        self.setup.metrics.record_wait(
            seconds,
            MetricAttributes(
                self.service,
                self.method,
                error_type=failure.error_type if failure else None,
                cause=failure.diagnosis.cause if failure else None,
            ),
            self.context,
        )

    # What the call ends with.

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
            # An exception knows our frame and with it this object, and the context holds it as
            # well: to go on referring to either would be a cycle.
            if error is not None:
                self.outcome = None
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
        if self._chunk:
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

    def _is_exhausted(self, response: Response | None) -> bool:
        """Whether the last try that the library had has failed, too."""
        used_up = bool(self._limit) and self._repeats >= self._limit
        return used_up and (response is None or self._is_refused(response))

    @property
    def last_response(self) -> Response | None:
        """The response to the last try, if there was one."""
        return response_in(self.outcome)

    def is_of(self, request: Any) -> bool:
        """Whether this is the call of that request."""
        return self.request is request

    def _is_refused(self, response: Response) -> bool:
        return response.failed

    def _is_unread(self, error: BaseException) -> bool:  # noqa: ARG002 - for batches and media
        """Whether only the library's own reading of the response can have raised this."""
        return False

    def _transfer(self, error: BaseException | None) -> Mapping[str, AttributeValue]:  # noqa: ARG002 - for uploads
        """What of its chunk is worth saying at its end."""
        return self._chunk

    @guarded
    def _failure_of(self, response: Response | None, error: BaseException) -> Failure:
        from .failure import (  # noqa: PLC0415 - loaded with the first failure
            failure_of_exception,
            failure_of_response,
        )

        redaction = self._redaction
        is_refused = response is not None and self._is_refused(response)
        # A deadline has ended the call, whatever the last response was. An HttpError is none.
        is_late = getattr(error, "resp", None) is None and is_deadline(error)
        says_response = not is_late and not isinstance(self.outcome, BaseException)
        if response is not None and is_refused and says_response:
            return failure_of_response(response, self, redaction, stale=self.stale_response)
        responded = response is not None and not is_refused
        failure = failure_of_exception(
            error,
            self,
            redaction,
            responded=responded,
            unread=responded and self._is_unread(error),
            refusal=self.refusal,
            token_status=self._token_status,
        )
        if response is not None and response.failed and not is_late:
            failure = replace(failure, error_type=str(response.status))
        return failure

    @property
    def _token_status(self) -> int | None:
        """The status of the last response to something else that was sent for it: for a token."""
        _, history = self.other or ("", None)
        previous = history.previous if history is not None else None
        return previous.status if previous is not None else None

    def _units_of(self, subject: ApiRequest) -> int:
        """What one try costs in quota units, 0 where no table says it."""
        if subject.method is None:
            return 0
        return UNITS[self.setup.options.gmail_quota_table].get(subject.method, 0)

    def _is_charged(self, url: object) -> bool:  # noqa: ARG002 - for media
        """Whether sending to this URL costs what the method costs."""
        return True

    @guarded
    def _tell_retry(self, delay: object) -> None:
        """Say that the library is about to wait, and then to try again, and why."""
        outcome = self.outcome
        if not self.observed or outcome is None:
            return
        response = self.last_response
        if response is not None:
            from .failure import failure_of_response  # noqa: PLC0415 - loaded with the first failure

            failure = failure_of_response(response, self, self._redaction)
        else:
            failure = self._failure_of(None, cast("BaseException", outcome))
        self._waits_for = failure
        log = self.setup.retry_log
        if failure is None:
            return
        if log is not None:
            log.emit(self._retry_attributes(delay, failure), self.context)
        elif self.recording and self.setup.options.retry_events == "span":
            self.span.add_event(semconv.EVENT_RETRY, self._retry_attributes(delay, failure))

    def _retry_attributes(self, delay: object, failure: Failure) -> dict[str, AttributeValue]:
        response = self.last_response
        status = response.status if response is not None else None
        return retry_attributes(self._repeats + 1, self._limit, delay, failure, status)


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
