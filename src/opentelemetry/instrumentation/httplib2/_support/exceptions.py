# SPDX-License-Identifier: Apache-2.0
"""What an exception is called and what it is made of, told without importing its library."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from itertools import islice
from typing import Final

from .guard import quietly
from .interruption import is_interruption

_MAX_WRAPPED: Final = 5
"""As when requests can't connect to get a token: google-auth's, requests', two of urllib3, and the
operating system's own."""
_CANCELLATIONS: Final = frozenset(
    {
        "KeyboardInterrupt",
        "SystemExit",
        "GeneratorExit",
        "asyncio.exceptions.CancelledError",  # anyio's as well
        "concurrent.futures._base.CancelledError",
        "greenlet.GreenletExit",  # gevent's and eventlet's as well
        "trio.Cancelled",
    }
)
_DEADLINES: Final = frozenset(
    {
        "airflow.exceptions.AirflowTaskTimeout",
        "airflow.sdk.exceptions.AirflowTaskTimeout",  # since Airflow 3
        "billiard.exceptions.SoftTimeLimitExceeded",  # Celery's
        "billiard.exceptions.TimeLimitExceeded",
        "dramatiq.middleware.time_limit.TimeLimitExceeded",
        "eventlet.timeout.Timeout",
        "func_timeout.exceptions.FunctionTimedOut",
        "gevent.timeout.Timeout",
        "rq.timeouts.BaseTimeoutException",
        "stopit.utils.TimeoutException",
        "timeout_decorator.timeout_decorator.TimeoutError",
    }
)
_COMMON: Final = frozenset({object, BaseException, Exception})


def qualified_name(kind: type) -> str:
    """The name that ``error.type`` carries: ``TimeoutError``, ``httplib2.error.RedirectLimit``."""
    module = kind.__module__
    return kind.__qualname__ if module == "builtins" else f"{module}.{kind.__qualname__}"


def is_cancellation(error: BaseException) -> bool:
    """Whether the application (or its user) ended the call, which is no failure of it."""
    return not _CANCELLATIONS.isdisjoint(map(qualified_name, type(error).__mro__))


def is_deadline(error: BaseException) -> bool:
    """Whether a deadline of the application, a time limit of its own, has ended the call.

    Told by the class, or by how the exception was raised: from outside of what was running.
    """
    return not is_cancellation(error) and (
        not _DEADLINES.isdisjoint(lineage(error)) or any(map(is_interruption, unwrap(error)))
    )


def lineage(error: BaseException) -> frozenset[str]:
    """Names of an exception's class and its bases, of what it wraps, and of their errno."""
    names: set[str] = set()
    for one in unwrap(error):
        names.update(qualified_name(kind) for kind in type(one).__mro__ if kind not in _COMMON)
        if isinstance(one, OSError) and isinstance(one.errno, int):
            names.add(errno.errorcode.get(one.errno, ""))
    return frozenset(names)


def text_of(error: BaseException) -> str:
    """The exception's own words, empty where it can't even say them.

    Of several arguments it is the first text, and never the repr of their tuple: the others are
    whole responses, often enough.
    """
    return quietly(_text_of, error) or ""


def _text_of(error: BaseException) -> str:
    for one in unwrap(error):
        arguments = one.args
        if type(one).__str__ is not BaseException.__str__:
            return str(one)
        if not (arguments and isinstance(arguments[0], BaseException)):
            return str(one) if len(arguments) <= 1 else _said_in(arguments)
    return ""


def unwrap(error: BaseException) -> Iterator[BaseException]:
    """An exception and what it wraps, from the outermost on, a few of them at most."""
    return islice(_unwrap(error), _MAX_WRAPPED)


def _said_in(arguments: tuple[object, ...]) -> str:
    """Numbers and the first text."""
    said: list[str] = []
    for argument in arguments:
        if isinstance(argument, (int, float, str)):
            said.append(str(argument))
        if isinstance(argument, str):
            break
    return ": ".join(said)


def _unwrap(error: BaseException) -> Iterator[BaseException]:
    """The exception, what it wraps, and so on; never the same one twice."""
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        yield current
        # google-auth wraps by argument: TransportError(exc).
        first = current.args[0] if current.args else None
        current = first if isinstance(first, BaseException) else current.__cause__
