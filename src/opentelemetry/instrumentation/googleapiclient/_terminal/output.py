# SPDX-License-Identifier: Apache-2.0
"""Standard error, or whatever is in its place, as the exporter writes to it."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence
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
        if stream is None or stream.closed:
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
        console = Console(
            file=stream,
            force_jupyter=False,
            highlight=False,
            markup=False,
            emoji=False,
            width=self._width,
        )
        if console.legacy_windows or console.no_color:
            # Neither escape sequences that it does not know, nor bold where no color is wanted.
            console = Console(
                file=stream,
                color_system=None,
                force_jupyter=False,
                force_terminal=console.is_terminal,
                legacy_windows=False,
                highlight=False,
                markup=False,
                emoji=False,
                width=self._width,
            )
        if self._width is None and "COLUMNS" not in os.environ:
            console.width = min(_terminal_width(stream) or _WIDTH_WHEN_PIPED, _MAX_WIDTH)
        return console


def _terminal_width(stream: TextIO) -> int | None:
    try:
        return os.get_terminal_size(stream.fileno()).columns or None
    except (OSError, ValueError, AttributeError):
        return None


def _write(stream: TextIO, text: str) -> None:
    data = text.encode(stream.encoding or "utf-8", "replace")
    if type(stream) is io.TextIOWrapper and os.name == "posix":
        # Past the buffers: what could not be written would stay there, and Python, which tries
        # again when the program ends, would change the program's exit status.
        write_lines(stream.fileno(), data)
    else:
        stream.write(data.decode(stream.encoding or "utf-8", "replace"))
        stream.flush()
