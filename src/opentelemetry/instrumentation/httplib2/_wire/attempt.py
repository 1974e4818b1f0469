# SPDX-License-Identifier: Apache-2.0
"""The life of one attempt on the wire: its span and its duration.

An attempt begins with the first ``connect()`` or ``request()`` after the previous one ended, and
ends when its response has been read or an exception has ended it.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from time import perf_counter_ns, time_ns
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from opentelemetry.context import Context, get_current
from opentelemetry.semconv.attributes.http_attributes import (
    HTTP_REQUEST_HEADER_TEMPLATE,
    HTTP_REQUEST_RESEND_COUNT,
    HTTP_RESPONSE_HEADER_TEMPLATE,
)
from opentelemetry.semconv.attributes.network_attributes import (
    NETWORK_PEER_ADDRESS,
    NETWORK_PEER_PORT,
)
from opentelemetry.semconv.attributes.url_attributes import URL_FULL
from opentelemetry.trace import SpanKind, Status, StatusCode, set_span_in_context
from opentelemetry.util.types import AttributeValue

from .. import semconv
from .._support.exceptions import is_cancellation, lineage, qualified_name
from .._support.guard import guarded
from .._support.spans import Traced, start_span
from .._urls.origin import origin_in
from .attempt_attributes import (
    OTHER_METHOD,
    Outcome,
    metric_attributes,
    outcome_of,
    request_attributes,
)
from .exchange import Exchange
from .peer import peer_of
from .resends import PastAttempt, warn_of_stale_response
from .sharing import ConnectionUse
from .telemetry import Telemetry

if TYPE_CHECKING:
    from .info import RequestInfo

_ERROR: Final = Status(StatusCode.ERROR)
_SENT: Final = frozenset({semconv.Phase.WAIT, semconv.Phase.READ})
_NO_NAMES: Final = frozenset[str]()
_NO_HEADERS: Final[Mapping[str, str]] = MappingProxyType({})
_NOTHING: Final[Mapping[str, AttributeValue]] = MappingProxyType({})


class Attempt(ConnectionUse, Traced):
    """One attempt to send a request and to read its response.

    Args:
        telemetry: what it is written down with.
        exchange: the ``Http.request`` that it is part of.
        method: the HTTP method, as the application gave it.
        target: path and query, as they go out; None for those of the exchange.
        reused: whether the connection was open already; None where that can't be told.
        cause: why it is resent, if the exchange does not know.
    """

    # What each one starts with. In the class: most attempts change little of it.
    failure: BaseException | None = None
    """The exception that stopped it, though httplib2 may yet ask for the response."""
    is_ready: bool = False
    """Whether headers that carry its context wait to be sent."""
    observed: bool = True
    """Whether anyone wants to know what becomes of it."""
    phase: str | None = semconv.Phase.CONNECT
    """How far it has come; None where that can't be seen."""
    recording: bool = True
    """Whether its span wants to know."""
    refusal: BaseException | None = None
    """The exception with which http.client refused to send it, so that nothing went out."""
    response: Any = None
    """The response that has begun: an ``http.client.HTTPResponse`` or what stands for it."""
    _context: Context = Context()
    _failed_at: int | None = None
    _headers: Mapping[str, str] = _NO_HEADERS
    _next: Attempt | None = None
    _peer: tuple[str, int] | str | None = None

    def __init__(
        self,
        telemetry: Telemetry,
        exchange: Exchange,
        method: str,
        *,
        target: str | None,
        reused: bool | None,
        cause: str | None = None,
    ) -> None:
        self._telemetry = telemetry
        self._exchange = exchange
        self._method = method
        self._target = target
        self._reused = reused
        self._cause = cause
        metering = telemetry.metering
        self._measures = metering.is_present()
        self._history = history = exchange.history
        self._previous = history.previous
        # Nobody knows how this one ends where nobody looks.
        history.previous = None
        self._count = count = history.attempts
        history.attempts = count + 1
        self._known_method = method if method in telemetry.known_methods else OTHER_METHOD
        if count:
            self._cause = cause or exchange.cause
        # A resend within one hop responds to a challenge (RFC 9110, section 11.6.1).
        exchange.cause = semconv.ResendCause.AUTH_CHALLENGE

    def begin(self) -> None:
        """Start its span."""
        telemetry, template = self._telemetry, self._template
        name = "HTTP" if self._known_method is OTHER_METHOD else self._known_method
        started_at = None
        if self._measures:
            # By the monotonic clock, so that span and metric agree whatever the wall clock does.
            self._started_at = started_at = time_ns()
            self._began = perf_counter_ns()
        # The context is given, so that nobody has to look it up again.
        context = get_current()
        tracing = telemetry.tracing
        self.span = span = start_span(
            telemetry.tracer,
            f"{name} {template}" if template else name,
            context,
            SpanKind.CLIENT,
            self._request_attributes() if tracing.is_present() else _NOTHING,
            start_time=started_at,
        )
        self.is_open = True
        self._context = set_span_in_context(span, context)
        self.recording = recording = span.is_recording()
        self.observed = recording or self._measures

    @property
    def is_spent(self) -> bool:
        """Whether it was sent or has failed: what follows is another attempt."""
        return self.failure is not None or self.was_sent

    @property
    def was_sent(self) -> bool:
        """Whether bytes of it may have gone out."""
        return self.phase != semconv.Phase.CONNECT and self.refusal is None

    def another(self, cause: str, *, reused: bool | None) -> Attempt:
        """Begin to send the same again on the same connection, for this cause."""
        attempt = Attempt(
            self._telemetry,
            self._exchange,
            self._method,
            target=self._target,
            reused=reused,
            cause=cause,
        )
        # From here on it ends where this one would.
        self._next = attempt
        attempt.begin()
        self._telemetry.connections.enter(attempt, self.connection)
        return attempt

    def is_seen_on(self, connection: Any) -> None:
        """It turns out to be made on a connection of httplib2's, and can be followed."""
        self.phase = semconv.Phase.CONNECT
        self._reused = reused = connection.sock is not None
        self.span.set_attribute(semconv.HTTPLIB2_CONNECTION_REUSED, reused)

    def inject(self, headers: Any) -> Any:
        """A copy of the headers with the trace context; the headers themselves if that fails."""
        injected = self._injected(headers)
        if injected is None:
            injected = headers
        if self.observed:
            self._headers = injected
            self.is_ready = True
            hook = self._telemetry.request_hook
            if hook is not None and self.recording:
                _run_hook(hook, self.span, self._request_info())
        return injected

    @guarded
    def _injected(self, headers: Any) -> dict[str, str]:
        injected = dict(headers)
        self._telemetry.injection.inject(injected, self._context, self._exchange.scope)
        return injected

    @guarded
    def note_peer(self, connection: Any) -> None:
        """Take note of who is at the other end, as long as the connection still knows."""
        self._peer = peer_of(getattr(connection, "sock", None))

    def failed(self, error: BaseException) -> None:
        """An exception has stopped it."""
        self.failure = error
        self._failed_at = self._now()

    @guarded
    def end(self, error: BaseException | None) -> None:
        """The response is read, or ``error`` (or what stopped it before) has ended it.

        Where another attempt followed, the last of them ends: this one has done so before.
        """
        if self._next is not None:
            self._next.end(error)
        elif self.is_open:
            # That httplib2 went on, and what it found, is a consequence of it.
            error = self.refusal or error
            ended_at = None
            if self.failure is not None:
                ended_at = self._failed_at
            elif self._measures:
                ended_at = self._now()
            try:
                self._end_span(partial(self._tell, error, ended_at), ended_at)
            finally:
                if error is not None or ended_at is not None:
                    # The frames of an exception lead back here: it would be held in a cycle.
                    self.failure = self.refusal = self.response = None
                self._telemetry.connections.leave(self)
            self.is_open = False

    def _tell(self, error: BaseException | None, end_time: int | None) -> None:
        if self.observed:
            self._remember(error)
            self._write(error, end_time)

    def _now(self) -> int:
        if self._measures:
            return self._started_at + perf_counter_ns() - self._began
        return time_ns()

    def _remember(self, error: BaseException | None) -> None:
        """Take note of how it ended, for the attempts that follow and the layer above."""
        exchange, history, previous = self._exchange, self._history, self._previous
        status = outcome_of(self.response, None).status
        history.previous = PastAttempt(
            status, self.phase if error is not None else None, self._reused
        )
        refused, scope = self.refusal is not None, exchange.scope
        if exchange.is_of_call:
            scope.refusal = lineage(error) if refused and error is not None else _NO_NAMES
            scope.stale_response = self._is_stale and history.awaited_on is not self.connection
            if self.was_sent and history.would_be_done_twice(self._known_method, self._headers):
                scope.duplicate_risk = True
        if self._is_stale and history.awaited_on is not self.connection:
            warn_of_stale_response()
        if error is not None and self.was_sent and self.phase in _SENT:
            history.waits_on(self.connection)
        if self._cause is not None and not refused and self._measures:
            self._telemetry.count_resend(
                self._known_method,
                origin_in(exchange.url),
                self._cause,
                previous,
                scope.rpc_method if exchange.is_of_call else None,
            )

    @property
    def _is_stale(self) -> bool:
        """Whether what has come is the response to an earlier request."""
        return self.refusal is not None and self.response is not None

    def _write(self, error: BaseException | None, ended_at: int | None) -> None:
        telemetry, exception = self._telemetry, None
        # The status of a stale response is not its own.
        response = None if self.refusal is not None else self.response
        if error is not None:
            exception = "" if is_cancellation(error) else qualified_name(type(error))
        outcome = outcome_of(response, exception)
        if self._measures and ended_at is not None:
            telemetry.record_duration(
                (ended_at - self._started_at) / 1e9,
                metric_attributes(
                    self._known_method, origin_in(self._exchange.url), outcome, self._template
                ),
                self._context,
            )
        if not self.recording:
            return
        if outcome.error_type is not None:
            self.span.set_status(_ERROR)
        self.span.set_attributes(self._end_attributes(error, outcome))
        self.tells_failure = outcome.error_type is not None
        if telemetry.shows_more:
            self._show_more(outcome)

    def _end_attributes(
        self, error: BaseException | None, outcome: Outcome
    ) -> dict[str, AttributeValue]:
        # A limit on attributes drops the oldest: what matters most is set last.
        attributes: dict[str, AttributeValue] = {}
        peer = self._peer
        if type(peer) is tuple:
            attributes[NETWORK_PEER_ADDRESS], attributes[NETWORK_PEER_PORT] = peer
        elif peer is not None:
            attributes[NETWORK_PEER_ADDRESS] = peer
        if self.shared:
            attributes[semconv.HTTPLIB2_CONNECTION_SHARED] = True
        if error is not None and self.phase is not None:
            attributes[semconv.HTTPLIB2_FAILED_PHASE] = self.phase
        if self._is_stale:
            attributes[semconv.HTTPLIB2_RESPONSE_STALE] = True
        attributes.update(outcome.attributes)
        return attributes

    def _show_more(self, outcome: Outcome) -> None:
        """Headers and hook, for those who want them."""
        span, telemetry = self.span, self._telemetry
        span.set_attributes(
            telemetry.request_headers.attributes(
                self._headers, HTTP_REQUEST_HEADER_TEMPLATE, self._exchange.scope.url_policy
            )
        )
        response = None
        if outcome.status is not None:
            from .info import ResponseInfo  # noqa: PLC0415 - for hooks

            response = ResponseInfo(
                status_code=outcome.status,
                headers=_headers_of(self.response),
                protocol_version=outcome.version,
            )
            span.set_attributes(
                telemetry.response_headers.attributes(
                    response.headers,
                    HTTP_RESPONSE_HEADER_TEMPLATE,
                    self._exchange.scope.url_policy,
                )
            )
        hook = telemetry.options.response_hook
        if hook is not None:
            _run_hook(hook, span, self._request_info(), response)

    # What of the request is asked for only by those who look at it.

    @property
    def _template(self) -> str | None:
        wanted = self._telemetry.shows_template
        return self._exchange.template if wanted else None

    def _request_attributes(self) -> Mapping[str, AttributeValue]:
        exchange, target = self._exchange, self._target
        url = exchange.url
        if target is not None and not url.endswith(target):
            url = exchange.wire_url(target)
        url, origin = exchange.scope.shown(url) if exchange.is_own else exchange.shown(url)
        attributes = request_attributes[
            self._known_method, self._method, origin, self._reused
        ].copy()
        attributes[URL_FULL] = url
        if self._count:
            attributes[HTTP_REQUEST_RESEND_COUNT] = self._count
            if self._cause is not None:
                attributes[semconv.HTTPLIB2_RESEND_CAUSE] = self._cause
        if self._telemetry.shows_template and self._template:
            attributes[semconv.URL_TEMPLATE] = self._template
        return attributes

    def _request_info(self) -> RequestInfo:
        from .info import RequestInfo  # noqa: PLC0415 - for hooks

        return RequestInfo(
            method=self._method,
            url=self._exchange.wire_url(self._target),
            headers=MappingProxyType(self._headers),
            resend_count=self._count,
            resend_cause=self._cause,
        )


@guarded
def _run_hook(hook: Any, *arguments: Any) -> None:
    hook(*arguments)


def _headers_of(response: Any) -> Mapping[str, str]:
    get_headers = getattr(response, "getheaders", None)
    items = get_headers() if get_headers is not None else dict(response).items()
    headers: dict[str, str] = {}
    for name, value in items:
        name = name.lower()  # noqa: PLW2901
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return headers
