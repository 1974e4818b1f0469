# SPDX-License-Identifier: Apache-2.0
"""Where our telemetry begins: nothing that goes wrong in it reaches the application.

What the application itself throws in (see ``interruption``), a deadline for one, stops our code as
it stops any other. And whoever sends a request from inside of our telemetry (a hook, a sampler, a
span processor, an exporter, a handler of our log records) sends it untraced: to trace it would be
to send another one, and so on.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextvars import ContextVar
from functools import wraps
from logging import Logger, getLogger
from typing import Final, ParamSpec, TypeVar

from .interruption import is_interruption

_logger = getLogger(__name__)

_P = ParamSpec("_P")
_T = TypeVar("_T")

_runs: Final[ContextVar[bool]] = ContextVar("httplib2-telemetry-runs", default=False)

telemetry_runs: Final = _runs.get
"""Whether our telemetry is what runs now, or something that it has called. Not in a thread that
was started there."""


class _Once:
    """Remembers what has been logged, so that a fault on a hot path is said once."""

    def __init__(self) -> None:
        self._said: set[str] = set()

    def warn(self, logger: Logger, place: str, message: str, *args: object) -> None:
        if place in self._said:
            return
        self._said.add(place)
        before = _runs.get()
        try:
            _runs.set(True)
            logger.warning(message, *args)
        finally:
            _runs.set(before)


_once = _Once()


def warn_once(logger: Logger, place: str, message: str, *args: object) -> None:
    """Log a warning the first time that it is asked for at a place (any string that names it)."""
    _once.warn(logger, place, message, *args)


def passes(error: BaseException) -> bool:
    """Whether an exception that is met in our code is the application's, and goes on to it."""
    return not isinstance(error, Exception) or is_interruption(error)


def guarded(function: Callable[_P, _T]) -> Callable[_P, _T | None]:
    """Make a function of ours return None instead of raising anything but interruptions.

    The first fault at a place is logged. It is described by its type alone: the text of an
    exception may hold what must not be logged, such as the URL of a request with its API key.
    While the function runs, nothing that it calls is traced.
    """
    place = f"{function.__module__}.{function.__qualname__}"

    @wraps(function)
    def safe(*args: _P.args, **kwargs: _P.kwargs) -> _T | None:
        before = _runs.get()
        try:
            _runs.set(True)
            return function(*args, **kwargs)
        except Exception as error:
            if is_interruption(error):
                raise
            _log(place, error)
            return None
        finally:
            # By the value and not by a token, which an interruption may have lost.
            _runs.set(before)

    return safe


def quietly(function: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T | None:
    """What a function returns; None where it raises, for one that is free to."""
    try:
        return function(*args, **kwargs)
    except Exception as error:
        if is_interruption(error):
            raise
        return None


def _log(place: str, error: Exception) -> None:
    if sys.is_finalizing():
        # Nothing can be imported any more, and nobody exports what would be lost.
        return
    innermost = error.__traceback__
    while innermost is not None and innermost.tb_next is not None:
        innermost = innermost.tb_next
    where = (
        f"{innermost.tb_frame.f_code.co_filename}:{innermost.tb_lineno}" if innermost else "unknown"
    )
    try:
        warn_once(
            _logger,
            place,
            "%s failed with %s at %s; the application goes on, this telemetry is lost. "
            "Further faults of this kind are not logged.",
            place,
            type(error).__qualname__,
            where,
        )
    except Exception as fault:
        # A handler of the application's may refuse the very warning.
        if is_interruption(fault):
            raise
