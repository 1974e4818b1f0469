# SPDX-License-Identifier: Apache-2.0
"""Standard error, or whatever is in its place, as the exporter writes to it."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator, Sequence
from logging import getLogger
from typing import Final, TextIO, cast

from rich.console import Console, RenderableType

_logger = getLogger(__name__)

_WIDTH_WHEN_PIPED: Final = 100
_ATOMIC: Final = 4_096 if sys.platform == "linux" else 512
"""Bytes that processes can write to one pipe without mixing them: PIPE_BUF, or what POSIX
guarantees.
"""


class Output:
    """Writes whole lines to a stream; what another process writes to it stands between them."""

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
            console.width = _terminal_width(stream) or _WIDTH_WHEN_PIPED
        return console


def _terminal_width(stream: TextIO) -> int | None:
    try:
        return os.get_terminal_size(stream.fileno()).columns or None
    except (OSError, ValueError, AttributeError):
        return None


def _write(stream: TextIO, text: str) -> None:
    encoding = stream.encoding or "utf-8"
    if type(stream) is io.TextIOWrapper and os.name == "posix":
        # Past the buffers: what could not be written would stay there, and Python, which tries
        # again when the program ends, would change the program's exit status.
        file = stream.fileno()
        for piece in _pieces(text.encode(encoding, "replace")):
            written = 0
            while written < len(piece):
                written += os.write(file, piece[written:])
    else:
        stream.write(text.encode(encoding, "replace").decode(encoding, "replace"))
        stream.flush()


def _pieces(data: bytes) -> Iterator[bytes]:
    """Yield whole lines, as many at once as can be written without others in between."""
    begin = 0
    while len(data) - begin > _ATOMIC:
        end = data.rfind(b"\n", begin, begin + _ATOMIC) + 1 or data.find(b"\n", begin) + 1
        if not end:
            break
        yield data[begin:end]
        begin = end
    if begin < len(data):
        yield data[begin:]
