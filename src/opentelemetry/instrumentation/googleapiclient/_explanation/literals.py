# SPDX-License-Identifier: Apache-2.0
"""Values written in a text as JSON or as Python shows them: where one ends, and what it is."""

from __future__ import annotations

import ast
import json
import re
from typing import Final

from opentelemetry.instrumentation.httplib2._support.lazy_pattern import lazy_pattern

MAX_LENGTH: Final = 64 * 1024
"""Characters. Real error bodies have well under 8 KiB."""

# Always matches once it has begun: an unterminated string runs to the end of the text.
_TOKEN: Final = lazy_pattern(
    r'"(?:[^"\\]|\\(?:.|\Z))*(?:"|\Z)' r"|'(?:[^'\\]|\\(?:.|\Z))*(?:'|\Z)" r"|[\[\](){}]", re.DOTALL
)
_OPENING: Final = frozenset("[({")
_MAX_DEPTH: Final = 60


def end_of_value(text: str, begin: int) -> int | None:
    """Where a list, tuple or mapping ends that begins there; None where it does not."""
    depth = 0
    for token in _TOKEN.finditer(text, begin, begin + MAX_LENGTH):
        if token[0] in _OPENING:
            depth += 1
            if depth > _MAX_DEPTH:
                return None
        elif token[0] in {"]", ")", "}"}:
            depth -= 1
            if not depth:
                return token.end()
        if not depth:
            return None
    return None


def value_of(source: str) -> object:
    """What a text says as JSON or Python; None where it is neither."""
    if len(source) > MAX_LENGTH:
        return None
    try:
        return json.loads(source)
    except (ValueError, RecursionError):
        pass
    try:
        return ast.literal_eval(source.strip())
    except (ValueError, SyntaxError, RecursionError, MemoryError, TypeError):
        return None
