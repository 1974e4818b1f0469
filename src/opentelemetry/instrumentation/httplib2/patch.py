# SPDX-License-Identifier: Apache-2.0
"""The only module that knows which functions of httplib2 are wrapped.

``Http.request`` opens the exchange in which resends are counted; ``Http._conn_request`` is given a
watched connection. A subclass with a ``_conn_request`` of its own is watched as a whole.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, wraps
from inspect import signature
from typing import Any, Final

from .attempt import Attempt
from .connection import WatchedConnection, watch
from .exchange import Exchange, exchange_of_connection
from .forwarding import ABSENT, keywords
from .guard import guarded, report
from .patching import Patch, Patches
from .scope import RequestScope, current_scope, enter_scope, leave_scope
from .telemetry import Telemetry

# Of ``Http.request``, where the headers stand.
_HEADERS_OF_REQUEST: Final = 3
_CONN_REQUEST_ARGUMENTS: Final = ("self", "conn", "request_uri", "method", "body", "headers")


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
            telemetry = self._telemetry
            if telemetry is None:
                return original(http, *args, **keywords(kwargs, body=body, headers=headers))
            try:
                uri, method = args
            except ValueError:
                uri, method = args[0] if args else kwargs.get("uri", ""), ABSENT
            above = current_scope()
            scope = RequestScope() if above is None else above
            try:
                exchange = Exchange(
                    telemetry, scope, http, uri, args, kwargs, self._conn_request_replacement
                )
            except Exception as error:
                report(error)
                exchange = None
            if exchange is None:
                return original(http, *args, **keywords(kwargs, body=body, headers=headers))
            outer, scope.exchange = scope.exchange, exchange
            token = enter_scope(scope) if above is None else None
            try:
                if exchange.is_whole and not exchange.silent:
                    kwargs = keywords(kwargs, body=body, headers=headers)
                    return _watch_whole(telemetry, exchange, partial(original, http), args, kwargs)
                if kwargs or method is ABSENT or body is ABSENT or headers is ABSENT:
                    return original(http, *args, **keywords(kwargs, body=body, headers=headers))
                # As googleapiclient calls it.
                return original(http, uri, method, body=body, headers=headers)
            finally:
                scope.exchange = outer
                if token is not None:
                    leave_scope(token)

        return request

    # One more function would be a measurable part of all that is added to a call.
    def _conn_request(self, original: Callable[..., Any]) -> Callable[..., Any] | None:  # noqa: C901
        if tuple(signature(original).parameters) != _CONN_REQUEST_ARGUMENTS:
            return None

        @wraps(original)
        def conn_request(  # noqa: C901, PLR0917 - the library's arguments
            http: Any, conn: Any, request_uri: Any, method: Any, body: Any, headers: Any
        ) -> Any:
            telemetry = self._telemetry
            if telemetry is None:
                return original(http, conn, request_uri, method, body, headers)
            attempt = None
            try:
                scope = current_scope()
                exchange = scope.exchange if scope is not None else None
                if exchange is None or exchange.http is not http:
                    exchange = exchange_of_connection(telemetry, http, conn, request_uri)
                if exchange.whole is not None:
                    # What stands in our place has called us after all.
                    attempt, exchange.whole = exchange.whole, None
                    attempt.is_seen_on(conn)
                elif not exchange.silent:
                    reused = conn.sock is not None
                    attempt = Attempt(telemetry, exchange, method, request_uri, reused)
            except Exception as error:
                report(error)
            if attempt is None:
                return original(http, conn, request_uri, method, body, headers)
            try:
                try:
                    if headers is not None:
                        headers = attempt.inject(headers)
                    if attempt.observed:
                        telemetry.connections.enter(attempt, conn)
                        watched = WatchedConnection()
                        watch(watched, attempt)
                        conn = watched
                except Exception as error:
                    report(error)
                answer = original(http, conn, request_uri, method, body, headers)
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


# What stands in the place of our ``_conn_request`` may send by itself: one attempt for the whole
# request, until ours is called after all.


def _watch_whole(
    telemetry: Telemetry,
    exchange: Exchange,
    send: Callable[..., Any],
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
) -> Any:
    begun = _begin_whole(telemetry, exchange, args, kwargs)
    if begun is None:
        return send(*args, **kwargs)
    args, kwargs = begun
    try:
        response = send(*args, **kwargs)
    except BaseException as error:
        if exchange.whole is not None:
            guarded(exchange.whole.end)(error)
        raise
    if exchange.whole is not None:
        _end_whole(exchange.whole, response)
    return response


@guarded
def _begin_whole(
    telemetry: Telemetry, exchange: Exchange, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    method = args[1] if len(args) > 1 else kwargs.get("method", "GET")
    attempt = Attempt(telemetry, exchange, method, None, None)
    attempt.phase = None
    try:
        args, kwargs = _with_context(attempt, args, kwargs)
    except BaseException as error:
        attempt.end(error)
        raise
    exchange.whole = attempt
    return args, kwargs


@guarded
def _end_whole(attempt: Attempt, response: Any) -> None:
    try:
        attempt.response = response[0]
    finally:
        attempt.end(None)


def _with_context(
    attempt: Attempt, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """The arguments of a ``Http.request`` with the context of an attempt in the headers."""
    position = _HEADERS_OF_REQUEST
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
