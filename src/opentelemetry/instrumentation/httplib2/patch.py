# SPDX-License-Identifier: Apache-2.0
"""The only module that knows which functions of httplib2 are wrapped.

``Http.request`` opens the exchange in which resends are counted; ``Http._conn_request`` is given a
watched connection. A subclass with a ``_conn_request`` of its own is watched as a whole.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, wraps
from typing import Any, Final

from opentelemetry.instrumentation.utils import is_http_instrumentation_enabled

from .attempt import Attempt
from .connection import Watch, WatchedConnection
from .exchange import (
    Exchange,
    current_exchange,
    exchange_of_connection,
    open_exchange,
)
from .guard import guarded
from .patching import Patch, Patches
from .telemetry import Telemetry


class Instrumentation:
    """The patches, and the telemetry that they feed while they are switched on."""

    def __init__(self) -> None:
        self._telemetry: Telemetry | None = None
        self._conn_request_replacement: Callable[..., Any] | None = None
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
            exchange = telemetry and _open(telemetry, http, *args, **kwargs)
            if telemetry is None or exchange is None:
                return original(http, *args, **kwargs)
            token = current_exchange.set(exchange)
            try:
                if exchange.silent or self._sees_connections_of(http):
                    return original(http, *args, **kwargs)
                return _watch_whole(telemetry, exchange, partial(original, http), args, kwargs)
            finally:
                current_exchange.reset(token)

        return request

    def _conn_request(self, original: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(original)
        def conn_request(
            http: Any, conn: Any, request_uri: Any, method: Any, *args: Any, **kwargs: Any
        ) -> Any:
            telemetry = self._telemetry
            watch = telemetry and _watch(telemetry, http, conn, request_uri, method)
            if watch is None:
                return original(http, conn, request_uri, method, *args, **kwargs)
            try:
                answer = original(
                    http, WatchedConnection(conn, watch), request_uri, method, *args, **kwargs
                )
            except BaseException as error:
                watch.fail(error)
                raise
            watch.succeed()
            return answer

        self._conn_request_replacement = conn_request
        return conn_request

    def _sees_connections_of(self, http: Any) -> bool:
        """Whether requests of this object run through our ``_conn_request``."""
        ours = self._conn_request_replacement
        return (
            ours is not None
            and getattr(http.__class__, "_conn_request", None) is ours
            and "_conn_request" not in getattr(http, "__dict__", ())
        )


@guarded
def _open(  # noqa: PLR0917 - the library's signature
    telemetry: Telemetry,
    http: Any,
    uri: Any,
    method: Any = "GET",  # noqa: ARG001
    body: Any = None,  # noqa: ARG001
    headers: Any = None,  # noqa: ARG001
    redirections: Any = 5,
    *_: Any,
    **__: Any,
) -> Exchange | None:
    exchange = open_exchange(http, uri, redirections)
    exchange.silent |= not is_http_instrumentation_enabled() or telemetry.options.excludes(uri)
    return exchange


@guarded
def _watch(
    telemetry: Telemetry, http: Any, conn: Any, request_uri: str, method: str
) -> Watch | None:
    exchange = current_exchange.get()
    if exchange is None or exchange.http is not http:
        if not is_http_instrumentation_enabled():
            return None
        exchange = exchange_of_connection(http, conn, request_uri)
        if telemetry.options.excludes(exchange.url):
            return None
    if exchange.silent:
        return None
    return Watch(telemetry, exchange, conn, method, exchange.wire_url(request_uri))


# Subclasses that send by themselves: one attempt for the whole request.


def _watch_whole(
    telemetry: Telemetry,
    exchange: Exchange,
    send: Callable[..., Any],
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
) -> Any:
    exchange.silent = True
    begun = _begin_whole(telemetry, exchange, *args, **kwargs)
    if begun is None:
        return send(*args, **kwargs)
    attempt, injected = begun
    if injected is not None:
        args, kwargs = _with_headers(args, kwargs, injected) or (args, kwargs)
    try:
        answer = send(*args, **kwargs)
    except BaseException as error:
        _end_whole(attempt, None, error)
        raise
    _end_whole(attempt, answer, None)
    return answer


@guarded
def _begin_whole(  # noqa: PLR0917 - the library's signature
    telemetry: Telemetry,
    exchange: Exchange,
    uri: str,
    method: str = "GET",
    body: Any = None,  # noqa: ARG001
    headers: Any = None,
    *_: Any,
    **__: Any,
) -> tuple[Attempt, Any]:
    attempt = Attempt(
        telemetry, exchange, method=method, url=uri, cause=exchange.begin_send(), reused=None
    )
    # What stands in httplib2's place may not take headers at all.
    return attempt, None if headers is None else attempt.inject(headers)


@guarded
def _end_whole(attempt: Attempt, answer: Any, error: BaseException | None) -> None:
    if answer is not None:
        attempt.answered(answer[0])
    attempt.end(error)


_HEADERS_POSITION = 3


@guarded
def _with_headers(
    args: tuple[Any, ...], kwargs: dict[str, Any], headers: Any
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    if len(args) > _HEADERS_POSITION:
        return (*args[:_HEADERS_POSITION], headers, *args[_HEADERS_POSITION + 1 :]), kwargs
    return args, {**kwargs, "headers": headers}


instrumentation: Final = Instrumentation()
"""The one of the process, as what it patches."""
