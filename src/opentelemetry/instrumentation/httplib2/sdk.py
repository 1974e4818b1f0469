# SPDX-License-Identifier: Apache-2.0
"""Whether anyone takes what is written down: the API alone does nothing with it."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import Final

_PAUSE: Final = 0.1
"""In seconds."""
_API: Final = ("opentelemetry.trace", "opentelemetry.metrics", "opentelemetry._logs")


class Sdk:
    """The SDK behind a provider, which may be set up later than the instrumentation.

    Args:
        given: the provider that the user named, None for the global one.
        find_global: finds the global one.
    """

    __slots__ = ("_find_global", "_given", "is_known", "look_again_at")

    def __init__(self, given: object, find_global: Callable[[], object]) -> None:
        self._given = given
        self._find_global = find_global
        self.look_again_at = 0.0
        """When it is worth another look, by the monotonic clock."""
        self.is_known = False
        """Whether it has been found: what is there stays there."""

    def is_present(self) -> bool:
        """Whether there is one. What only it would need is not worked out for nobody."""
        if not self.is_known:
            now = monotonic()
            if now >= self.look_again_at:
                provider = self._find_global() if self._given is None else self._given
                self.is_known = not type(provider).__module__.startswith(_API)
                # To find the global one, OpenTelemetry looks into the environment each time.
                self.look_again_at = now + _PAUSE
        return self.is_known
