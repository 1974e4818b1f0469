# SPDX-License-Identifier: Apache-2.0
"""How tables look on a screen."""

from __future__ import annotations

from typing import Final

from rich.console import Console
from rich.table import Table

from .sheet import Sheet

# No column is cut, whatever the terminal's width.
_console: Final = Console(width=180, highlight=False, soft_wrap=True)


def show(sheet: Sheet) -> None:
    """Print a table, and a line that keeps it apart from the next."""
    table = Table(title=sheet.title, title_justify="left", box=None, pad_edge=False)
    for number, name in enumerate(sheet.columns):
        table.add_column(name, justify="right" if number else "left", no_wrap=True)
    for row in sheet.rows:
        table.add_row(*row)
    _console.print(table)
    _console.print()
