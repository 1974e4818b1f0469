# SPDX-License-Identifier: Apache-2.0
"""The life of one attempt on the wire: its span and its duration.

An attempt begins with the first ``connect()`` or ``request()`` after the previous one ended, and
ends when its answer has been read or an exception has ended it.
"""

from __future__ import annotations

import socket
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from time import monotonic, perf_counter_ns, time_ns
from types import MappingProxyType
from typing import Any, Final

from opentelemetry.context import get_current
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
from opentelemetry.trace import SpanKind, Status, StatusCode
from opentelemetry.util.types import AttributeValue

from . import semconv
from .current_span import with_span
from .exceptions import is_cancellation, qualified_name
from .exchange import Exchange
from .guard import guarded, report
from .info import RequestInfo, ResponseInfo
from .on_demand import AttributesOnDemand
from .remembered import Remembered
from .sharing import Use
from .telemetry import Telemetry
from .url import origin_in, parse_origin

_FIRST_ERROR_STATUS: Final = 400
_VERSIONS: Final = {9: "0.9", 10: "1.0", 11: "1.1", 20: "2"}
_OTHER: Final = "_OTHER"
_ERROR: Final = Status(StatusCode.ERROR)
# Looked up once: a name of a class costs ten times a global one.
_CLIENT: Final = SpanKind.CLIENT
_CONNECT: Final = semconv.Phase.CONNECT
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
    failure: BaseException | None = None
    """The exception that stopped it, though httplib2 may yet ask for the answer."""
    is_ready: bool = False
    """Whether headers that carry its context wait to be sent."""
    observed: bool = False
    """Whether anyone wants to know what becomes of it."""
    phase: str = _CONNECT
    """How far it has come."""
    recording: bool = False
    """Whether its span wants to know."""
    response: Any = None
    """The answer that has begun: an ``http.client.HTTPResponse`` or what stands for it."""
    _failed_at: int | None = None
    _headers: Mapping[str, str] = _NO_HEADERS
    _next: Attempt | None = None
    _peer: tuple[str, int] | str | None = None

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
        self._cause = cause
        metering = telemetry.metering
        self._measures = measures = metering.is_known or (
            monotonic() >= metering.look_again_at and metering.is_present()
        )
        counter = exchange.counted_by or exchange
        self._count = count = counter.attempts
        counter.attempts = count + 1
        if method in telemetry.known_methods:
            self._known_method = name = method
        else:
            self._known_method, name = _OTHER, "HTTP"
        if count:
            self._cause = cause = cause or exchange.cause
            if cause is not None and measures:
                telemetry.count_resend(self._known_method, origin_in(exchange.url), cause)
        # What httplib2 sends again within one hop answers a challenge (RFC 9110, section 11.6.1).
        exchange.cause = _AUTH_CHALLENGE
        if telemetry.shows_template and exchange.template:
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
            _CLIENT,
            self._request_attributes()
            if telemetry.records
            else AttributesOnDemand(self._request_attributes),
            start_time=started_at,
        )
        self._context = with_span(span, context)
        self.recording = telemetry.records = recording = span.is_recording()
        self.observed = recording or measures

    @property
    def is_spent(self) -> bool:
        """Whether it was sent or has failed: what follows is another attempt."""
        return self.failure is not None or self.phase is not _CONNECT

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
        telemetry = self._telemetry
        try:
            injected = dict(headers)
            telemetry.injection.inject(injected, self._context, self._exchange.scope)
        except Exception as error:  # noqa: BLE001 - the span stays without it
            report(error)
            injected = headers
        if self.observed:
            self._headers = injected
            self.is_ready = True
            if telemetry.request_hook is not None and self.recording:
                _run_hook(telemetry.request_hook, self._span, self._request_info())
        return injected

    def note_peer(self, connection: Any) -> None:
        """Take note of who is at the other end, as long as the connection still knows."""
        try:
            sock = connection.sock
            # A socket of PySocks overrides getpeername() with whom the proxy talks to.
            name = _getpeername(sock) if isinstance(sock, _socket) else sock.getpeername()
        except (AttributeError, OSError):
            return
        if isinstance(name, tuple):  # of two for IPv4, of four for IPv6
            self._peer = str(name[0]), name[1]  # pyright: ignore[reportUnknownArgumentType]
        elif name and isinstance(name, str):
            self._peer = name

    def failed(self, error: BaseException) -> None:
        """An exception has stopped it."""
        self.failure = error
        self._failed_at = self._now()

    def end(self, error: BaseException | None) -> None:
        """The answer is read, or ``error`` (or what stopped it before) has ended it.

        Where another attempt followed, the last of them ends: this one has done so before.
        """
        if not self.observed:
            self._span.end()
            return
        if self._next is not None:
            self._next.end(error)
            return
        ended_at = None
        if self.failure is not None:
            ended_at = self._failed_at
        elif self._measures:
            ended_at = self._now()
        try:
            self._telemetry.connections.leave(self)
            self._write(error, ended_at)
        finally:
            if error is not None or ended_at is not None:
                # The frames of an exception lead back here: to hold on to it would be a cycle.
                self.failure = self.response = None
            self._span.end(ended_at)

    def _now(self) -> int:
        if self._measures:
            return self._started_at + perf_counter_ns() - self._began
        return time_ns()

    def _write(self, error: BaseException | None, ended_at: int | None) -> None:
        telemetry, response, exception = self._telemetry, self.response, None
        if error is not None:
            exception = "" if is_cancellation(error) else qualified_name(type(error))
        try:
            outcome = _outcomes[response.status, response.version, exception]
        except (AttributeError, TypeError):  # none, or something that only stands for one
            outcome = _outcomes[
                _number(getattr(response, "status", None)),
                _number(getattr(response, "version", None)),
                exception,
            ]
        if self._measures and ended_at is not None:
            telemetry.record_duration(
                (ended_at - self._started_at) / 1e9,
                _metric_attributes(
                    self._known_method, origin_in(self._exchange.url), outcome, self._template
                ),
                self._context,
            )
        if not self.recording:
            return
        peer = self._peer
        if type(peer) is tuple:
            attributes = outcome.with_peer.copy()
            attributes[NETWORK_PEER_ADDRESS], attributes[NETWORK_PEER_PORT] = peer
        else:
            attributes = outcome.attributes.copy()
            if peer is not None:
                attributes[NETWORK_PEER_ADDRESS] = peer
        if error is not None or self.shared:
            self._add_rare(attributes, error)
        if outcome.error_type is not None:
            self._span.set_status(_ERROR)
        self._span.set_attributes(attributes)
        if telemetry.shows_more:
            self._show_more(outcome)

    def _add_rare(self, attributes: dict[str, AttributeValue], error: BaseException | None) -> None:
        """What most attempts have no need to say."""
        if error is not None:
            attributes[semconv.HTTPLIB2_FAILED_PHASE] = self.phase
        if self.shared:
            attributes[semconv.HTTPLIB2_CONNECTION_SHARED] = True

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
        wanted = self._telemetry.shows_template
        return self._exchange.template if wanted else None

    def _request_attributes(self) -> Mapping[str, AttributeValue]:
        exchange, target = self._exchange, self._target
        url = exchange.url
        if target is not None and not url.endswith(target):
            url = exchange.wire_url(target)
        url, origin = exchange.scope.shown(url) if exchange.is_own else exchange.shown(url)
        attributes = _request_attributes[
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
        return RequestInfo(
            method=self._method,
            url=self._exchange.wire_url(self._target),
            headers=MappingProxyType(self._headers),
            resend_count=self._count,
            resend_cause=self._cause,
        )


@dataclass(frozen=True, eq=False, slots=True)
class _Outcome:
    """How an attempt ended, in the terms of spans and metrics."""

    status: int | None
    error_type: str | None
    version: str | None
    attributes: dict[str, AttributeValue]
    """All of it."""
    with_peer: dict[str, AttributeValue]
    """With a place for the peer: a copy that must grow takes twice as long."""


# These are asked for by every attempt, and few of them are different.


def _outcome_of(known: tuple[int | None, int | None, str | None]) -> _Outcome:
    """Of status, version and exception; a cancellation is an exception without a name."""
    status, version, exception = known
    error_type = exception
    if exception is None and status is not None and status >= _FIRST_ERROR_STATUS:
        error_type = str(status)
    error_type = error_type or None
    number = _VERSIONS.get(version or 0)
    known_values: dict[str, AttributeValue | None] = {
        HTTP_RESPONSE_STATUS_CODE: status,
        ERROR_TYPE: error_type,
        NETWORK_PROTOCOL_VERSION: number,
    }
    attributes: dict[str, AttributeValue] = {
        name: value for name, value in known_values.items() if value is not None
    }
    peer: dict[str, AttributeValue] = {NETWORK_PEER_ADDRESS: "", NETWORK_PEER_PORT: 0}
    return _Outcome(status, error_type, number, attributes, {**attributes, **peer})


class _Outcomes(Remembered["tuple[int | None, int | None, str | None]", _Outcome]):
    def __missing__(self, key: tuple[int | None, int | None, str | None]) -> _Outcome:
        status, version, exception = key
        plain = _number(status), _number(version), exception
        # What only equals a number must not be remembered in its place.
        if [type(one) for one in plain] != [type(one) for one in key]:
            return self[plain]
        return super().__missing__(key)


def _number(value: Any) -> int | None:
    """The number that this equals, None where it equals none."""
    try:
        number = int(value)
        is_equal = number == value
    except Exception:  # noqa: BLE001 - what stands for an answer may hold anything
        return None
    return number if is_equal else None


_outcomes: Final = _Outcomes(_outcome_of, limit=256)


def _request_attributes_of(
    known: tuple[str, str, str, bool | None],
) -> dict[str, AttributeValue]:
    """Of the known method, the method as it was given, the origin's text, and ``reused``.

    The URL has its place in there: a copy that must grow takes twice as long.
    """
    known_method, method, origin_text, reused = known
    attributes: dict[str, AttributeValue] = {HTTP_REQUEST_METHOD: known_method, URL_FULL: ""}
    if known_method is _OTHER:
        attributes[HTTP_REQUEST_METHOD_ORIGINAL] = method
    origin = parse_origin(origin_text)
    if origin:
        attributes[SERVER_ADDRESS] = origin.host
        if origin.port:
            attributes[SERVER_PORT] = origin.port
    if reused is not None:
        attributes[semconv.HTTPLIB2_CONNECTION_REUSED] = reused
    return attributes


_request_attributes: Final = Remembered(_request_attributes_of, limit=256)


@lru_cache(maxsize=1024)
def _metric_attributes(
    known_method: str, origin_text: str, outcome: _Outcome, template: str | None
) -> Mapping[str, AttributeValue]:
    attributes = {
        **_request_attributes[known_method, known_method, origin_text, None],
        **outcome.attributes,
    }
    for name in (HTTP_REQUEST_METHOD_ORIGINAL, URL_FULL):
        attributes.pop(name, None)
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
