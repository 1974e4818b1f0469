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

from .attempt import Attempt
from .connection import WatchedConnection
from .exchange import Exchange, current_exchange, exchange_of_connection
from .guard import guarded, report
from .patching import Patch, Patches
from .semconv import Phase
from .suppression import is_http_suppressed, nothing_is_suppressed
from .telemetry import Telemetry

# Of ``Http.request``: what it takes for its argument if it is not given, and where these stand.
_REDIRECTIONS: Final = 5
_HEADERS_OF_REQUEST: Final = 3
_REDIRECTIONS_POSITION: Final = 4
# Of ``Http._conn_request``, what follows the method.
_HEADERS_OF_CONN_REQUEST: Final = 1
_BODY_AND_HEADERS: Final = 2


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
            telemetry = self._telemetry
            if telemetry is None:
                return original(http, *args, **kwargs)
            exchange = None
            try:
                exchange = self._open(telemetry, http, args, kwargs)
            except Exception as error:
                report(error)
            if exchange is None:
                return original(http, *args, **kwargs)
            token = current_exchange.set(exchange)
            try:
                if exchange.is_whole:
                    return _watch_whole(telemetry, exchange, partial(original, http), args, kwargs)
                return original(http, *args, **kwargs)
            finally:
                current_exchange.reset(token)

        return request

    def _conn_request(self, original: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(original)
        def conn_request(
            http: Any, conn: Any, request_uri: Any, method: Any, *args: Any, **kwargs: Any
        ) -> Any:
            telemetry, run = self._telemetry, None
            if telemetry is None:
                return original(http, conn, request_uri, method, *args, **kwargs)
            try:
                run = _begin(telemetry, http, conn, request_uri, method, args, kwargs)
            except Exception as error:
                report(error)
            if run is None:
                return original(http, conn, request_uri, method, *args, **kwargs)
            attempt, connection, args, kwargs = run
            try:
                answer = original(http, connection, request_uri, method, *args, **kwargs)
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
        redirections = kwargs.get("redirections", _REDIRECTIONS)
        if len(args) > _REDIRECTIONS_POSITION:
            redirections = args[_REDIRECTIONS_POSITION]
        exchange = Exchange(http, url, redirections)
        options, context = telemetry.options, get_current()
        if (not nothing_is_suppressed(context) and is_http_suppressed(context)) or (
            options.excluded_urls and options.excludes(url)
        ):
            exchange.silent = True
        # Whether requests of this object do not run through our ``_conn_request``.
        elif getattr(
            http.__class__, "_conn_request", None
        ) is not self._conn_request_replacement or "_conn_request" in getattr(http, "__dict__", ()):
            exchange.is_whole = not exchange.silent
        return exchange


_Run = tuple[Attempt, Any, tuple[Any, ...], dict[str, Any]]
"""A run of ``_conn_request`` that is looked at: its first attempt, connection and arguments."""


def _begin(  # noqa: PLR0917 - the library's arguments
    telemetry: Telemetry,
    http: Any,
    conn: Any,
    request_uri: str,
    method: str,
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
) -> _Run | None:
    exchange = current_exchange.get()
    if exchange is None or exchange.http is not http:
        if is_http_suppressed(get_current()):
            return None
        exchange = exchange_of_connection(http, conn, request_uri)
        if telemetry.options.excludes(exchange.url):
            return None
    if exchange.silent:
        return None
    attempt = Attempt(telemetry, exchange, method, request_uri, conn.sock is not None)
    try:
        if len(args) == _BODY_AND_HEADERS and args[1] is not None:  # as httplib2 does it
            args = (args[0], attempt.inject(args[1]))
        else:
            args, kwargs = _with_context(attempt, args, kwargs, _HEADERS_OF_CONN_REQUEST)
    except BaseException as error:
        # An interrupt inside of a hook, say: a span that never ends is never seen.
        attempt.end(error)
        raise
    if not attempt.observed:
        return attempt, conn, args, kwargs
    telemetry.connections.enter(attempt, conn)
    return attempt, WatchedConnection(conn, attempt), args, kwargs


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
