# SPDX-License-Identifier: Apache-2.0
"""A tree of lines with a timeline beside it, fitted to the width of the console.

Knows nothing of spans: each branch has a heading, lines below it, a place in time, and branches.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from rich.console import Console, ConsoleOptions, RenderResult
from rich.style import Style
from rich.text import Text

GUIDE: Final = "dim"
_TIME_WIDTH: Final = 9
_NOTE_WIDTH: Final = 4
_COLUMNS: Final = _NOTE_WIDTH + _TIME_WIDTH
_GAP: Final = "  "
_BARS: Final = ((110, 26), (96, 18), (76, 14))
"""Width of the timeline by width of the terminal; none on narrower ones."""
_ASCII: Final = str.maketrans("━╌│├└─✔✖↻•·—\u2013…", "=.||`-+x~*---.")
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
    """One heading with all that is below it."""

    heading: Text
    stretch: Stretch
    note: Text = field(default_factory=Text)
    """A word beside the heading, such as a status code."""
    time: str = ""
    details: Sequence[Detail] = ()
    branches: Sequence[Branch] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """A heading with nothing below it, without a timeline."""

    heading: Text
    note: Text
    time: str
    remark: Text
    """What is less important than the heading; its end may be cut off."""
    remark_width: int = 0
    """Cells of the remark that have to be readable."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        width = options.max_width
        beside = max(_bar_width(options), self.remark.cell_len)
        room = width - _COLUMNS - (beside + len(_GAP) if beside else 0)
        room = max(room, min(self.heading.cell_len, width - _COLUMNS), 10)
        line, *further_lines = _heading(self, console, room)
        if self.remark:
            if line.cell_len + len(_GAP) + self.remark_width <= width:
                line.append(_GAP).append_text(self.remark)
                line.truncate(width, overflow="ellipsis")
            else:
                further_lines.append(self.remark)
        yield _fitted(line, options)
        for text in further_lines:
            yield _fitted(Text.assemble("   ", text), options)


@dataclass(frozen=True, slots=True)
class Layout:
    """Draws a branch and all below it; the whole width of the timeline is the first branch's."""

    root: Branch

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        bar = _bar_width(options)
        for line in self._lines(self.root, console, options.max_width, bar, first="", further=""):
            yield _fitted(line, options)

    def _lines(
        self, branch: Branch, console: Console, width: int, bar: int, *, first: str, further: str
    ) -> Iterator[Text]:
        hanging = further + ("│  " if branch.branches else "   ")
        room = width - len(first) - _COLUMNS - (bar + len(_GAP) if bar else 0)
        heading, *further_lines = _heading(branch, console, max(room, 10))
        if bar:
            heading.append(_GAP).append_text(self._bar(branch.stretch, bar))
        yield Text.assemble((first, GUIDE), heading)
        for text in further_lines:
            yield Text.assemble((hanging, GUIDE), text)
        yield from _details(branch.details, console, width, hanging)
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


def _bar_width(options: ConsoleOptions) -> int:
    if not options.is_terminal:
        return 0
    return next((bar for least, bar in _BARS if options.max_width >= least), 0)


def _heading(of: Branch | Line, console: Console, room: int) -> Iterator[Text]:
    """Yield the heading with its columns, then what of it takes further lines."""
    heading, *further_lines = of.heading.wrap(console, room, overflow="ellipsis")
    heading.truncate(room, pad=True)
    note = of.note.copy()
    note.align("right", _NOTE_WIDTH)
    yield Text.assemble(heading, note, of.time.rjust(_TIME_WIDTH))
    yield from further_lines


def _details(
    details: Sequence[Detail], console: Console, width: int, hanging: str
) -> Iterator[Text]:
    label_width = max((len(detail.label) for detail in details), default=0)
    room = max(width - len(hanging) - label_width - len(_GAP), 20)
    for detail in details:
        label = detail.label.ljust(label_width) + _GAP
        for text in detail.text.wrap(console, room):
            yield Text.assemble((hanging, GUIDE), (label, "dim"), text)
            label = " " * len(label)


def _fitted(line: Text, options: ConsoleOptions) -> Text:
    """Return the line without blanks at its end, cut where even its guides are too wide."""
    line.rstrip()
    line.truncate(options.max_width)
    line.no_wrap = True
    if options.ascii_only:
        line.plain = line.plain.translate(_ASCII)
    return line
