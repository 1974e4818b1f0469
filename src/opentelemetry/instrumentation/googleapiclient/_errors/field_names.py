# SPDX-License-Identifier: Apache-2.0
"""How names of fields are compared. What makes them and what looks for them agree on it here."""

from __future__ import annotations

from collections.abc import Container
from typing import Final

NO_NAMES: Final[Container[str]] = ()
"""Where no names of fields are known."""


def folded(name: str) -> str:
    """The name of a field as it is compared: ``labelIds`` and ``label_ids`` are one."""
    return name.replace("_", "").replace("-", "").lower()
