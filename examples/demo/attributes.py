# SPDX-License-Identifier: Apache-2.0
"""What telemetry says of its subject, name by name, as plain values."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from demo.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue

Value: TypeAlias = "str | bool | int | float | tuple[Value, ...]"


@dataclass(frozen=True, slots=True)
class Attributes:
    """Attributes by name, asked for by the type that they should have.

    A value of another type than the one asked for counts as absent.
    """

    values: Mapping[str, Value] = field(default_factory=dict[str, Value])

    @classmethod
    def decode(cls, pairs: Iterable[KeyValue]) -> Attributes:
        """Return attributes as they arrive in OTLP; all text is fit for a terminal."""
        return cls({pair.key: _value(pair.value) for pair in pairs})

    def __contains__(self, name: str) -> bool:
        return name in self.values

    def text(self, name: str) -> str | None:
        """Return a non-empty string."""
        value = self.values.get(name)
        return value if isinstance(value, str) and value else None

    def number(self, name: str) -> float | None:
        """Return a number, whole or not."""
        value = self.values.get(name)
        return value if isinstance(value, int | float) and not isinstance(value, bool) else None

    def whole(self, name: str) -> int | None:
        """Return a whole number."""
        value = self.values.get(name)
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    def flag(self, name: str) -> bool | None:
        """Return a truth value."""
        value = self.values.get(name)
        return value if isinstance(value, bool) else None

    def texts(self, name: str) -> tuple[str, ...] | None:
        """Return a list of strings."""
        value = self.values.get(name)
        if not isinstance(value, tuple):
            return None
        return tuple(item for item in value if isinstance(item, str))


def _value(value: AnyValue) -> Value:
    match value.WhichOneof("value"):
        case "bool_value":
            return value.bool_value
        case "int_value":
            return value.int_value
        case "double_value":
            return value.double_value
        case "array_value":
            return tuple(_value(item) for item in value.array_value.values)
        case "string_value":
            return printable(value.string_value)
        case _:  # maps and bytes, which nothing here reads
            return printable(str(value))
