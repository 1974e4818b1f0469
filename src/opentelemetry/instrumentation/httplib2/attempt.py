# SPDX-License-Identifier: Apache-2.0
"""The life of one attempt on the wire: its span and its duration.

An attempt begins with the first ``connect()`` or ``request()`` after the previous one ended, and
ends when its answer has been read or an exception has ended it.
"""

from __future__ import annotations

import socket
from collections.abc import Mapping
from functools import lru_cache
from time import perf_counter_ns, time_ns
from types import MappingProxyType
from typing import Any, Final, NamedTuple, cast

from opentelemetry.context import Context
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
from .guard import guarded
from .info import RequestInfo, ResponseInfo
from .telemetry import Telemetry
from .url import Origin, origin_of, redact_url

_FIRST_ERROR_STATUS: Final = 400
_VERSIONS: Final = {9: "0.9", 10: "1.0", 11: "1.1", 20: "2"}
_OTHER: Final = "_OTHER"
_ERROR: Final = Status(StatusCode.ERROR)
_UNKNOWN_ORIGIN: Final = Origin("", None)


class Attempt:
    """One attempt to send a request and to read its answer.

    Args:
        telemetry: what it is written down with.
        exchange: the ``Http.request`` that it is part of.
        method: the HTTP method, as the application gave it.
        url: what is sent, as it goes out.
        cause: why it is sent again, if it is.
        reused: whether the connection was open already; None where that can't be told.
    """

    __slots__ = (
        "_began",
        "_cause",
        "_context",
        "_count",
        "_exchange",
        "_failed_at",
        "_headers",
        "_method",
        "_origin",
        "_peer",
        "_response",
        "_span",
        "_started_at",
        "_telemetry",
        "_template",
        "_url",
        "failure",
        "phase",
        "shared",
    )

    def __init__(
        self,
        telemetry: Telemetry,
        exchange: Exchange,
        *,
        method: str,
        url: str,
        cause: str | None,
        reused: bool | None,
    ) -> None:
        self._telemetry = telemetry
        self._exchange = exchange
        self._method = method
        self._url = url
        self._origin = origin_of(url) or _UNKNOWN_ORIGIN
        self._template = exchange.template if telemetry.options.capture_url_template else None
        self._count = exchange.count_attempt()
        self._cause = cause if self._count else None
        self._headers: Mapping[str, str] = MappingProxyType({})
        self._peer: Any = None
        self._response: Any = None
        self.phase = semconv.Phase.CONNECT
        self.shared = False
        self.failure: BaseException | None = None
        """The exception that stopped it, though httplib2 may yet ask for the answer."""
        self._failed_at = 0
        attributes = dict(_request_attributes(self._known_method, method, self._origin))
        attributes[URL_FULL] = redact_url(url, exchange.scope.url_policy, exchange.template)
        if reused is not None:
            attributes[semconv.HTTPLIB2_CONNECTION_REUSED] = reused
        if self._count:
            attributes[HTTP_REQUEST_RESEND_COUNT] = self._count
            if cause is not None:
                attributes[semconv.HTTPLIB2_RESEND_CAUSE] = cause
                telemetry.count_resend(self._known_method, self._origin, cause)
        name = "HTTP" if self._known_method is _OTHER else method
        if self._template:
            attributes[semconv.URL_TEMPLATE] = self._template
            name = f"{name} {self._template}"
        self._started_at = time_ns()
        self._began = perf_counter_ns()
        self._span = telemetry.tracer.start_span(
            name, kind=SpanKind.CLIENT, attributes=attributes, start_time=self._started_at
        )
        self._context: Context = set_span_in_context(self._span)

    @property
    def _known_method(self) -> str:
        return self._method if self._method in self._telemetry.options.known_methods else _OTHER

    def inject(self, headers: Any) -> Any:
        """A copy of the headers with the trace context; the headers themselves if that fails."""
        self.phase = semconv.Phase.SEND
        injected: dict[str, Any] = dict(headers) if headers else {}
        self._telemetry.inject(
            injected, self._context, baggage=self._exchange.scope.propagates_baggage
        )
        self._headers = MappingProxyType(injected)
        hook = self._telemetry.options.request_hook
        if hook is not None and self._span.is_recording():
            _run_hook(hook, self._span, self._request_info())
        return injected

    def sent(self, sock: Any) -> None:
        """The request is on its way through this socket."""
        self.phase = semconv.Phase.WAIT
        if self._span.is_recording():
            self._peer = _peer_of(sock)

    def answered(self, response: Any) -> None:
        """The answer has begun: an ``http.client.HTTPResponse`` or what stands for it."""
        self.phase = semconv.Phase.READ
        self.failure = None
        self._response = response

    def failed(self, error: BaseException) -> None:
        """An exception has stopped it."""
        self.failure = error
        self._failed_at = self._now()

    def end(self, error: BaseException | None) -> None:
        """The answer is read, or ``error`` (or what stopped it before) has ended it."""
        ended_at = self._failed_at if self.failure is not None else self._now()
        try:
            self._write(error, ended_at)
        finally:
            # The frames of an exception lead back here: holding on to it would be a cycle.
            self.failure = self._response = None
            # Even where a hook was interrupted: a span that never ends is never seen.
            self._finish(ended_at)

    @guarded
    def _write(self, error: BaseException | None, ended_at: int) -> None:
        outcome = _outcome(self._response, error)
        self._telemetry.record_duration(
            (ended_at - self._started_at) / 1e9,
            _metric_attributes(self._known_method, self._origin, outcome, self._template),
            self._context,
        )
        span = self._span
        if not span.is_recording():
            return
        attributes = dict(_outcome_attributes(outcome))
        if error is not None:
            attributes[semconv.HTTPLIB2_FAILED_PHASE] = self.phase
        if self.shared:
            attributes[semconv.HTTPLIB2_CONNECTION_SHARED] = True
        if self._peer is not None:
            attributes[NETWORK_PEER_ADDRESS], port = self._peer
            if port is not None:
                attributes[NETWORK_PEER_PORT] = port
        if outcome.error_type is not None:
            span.set_status(_ERROR)
        span.set_attributes(attributes)
        self._show_messages(outcome)

    def _show_messages(self, outcome: _Outcome) -> None:
        """Headers and hooks, for those who want them."""
        span, telemetry = self._span, self._telemetry
        hook = telemetry.options.response_hook
        if telemetry.request_headers.captured:
            span.set_attributes(
                telemetry.request_headers.attributes(self._headers, HTTP_REQUEST_HEADER_TEMPLATE)
            )
        if not telemetry.response_headers.captured and hook is None:
            return
        response = None
        if outcome.status is not None:
            response = ResponseInfo(
                status_code=outcome.status,
                headers=_headers_of(self._response),
                protocol_version=outcome.version,
            )
            span.set_attributes(
                telemetry.response_headers.attributes(
                    response.headers, HTTP_RESPONSE_HEADER_TEMPLATE
                )
            )
        if hook is not None:
            _run_hook(hook, span, self._request_info(), response)

    @guarded
    def _finish(self, ended_at: int) -> None:
        self._span.end(ended_at)

    def _now(self) -> int:
        # By the monotonic clock, so that span and metric agree whatever the wall clock does.
        return self._started_at + perf_counter_ns() - self._began

    def _request_info(self) -> RequestInfo:
        return RequestInfo(
            method=self._method,
            url=self._url,
            headers=self._headers,
            resend_count=self._count,
            resend_cause=self._cause,
        )


