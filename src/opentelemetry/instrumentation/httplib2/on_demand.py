# SPDX-License-Identifier: Apache-2.0
"""Attributes that are put together when they are read: most samplers that drop a span read none."""

from __future__ import annotations

from collections.abc import Callable, ItemsView, Iterator, Mapping
from typing import Any

from opentelemetry.util.types import AttributeValue

from .guard import guarded

_Attributes = Mapping[str, AttributeValue]


class AttributesOnDemand(_Attributes):
    """What ``build`` returns, built at the first look at it, and at most once.

    Args:
        build: puts them together.
        arguments: what it is called with.
    """

    __slots__ = ("_arguments", "_build", "_built")

    def __init__(self, build: Callable[..., _Attributes], *arguments: Any) -> None:
        self._build = build
        self._arguments = arguments
        self._built: _Attributes | None = None

    def __getitem__(self, name: str) -> AttributeValue:
        return (self._built or self._build_now())[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._built or self._build_now())

    def __len__(self) -> int:
        return len(self._built or self._build_now())

    def __repr__(self) -> str:
        return repr(self._built or self._build_now())

    def items(self) -> ItemsView[str, AttributeValue]:
        return (self._built or self._build_now()).items()

    def copy(self) -> dict[str, AttributeValue]:
        """As a dict has it."""
        return dict(self._built or self._build_now())

    def _build_now(self) -> _Attributes:
        # What it was built from is not held on to: a sampler may keep the attributes.
        build, self._build = self._build, dict[str, AttributeValue]
        arguments, self._arguments = self._arguments, ()
        built = self._built = _guarded_run(build, arguments) or {}
        return built


@guarded
def _guarded_run(build: Callable[..., _Attributes], arguments: tuple[Any, ...]) -> _Attributes:
    return build(*arguments)
