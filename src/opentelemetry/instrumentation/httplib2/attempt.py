# SPDX-License-Identifier: Apache-2.0
"""The life of one attempt on the wire: its span and its duration.

An attempt begins with the first ``connect()`` or ``request()`` after the previous one ended, and
ends when its answer has been read or an exception has ended it.
"""

from __future__ import annotations

import socket
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from time import perf_counter_ns, time_ns
from types import MappingProxyType
from typing import Any, Final

from opentelemetry import baggage as otel_baggage
from opentelemetry.context import Context, get_current
from opentelemetry.propagate import get_global_textmap
from opentelemetry.propagators.textmap import default_setter
from opentelemetry.semconv.attributes.error_attributes import ERROR_TYPE
from opentelemetry.semconv.attributes.http_attributes import (
    HTTP_REQUEST_HEADER_TEMPLATE,
    HTTP_REQUEST_METHOD,
    HTTP_REQUEST_METHOD_ORIGINAL,
    HTTP_REQUEST_RESEND_COUNT,
    HTTP_RESPONSE_HEADER_TEMPLATE,
    HTTP_RESPONSE_STATUS_CODE,
)
from opentelemetry.semconv.attributes.network_attributes import (
    NETWORK_PEER_ADDRESS,
    NETWORK_PEER_PORT,
    NETWORK_PROTOCOL_VERSION,
)
from opentelemetry.semconv.attributes.server_attributes import SERVER_ADDRESS, SERVER_PORT
from opentelemetry.semconv.attributes.url_attributes import URL_FULL
from opentelemetry.trace import SpanKind, Status, StatusCode, set_span_in_context
from opentelemetry.util.types import AttributeValue

from . import semconv
from .exceptions import is_cancellation, qualified_name
from .exchange import Exchange
from .guard import guarded, report
from .info import RequestInfo, ResponseInfo
from .on_demand import AttributesOnDemand
from .sharing import Use
from .telemetry import Telemetry
from .url import origin_in, parse_origin

_FIRST_ERROR_STATUS: Final = 400
_VERSIONS: Final = {9: "0.9", 10: "1.0", 11: "1.1", 20: "2"}
_OTHER: Final = "_OTHER"
_ERROR: Final = Status(StatusCode.ERROR)
# Looked up once: a name of a class costs ten times a global one.
_CLIENT: Final = SpanKind.CLIENT
_AUTH_CHALLENGE: Final = semconv.ResendCause.AUTH_CHALLENGE
_socket: Final = socket.socket
_getpeername: Final = _socket.getpeername
_NO_HEADERS: Final[Mapping[str, str]] = MappingProxyType({})


