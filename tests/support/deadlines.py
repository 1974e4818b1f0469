# SPDX-License-Identifier: Apache-2.0
"""Deadlines of an application, and the ways in which they are thrown into what is running."""

from __future__ import annotations

import ctypes
import signal
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from functools import partial, wraps
from typing import Any, Final


class JobTimeout(Exception):
    """As applications define one."""


class NamedTimeout(Exception):
    """One that gives itself its text, as RQ's does where a timer thread raises it."""

    def __init__(self) -> None:
        super().__init__("180 s")


class _Penalty:
    def handle(self, signum: int, frame: object) -> None:
        raise JobTimeout("180 s")

    def __call__(self, signum: int, frame: object) -> None:
        raise JobTimeout("180 s")


def _plain(_signum: int, _frame: object) -> None:
    raise JobTimeout("180 s")


def _with_any_arguments(*_: object) -> None:
    raise JobTimeout("180 s")


def _once(signum: int, _frame: object) -> None:
    signal.signal(signum, signal.SIG_DFL)
    raise JobTimeout("180 s")


def _raise(error: BaseException) -> None:
    raise error


def _by_a_helper(_signum: int, _frame: object) -> None:
    _raise(JobTimeout("180 s"))


def _with_more(job: str, _signum: int, _frame: object, *, limit: int) -> None:
    raise JobTimeout(job, limit)


@wraps(_plain)
def _decorated(*args: Any, **kwargs: Any) -> None:
    return _plain(*args, **kwargs)


@contextmanager
def _without_output() -> Generator[None, None, None]:
    yield


@_without_output()
def _decorated_by_the_standard_library(_signum: int, _frame: object) -> None:
    raise JobTimeout("180 s")


def _of_the_standard_library(_signum: int, _frame: object) -> None:
    raise TimeoutError("180 s")


def _by_an_instruction(signum: int, _frame: object) -> None:
    {}[signum]


def _in_a_chain(signum: int, _frame: object) -> None:
    try:
        {}[signum]
    except KeyError as error:
        raise JobTimeout("180 s") from error


HANDLERS: Final[dict[str, Callable[..., object]]] = {
    "function": _plain,
    "function of any arguments": _with_any_arguments,
    "one that takes itself away": _once,
    "one that has a helper raise": _by_a_helper,
    "one that raises from another": _in_a_chain,
    "decorated": _decorated,
    "decorated by the standard library": _decorated_by_the_standard_library,
    "lambda": lambda _signum, _frame: _raise(JobTimeout("180 s")),
    "bound method": _Penalty().handle,
    "callable object": _Penalty(),
    "partial": partial(_with_more, "job", limit=180),
    "TimeoutError": _of_the_standard_library,
    "KeyError by a subscript": _by_an_instruction,
}
"""Signal handlers, by what they are."""


@contextmanager
def handled_by(handler: Callable[..., object] | int) -> Generator[None, None, None]:
    """SIGALRM calls this handler."""
    before = signal.signal(signal.SIGALRM, handler)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def strike() -> None:
    """Let the signal arrive, so that its handler runs right here."""
    signal.raise_signal(signal.SIGALRM)


def throw(kind: type[BaseException], thread: int | None = None) -> None:
    """Throw an exception into a thread, this one by default, as stopit and func_timeout do."""
    thread = threading.get_ident() if thread is None else thread
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(kind))
