# SPDX-License-Identifier: Apache-2.0
"""The only module that knows which functions of httplib2 are wrapped.

``Http.request`` opens the exchange in which resends are counted; ``Http._conn_request`` is given a
watched connection. A subclass with a ``_conn_request`` of its own is watched as a whole.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, wraps
from types import MethodType
from typing import Any, Final

from opentelemetry.context import get_current

from .attempt import Attempt
from .connection import WatchedConnection
from .exchange import Exchange, current_exchange, exchange_of_connection
from .forwarding import ABSENT, keywords
from .guard import guarded, report
from .patching import Patch, Patches
from .semconv import Phase
from .suppression import is_http_suppressed, nothing_is_suppressed
from .telemetry import Telemetry

# Of ``Http.request``, where the headers stand.
_HEADERS_OF_REQUEST: Final = 3
# Of ``Http._conn_request``, what follows the method.
_HEADERS_OF_CONN_REQUEST: Final = 1
_BODY_AND_HEADERS: Final = 2
_URI_AND_METHOD: Final = 2


class Instrumentation:
    """The patches, and the telemetry that they feed while they are switched on."""

    def __init__(self) -> None:
        self._telemetry: Telemetry | None = None
        self._conn_request_replacement: object = self  # nothing that a class could have yet
        self._patches = Patches(
            Patch("httplib2", "Http._conn_request", self._conn_request, lost="resends"),
            Patch("httplib2", "Http.request", self._request, lost="requests"),
        )

    def switch_on(self, telemetry: Telemetry) -> None:
        self._telemetry = telemetry
        self._patches.switch_on()

    def switch_off(self) -> None:
        self._telemetry = None
        self._patches.switch_off()

    def _request(self, original: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(original)
        def request(
            http: Any, *args: Any, body: Any = ABSENT, headers: Any = ABSENT, **kwargs: Any
        ) -> Any:
            telemetry, exchange = self._telemetry, None
            if telemetry is not None:
                try:
                    exchange = self._open(telemetry, http, args, kwargs)
                except Exception as error:
                    report(error)
            if telemetry is None or exchange is None:
                return original(http, *args, **keywords(kwargs, body=body, headers=headers))
            token = current_exchange.set(exchange)
            try:
                if exchange.is_whole:
                    kwargs = keywords(kwargs, body=body, headers=headers)
                    return _watch_whole(telemetry, exchange, partial(original, http), args, kwargs)
                # As googleapiclient calls it.
                if len(args) == _URI_AND_METHOD and not (
                    kwargs or body is ABSENT or headers is ABSENT
                ):
                    return original(http, args[0], args[1], body=body, headers=headers)
                return original(http, *args, **keywords(kwargs, body=body, headers=headers))
            finally:
                current_exchange.reset(token)

        return request

    # One more function would be a measurable part of all that is added to a call.
    def _conn_request(self, original: Callable[..., Any]) -> Callable[..., Any]:  # noqa: C901
        @wraps(original)
        def conn_request(  # noqa: C901
            http: Any, conn: Any, request_uri: Any, method: Any, *args: Any, **kwargs: Any
        ) -> Any:
            telemetry, attempt = self._telemetry, None
            if telemetry is None:
                return original(http, conn, request_uri, method, *args, **kwargs)
            try:
                attempt = _begin(telemetry, http, conn, request_uri, method)
            except Exception as error:
                report(error)
            if attempt is None:
                return original(http, conn, request_uri, method, *args, **kwargs)
            try:
                try:
                    if len(args) == _BODY_AND_HEADERS and args[1] is not None:
                        args = (args[0], attempt.inject(args[1]))
                    else:
                        args, kwargs = _with_context(
                            attempt, args, kwargs, _HEADERS_OF_CONN_REQUEST
                        )
                    if attempt.observed:
                        telemetry.connections.enter(attempt, conn)
                        conn = WatchedConnection(attempt)
                except Exception as error:
                    report(error)
                # As httplib2 calls it.
                if len(args) == _BODY_AND_HEADERS and not kwargs:
                    answer = original(http, conn, request_uri, method, args[0], args[1])
                else:
                    answer = original(http, conn, request_uri, method, *args, **kwargs)
            except BaseException as error:
                try:
                    attempt.end(error)
                except Exception as fault:
                    report(fault)
                raise
            try:
                attempt.end(None)
            except Exception as error:
                report(error)
            return answer

        self._conn_request_replacement = conn_request
        return conn_request

    def _open(
        self, telemetry: Telemetry, http: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Exchange:
        url = args[0] if args else kwargs["uri"]
        context = get_current()
        exchange = Exchange(http, url, args, kwargs)
        if (
            exchange.silent
            or (not nothing_is_suppressed(context) and is_http_suppressed(context))
            or (telemetry.excludes_urls and telemetry.options.excludes(url))
        ):
            exchange.silent = True
            return exchange
        # Whether requests of this object do not run through our ``_conn_request``: a subclass or
        # the object itself may have one of its own, and a proxy around ours looks like ours.
        bound = getattr(http, "_conn_request", None)
        exchange.is_whole = (
            type(bound) is not MethodType or bound.__func__ is not self._conn_request_replacement
        )
        return exchange


def _begin(telemetry: Telemetry, http: Any, conn: Any, target: str, method: str) -> Attempt | None:
    exchange = current_exchange.get()
    if exchange is None or exchange.http is not http:
        if is_http_suppressed(get_current()):
            return None
        exchange = exchange_of_connection(http, conn, target)
        if telemetry.options.excludes(exchange.url):
            return None
    if exchange.silent:
        return None
    return Attempt(telemetry, exchange, method, target, conn.sock is not None)


# Subclasses that send by themselves: one attempt for the whole request.


def _watch_whole(
    telemetry: Telemetry,
    exchange: Exchange,
    send: Callable[..., Any],
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
) -> Any:
    exchange.silent = True
    begun = _begin_whole(telemetry, exchange, args, kwargs)
    if begun is None:
        return send(*args, **kwargs)
    attempt, args, kwargs = begun
    try:
        answer = send(*args, **kwargs)
    except BaseException as error:
        guarded(attempt.end)(error)
        raise
    _end_whole(attempt, answer)
    return answer


@guarded
def _begin_whole(
    telemetry: Telemetry, exchange: Exchange, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> tuple[Attempt, tuple[Any, ...], dict[str, Any]]:
    method = args[1] if len(args) > 1 else kwargs.get("method", "GET")
    attempt = Attempt(telemetry, exchange, method, None, None)
    try:
        args, kwargs = _with_context(attempt, args, kwargs, _HEADERS_OF_REQUEST)
    except BaseException as error:
        attempt.end(error)
        raise
    return attempt, args, kwargs


@guarded
def _end_whole(attempt: Attempt, answer: Any) -> None:
    try:
        attempt.phase, attempt.response = Phase.READ, answer[0]
    finally:
        attempt.end(None)


def _with_context(
    attempt: Attempt, args: tuple[Any, ...], kwargs: dict[str, Any], position: int
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """The arguments with the context of an attempt in the headers, which are at this position."""
    headers = args[position] if len(args) > position else kwargs.get("headers")
    # What stands in httplib2's place may not take headers at all.
    if headers is None:
        return args, kwargs
    injected = attempt.inject(headers)
    if len(args) > position:
        return (*args[:position], injected, *args[position + 1 :]), kwargs
    return args, {**kwargs, "headers": injected}


instrumentation: Final = Instrumentation()
"""The one of the process, as what it patches."""