class Attempt(Use):
    """One attempt to send a request and to read its answer.

    Args:
        telemetry: what it is written down with.
        exchange: the ``Http.request`` that it is part of.
        method: the HTTP method, as the application gave it.
        target: path and query, as they go out; None for those of the exchange.
        reused: whether the connection was open already; None where that can't be told.
        cause: why it is sent again, if the exchange does not know.
    """

    # What each one starts with. In the class: most attempts change little of it.
    phase: str = semconv.Phase.CONNECT
    """How far it has come."""
    is_ready: bool = False
    """Whether headers that carry its context wait to be sent."""
    is_spent: bool = False
    """Whether it was sent or has failed: what follows is another attempt."""
    failure: BaseException | None = None
    """The exception that stopped it, though httplib2 may yet ask for the answer."""
    response: Any = None
    """The answer that has begun: an ``http.client.HTTPResponse`` or what stands for it."""
    _began: int = 0
    _cause: str | None = None
    _count: int = 0
    _failed_at: int = 0
    _headers: Mapping[str, str] = _NO_HEADERS
    _started_at: int = 0
    _next: Attempt | None = None
    _peer: tuple[str, int | None] | None = None

    def __init__(  # noqa: PLR0917 - a keyword makes each of them dearer
        self,
        telemetry: Telemetry,
        exchange: Exchange,
        method: str,
        target: str | None,
        reused: bool | None,
        cause: str | None = None,
    ) -> None:
        self._telemetry = telemetry
        self._exchange = exchange
        self._method = method
        self._target = target
        self._reused = reused
        options, metering = telemetry.options, telemetry.metering
        self._measures = measures = metering.is_known or metering.is_present()
        counter = exchange.counted_by or exchange
        count = counter.attempts
        counter.attempts = count + 1
        self._known_method = name = method if method in options.known_methods else _OTHER
        if count:
            cause = cause or exchange.cause
            self._count, self._cause = count, cause
            if cause is not None and measures:
                telemetry.count_resend(name, origin_in(exchange.url), cause)
        # What httplib2 sends again within one hop answers a challenge (RFC 9110, section 11.6.1).
        exchange.cause = _AUTH_CHALLENGE
        if name is _OTHER:
            name = "HTTP"
        if options.capture_url_template and exchange.template:
            name = f"{name} {exchange.template}"
        started_at = None
        if measures:
            # By the monotonic clock, so that span and metric agree whatever the wall clock does.
            self._started_at = started_at = time_ns()
            self._began = perf_counter_ns()
        # The context is given, so that nobody has to look it up again.
        context = get_current()
        self._span = span = telemetry.tracer.start_span(
            name,
            context,
            kind=_CLIENT,
            attributes=self._request_attributes()
            if telemetry.records
            else AttributesOnDemand(self._request_attributes),
            start_time=started_at,
        )
        self._context: Context = set_span_in_context(span, context)
        self.recording = telemetry.records = recording = span.is_recording()
        self.observed = recording or measures
        """Whether anyone wants to know what becomes of it."""

    def another(self, cause: str, *, reused: bool | None) -> Attempt:
        """Begin to send the same again on the same connection, for this cause."""
        attempt = Attempt(
            self._telemetry, self._exchange, self._method, self._target, reused, cause
        )
        self._telemetry.connections.enter(attempt, self.connection)
        self._next = attempt
        return attempt

    def inject(self, headers: Any) -> Any:
        """A copy of the headers with the trace context; the headers themselves if that fails."""
        injected = dict(headers) if headers else {}
        telemetry, context = self._telemetry, self._context
        try:
            # Most contexts hold a span and nothing else.
            if len(context) > 1 and not self._exchange.scope.propagates_baggage:
                context = _without_baggage(context)
            propagator = telemetry.propagator or get_global_textmap()
            propagator.inject(injected, context, default_setter)
        except Exception as error:  # noqa: BLE001 - the span stays without it
            report(error)
            injected = headers
        if self.observed:
            self._headers = injected or _NO_HEADERS
            self.is_ready = True
            hook = telemetry.options.request_hook
            if hook is not None and self.recording:
                _run_hook(hook, self._span, self._request_info())
        return injected

    def note_peer(self, connection: Any) -> None:
        """Take note of who is at the other end, as long as the connection still knows."""
        try:
            sock = connection.sock
            # A socket of PySocks overrides getpeername() with whom the proxy talks to.
            name = _getpeername(sock) if isinstance(sock, _socket) else sock.getpeername()
        except (AttributeError, OSError):
            return
        if isinstance(name, tuple):
            self._peer = str(name[0]), int(name[1])  # pyright: ignore[reportUnknownArgumentType]
        elif isinstance(name, str) and name:
            self._peer = name, None

    def failed(self, error: BaseException) -> None:
        """An exception has stopped it."""
        self.is_spent = True
        self.failure = error
        self._failed_at = self._now()

    def end(self, error: BaseException | None) -> None:
        """The answer is read, or ``error`` (or what stopped it before) has ended it.

        Where another attempt followed, the last of them ends: this one has done so before.
        """
        if not self.observed:
            self._span.end()
        elif self._next is not None:
            self._next.end(error)
        else:
            self._end(error)

    def _end(self, error: BaseException | None) -> None:
        ended_at = None
        if self.failure is not None:
            ended_at = self._failed_at
        elif self._measures:
            ended_at = self._now()
        try:
            self._telemetry.connections.leave(self)
            self._write(error, ended_at)
        finally:
            if error is not None or self.failure is not None:
                # The frames of an exception lead back here: to hold on to it would be a cycle.
                self.failure = self.response = None
            self._span.end(ended_at)

    def _now(self) -> int:
        if self._measures:
            return self._started_at + perf_counter_ns() - self._began
        return time_ns()

    def _write(self, error: BaseException | None, ended_at: int | None) -> None:
        telemetry, response = self._telemetry, self.response
        status, version = getattr(response, "status", None), getattr(response, "version", None)
        exception = None
        if error is not None:
            exception = "" if is_cancellation(error) else qualified_name(type(error))
        outcome = _outcome(
            status if isinstance(status, int) else None,
            version if isinstance(version, int) else None,
            exception,
        )
        if ended_at is not None and self._measures:
            telemetry.record_duration(
                (ended_at - self._started_at) / 1e9,
                _metric_attributes(
                    self._known_method, origin_in(self._exchange.url), outcome, self._template
                ),
                self._context,
            )
        if not self.recording:
            return
        attributes = outcome.attributes.copy()
        if error is not None:
            attributes[semconv.HTTPLIB2_FAILED_PHASE] = self.phase
        if self.shared:
            attributes[semconv.HTTPLIB2_CONNECTION_SHARED] = True
        if self._peer is not None:
            attributes[NETWORK_PEER_ADDRESS], port = self._peer
            if port is not None:
                attributes[NETWORK_PEER_PORT] = port
        if outcome.error_type is not None:
            self._span.set_status(_ERROR)
        self._span.set_attributes(attributes)
        if telemetry.shows_more:
            self._show_more(outcome)

    def _show_more(self, outcome: _Outcome) -> None:
        """Headers and hook, for those who want them."""
        span, telemetry = self._span, self._telemetry
        span.set_attributes(
            telemetry.request_headers.attributes(
                self._headers, HTTP_REQUEST_HEADER_TEMPLATE, self._exchange.scope.url_policy
            )
        )
        response = None
        if outcome.status is not None:
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
        wanted = self._telemetry.options.capture_url_template
        return self._exchange.template if wanted else None

    def _request_attributes(self) -> Mapping[str, AttributeValue]:
        exchange = self._exchange
        url, origin = exchange.shown(exchange.wire_url(self._target))
        attributes = _request_attributes(self._known_method, self._method, origin).copy()
        attributes[URL_FULL] = url
        if self._reused is not None:
            attributes[semconv.HTTPLIB2_CONNECTION_REUSED] = self._reused
        if self._count:
            attributes[HTTP_REQUEST_RESEND_COUNT] = self._count
            if self._cause is not None:
                attributes[semconv.HTTPLIB2_RESEND_CAUSE] = self._cause
        template = self._template
        if template:
            attributes[semconv.URL_TEMPLATE] = template
        return attributes

    def _request_info(self) -> RequestInfo:
        return RequestInfo(
            method=self._method,
            url=self._exchange.wire_url(self._target),
            headers=MappingProxyType(self._headers),
            resend_count=self._count,
            resend_cause=self._cause,
        )


