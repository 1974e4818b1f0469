# SPDX-License-Identifier: Apache-2.0
"""Stands before what a call runs on, its http object and its sleep, and reports what they do.

Retries are seen by watching the library's loop run: nothing in here knows when it retries.
"""

from __future__ import annotations

from collections.abc import Callable
from inspect import currentframe
from traceback import walk_tb
from types import CodeType
from typing import TYPE_CHECKING, Any, Final, Protocol, cast

if TYPE_CHECKING:

    class TryObserver(Protocol):
        """What is told of the tries of a call and the waits between them.

        It raises nothing but interruptions.
        """

        def try_begins(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> object: ...
        def try_ended(self, response: object) -> object: ...
        def try_failed(self, error: BaseException) -> object: ...
        def wait_begins(self, delay: object) -> object: ...
        def wait_ended(self) -> object: ...


_SLEEP: Final = "_sleep"


class ObservedHttp:
    """Passes everything on to the real http object, and reports each request and its response."""

    __slots__ = ("_http", "observer")

    def __init__(self, http: Any, observer: TryObserver) -> None:
        self._http = http
        self.observer = observer

    def request(self, *args: Any, **kwargs: Any) -> Any:
        observer = self.observer
        observer.try_begins(args, kwargs)
        try:
            response = self._http.request(*args, **kwargs)
        except BaseException as error:
            observer.try_failed(error)
            raise
        observer.try_ended(response)
        return response

    def __getattr__(self, name: str) -> Any:
        return getattr(self._http, name)


class ObservedSleep:
    """Sleeps as before, and reports how long it was asked to and when it ended."""

    __slots__ = ("_observer", "_sleep")

    def __init__(self, sleep: Callable[[float], object], observer: TryObserver) -> None:
        self._sleep = sleep
        self._observer = observer

    def __call__(self, seconds: float) -> object:
        observer = self._observer
        observer.wait_begins(seconds)
        try:
            return self._sleep(seconds)
        finally:
            observer.wait_ended()


class SleepOfRequest:
    """The ``_sleep`` of requests, through which their loop for chunks is seen waiting.

    That loop is given nothing that could be replaced, and asks the request itself. So the class
    gets this attribute, which it does not have otherwise: a request has what it sleeps with among
    its own attributes, as before, and whoever else asks gets that.

    Args:
        observer_of: finds who wants to see the waits of a request just now.
        library: the name of the module that has the loop.
    """

    def __init__(self, observer_of: Callable[[Any], TryObserver | None], library: str) -> None:
        self._observer_of = observer_of
        self._library = library

    def __get__(self, request: Any, kind: type | None = None) -> Any:
        if request is None:
            name = kind.__name__ if kind is not None else None
            raise AttributeError(f"type object {name!r} has no attribute {_SLEEP!r}")
        try:
            sleep = cast("dict[str, Any]", vars(request))[_SLEEP]
        except KeyError:
            raise _absent(request) from None
        observer = self._observer_of(request)
        if observer is None or not self._is_asked_by_library():
            return sleep
        return observed_sleep(sleep, observer)

    def __set__(self, request: Any, sleep: Any) -> None:
        vars(request)[_SLEEP] = sleep

    def __delete__(self, request: Any) -> None:
        try:
            del vars(request)[_SLEEP]
        except KeyError:
            raise _absent(request) from None

    def _is_asked_by_library(self) -> bool:
        here = currentframe()
        asking = here.f_back.f_back if here is not None and here.f_back is not None else None
        return asking is not None and asking.f_globals.get("__name__") == self._library


def _absent(request: Any) -> AttributeError:
    # As Python says it.
    return AttributeError(f"{type(request).__name__!r} object has no attribute {_SLEEP!r}")


def observed_http(http: Any, observer: TryObserver) -> Any:
    """Let ``observer`` see what is sent through ``http``, once however often it is asked for."""
    # A request without http fails where it always did, in the library's own line.
    if http is None or (type(http) is ObservedHttp and http.observer is observer):
        return http
    return ObservedHttp(http, observer)


def observed_sleep(sleep: Any, observer: TryObserver) -> Any:
    """Let ``observer`` see the waits of ``sleep``, once however often it is asked for."""
    return sleep if isinstance(sleep, ObservedSleep) else ObservedSleep(sleep, observer)


def response_read_in(error: BaseException, loop: CodeType) -> tuple[Any, Any] | None:
    """The response, where the library's own reading of that has raised this.

    Nothing but the frame of its loop holds the response then. It is a 403 whose body has another
    shape than the library expects, say.

    Args:
        error: what the loop has raised.
        loop: its code.
    """
    for frame, _ in walk_tb(error.__traceback__):
        # The first is that of the call that has failed; others are of calls inside of it.
        if frame.f_code is loop:
            names = frame.f_locals
            response = names.get("resp")
            return None if response is None else (response, names.get("content"))
    return None
