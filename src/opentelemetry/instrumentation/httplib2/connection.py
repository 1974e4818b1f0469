# SPDX-License-Identifier: Apache-2.0
"""Stands before the real connection while httplib2's own code runs on it, and tells its attempts.

httplib2 sends a request again by itself, without a log or a callback, when a connection closes
without an answer. What it does to the connection shows it: nothing of its loop is copied here.
"""

from __future__ import annotations

from threading import get_ident
from typing import Any

from .attempt import Attempt
from .guard import guarded, report
from .semconv import Phase, ResendCause
from .sharing import Use
from .telemetry import Telemetry


class Watch(Use):
    """The attempts that one run of httplib2's ``_conn_request`` makes on a connection.

    Args:
        telemetry: where they are written down.
        connection: the real connection.
        attempt: the first of them, which has begun; the headers already carry its context.
    """

    __slots__ = ("_connections", "attempt", "is_first")

    def __init__(self, telemetry: Telemetry, connection: Any, attempt: Attempt) -> None:
        self.connection = connection
        self.thread = get_ident()
        self.shared = False
        self.attempt = attempt
        self.is_first = True
        self._connections = telemetry.connections
        self._connections.enter(self)

    @guarded
    def connect_again(self) -> None:
        """What was sent before has failed, and begins anew."""
        self._begin_again(reused=False)

    @guarded
    def send_again(self, headers: Any) -> Any:
        """A copy of the headers with the context of the attempt, another one where that is due."""
        if self.attempt.is_spent:
            connected = getattr(self.connection, "sock", None) is not None
            self._begin_again(reused=True if connected else None)
        return self.attempt.inject(headers)

    @guarded
    def stopped(self, error: BaseException) -> None:
        """An exception has stopped the attempt, though httplib2 may yet ask for the answer."""
        self.attempt.failed(error)

    def end(self, error: BaseException | None) -> None:
        """The answer has been read, or an exception leaves httplib2's loop."""
        self._connections.leave(self)
        self.attempt.shared = self.shared
        self.attempt.end(error)

    def _begin_again(self, *, reused: bool | None) -> None:
        self.is_first = False
        guarded(self.attempt.end)(self.attempt.failure)
        self.attempt = self.attempt.another(ResendCause.NO_RESPONSE, reused=reused)


class WatchedConnection:
    """Passes everything on to the real connection, and reports what is done to it."""

    __slots__ = ("_watch",)

    _watch: Watch

    def __init__(self, watch: Watch) -> None:
        object.__setattr__(self, "_watch", watch)

    @property
    def sock(self) -> Any:
        return self._watch.connection.sock

    def connect(self, *args: Any, **kwargs: Any) -> Any:
        watch = self._watch
        if watch.attempt.is_spent:
            watch.connect_again()
        try:
            return watch.connection.connect(*args, **kwargs)
        except BaseException as error:
            watch.stopped(error)
            raise

    def request(
        self, method: Any, url: Any, body: Any = None, headers: Any = None, **kwargs: Any
    ) -> Any:
        watch = self._watch
        attempt = watch.attempt
        if attempt.is_spent or not watch.is_first:
            headers = watch.send_again(headers) or headers
            attempt = watch.attempt
        attempt.phase, attempt.is_spent = Phase.SEND, True
        try:
            sent = watch.connection.request(method, url, body, headers, **kwargs)
        except BaseException as error:
            watch.stopped(error)
            raise
        attempt.phase = Phase.WAIT
        if attempt.recording:
            try:
                attempt.note_peer(watch.connection)
            except Exception as error:
                report(error)
        return sent

    def getresponse(self, *args: Any, **kwargs: Any) -> Any:
        watch = self._watch
        try:
            response = watch.connection.getresponse(*args, **kwargs)
        except BaseException as error:
            watch.stopped(error)
            raise
        attempt = watch.attempt
        attempt.phase, attempt.failure, attempt.response = Phase.READ, None, response
        return response

    def __getattr__(self, name: str) -> Any:
        return getattr(self._watch.connection, name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self._watch.connection, name, value)
