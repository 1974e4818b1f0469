# SPDX-License-Identifier: Apache-2.0
"""The attributes of the telemetry contract, for checks of what refers to them by name."""

from __future__ import annotations

import re

from telemetry_page import page

_ROW = re.compile(
    r"^\| `(?P<name>[\w.]+)` \| (?P<type>string\[\]|string|int|bool|double)(, s)? \|", re.MULTILINE
)

ATTRIBUTE_TYPES = {row["name"]: row["type"] for row in _ROW.finditer(page())}
"""Name to ``string``, ``int``, ``bool``, ``double`` or ``string[]``, as docs/telemetry.md says."""