class _Outcome(NamedTuple):
    """How an attempt ended, in the terms of spans and metrics."""

    status: int | None
    error_type: str | None
    version: str | None


def _outcome(response: Any, error: BaseException | None) -> _Outcome:
    status = getattr(response, "status", None)
    if not isinstance(status, int):
        status = None
    error_type = None
    if error is not None:
        error_type = None if is_cancellation(error) else qualified_name(type(error))
    elif status is not None and status >= _FIRST_ERROR_STATUS:
        error_type = str(status)
    return _Outcome(status, error_type, _VERSIONS.get(getattr(response, "version", None) or 0))


@lru_cache(maxsize=256)
def _request_attributes(
    known_method: str, method: str, origin: Origin
) -> Mapping[str, AttributeValue]:
    attributes: dict[str, AttributeValue] = {HTTP_REQUEST_METHOD: known_method}
    if known_method is _OTHER:
        attributes[HTTP_REQUEST_METHOD_ORIGINAL] = method
    if origin.host:
        attributes[SERVER_ADDRESS] = origin.host
    if origin.port:
        attributes[SERVER_PORT] = origin.port
    return attributes


@lru_cache(maxsize=1024)
def _outcome_attributes(outcome: _Outcome) -> Mapping[str, AttributeValue]:
    names = (HTTP_RESPONSE_STATUS_CODE, ERROR_TYPE, NETWORK_PROTOCOL_VERSION)
    return {name: value for name, value in zip(names, outcome, strict=True) if value is not None}


@lru_cache(maxsize=1024)
def _metric_attributes(
    known_method: str, origin: Origin, outcome: _Outcome, template: str | None
) -> Mapping[str, AttributeValue]:
    attributes = {
        **_request_attributes(known_method, known_method, origin),
        **_outcome_attributes(outcome),
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


def _peer_of(sock: Any) -> tuple[str, int | None] | None:
    """Who is really at the other end, None where the socket can't tell."""
    try:
        # A socket of PySocks overrides getpeername() with whom the proxy talks to.
        if isinstance(sock, socket.socket):
            name = socket.socket.getpeername(sock)
        else:
            name = sock.getpeername()
    except (AttributeError, OSError):
        return None
    if isinstance(name, tuple):
        host, port, *_ = cast("tuple[Any, ...]", name)
        return str(host), int(port)
    return (name, None) if isinstance(name, str) and name else None
