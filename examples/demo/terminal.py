# SPDX-License-Identifier: Apache-2.0
"""The terminal, or whatever stands in its place, as the demo writes to it."""

from __future__ import annotations

import os
import sys
from typing import TextIO, cast

from rich.console import Console
from rich.text import Text

_WIDTH_WHEN_PIPED = 100


def open_console() -> Console:
    """Return a console that takes text literally and is wide enough where it is none."""
    output = cast("TextIO | None", sys.stdout)
    if output and hasattr(output, "reconfigure"):
        # A terminal that can't show ✔ gets another character, not a crash.
        output.reconfigure(errors="replace")  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
    console = Console(highlight=False, markup=False, emoji=False)
    if not console.is_terminal and "COLUMNS" not in os.environ:
        console.width = _WIDTH_WHEN_PIPED
    return console


def headline(title: str, remark: str) -> Text:
    """Return what begins a new part."""
    return Text.assemble("\n", (title, "bold"), (f"  {remark}", "dim"), "\n")
