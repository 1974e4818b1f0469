# SPDX-License-Identifier: Apache-2.0
"""Nothing that goes wrong in here reaches the application."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from logging import Logger, getLogger
from traceback import walk_tb
from typing import ParamSpec, TypeVar

_logger = getLogger(__name__)

_P = ParamSpec("_P")
_T = TypeVar("_T")


class _Once:
    """Remembers what has been logged, so that a fault on a hot path is said once."""

    def __init__(self) -> None:
        self._said: set[str] = set()

    def warn(self, logger: Logger, place: str, message: str, *args: object) -> None:
        if place not in self._said:
            self._said.add(place)
            logger.warning(message, *args)


_once = _Once()


def warn_once(logger: Logger, place: str, message: str, *args: object) -> None:
    """Log a warning the first time that it is asked for at a place (any string that names it)."""
    _once.warn(logger, place, message, *args)


def guarded(function: Callable[_P, _T]) -> Callable[_P, _T | None]:
    """Make a function of ours return None instead of raising.

    The first fault at a place is logged. It is described by its type alone: the text of an
    exception may hold what must not be logged, such as the URL of a request with its API key.
    """
    place = f"{function.__module__}.{function.__qualname__}"

    @wraps(function)
    def safe(*args: _P.args, **kwargs: _P.kwargs) -> _T | None:
        try:
            return function(*args, **kwargs)
        except Exception as error:  # noqa: BLE001 - the promise of this module
            # A handler of the application's may refuse the very warning.
            with suppress(Exception):
                _report(place, error)
            return None

    return safe


def report(error: Exception) -> None:
    """Log a fault of ours as ``guarded`` does, for a guard that is spelled out.

    On the way of every call that is: there one more function for each guard can be measured.
    """
    with suppress(Exception):
        # The first frame is the guard's own, the next is what it has called.
        called = [frame for frame, _ in walk_tb(error.__traceback__)][:2][-1]
        name = getattr(called.f_code, "co_qualname", called.f_code.co_name)
        _report(f"{called.f_globals['__name__']}.{name}", error)


def _report(place: str, error: Exception) -> None:
    innermost = error.__traceback__
    while innermost is not None and innermost.tb_next is not None:
        innermost = innermost.tb_next
    where = (
        f"{innermost.tb_frame.f_code.co_filename}:{innermost.tb_lineno}" if innermost else "unknown"
    )
    warn_once(
        _logger,
        place,
        "%s failed with %s at %s; the application goes on, this telemetry is lost. "
        "Further faults of this kind are not logged.",
        place,
        type(error).__qualname__,
        where,
    )
