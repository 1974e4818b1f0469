# SPDX-License-Identifier: Apache-2.0
"""A table: what it says, and how it looks on a screen and on a page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table whose first column names what the others have figures of."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]

    def as_text(self) -> str:
        """Columns of equal width, and an empty line at the end."""
        table = [self.columns, *self.rows]
        widths = [max(map(len, column)) for column in zip(*table, strict=True)]

        def line(row: Sequence[str]) -> str:
            name, *figures = (
                cell.rjust(width) if number else cell.ljust(width)
                for number, (cell, width) in enumerate(zip(row, widths, strict=True))
            )
            return "  ".join((name, *figures)).rstrip()

        return "\n".join((self.title, *map(line, table), "", ""))

    def as_markdown(self) -> Iterator[str]:
        """Lines of a page."""
        yield f"| {' | '.join(self.columns)} |\n"
        yield f"| --- |{' ---: |' * (len(self.columns) - 1)}\n"
        for row in self.rows:
            yield f"| {' | '.join(row)} |\n"