@dataclass(frozen=True, eq=False)
class _Outcome:
    """How an attempt ended, in the terms of spans and metrics."""

    status: int | None
    error_type: str | None
    version: str | None

    @cached_property
    def attributes(self) -> dict[str, AttributeValue]:
        known = {
            HTTP_RESPONSE_STATUS_CODE: self.status,
            ERROR_TYPE: self.error_type,
            NETWORK_PROTOCOL_VERSION: self.version,
        }
        return {name: value for name, value in known.items() if value is not None}


# These three are asked for by every attempt, and few of them are different.


@lru_cache(maxsize=1024)
def _outcome(status: int | None, version: int | None, exception: str | None) -> _Outcome:
    """Put it in their terms; a cancellation is an exception without a name."""
    error_type = exception
    if exception is None and status is not None and status >= _FIRST_ERROR_STATUS:
        error_type = str(status)
    return _Outcome(status, error_type or None, _VERSIONS.get(version or 0))


@lru_cache(maxsize=256)
def _request_attributes(
    known_method: str, method: str, origin_text: str
) -> dict[str, AttributeValue]:
    attributes: dict[str, AttributeValue] = {HTTP_REQUEST_METHOD: known_method}
    if known_method is _OTHER:
        attributes[HTTP_REQUEST_METHOD_ORIGINAL] = method
    origin = parse_origin(origin_text)
    if origin:
        attributes[SERVER_ADDRESS] = origin.host
        if origin.port:
            attributes[SERVER_PORT] = origin.port
    return attributes


@lru_cache(maxsize=1024)
def _metric_attributes(
    known_method: str, origin_text: str, outcome: _Outcome, template: str | None
) -> Mapping[str, AttributeValue]:
    attributes = {
        **_request_attributes(known_method, known_method, origin_text),
        **outcome.attributes,
    }
    attributes.pop(HTTP_REQUEST_METHOD_ORIGINAL, None)
    if template is not None:
        attributes[semconv.URL_TEMPLATE] = template
    return attributes


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


def _without_baggage(context: Context) -> Context:
    return otel_baggage.clear(context) if otel_baggage.get_all(context) else context
