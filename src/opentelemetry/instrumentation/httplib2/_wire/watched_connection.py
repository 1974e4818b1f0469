# SPDX-License-Identifier: Apache-2.0
"""Stands before the real connection while httplib2's own code runs on it, and tells its attempts.

httplib2 resends a request by itself, without a log or a callback, when a connection closes without
a response. What it does to the connection shows it: nothing of its loop is copied here.
"""

from __future__ import annotations

from operator import attrgetter
from traceback import walk_tb
from typing import Any, Final

from .._support.guard import guarded
from ..semconv import Phase, ResendCause
from .attempt import Attempt

_WAIT: Final = Phase.WAIT
_READ: Final = Phase.READ


class WatchedConnection:
    """Passes everything on to the real connection, and reports what is done to it.

    What begins with ``_otel_`` is its own.

    Args:
        attempt: the first on the real connection, which has begun; the headers carry its context.
    """

    __slots__ = ("_otel_attempt",)

    _otel_attempt: Attempt
    """The one that is being made; it knows the real connection."""

    # What httplib2 looks at in any case, without a function of Python's.
    sock = property(attrgetter("_otel_attempt.connection.sock"))

    def connect(self, *args: Any, **kwargs: Any) -> Any:
        self._otel_connect_again()
        try:
            return self._otel_attempt.connection.connect(*args, **kwargs)
        except BaseException as error:
            self._otel_stopped(error)
            raise

    def request(
        self, method: Any, url: Any, body: Any = None, headers: Any = None, **kwargs: Any
    ) -> Any:
        attempt = self._otel_attempt
        connection = attempt.connection
        if not attempt.is_ready:
            headers = self._otel_send_again(headers) or headers
            attempt = self._otel_attempt
        attempt.phase = Phase.SEND
        attempt.is_ready = False
        attempt.refusal = None
        try:
            if kwargs:
                sent = connection.request(method, url, body, headers, **kwargs)
            else:
                sent = connection.request(method, url, body, headers)
        except BaseException as error:
            self._otel_not_sent(error)
            raise
        attempt.phase = _WAIT
        if attempt.recording:
            attempt.note_peer(connection)
        return sent

    def getresponse(self, *args: Any, **kwargs: Any) -> Any:
        attempt = self._otel_attempt
        connection = attempt.connection
        try:
            if args or kwargs:
                response = connection.getresponse(*args, **kwargs)
            else:
                response = connection.getresponse()
        except BaseException as error:
            self._otel_stopped(error)
            raise
        attempt.response = response
        if attempt.refusal is None:
            attempt.phase = _READ
            attempt.failure = None
        return response

    @guarded
    def _otel_connect_again(self) -> None:
        """Where an attempt was sent before or has failed, another one begins."""
        attempt = self._otel_attempt
        if attempt.is_spent:
            self._otel_begin_again(reused=False)
        else:
            attempt.phase = Phase.CONNECT
            attempt.refusal = None

    @guarded
    def _otel_send_again(self, headers: Any) -> Any:
        """A copy of the headers with the context of the attempt, of another where that is due."""
        if self._otel_attempt.is_spent:
            connected = getattr(self, "sock", None) is not None
            self._otel_begin_again(reused=True if connected else None)
        return self._otel_attempt.inject(headers or {})

    @guarded
    def _otel_stopped(self, error: BaseException) -> None:
        """An exception has stopped the attempt, though httplib2 may yet ask for the response."""
        # What was never sent has no response: that httplib2 finds none is a consequence.
        if self._otel_attempt.refusal is None:
            self._otel_attempt.failed(error)

    @guarded
    def _otel_not_sent(self, error: BaseException) -> None:
        """An exception has come while the attempt was being sent."""
        if _is_refusal(error):
            self._otel_attempt.refusal = error
        else:
            self._otel_attempt.failed(error)

    def _otel_begin_again(self, *, reused: bool | None) -> None:
        spent = self._otel_attempt
        spent.end(spent.failure)
        watch(self, spent.another(ResendCause.NO_RESPONSE, reused=reused))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._otel_attempt.connection, name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self._otel_attempt.connection, name, value)


def _is_refusal(error: BaseException) -> bool:
    """Whether http.client has raised this before a byte went out: the first goes by endheaders().

    CannotSendRequest, InvalidURL, a header or a body that can't be encoded, ...
    """
    functions = {
        frame.f_code.co_name
        for frame, _ in walk_tb(error.__traceback__)
        if str(frame.f_globals.get("__name__")).endswith("http.client")
    }
    return bool(functions) and "endheaders" not in functions


# Past ``__setattr__``, which is the real connection's.
watch: Final[Any] = vars(WatchedConnection)["_otel_attempt"].__set__
