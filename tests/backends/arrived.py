# SPDX-License-Identifier: Apache-2.0
"""A span as a backend received it, whatever the format was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Arrived:
    """One span.

    ``parent_id`` is empty for a root. ``failed`` is None where the format has no status; ``events``
    are their names, None where the format has no place for events.
    """

    name: str
    attributes: Mapping[str, object] = field(default_factory=dict[str, object])
    span_id: str = ""
    parent_id: str = ""
    failed: bool | None = None
    events: tuple[str, ...] | None = None
    start: float = 0.0
