# SPDX-License-Identifier: Apache-2.0
"""A table: what it says, not how it looks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table whose first column names what the others have figures of."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
