# SPDX-License-Identifier: Apache-2.0
"""Reads what the demo has drawn, to compare one run with another."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path
from xml.etree import ElementTree as ET

_COLUMN, _LINE = 12.2, 24.4
"""Width and height of a character in the pictures that rich exports."""
_TEXT = "{http://www.w3.org/2000/svg}text"


def drawn_in(svg: Path) -> str:
    """The lines of a picture, each word where it stands in the terminal."""
    lines: defaultdict[int, str] = defaultdict(str)
    for element in ET.parse(svg).iter(_TEXT):
        if "clip-path" in element.attrib and element.text:  # the title has none
            line = int(float(element.attrib["y"]) // _LINE)
            column = round(float(element.attrib["x"]) / _COLUMN)
            lines[line] = lines[line].ljust(column) + element.text.strip("\n")
    text = "\n".join(lines[number] for number in range(max(lines) + 1))
    return text.replace("\N{NO-BREAK SPACE}", " ")


def stable(drawing: str) -> str:
    """The drawing without what no two runs have in common: times, and what they move about."""
    drawing = re.sub(r"[━╌]+ *$", "", drawing, flags=re.MULTILINE)
    drawing = re.sub(r"\b\d+(\.\d+)? m?s\b", "0 s", drawing)
    # As long as the widest time of the column above.
    drawing = re.sub(r"─{3,}", "───", drawing)
    drawing = re.sub(r"\b\d{3},\d{3}\b", "000,000", drawing)  # of an upload: its own headers vary
    lines = (re.sub(r"  +", "  ", line).strip() for line in drawing.strip().splitlines())
    return "\n".join(lines)
