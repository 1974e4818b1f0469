# SPDX-License-Identifier: Apache-2.0
"""Pages of the documentation, taken apart into code blocks and prose."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

ROOT: Final = Path(__file__).parents[2]
DOCS: Final = ROOT / "docs"
PAGES: Final = sorted(
    (*ROOT.glob("*.md"), *DOCS.glob("*.md"), *ROOT.glob("examples/**/*.md")), key=str
)

_BLOCK: Final = re.compile(
    r"^(?P<indent> *)```(?P<language>[\w-]*)[^\n]*\n(?P<text>.*?)^(?P=indent)```$",
    re.MULTILINE | re.DOTALL,
)
_NO_PROSE: Final = re.compile(r"<!--.*?-->|`[^`\n]+`|\]\([^)]*\)|https?://\S+|“[^”]*”", re.DOTALL)


class Block(NamedTuple):
    """A code block of a page."""

    page: Path
    line: int
    language: str
    text: str

    @property
    def name(self) -> str:
        """Where it is, for a test's id."""
        return f"{self.page.relative_to(ROOT)}:{self.line}"


def blocks(page: Path, *languages: str) -> list[Block]:
    """The code blocks of a page that are in one of these languages, from top to bottom."""
    text = page.read_text("utf-8")
    return [
        Block(
            page,
            text.count("\n", 0, each.start()) + 1,
            each["language"],
            textwrap.dedent(each["text"]),
        )
        for each in _BLOCK.finditer(text)
        if each["language"] in languages
    ]


def commands(block: Block) -> Iterator[str]:
    """The commands of a block: after ``$`` in a console, each line of a script."""
    for line in re.sub(r"\\\n\s*", " ", block.text).splitlines():
        if block.language == "console":
            if line.startswith("$ "):
                yield line.removeprefix("$ ")
        elif line.strip() and not line.startswith("#"):
            yield line


def prose(page: Path) -> str:
    """A page without code, addresses and comments; its lines keep their numbers."""

    def blank(found: re.Match[str]) -> str:
        return "\n" * found[0].count("\n") or " "

    return _NO_PROSE.sub(blank, _BLOCK.sub(blank, page.read_text("utf-8")))
