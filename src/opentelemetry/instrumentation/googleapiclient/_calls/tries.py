# SPDX-License-Identifier: Apache-2.0
"""The tries of one API call, the waits between them, and why they failed."""

from __future__ import annotations

from time import perf_counter
from types import CodeType
from typing import TYPE_CHECKING, Any, cast

from opentelemetry.context import Context
from opentelemetry.instrumentation.httplib2._support.exceptions import is_deadline
from opentelemetry.instrumentation.httplib2._support.guard import guarded
from opentelemetry.instrumentation.httplib2._support.spans import Traced
from opentelemetry.instrumentation.httplib2._urls.redaction import UrlPolicy
from opentelemetry.instrumentation.httplib2._wire.scope import RequestScope
from opentelemetry.util.types import AttributeValue

from .. import semconv
from .api_request import ApiRequest
from .call_setup import CallSetup
from .gmail_limits import UNITS
from .metrics import MetricAttributes
from .response import Response, is_pair, response_in
from .retry_event import number_of_retries, retry_attributes
from .transport import response_read_in

if TYPE_CHECKING:
    from .._errors.redaction import Redaction
    from .failure import Failure


class Tries(ApiRequest, RequestScope, Traced):
    """What ``transport`` reports of a call.

    For the layer below it is the scope in which the tries belong together. It is the request
    itself, too: one more object would be a measurable part of what a call costs.
    """

    setup: CallSetup
    """Set by whoever makes one."""

    # What each one starts with. In the class: most calls change little of it.
    context: Context = Context()
    """In which its span is the current one."""
    recording: bool = True
    """Whether its span wants to know."""
    observed = True
    """Whether anyone wants to know what happens inside of it."""
    is_quiet = False
    """Whether all that is left to say at its end, where that is success, is the status."""
    outcome: Any = None
    """Of the last try: a pair of response and body, or an exception; None before, and anything
    where a stand-in of the application's returns something else."""
    # Baggage is the application's own business, not Google's.
    propagates_baggage: bool = False
    _after_wait: bool = False
    _has_waited: bool = False
    _measures: bool = False
    _limit: int = 0
    _retries: int = 0
    _retry_count: int = 0
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

    # What the transport reports.

    @guarded
    def loop_begins(self, limit: object) -> None:
        """A retry loop of the library begins, which may retry ``limit`` times."""
        self._after_wait = False
        self._limit = number_of_retries(limit) if limit else 0

    @guarded
    def try_begins(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        """The library sends: once more what it has waited for, or something new.

        Args:
            args: what ``Http.request(uri, method, body, headers)`` is given.
            kwargs: the same.
        """
        self._begin(args, kwargs)

    @guarded
    def only_try_begins(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        """The library sends something that it will not retry; arguments as for a try."""
        self._after_wait = False
        self._limit = 0
        self._begin(args, kwargs)

    def _begin(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        again = self._after_wait
        self.begin_try(args[0] if args else kwargs.get("uri"), again=again)
        self._retries = self._retries + 1 if again else 0
        if again:
            self._after_wait = False
            self._retry_count += 1
        self.outcome = None
        if self._measures and self._is_charged(self.url):
            self._charge()

    @guarded
    def only_try_failed(self, error: BaseException, loop: CodeType | None) -> None:
        """What the library won't retry has failed, or its own reading of the response has.

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

    # Why a try has failed.

    @property
    def _redaction(self) -> Redaction:
        from .._errors.redaction import Redaction  # noqa: PLC0415 - loaded with the first failure

        return Redaction(capture_personal_data=self.setup.options.capture_personal_data)

    def _is_exhausted(self, response: Response | None) -> bool:
        """Whether the last try that the library had has failed, too."""
        used_up = bool(self._limit) and self._retries >= self._limit
        return used_up and (response is None or self._is_refused(response))

    @property
    def last_response(self) -> Response | None:
        """The response to the last try, if there was one."""
        return response_in(self.outcome)

    def _is_refused(self, response: Response) -> bool:
        return response.failed

    def _is_unread(self, error: BaseException) -> bool:  # noqa: ARG002 - for batches and media
        """Whether only the library's own reading of the response can have raised this."""
        return False

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
            failure = failure._replace(error_type=str(response.status))
        return failure

    @property
    def _token_status(self) -> int | None:
        """The status of the last response to something else that was sent for it: for a token."""
        _, history = self.other or ("", None)
        previous = history.previous if history is not None else None
        return previous.status if previous is not None else None

    def _units_of(self, api_request: ApiRequest) -> int:
        """What one try costs in quota units, 0 where no table says it."""
        if api_request.method is None:
            return 0
        return UNITS[self.setup.options.gmail_quota_table].get(api_request.method, 0)

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
        return retry_attributes(self._retries + 1, self._limit, delay, failure, status)
