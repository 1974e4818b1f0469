# SPDX-License-Identifier: Apache-2.0
"""Stands before what a call runs on, its http object and its sleep, and reports what they do.

Retries are seen by watching the library's loop run: nothing in here knows when it retries.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol


class TryObserver(Protocol):
    """What is told of the tries of one retry loop. None of this may raise."""

    def try_begins(self, method: object, url: object) -> None: ...
    def try_answered(self, answer: object) -> None: ...
    def try_failed(self, error: BaseException) -> None: ...
    def wait_begins(self, delay: object) -> None: ...
    def wait_ended(self) -> None: ...


class ObservedHttp:
    """Passes everything on to the real http object, and reports each request and its answer."""

    __slots__ = ("_http", "_observer")

    def __init__(self, http: Any, observer: TryObserver) -> None:
        self._http = http
        self._observer = observer

    def request(self, *args: Any, **kwargs: Any) -> Any:
        observer = self._observer
        observer.try_begins(*_method_and_url(*args, **kwargs))
        try:
            answer = self._http.request(*args, **kwargs)
        except BaseException as error:
            observer.try_failed(error)
            raise
        observer.try_answered(answer)
        return answer

    def __getattr__(self, name: str) -> Any:
        return getattr(self._http, name)


def _method_and_url(
    uri: object = None, method: object = "GET", *_: object, **__: object
) -> tuple[object, object]:
    return method, uri


def observed_sleep(
    sleep: Callable[[float], object], observer: TryObserver
) -> Callable[[float], object]:
    """Make a sleep that reports how long it was asked to be and when it ended."""

    def observed(seconds: float) -> object:
        observer.wait_begins(seconds)
        try:
            return sleep(seconds)
        finally:
            observer.wait_ended()

    return observed
