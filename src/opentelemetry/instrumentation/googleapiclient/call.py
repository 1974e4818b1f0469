# SPDX-License-Identifier: Apache-2.0
"""The life of one API call: its span, its tries, its waits, its outcome.

A :class:`Call` is told what happens in the order in which it happens, by ``patch`` (begin and
outcome) and ``transport`` (tries and waits), and writes it down. Nothing is parsed unless the span
records, and nothing that failure alone needs is done before there is one.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import Token
from time import perf_counter
from typing import Any, Final, TypeGuard, cast

from opentelemetry import context as otel_context
from opentelemetry.context import Context
from opentelemetry.semconv.attributes.error_attributes import ERROR_TYPE
from opentelemetry.semconv.attributes.http_attributes import HTTP_RESPONSE_STATUS_CODE
from opentelemetry.trace import Span, Status, StatusCode, set_span_in_context
from opentelemetry.util.types import AttributeValue

from ..httplib2.exceptions import is_cancellation
from ..httplib2.guard import guarded
from ..httplib2.scope import RequestScope, current_scope, with_scope
from ..httplib2.url import UrlPolicy
from . import semconv
from .failure import Answer, Failure, Subject, failure_of_answer, failure_of_exception
from .memory import Memory
from .options import Options

_PAIR: Final = 2


def current_call() -> Call | None:
    """The call that this thread or task is inside of."""
    scope = current_scope()
    return scope if isinstance(scope, Call) else None


class Call(RequestScope):
    """One call of the application, from ``execute()`` to its value or exception.

    For the layer below it is the scope in which its tries belong together.
    """

    __slots__ = (
        "_after_wait",
        "_limit",
        "_options",
        "_outcome",
        "_repeats",
        "_retry_count",
        "_span",
        "_subject",
        "_token",
        "_wait_began",
        "_waited",
        "failures",
        "recording",
    )

    def __init__(self, span: Span, subject: Subject, options: Options) -> None:
        super().__init__(
            template=subject.template,
            url_policy=UrlPolicy(google=True, capture_personal_data=options.capture_personal_data),
            # Baggage is the application's own business, not Google's.
            propagates_baggage=False,
        )
        self.recording = span.is_recording()
        self.failures: Memory[int] | None = None
        """How often in a row requests have failed, where a repeat of this call would count."""
        self._span = span
        self._subject = subject
        self._options = options
        self._token: Token[Context] | None = None
        self._outcome: Answer | BaseException | None = None
        self._limit = 0
        self._after_wait = False
        self._repeats = 0
        self._retry_count = 0
        self._wait_began = 0.0
        self._waited = 0.0

    @guarded
    def enter(self) -> None:
        """Make the span the current one, then let the user's hook see it."""
        self._token = otel_context.attach(with_scope(self, set_span_in_context(self._span)))
        hook = self._options.request_hook
        if hook is not None and self.recording:
            _request_hook(hook, self._span, self._subject.request)

    # What the transport reports.

    @guarded
    def loop_begins(self, limit: object) -> None:
        """A retry loop of the library begins, which may repeat a try ``limit`` times."""
        self._after_wait = False
        self._limit = limit if isinstance(limit, int) and limit > 0 else 0

    @guarded
    def try_begins(self, method: object, url: object, headers: object) -> None:  # noqa: ARG002 - for media
        """The library sends: once more what it has waited for, or something new."""
        if self._after_wait:
            self._repeats += 1
            self._retry_count += 1
        else:
            self.begin_request()
            self._repeats = 0
        self._after_wait = False
        self.begin_try(method, url)
        self._outcome = None

    @guarded
    def try_answered(self, answer: object) -> None:
        if _is_pair(answer):
            self._outcome = Answer(answer[0], answer[1])

    @guarded
    def try_failed(self, error: BaseException) -> None:
        self._outcome = error

    @guarded
    def wait_begins(self, delay: object) -> None:
        if self.recording:
            self._add_retry_event(delay)
        self._wait_began = perf_counter()

    @guarded
    def wait_ended(self) -> None:
        self._after_wait = True
        if self._wait_began:
            self._waited += perf_counter() - self._wait_began
            self._wait_began = 0.0

    # What the call ends with.

    def succeed(self) -> None:
        """The application gets a value."""
        self._leave()
        self._remember(None)
        self._conclude(None)
        self._end()

    def fail(self, error: BaseException) -> None:
        """The application gets an exception."""
        self._leave()
        self._remember(error)
        self._conclude(error)
        self._end()

    @guarded
    def _leave(self) -> None:
        token, self._token = self._token, None
        if token is not None:
            otel_context.detach(token)

    @guarded
    def _remember(self, error: BaseException | None) -> None:
        failures, request = self.failures, self._subject.request
        if failures is None:
            return
        if error is None:
            failures.forget(request)
        elif not is_cancellation(error):
            failures.set(request, (failures.get(request) or 0) + 1)

    @guarded
    def _conclude(self, error: BaseException | None) -> None:
        answer = self._last_answer(error)
        self._report(answer, error)
        hook = self._options.response_hook
        if hook is not None and self.recording:
            response = answer.response if answer else None
            _response_hook(hook, self._span, self._subject.request, response, error)

    @guarded
    def _end(self) -> None:
        # An exception knows our frame and with it this object: holding on to it would be a cycle.
        self._outcome = None
        self._span.end()

    @guarded
    def _report(self, answer: Answer | None, error: BaseException | None) -> None:
        if not self.recording:
            return
        span = self._span
        attributes: dict[str, AttributeValue] = {}
        if answer is not None and answer.status is not None:
            attributes[HTTP_RESPONSE_STATUS_CODE] = answer.status
        if self._retry_count:
            attributes[semconv.GOOGLEAPICLIENT_RETRY_COUNT] = self._retry_count
        if self._waited:
            attributes[semconv.GOOGLEAPICLIENT_RETRY_WAIT] = self._waited
        attributes.update(self._transfer(error))
        if error is not None and not is_cancellation(error):
            if self._limit and self._repeats >= self._limit:
                attributes[semconv.GOOGLEAPICLIENT_RETRY_EXHAUSTED] = True
            failure = self._failure(answer, error)
            if failure is not None:
                attributes.update(failure.attributes(self._options.redaction))
                span.set_status(Status(StatusCode.ERROR, failure.description))
        span.set_attributes(attributes)

    @property
    def last_answer(self) -> Answer | None:
        """The answer to the last try, if there was one."""
        return self._outcome if isinstance(self._outcome, Answer) else None

    def is_of(self, request: Any) -> bool:
        """Whether this is the call of that request."""
        return self._subject.request is request

    def _is_refused(self, answer: Answer) -> bool:
        return answer.failed

    def _transfer(self, error: BaseException | None) -> Mapping[str, AttributeValue]:  # noqa: ARG002 - for media
        """What a call that moves bytes in chunks has to say of them."""
        return {}

    def _last_answer(self, error: BaseException | None) -> Answer | None:
        """The answer of the last try, or the one that an HttpError brings along.

        The latter serves where the try went past us: a transport of its own, a private name that
        this version of the library does not have.
        """
        if self.last_answer is not None:
            return self.last_answer
        response = getattr(error, "resp", None)
        if self._outcome is None and response is not None:
            return Answer(response, getattr(error, "content", None))
        return None

    def _failure(self, answer: Answer | None, error: BaseException) -> Failure | None:
        redaction = self._options.redaction
        if answer is not None and self._is_refused(answer):
            return failure_of_answer(answer, self._subject, redaction)
        return failure_of_exception(error, self._subject, redaction)

    def _add_retry_event(self, delay: object) -> None:
        if self._options.retry_events != "span":
            return
        attributes: dict[str, AttributeValue] = {
            semconv.GOOGLEAPICLIENT_RETRY_ATTEMPT: self._repeats + 1,
            semconv.GOOGLEAPICLIENT_RETRY_LIMIT: self._limit,
        }
        if isinstance(delay, (int, float)):
            attributes[semconv.GOOGLEAPICLIENT_RETRY_DELAY] = float(delay)
        attributes.update(self._why_retry(delay) or {})
        self._span.add_event(semconv.EVENT_RETRY, attributes)

    @guarded
    def _why_retry(self, delay: object) -> dict[str, AttributeValue]:
        """What is known of the failure that the library is about to retry."""
        outcome = self._outcome
        redaction = self._options.redaction
        attributes: dict[str, AttributeValue] = {}
        if isinstance(outcome, Answer):
            if outcome.status is not None:
                attributes[HTTP_RESPONSE_STATUS_CODE] = outcome.status
            failure = failure_of_answer(outcome, self._subject, redaction)
        elif outcome is not None:
            failure = failure_of_exception(outcome, self._subject, redaction)
        else:
            return attributes
        attributes[ERROR_TYPE] = failure.error_type
        attributes[semconv.GOOGLEAPICLIENT_ERROR_CAUSE] = failure.diagnosis.cause
        if failure.advised_wait is not None:
            attributes[semconv.GOOGLEAPICLIENT_RETRY_ADVISED_WAIT] = failure.advised_wait
            if isinstance(delay, (int, float)) and delay < failure.advised_wait:
                attributes[semconv.GOOGLEAPICLIENT_RETRY_TOO_EARLY] = True
        return attributes


def _is_pair(answer: object) -> TypeGuard[tuple[Any, Any]]:
    return isinstance(answer, tuple) and len(cast("tuple[object, ...]", answer)) == _PAIR


@guarded
def _request_hook(hook: Any, span: Span, request: Any) -> None:
    hook(span, request)


@guarded
def _response_hook(
    hook: Any, span: Span, request: Any, response: Any, error: BaseException | None
) -> None:
    hook(span, request, response, error)
