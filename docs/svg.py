# SPDX-License-Identifier: Apache-2.0
"""A drawing as SVG, which looks the same on light and on dark pages."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

from rich.console import Console
from rich.terminal_theme import TerminalTheme

if TYPE_CHECKING:
    from pathlib import Path

    from rich.console import RenderableType

_THEME = TerminalTheme(
    background=(22, 27, 34),
    foreground=(230, 237, 243),
    normal=[
        (72, 79, 88),
        (255, 123, 114),
        (86, 211, 100),
        (227, 179, 65),
        (121, 192, 255),
        (210, 168, 255),
        (118, 227, 234),
        (201, 209, 217),
    ],
    bright=[
        (139, 148, 158),
        (255, 161, 152),
        (126, 231, 135),
        (242, 204, 96),
        (165, 214, 255),
        (226, 197, 255),
        (179, 240, 255),
        (255, 255, 255),
    ],
)
"""Bright enough on its own ground to be read where it is dim, too."""
_REMOTE_FONT = re.compile(r"\s*@font-face \{.*?\}", re.DOTALL)
_FONTS = "ui-monospace, Menlo, Consolas, DejaVu Sans Mono, monospace"


def save_svg(drawing: RenderableType, path: Path, *, title: str, width: int) -> None:
    """Write the drawing as a terminal of that many columns shows it."""
    recorder = Console(
        record=True, width=width, file=io.StringIO(), highlight=False, color_system="truecolor"
    )
    recorder.print(drawing)
    svg = _REMOTE_FONT.sub("", recorder.export_svg(title=title, theme=_THEME))
    # Nobody who looks at the picture should be reported to the host of a font.
    svg = svg.replace("Fira Code, monospace", _FONTS)
    path.write_text("".join(f"{line.rstrip()}\n" for line in svg.splitlines()), "utf-8")
