# SPDX-License-Identifier: Apache-2.0
"""Stands before the real connection while httplib2's own code runs on it, and tells its attempts.

httplib2 sends a request again by itself, without a log or a callback, when a connection closes
without an answer. What it does to the connection shows it: nothing of its loop is copied here.
"""

from __future__ import annotations

from typing import Any, Final

from .attempt import Attempt
from .guard import guarded, report
from .semconv import Phase, ResendCause

# Looked up once: a name of a class costs ten times a global one.
_SEND: Final = Phase.SEND
_WAIT: Final = Phase.WAIT
_READ: Final = Phase.READ
# Past ``__setattr__``, which is the real connection's.
_set_own: Final = object.__setattr__


class WatchedConnection:
    """Passes everything on to the real connection, and reports what is done to it.

    Args:
        connection: the real one.
        attempt: the first that is made on it, which has begun; the headers carry its context.
    """

    __slots__ = ("_otel_attempt", "_otel_connection")

    _otel_attempt: Attempt
    _otel_connection: Any

    def __init__(self, connection: Any, attempt: Attempt) -> None:
        _set_own(self, "_otel_connection", connection)
        _set_own(self, "_otel_attempt", attempt)

    @property
    def sock(self) -> Any:
        return self._otel_connection.sock

    def connect(self, *args: Any, **kwargs: Any) -> Any:
        if self._otel_attempt.is_spent:
            _connect_again(self)
        try:
            return self._otel_connection.connect(*args, **kwargs)
        except BaseException as error:
            _stopped(self, error)
            raise

    def request(
        self, method: Any, url: Any, body: Any = None, headers: Any = None, **kwargs: Any
    ) -> Any:
        attempt, connection = self._otel_attempt, self._otel_connection
        if not attempt.is_ready:
            headers = _send_again(self, headers) or headers
            attempt = self._otel_attempt
        attempt.phase, attempt.is_ready, attempt.is_spent = _SEND, False, True
        try:
            sent = connection.request(method, url, body, headers, **kwargs)
        except BaseException as error:
            _stopped(self, error)
            raise
        attempt.phase = _WAIT
        if attempt.recording:
            try:
                attempt.note_peer(connection)
            except Exception as error:
                report(error)
        return sent

    def getresponse(self, *args: Any, **kwargs: Any) -> Any:
        try:
            response = self._otel_connection.getresponse(*args, **kwargs)
        except BaseException as error:
            _stopped(self, error)
            raise
        attempt = self._otel_attempt
        attempt.phase, attempt.failure, attempt.response = _READ, None, response
        return response

    def __getattr__(self, name: str) -> Any:
        return getattr(self._otel_connection, name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self._otel_connection, name, value)


def attempt_on(watched: WatchedConnection) -> Attempt:
    """The attempt that is being made on a connection, the last one when httplib2 is done."""
    return watched._otel_attempt  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]


@guarded
def _connect_again(watched: WatchedConnection) -> None:
    """What was sent before has failed, and begins anew."""
    _begin_again(watched, reused=False)


@guarded
def _send_again(watched: WatchedConnection, headers: Any) -> Any:
    """A copy of the headers with the context of the attempt, another one where that is due."""
    if attempt_on(watched).is_spent:
        connected = getattr(watched, "sock", None) is not None
        _begin_again(watched, reused=True if connected else None)
    return attempt_on(watched).inject(headers)


@guarded
def _stopped(watched: WatchedConnection, error: BaseException) -> None:
    """An exception has stopped the attempt, though httplib2 may yet ask for the answer."""
    attempt_on(watched).failed(error)


def _begin_again(watched: WatchedConnection, *, reused: bool | None) -> None:
    spent = attempt_on(watched)
    guarded(spent.end)(spent.failure)
    _set_own(watched, "_otel_attempt", spent.another(ResendCause.NO_RESPONSE, reused=reused))
