# SPDX-License-Identifier: Apache-2.0
"""Text that is fit to be shown: made safe for a terminal, and durations made readable."""

from __future__ import annotations

import unicodedata
from typing import Final

_MAX_LENGTH: Final = 2_000
"""Characters. The longest message that an API sends is a quarter of that."""
_MINUTE: Final = 60
_HOUR: Final = 60 * _MINUTE


def printable(text: str) -> str:
    """Remove what could steer a terminal or change the reading direction, and cut long text.

    Servers choose parts of what spans carry. Control and format characters (of escape
    sequences, of direction overrides) go; runs of white space become one blank.
    """
    kept = (
        character
        for character in text[:_MAX_LENGTH]
        if character.isspace() or not unicodedata.category(character).startswith("C")
    )
    cleaned = " ".join("".join(kept).split())
    return f"{cleaned}…" if len(text) > _MAX_LENGTH else cleaned


def duration(seconds: float) -> str:
    """Say a span of time as a person would: ``0.8 ms``, ``12 ms``, ``1.32 s``, ``2 h 5 min``."""
    milliseconds = seconds * 1000
    if round(milliseconds, 1) < 10:  # noqa: PLR2004
        return f"{milliseconds:.1f} ms"
    if round(milliseconds) < 1000:  # noqa: PLR2004
        return f"{milliseconds:.0f} ms"
    if round(seconds, 2) < _MINUTE:
        return f"{seconds:.2f} s" if seconds % 1 else f"{seconds:.0f} s"
    if round(seconds) < _HOUR:
        minutes, rest = divmod(round(seconds), _MINUTE)
        return f"{minutes} min {rest} s" if rest else f"{minutes} min"
    hours, minutes = divmod(round(seconds / _MINUTE), _MINUTE)
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"
