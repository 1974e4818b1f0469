# SPDX-License-Identifier: Apache-2.0
"""Stands before the real connection while httplib2's own code runs on it, and tells its attempts.

httplib2 sends a request again by itself, without a log or a callback, when a connection closes
without an answer. What it does to the connection shows it: nothing of its loop is copied here.
"""

from __future__ import annotations

from typing import Any

from .attempt import Attempt
from .exchange import Exchange
from .guard import guarded
from .semconv import Phase, ResendCause
from .telemetry import Telemetry


class Watch:
    """The attempts that one run of httplib2's ``_conn_request`` makes on a connection."""

    __slots__ = (
        "_attempt",
        "_cause",
        "_connection",
        "_exchange",
        "_method",
        "_telemetry",
        "_url",
        "_use",
    )

    def __init__(
        self, telemetry: Telemetry, exchange: Exchange, connection: Any, method: str, url: str
    ) -> None:
        self._telemetry = telemetry
        self._exchange = exchange
        self._connection = connection
        self._method = method
        self._url = url
        self._cause = exchange.begin_send()
        self._attempt: Attempt | None = None
        self._use = telemetry.connections.enter(connection)

    @guarded
    def connect_begins(self) -> None:
        self._begin(reused=False)

    @guarded
    def request_begins(self, headers: Any) -> Any:
        """The headers to send, with the trace context in a copy of them."""
        attempt = self._attempt
        if attempt is None or attempt.failure is not None or attempt.phase != Phase.CONNECT:
            sock = getattr(self._connection, "sock", None)
            attempt = self._begin(reused=None if sock is None else True)
        return attempt.inject(headers)

    @guarded
    def request_sent(self) -> None:
        if self._attempt is not None:
            self._attempt.sent(getattr(self._connection, "sock", None))

    @guarded
    def answer_begins(self, response: Any) -> None:
        if self._attempt is not None:
            self._attempt.answered(response)

    @guarded
    def stopped(self, error: BaseException) -> None:
        if self._attempt is not None:
            self._attempt.failed(error)

    def succeed(self) -> None:
        """The answer has been read."""
        self._close(None)

    def fail(self, error: BaseException) -> None:
        """An exception leaves httplib2's loop."""
        self._close(error)

    @guarded
    def _close(self, error: BaseException | None) -> None:
        attempt, self._attempt = self._attempt, None
        self._telemetry.connections.leave(self._connection, self._use)
        if attempt is not None:
            attempt.shared = self._use.shared
            attempt.end(error)

    def _begin(self, *, reused: bool | None) -> Attempt:
        previous, self._attempt = self._attempt, None
        if previous is not None:
            previous.end(previous.failure)
            self._cause = ResendCause.NO_RESPONSE
        self._attempt = Attempt(
            self._telemetry,
            self._exchange,
            method=self._method,
            url=self._url,
            cause=self._cause,
            reused=reused,
        )
        return self._attempt


class WatchedConnection:
    """Passes everything on to the real connection, and reports what is done to it."""

    __slots__ = ("_connection", "_watch")

    _connection: Any
    _watch: Watch

    def __init__(self, connection: Any, watch: Watch) -> None:
        object.__setattr__(self, "_connection", connection)
        object.__setattr__(self, "_watch", watch)

    @property
    def sock(self) -> Any:
        return self._connection.sock

    def connect(self, *args: Any, **kwargs: Any) -> Any:
        self._watch.connect_begins()
        try:
            return self._connection.connect(*args, **kwargs)
        except BaseException as error:
            self._watch.stopped(error)
            raise

    def request(
        self, method: Any, url: Any, body: Any = None, headers: Any = None, **kwargs: Any
    ) -> Any:
        injected = self._watch.request_begins(headers)
        try:
            sent = self._connection.request(
                method, url, body, headers if injected is None else injected, **kwargs
            )
        except BaseException as error:
            self._watch.stopped(error)
            raise
        self._watch.request_sent()
        return sent

    def getresponse(self, *args: Any, **kwargs: Any) -> Any:
        try:
            response = self._connection.getresponse(*args, **kwargs)
        except BaseException as error:
            self._watch.stopped(error)
            raise
        self._watch.answer_begins(response)
        return response

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self._connection, name, value)
