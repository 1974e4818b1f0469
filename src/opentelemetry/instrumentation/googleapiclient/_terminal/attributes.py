# SPDX-License-Identifier: Apache-2.0
"""Attributes of a span or event, asked for by the type that they should have."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final, TypeAlias, cast

from .text import printable

Value: TypeAlias = str | bool | int | float | tuple[str, ...]

_MAX_ITEMS: Final = 50
"""Of a list, such as the scopes of a method."""
_MAX_NUMBER: Final = 1e15
_READ: Final = (
    "error.",
    "gcp.",
    "googleapiclient.",
    "http.",
    "httplib2.",
    "rpc.",
    "server.",
    "url.",
)
"""How the names begin that anything here reads: what is kept of a span is bounded."""
_EXCEPTION_TYPE: Final = "exception.type"


@dataclass(frozen=True, slots=True)
class Attributes:
    """Attributes by name. A value of another type than the one asked for counts as absent."""

    values: Mapping[str, Value] = field(default_factory=dict[str, Value])

    @classmethod
    def of(cls, attributes: object) -> Attributes:
        """Return those that are drawn; all text is fit for a terminal."""
        if not isinstance(attributes, Mapping):
            return cls()
        return cls(
            {
                name: _value(value)
                for name, value in cast("Mapping[Any, object]", attributes).items()
                if isinstance(name, str) and (name.startswith(_READ) or name == _EXCEPTION_TYPE)
            }
        )

    def __contains__(self, name: str) -> bool:
        return name in self.values

    def text(self, name: str) -> str | None:
        """Return a non-empty string."""
        value = self.values.get(name)
        return value if isinstance(value, str) and value else None

    def number(self, name: str) -> float | None:
        """Return a finite number, whole or not."""
        value = self.values.get(name)
        if isinstance(value, bool) or not isinstance(value, int | float):
            return None
        return value if abs(value) < _MAX_NUMBER and math.isfinite(value) else None

    def whole(self, name: str) -> int | None:
        """Return a whole number."""
        value = self.number(name)
        return value if isinstance(value, int) else None

    def flag(self, name: str) -> bool | None:
        """Return a truth value."""
        value = self.values.get(name)
        return value if isinstance(value, bool) else None

    def texts(self, name: str) -> tuple[str, ...] | None:
        """Return a list of strings."""
        value = self.values.get(name)
        return value if isinstance(value, tuple) else None


def _value(value: object) -> Value:
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, bool | int | float):
        return value
    if isinstance(value, list | tuple):
        items = cast("list[object] | tuple[object, ...]", value)
        return tuple(printable(item) for item in islice(items, _MAX_ITEMS) if isinstance(item, str))
    return ""  # maps and bytes, which nothing here reads
