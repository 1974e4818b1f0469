# SPDX-License-Identifier: Apache-2.0
"""A span as a backend received it, whatever the format was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Arrived:
    """One span.

    ``parent_id`` is empty for a root. ``events`` are their names.
    """

    name: str
    attributes: Mapping[str, object] = field(default_factory=dict[str, object])
    span_id: str = ""
    parent_id: str = ""
    failed: bool = False
    events: tuple[str, ...] = ()
