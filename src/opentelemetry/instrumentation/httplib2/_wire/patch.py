# SPDX-License-Identifier: Apache-2.0
"""The only module that knows which functions of httplib2 are wrapped.

``Http.request`` opens the exchange in which resends are counted; ``Http._conn_request`` is given a
watched connection. A subclass with a ``_conn_request`` of its own is watched as a whole.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, wraps
from typing import Any, Final

from opentelemetry.context import get_current
from opentelemetry.instrumentation.utils import is_http_instrumentation_enabled

from .._support.guard import guarded, telemetry_runs
from .._support.patching import Patch, Patches, parameters_of
from .._support.spans import follow
from .attempt import Attempt
from .exchange import Exchange, exchange_of_connection, leads_to
from .scope import RequestScope, current_scope, enter_scope
from .telemetry import Telemetry
from .watched_connection import WatchedConnection, watch

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
        def request(http: Any, *args: Any, **kwargs: Any) -> Any:
            telemetry = None if telemetry_runs() else self._telemetry
            if telemetry is None:
                return original(http, *args, **kwargs)
            above = current_scope()
            scope = RequestScope() if above is None else above
            exchange = self._open(telemetry, scope, http, args, kwargs)
            if exchange is None:
                return original(http, *args, **kwargs)
            outer = scope.exchange
            try:
                scope.exchange = exchange
                if above is None:
                    enter_scope(scope)
                if exchange.is_whole and not exchange.silent:
                    return _watch_whole(telemetry, exchange, partial(original, http), args, kwargs)
                return original(http, *args, **kwargs)
            finally:
                scope.exchange = outer
                if above is None:
                    enter_scope(None)

        return request

    @guarded
    def _open(
        self,
        telemetry: Telemetry,
        scope: RequestScope,
        http: Any,
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
    ) -> Exchange | None:
        conn_request = self._conn_request_replacement
        is_whole = not leads_to(conn_request, getattr(http, "_conn_request", None))
        if not telemetry.is_taken() and not is_whole:
            return None
        return Exchange(
            telemetry,
            scope,
            http,
            url=args[0] if args else kwargs.get("uri", ""),
            args=args,
            kwargs=kwargs,
            is_whole=is_whole,
        )

    def _conn_request(self, original: Callable[..., Any]) -> Callable[..., Any] | None:
        if parameters_of(original) != _CONN_REQUEST_ARGUMENTS:
            return None

        @wraps(original)
        def conn_request(  # noqa: PLR0917 - the library's arguments
            http: Any, conn: Any, request_uri: Any, method: Any, body: Any, headers: Any
        ) -> Any:
            telemetry = None if telemetry_runs() else self._telemetry
            if telemetry is None:
                return original(http, conn, request_uri, method, body, headers)
            prepared = _prepare(telemetry, http, conn, request_uri, method, headers)
            attempt, headers = (None, headers) if prepared is None else prepared
            if attempt is None:
                return original(http, conn, request_uri, method, body, headers)

            def send() -> Any:
                begun = _begin(telemetry, attempt, conn, headers)
                watched, injected = (conn, headers) if begun is None else begun
                return original(http, watched, request_uri, method, body, injected)

            return follow(attempt, send)

        self._conn_request_replacement = conn_request
        return conn_request


@guarded
def _prepare(  # noqa: PLR0917 - what httplib2 gives
    telemetry: Telemetry, http: Any, connection: Any, target: str, method: str, headers: Any
) -> tuple[Attempt | None, Any]:
    """The attempt that is about to be made, None if it is not traced; the headers to send."""
    if telemetry.is_taken():
        return _attempt_on(telemetry, http, connection, target, method), headers
    if not is_http_instrumentation_enabled():
        return None, headers
    injected = dict(headers)
    telemetry.injection.inject(injected, get_current(), current_scope() or RequestScope())
    return None, injected


def _attempt_on(
    telemetry: Telemetry, http: Any, connection: Any, target: str, method: str
) -> Attempt | None:
    """The attempt that is about to be made on a connection, None if it is not traced."""
    scope = current_scope()
    exchange = scope.exchange if scope is not None else None
    if not isinstance(exchange, Exchange) or exchange.http is not http:
        exchange = exchange_of_connection(telemetry, http, connection, target)
    attempt = exchange.whole
    if isinstance(attempt, Attempt):
        # What stands in our place has called us after all.
        exchange.whole = None
        attempt.is_seen_on(connection)
        return attempt
    if exchange.silent:
        return None
    reused = connection.sock is not None
    return Attempt(telemetry, exchange, method, target=target, reused=reused)


@guarded
def _begin(
    telemetry: Telemetry, attempt: Attempt, connection: Any, headers: Any
) -> tuple[Any, Any]:
    """Begin an attempt; returns the connection and the headers that httplib2 is to make it with."""
    if not attempt.is_open:
        attempt.begin()
    if headers is not None:
        headers = attempt.inject(headers)
    if attempt.is_open and attempt.observed:
        telemetry.connections.enter(attempt, connection)
        watched = WatchedConnection()
        watch(watched, attempt)
        connection = watched
    return connection, headers


# What stands in the place of our ``_conn_request`` may send by itself: one attempt for the whole
# request, until ours is called after all.


def _watch_whole(
    telemetry: Telemetry,
    exchange: Exchange,
    original: Callable[..., Any],
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
) -> Any:
    attempt = _attempt_at(telemetry, exchange, args, kwargs)
    if attempt is None:
        return original(*args, **kwargs)

    def send() -> Any:
        begun = _begin_whole(attempt, exchange, args, kwargs)
        all_args, all_kwargs = (args, kwargs) if begun is None else begun
        response = original(*all_args, **all_kwargs)
        if exchange.whole is attempt:
            _note_response(attempt, response)
        return response

    return follow(attempt, send)


@guarded
def _attempt_at(
    telemetry: Telemetry, exchange: Exchange, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> Attempt:
    method = args[1] if len(args) > 1 else kwargs.get("method", "GET")
    attempt = Attempt(telemetry, exchange, method, target=None, reused=None)
    attempt.phase = None
    return attempt


@guarded
def _begin_whole(
    attempt: Attempt, exchange: Exchange, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    attempt.begin()
    exchange.whole = attempt
    return _with_context(attempt, args, kwargs)


@guarded
def _note_response(attempt: Attempt, response: Any) -> None:
    attempt.response = response[0]


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
