# SPDX-License-Identifier: Apache-2.0
"""Hands arguments on in the shape in which they came: others may have wrapped the same function.

To collect keywords and to spread them again takes longer than most of what is done on the way of a
call. So a replacement names those that the library gives, and spells out that one shape.
"""

from __future__ import annotations

from typing import Any, Final

ABSENT: Final[Any] = object()
"""Stands for a keyword that was not given."""


def keywords(others: dict[str, Any], **named: Any) -> dict[str, Any]:
    """All that were given.

    Args:
        others: those without a name in the replacement's signature, which become a part of all.
        named: those that have one, and their values, which may be ``ABSENT``.
    """
    others.update({name: value for name, value in named.items() if value is not ABSENT})
    return others
