# SPDX-License-Identifier: Apache-2.0
"""What an exception is called and what it is made of, told without importing its library."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from itertools import islice
from typing import Final

_MAX_WRAPPED: Final = 3
_CANCELLED: Final = "concurrent.futures._base.CancelledError"


def qualified_name(kind: type) -> str:
    """The name that ``error.type`` carries: ``TimeoutError``, ``httplib2.error.RedirectLimit``."""
    module = kind.__module__
    return kind.__qualname__ if module == "builtins" else f"{module}.{kind.__qualname__}"


def is_cancellation(error: BaseException) -> bool:
    """Whether the application (or its user) ended the call, which is no failure of it."""
    return not isinstance(error, Exception) or qualified_name(type(error)) == _CANCELLED


def lineage(error: BaseException) -> frozenset[str]:
    """Names of an exception's class and its bases, of what it wraps, and of their errno."""
    names: set[str] = set()
    for one in islice(unwrap(error), _MAX_WRAPPED):
        names.update(qualified_name(kind) for kind in type(one).__mro__[:-3])
        if isinstance(one, OSError) and isinstance(one.errno, int):
            names.add(errno.errorcode.get(one.errno, ""))
    return frozenset(names)


def text_of(error: BaseException) -> str:
    """The exception's own words, empty where it can't even say them.

    Of several arguments it is the first text, and never the repr of their tuple: the others are
    whole responses, often enough.
    """
    try:
        for one in islice(unwrap(error), _MAX_WRAPPED):
            arguments = one.args
            if type(one).__str__ is not BaseException.__str__:
                return str(one)
            if not (arguments and isinstance(arguments[0], BaseException)):
                return str(one) if len(arguments) <= 1 else _said_in(arguments)
    except Exception:  # noqa: BLE001, S110 - the application's own __str__
        pass
    return ""


def _said_in(arguments: tuple[object, ...]) -> str:
    """Numbers and the first text."""
    said: list[str] = []
    for argument in arguments:
        if isinstance(argument, (int, float, str)):
            said.append(str(argument))
        if isinstance(argument, str):
            break
    return ": ".join(said)


def unwrap(error: BaseException) -> Iterator[BaseException]:
    """The exception, what it wraps, and so on; never the same one twice."""
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        yield current
        # google-auth wraps by argument: TransportError(exc).
        first = current.args[0] if current.args else None
        current = first if isinstance(first, BaseException) else current.__cause__
