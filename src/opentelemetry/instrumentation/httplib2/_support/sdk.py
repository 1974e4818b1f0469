# SPDX-License-Identifier: Apache-2.0
"""Whether anyone takes what is written down: the API alone does nothing with it."""

from __future__ import annotations

from collections.abc import Callable
from types import FunctionType
from typing import Any, Final

_API: Final = ("opentelemetry.trace", "opentelemetry.metrics", "opentelemetry._logs")


class Sdk:
    """The SDK behind a provider, which may be set up later than the instrumentation.

    Args:
        given: the provider that the user named, None for the global one.
        find_global: finds the global one.
    """

    __slots__ = ("_find", "_place", "is_known")

    def __init__(self, given: object, find_global: Callable[[], object]) -> None:
        self._find = find_global if given is None else lambda: given
        self._place: tuple[dict[str, Any], str] | None = None
        """The global variable that is None as long as no provider is set, and its name."""
        self.is_known = False
        """Whether it has been found: what is there stays there."""
        if not self.is_present() and given is None:
            self._place = _find_variable(find_global)

    def is_present(self) -> bool:
        """Whether there is one. What only it would need is not worked out for nobody."""
        if not self.is_known:
            place = self._place
            if place is not None and place[0].get(place[1]) is None:
                return False
            self.is_known = not type(self._find()).__module__.startswith(_API)
        return self.is_known


def _find_variable(find_global: Callable[[], object]) -> tuple[dict[str, Any], str] | None:
    """Where OpenTelemetry keeps a global provider. The name is not public: it is found by looking.

    OpenTelemetry's own function looks into the environment as long as no provider is set. That
    takes 20 times as long as to see that the variable is still None.
    """
    # An agent may have put its own function in the place of OpenTelemetry's.
    if type(find_global) is not FunctionType or not find_global.__module__.startswith(_API):
        return None
    variables = find_global.__globals__
    unset = [
        name
        for name in find_global.__code__.co_names
        if name in variables and variables[name] is None
    ]
    return (variables, unset[0]) if len(unset) == 1 else None
