# SPDX-License-Identifier: Apache-2.0
"""A tree of lines with a timeline beside it, fitted to the width of the console.

Knows nothing of spans: each branch has a heading, lines below it, a place in time, and branches.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rich.style import Style
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import Console, ConsoleOptions, RenderResult

GUIDE = "bright_black"
_TIME_WIDTH = 9
_NOTE_WIDTH = 4
_BARS = ((110, 26), (96, 18), (76, 14))
"""Width of the timeline by width of the console; none on narrower ones."""
_ASCII = str.maketrans("━╌│├└─✔✖↻•·—\u2013…", "=.||`-+x~*---.")
"""Stand-ins for consoles that know no Unicode."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """From when to when something went on, and how to draw it."""

    begin: float
    end: float
    style: str
    solid: bool = True


@dataclass(frozen=True, slots=True)
class Detail:
    """A line below a heading: a short label and a text that may take several lines."""

    label: str
    text: Text


@dataclass(frozen=True, slots=True)
class Branch:
    """One heading with all that hangs below it."""

    heading: Text
    stretch: Stretch
    note: Text = field(default_factory=Text)
    """A word beside the heading, such as a status code."""
    time: str = ""
    details: Sequence[Detail] = ()
    branches: Sequence[Branch] = ()


@dataclass(frozen=True, slots=True)
class Layout:
    """Draws a branch and all below it; the whole width of the timeline is the first branch's."""

    root: Branch

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        width = options.max_width
        bar = next((bar for least, bar in _BARS if width >= least), 0)
        for line in self._lines(self.root, console, width, bar, first="", further=""):
            if options.ascii_only:
                line.plain = line.plain.translate(_ASCII)
            yield line

    def _lines(
        self, branch: Branch, console: Console, width: int, bar: int, *, first: str, further: str
    ) -> Iterator[Text]:
        hanging = further + ("│  " if branch.branches else "   ")
        heading, *further_lines = self._heading(branch, console, width, bar, first)
        yield _fitted(heading, width)
        for text in further_lines:
            yield _fitted(Text.assemble((hanging, GUIDE), text), width)
        label_width = max((len(detail.label) for detail in branch.details), default=0)
        for detail in branch.details:
            room = max(width - len(hanging) - label_width - 2, 20)
            label = detail.label.ljust(label_width) + "  "
            for text in detail.text.wrap(console, room):
                yield _fitted(Text.assemble((hanging, GUIDE), (label, "dim"), text), width)
                label = " " * len(label)
        for number, below in enumerate(branch.branches, start=1):
            last = number == len(branch.branches)
            yield from self._lines(
                below,
                console,
                width,
                bar,
                first=further + ("└─ " if last else "├─ "),
                further=further + ("   " if last else "│  "),
            )

    def _heading(
        self, branch: Branch, console: Console, width: int, bar: int, guide: str
    ) -> Iterator[Text]:
        columns = _NOTE_WIDTH + _TIME_WIDTH + (bar + 2 if bar else 0)
        room = max(width - columns - len(guide), 10)
        heading, *further_lines = branch.heading.wrap(console, room, overflow="ellipsis")
        heading.truncate(room, pad=True)
        note = branch.note.copy()
        note.align("right", _NOTE_WIDTH)
        line = Text.assemble((guide, GUIDE), heading, note, branch.time.rjust(_TIME_WIDTH))
        if bar:
            line.append("  ").append_text(self._bar(branch.stretch, bar))
        yield line
        yield from further_lines

    def _bar(self, stretch: Stretch, width: int) -> Text:
        """Draw the stretch as a part of the first branch's, at least one cell of it."""
        whole = self.root.stretch
        scale = width / ((whole.end - whole.begin) or 1.0)
        first = round((stretch.begin - whole.begin) * scale)
        first = min(max(first, 0), width - 1)
        last = round((stretch.end - whole.begin) * scale)
        last = min(max(last, first + 1), width)
        bar = ("━" if stretch.solid else "╌") * (last - first)
        return Text.assemble(" " * first, (bar, Style.parse(stretch.style)), " " * (width - last))


def _fitted(line: Text, width: int) -> Text:
    """Return the line without blanks at its end, cut where even its guides are too wide."""
    line.rstrip()
    line.truncate(width)
    line.no_wrap = True
    return line
