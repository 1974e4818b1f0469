# SPDX-License-Identifier: Apache-2.0
"""Standard error, or whatever is in its place, as the exporter writes to it."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence
from functools import partial
from logging import getLogger
from typing import Final, TextIO, cast

from rich.console import Console, RenderableType

from .whole_lines import write_lines

_logger = getLogger(__name__)

_WIDTH_WHEN_PIPED: Final = 100
_MAX_WIDTH: Final = 120
"""Columns that are used of a wide terminal: longer lines are hard to read."""


class Output:
    """Writes drawings to a stream, each at once."""

    def __init__(self, stream: TextIO | None = None, width: int | None = None) -> None:
        """Choose where to write.

        Args:
            stream: if None, what ``sys.stderr`` is at the moment of writing.
            width: in columns; if None, as many as the terminal has.
        """
        self._stream = stream
        self._width = width

    def write(self, drawings: Sequence[RenderableType]) -> None:
        """Draw and write; nothing where the stream is closed, or nobody reads it any longer."""
        stream = self._stream or cast("TextIO | None", sys.stderr)
        if stream is None or getattr(stream, "closed", False):
            return
        console = self._console(stream)
        with console.capture() as capture:
            for drawing in drawings:
                console.print(drawing)
        try:
            _write(stream, capture.get())
        except (OSError, ValueError):
            _logger.debug("Nothing can be drawn on %r", stream, exc_info=True)

    def _console(self, stream: TextIO) -> Console:
        """A console that takes text literally and is wide enough where it is none."""
        make = partial(
            Console,
            file=stream,
            force_jupyter=False,
            highlight=False,
            markup=False,
            emoji=False,
            width=self._width or _columns() or _usual_width(stream),
        )
        console = make()
        if console.legacy_windows or console.no_color:
            # Neither escape sequences that it does not know, nor bold where no color is wanted.
            terminal = console.is_terminal
            console = make(color_system=None, force_terminal=terminal, legacy_windows=False)
        return console


def _columns() -> int | None:
    """The width that the environment gives."""
    given = os.environ.get("COLUMNS", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 5 else None  # noqa: PLR2004


def _usual_width(stream: TextIO) -> int:
    try:
        width = os.get_terminal_size(stream.fileno()).columns
    except (OSError, ValueError, AttributeError):
        width = 0
    return min(width or _WIDTH_WHEN_PIPED, _MAX_WIDTH)


def _write(stream: TextIO, text: str) -> None:
    encoding = getattr(stream, "encoding", None) or "utf-8"
    file = _file(stream, encoding)
    if file is None:
        stream.write(text.encode(encoding, "replace").decode(encoding, "replace"))
        stream.flush()
    else:
        write_lines(file, text.encode(encoding, "replace"))


def _file(stream: TextIO, encoding: str) -> int | None:
    """The file descriptor of a stream that is no more than a file.

    Buffers are best passed: what can't be written stays there, and Python, which tries again when
    the program ends, would change the program's exit status.
    """
    if type(stream) is not io.TextIOWrapper or os.name != "posix" or "\n".encode(encoding) != b"\n":
        return None
    try:
        return stream.fileno()
    except OSError:
        return None
