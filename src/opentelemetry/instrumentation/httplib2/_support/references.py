# SPDX-License-Identifier: Apache-2.0
"""What a function refers to, and so may call: told by looking at it, without calling it."""

from __future__ import annotations

import gc
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from types import CellType, CodeType, FunctionType, MethodType
from typing import Any, Final, cast

from .guard import quietly

_MAX_OBJECTS: Final = 500

_Names = frozenset[str]


def leads_to(function: object, is_wanted: Callable[[object], bool]) -> bool:
    """Whether a function refers to something, itself or by way of others.

    It may keep that in a closure, a default, an attribute, a container, or in a global variable or
    an attribute that its code names; a callable object may keep it anywhere.

    Args:
        function: may be bound, or any object.
        is_wanted: tells what is looked for.
    """
    seen: dict[int, object] = {}
    waiting: deque[tuple[object, _Names]] = deque([(function, frozenset())])
    while waiting and len(seen) < _MAX_OBJECTS:
        one, names = waiting.popleft()
        if is_wanted(one):
            return True
        if id(one) not in seen:
            seen[id(one)] = one
            waiting.extend(_referred(one, names))
    return False


def _referred(one: object, names: _Names) -> Iterator[tuple[object, _Names]]:
    """What an object refers to, and which names the code has that may look at that."""
    # By its real type: a proxy may have nothing to say of its class just now.
    kind = type(one)
    found: Iterable[object]
    if kind is FunctionType:
        function = cast("FunctionType", one)
        names = frozenset(_names_in(function.__code__))
        found = (
            vars(function),
            *map(_content, function.__closure__ or ()),
            function.__defaults__,
            function.__kwdefaults__,
            *map(function.__globals__.get, names),
        )
    elif kind is MethodType:
        method = cast("MethodType", one)
        names = frozenset(_names_in(getattr(method.__func__, "__code__", None)))
        found = method.__func__, method.__self__
    elif issubclass(kind, dict):
        found = list(cast("dict[object, object]", one).values())
    elif issubclass(kind, (list, tuple, set, frozenset)):
        found = list(cast("Iterable[object]", one))
    elif (callable(one) or hasattr(kind, "__get__")) and not issubclass(kind, type):
        found = gc.get_referents(one)
    else:
        attributes = _attributes_of(one)
        found = [attributes[name] for name in names if name in attributes]
    return ((each, names) for each in found)


def _names_in(code: object) -> Iterator[str]:
    if isinstance(code, CodeType):
        yield from code.co_names
        for constant in code.co_consts:
            yield from _names_in(constant)


def _content(cell: CellType) -> object:
    try:
        return cell.cell_contents
    except ValueError:  # not filled yet
        return None


def _attributes_of(one: object) -> dict[str, Any]:
    """Of a class, a module or an object."""
    # A proxy may refer to nothing just now.
    return quietly(vars, one) or {}
