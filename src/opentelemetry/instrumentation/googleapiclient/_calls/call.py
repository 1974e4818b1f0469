# SPDX-License-Identifier: Apache-2.0
"""The life of one API call: its span, its tries, its waits, its outcome.

A :class:`Call` is told what happens in the order in which it happens, by ``patch`` (begin and
outcome) and ``transport`` (tries and waits), and writes it down. Nothing is parsed unless the span
records, and nothing that failure alone needs is done before there is one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from time import monotonic, perf_counter
from types import CodeType
from typing import Any, Final, NamedTuple, cast

from opentelemetry.context import Context, attach
from opentelemetry.instrumentation.httplib2._support.exceptions import (
    is_cancellation,
    is_deadline,
    lineage,
    qualified_name,
)
from opentelemetry.instrumentation.httplib2._support.guard import guarded, quietly
from opentelemetry.instrumentation.httplib2._support.sdk import Sdk
from opentelemetry.instrumentation.httplib2._support.spans import Traced, start_span, with_span
from opentelemetry.instrumentation.httplib2._urls.url import UrlPolicy
from opentelemetry.instrumentation.httplib2._wire.scope import (
    RequestScope,
    current_scope,
    enter_scope,
)
from opentelemetry.instrumentation.httplib2.semconv import HTTPLIB2_RESPONSE_STALE
from opentelemetry.semconv.attributes.error_attributes import ERROR_TYPE
from opentelemetry.semconv.attributes.http_attributes import HTTP_RESPONSE_STATUS_CODE
from opentelemetry.trace import Link, Span, SpanContext, SpanKind, Status, StatusCode, Tracer
from opentelemetry.util.types import AttributeValue

from .. import semconv
from .._diagnosis.services import service_named
from .._errors.redaction import Redaction
from .api_request import Subject
from .credentials import is_sent_by_credentials
from .failure import Answer, Failure, failure_of_answer, failure_of_exception
from .identity_map import Memory
from .metrics import Fate, Metrics
from .options import Options
from .retry_log import RetryLog
from .transport import answer_read_in

_NOTHING: Final[Mapping[str, AttributeValue]] = {}
_PAIR: Final = 2
_WITH_RESPONSE: Final = "httplib2.error.HttpLib2ErrorWithResponse"
_MATTER_MOST: Final = (
    semconv.GOOGLEAPICLIENT_ERROR_REASON,
    HTTP_RESPONSE_STATUS_CODE,
    ERROR_TYPE,
    semconv.GOOGLEAPICLIENT_ERROR_CAUSE,
)
_REPEATABLE: Final = frozenset({semconv.Operation.EXECUTE, semconv.Operation.DISCOVERY})


@dataclass(frozen=True, slots=True)
class Outlets:
    """Where calls are written down, and how."""

    tracer: Tracer
    options: Options
    metrics: Metrics
    metering: Sdk
    """Behind the metrics."""
    has_hooks: bool
    """Whether the user wants to be shown the spans."""
    retry_log: RetryLog | None
    url_policy: UrlPolicy
    past_failures: Memory[PastFailures]
    """Of requests that may be executed again."""


class PastFailures(NamedTuple):
    """How often in a row a request has failed, and when the server wants to see it again."""

    times: int
    not_before: float | None
    """By the monotonic clock; None where the server named no wait."""

    def attributes(self) -> dict[str, AttributeValue]:
        """What the span of a repeat says of them at its start."""
        attributes: dict[str, AttributeValue] = {
            semconv.GOOGLEAPICLIENT_REEXECUTION_COUNT: self.times
        }
        if self.not_before is not None and monotonic() < self.not_before:
            attributes[semconv.GOOGLEAPICLIENT_RETRY_TOO_EARLY] = True
        return attributes


class Call(Subject, RequestScope, Traced):
    """One call of the application, from ``execute()`` to its value or exception.

    For the layer below it is the scope in which its tries belong together. It is its own subject:
    one more object would be a measurable part of what a call costs.
    """

    # What whoever makes one says of it.
    outlets: Outlets
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
    where a stand-in of the application's answers something else."""
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
        return self.outlets.url_policy

    @property
    def rpc_method(self) -> str | None:
        return self.method

    def is_sent_by_credentials(self) -> bool:
        return is_sent_by_credentials()

    def shown(self, url: str) -> tuple[str, str]:
        endpoint = self.endpoint
        if endpoint is not None and endpoint.may_show(url):
            return url, endpoint.origin
        return super().shown(url)

    @property
    def _redaction(self) -> Redaction:
        return Redaction(capture_personal_data=self.outlets.options.capture_personal_data)

    def repeats(self, past: PastFailures) -> None:
        """The application executes again what has failed."""
        self.past_failure = past
        self.may_be_quiet = False

    @guarded
    def enter(self) -> None:
        """Start the span and make it the current one, then let the user's hook see it."""
        outlets = self.outlets
        self._scope_around = current_scope()
        self.span = span = start_span(
            outlets.tracer,
            self.name,
            self.around,
            SpanKind.INTERNAL,
            self.start_attributes,
            links=self.links,
        )
        self.is_open = True
        self.recording = recording = span.is_recording()
        metering = outlets.metering
        if metering.is_known or metering.is_present():
            self._measures = True
            self._began = perf_counter()
        elif recording:
            self.is_quiet = not outlets.has_hooks and self.may_be_quiet
        else:
            self.observed = outlets.retry_log is not None
        self.context = with_span(span, self.around)
        enter_scope(self)
        attach(self.context)
        if self.on_start is not None:
            self.on_start(span.get_span_context())
        if outlets.has_hooks and recording:
            hook = outlets.options.request_hook
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
        """What the library won't send again has failed, or its own reading of the answer has.

        Args:
            error: what the library's loop has raised.
            loop: its code.
        """
        self.outcome = answer_read_in(error, loop) or error

    def _charge(self) -> None:
        units = self._units_of(self)
        if units:
            self.outlets.metrics.charge(units, self.service, self.method)

    @guarded
    def try_answered(self, answer: Any) -> None:
        # A stand-in of the application's may return what is no pair of response and body.
        if isinstance(answer, tuple) and len(answer) == _PAIR:  # pyright: ignore[reportUnknownArgumentType]
            self.outcome = answer

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
        self.outlets.metrics.record_wait(
            seconds,
            Fate(
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
            answer = self.last_answer or self._answer_of(error)
            self._report(answer, error)
            hook = self.outlets.options.response_hook
            if hook is not None and self.recording:
                response = answer.response if answer else None
                _response_hook(hook, self.span, self.request, response, error)
        if error is not None or self.past_failure is not None:
            self._remember(error)

    @guarded
    def _remember(self, error: BaseException | None) -> None:
        if self.operation not in _REPEATABLE:
            return
        past, before, request = self.outlets.past_failures, self.past_failure, self.request
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

    def _report(self, answer: Answer | None, error: BaseException | None) -> None:
        if error is not None and not is_cancellation(error):
            self._failure = self._failure_of(answer, error)
        if self._measures:
            self._measure(answer)
        if self.recording:
            self._write(answer, error)

    @guarded
    def _measure(self, answer: Answer | None) -> None:
        failure = self._failure
        status = answer.status if answer else None
        if status is None and failure is not None:
            # Of the endpoint that refused to renew the token.
            status = failure.error.http_status
        fate = Fate(
            self.service,
            self.method,
            self.operation,
            failure.error_type if failure else None,
            status,
            failure.diagnosis.cause if failure else None,
            failure.diagnosis.owner if failure else None,
        )
        if failure is not None and self._is_exhausted(answer):
            fate = fate._replace(exhausted=True)
        self.outlets.metrics.record_call(perf_counter() - self._began, fate, self.context)

    def _write(self, answer: Answer | None, error: BaseException | None) -> None:
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
            if self._is_exhausted(answer):
                attributes[semconv.GOOGLEAPICLIENT_RETRY_EXHAUSTED] = True
            attributes.update(failure.attributes(self._redaction))
            self.span.set_status(Status(StatusCode.ERROR, failure.description))
        elif error is not None and not is_cancellation(error):
            # Understanding it has failed; that it did fail must be seen all the same.
            attributes[ERROR_TYPE] = qualified_name(type(error))
            self.span.set_status(Status(StatusCode.ERROR))
        # The status of a stale response is not its own.
        status = None if answer is None or self.stale_response else answer.status
        set_last(attributes, status)
        self.span.set_attributes(attributes)
        self.tells_failure = ERROR_TYPE in attributes

    def _is_exhausted(self, answer: Answer | None) -> bool:
        """Whether the last try that the library had has failed, too."""
        used_up = bool(self._limit) and self._repeats >= self._limit
        return used_up and (answer is None or self._is_refused(answer))

    @property
    def last_answer(self) -> Answer | None:
        """The answer to the last try, if there was one."""
        outcome = cast("object", self.outcome)
        if not isinstance(outcome, tuple):
            return None
        pair = cast("tuple[Any, ...]", outcome)
        return Answer(*pair) if len(pair) == _PAIR else None

    def is_of(self, request: Any) -> bool:
        """Whether this is the call of that request."""
        return self.request is request

    def _is_refused(self, answer: Answer) -> bool:
        return answer.failed

    def _is_unread(self, error: BaseException) -> bool:  # noqa: ARG002 - for batches and media
        """Whether only the library's own reading of the answer can have raised this."""
        return False

    def _transfer(self, error: BaseException | None) -> Mapping[str, AttributeValue]:  # noqa: ARG002 - for uploads
        """What of its chunk is worth saying at its end."""
        return self._chunk

    def _answer_of(self, error: BaseException | None) -> Answer | None:
        """The response that an exception brings along.

        An HttpError, where the try went past us: through a transport of its own, or past a private
        name that this version does not have. An error of httplib2's, where a redirect leads
        nowhere.
        """
        if not isinstance(self.outcome, BaseException):
            response = getattr(error, "resp", None)
            return None if response is None else Answer(response, getattr(error, "content", None))
        if error is not None and _WITH_RESPONSE in lineage(error):
            answer = Answer(getattr(error, "response", None), getattr(error, "content", None))
            # What could not be read has not answered.
            return answer if answer.failed else None
        return None

    @guarded
    def _failure_of(self, answer: Answer | None, error: BaseException) -> Failure:
        redaction = self._redaction
        is_refused = answer is not None and self._is_refused(answer)
        # A deadline has ended the call, whatever the last response was. An HttpError is none.
        is_late = getattr(error, "resp", None) is None and is_deadline(error)
        says_response = not is_late and not isinstance(self.outcome, BaseException)
        if answer is not None and is_refused and says_response:
            return failure_of_answer(answer, self, redaction, stale=self.stale_response)
        answered = answer is not None and not is_refused
        failure = failure_of_exception(
            error,
            self,
            redaction,
            answered=answered,
            unread=answered and self._is_unread(error),
            refusal=self.refusal,
            token_status=self._token_status,
        )
        if answer is not None and answer.failed and not is_late:
            failure = replace(failure, error_type=str(answer.status))
        return failure

    @property
    def _token_status(self) -> int | None:
        """The status of the last response to something else that was sent for it: for a token."""
        _, history = self.other or ("", None)
        previous = history.previous if history is not None else None
        return previous.status if previous is not None else None

    def _units_of(self, subject: Subject) -> int:
        """What one try costs in quota units, 0 where no table says it."""
        if subject.method is None:
            return 0
        tables = service_named(subject.service).quota_units
        return tables.get(self.outlets.options.gmail_quota_table, {}).get(subject.method, 0)

    def _is_charged(self, url: object) -> bool:  # noqa: ARG002 - for media
        """Whether sending to this URL costs what the method costs."""
        return True

    @guarded
    def _tell_retry(self, delay: object) -> None:
        """Say that the library is about to wait, and then to try again, and why."""
        outcome = self.outcome
        if not self.observed or outcome is None:
            return
        answer = self.last_answer
        if answer is not None:
            failure = failure_of_answer(answer, self, self._redaction)
        else:
            failure = self._failure_of(None, cast("BaseException", outcome))
        self._waits_for = failure
        log = self.outlets.retry_log
        if failure is None:
            return
        if log is not None:
            log.emit(self._retry_attributes(delay, failure), self.context)
        elif self.recording and self.outlets.options.retry_events == "span":
            self.span.add_event(semconv.EVENT_RETRY, self._retry_attributes(delay, failure))

    def _retry_attributes(self, delay: object, failure: Failure) -> dict[str, AttributeValue]:
        attributes: dict[str, AttributeValue] = {
            semconv.GOOGLEAPICLIENT_RETRY_ATTEMPT: self._repeats + 1,
            semconv.GOOGLEAPICLIENT_RETRY_LIMIT: self._limit,
            ERROR_TYPE: failure.error_type,
            semconv.GOOGLEAPICLIENT_ERROR_CAUSE: failure.diagnosis.cause,
        }
        answer = self.last_answer
        if answer is not None and answer.status is not None:
            attributes[HTTP_RESPONSE_STATUS_CODE] = answer.status
        seconds = float(delay) if isinstance(delay, (int, float)) else None
        if seconds is not None:
            attributes[semconv.GOOGLEAPICLIENT_RETRY_DELAY] = seconds
        if failure.advised_wait is not None:
            attributes[semconv.GOOGLEAPICLIENT_RETRY_ADVISED_WAIT] = failure.advised_wait
            if seconds is not None and seconds < failure.advised_wait:
                attributes[semconv.GOOGLEAPICLIENT_RETRY_TOO_EARLY] = True
        return attributes


class Apart(RequestScope):
    """What is sent apart from any call."""

    propagates_baggage = False
    policy: UrlPolicy

    @property
    def url_policy(self) -> UrlPolicy:
        return self.policy


def set_last(attributes: dict[str, AttributeValue], status: int | None) -> None:
    """Move what matters most to the end: a limit on attributes drops the oldest.

    Args:
        attributes: are changed.
        status: of the response, None where there was none.
    """
    if status is not None:
        attributes[HTTP_RESPONSE_STATUS_CODE] = status
    for name in _MATTER_MOST:
        if name in attributes:
            attributes[name] = attributes.pop(name)


def _status_of(outcome: Any) -> object:
    return outcome[0].status


def number_of_retries(limit: object) -> int:
    """``num_retries`` as the library understands it, 0 for what is no number of retries."""
    return int(limit) if isinstance(limit, int) and limit > 0 else 0


@guarded
def _request_hook(hook: Any, span: Span, request: Any) -> None:
    hook(span, request)


@guarded
def _response_hook(
    hook: Any, span: Span, request: Any, response: Any, error: BaseException | None
) -> None:
    hook(span, request, response, error)
