# SPDX-License-Identifier: Apache-2.0
"""Remembers something of the application's objects without touching them.

``HttpRequest.to_json`` dumps the object's ``__dict__``, and a subclass may compare or hash as it
likes: so what belongs to an object is kept here, by identity, for as long as the object lives.
"""

from __future__ import annotations

import weakref
from functools import partial
from typing import Any, Generic, TypeVar

_T = TypeVar("_T")


class IdentityMap(Generic[_T]):
    """A value for each of some objects."""

    __slots__ = ("values",)

    def __init__(self) -> None:
        self.values: dict[int, tuple[weakref.ref[Any], _T]] = {}
        """With the objects that they are of, by their ids: empty most of the time."""

    def get(self, owner: Any) -> _T | None:
        known = self.values.get(id(owner))
        return known[1] if known is not None and known[0]() is owner else None

    def set(self, owner: Any, value: _T) -> None:
        """Remember ``value``; nothing where ``owner`` can't be referred to weakly."""
        key = id(owner)
        try:
            # No function of Python's: what a signal handler raises in one would be lost.
            reference = weakref.ref(owner, partial(self.values.pop, key))
        except TypeError:
            return
        self.values[key] = (reference, value)

    def forget(self, owner: Any) -> None:
        self.values.pop(id(owner), None)
