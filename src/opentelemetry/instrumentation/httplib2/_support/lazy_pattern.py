# SPDX-License-Identifier: Apache-2.0
"""Regular expressions that are compiled when they are first used.

To compile one takes as long as to load a small module, and most are never used: they look for what
is rare, or for what only a failure needs.
"""

from __future__ import annotations

import re
from typing import Any, Final, cast

_METHODS: Final = frozenset(
    {"findall", "finditer", "fullmatch", "match", "search", "split", "sub", "subn"}
)


class LazyPattern:
    """Stands for a compiled pattern; once it is used, it has that one's methods."""

    def __init__(self, pattern: str, flags: int = 0) -> None:
        self.pattern = pattern
        self.flags = flags

    def __getattr__(self, name: str) -> Any:
        if name not in _METHODS:
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        compiled = re.compile(self.pattern, self.flags)
        vars(self).update({method: getattr(compiled, method) for method in _METHODS})
        return getattr(compiled, name)


def lazy_pattern(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """What ``re.compile()`` returns, for all that is done with it here."""
    return cast("re.Pattern[str]", LazyPattern(pattern, flags))
