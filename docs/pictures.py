# SPDX-License-Identifier: Apache-2.0
"""Writes docs/pictures/*.svg: what the exporter draws in a run of the demo.

``.ci/nox -s pages`` runs it.
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

sys.path.append(str(Path(__file__).resolve().parents[1] / "examples"))

from rich.text import Text

from demo import drawn
from demo.application import SERVICE_NAME
from demo.morning import spend_morning
from svg import save_svg

FOLDER: Final = Path(__file__).with_name("pictures")
WIDTH: Final = 100

TRACES: Final[Mapping[str, tuple[str, ...]]] = {
    "overview": ("not_found", "bandwidth_limit", "no_response"),
    "failure": ("scope_insufficient",),
    "retries": ("gmail.users.labels.list", "bandwidth_limit"),
    "batch": ("not_found",),
    "sent-twice": ("no_response",),
    "tokens": ("token_revoked", "gmail.users.watch"),
    "upload": ("gmail.users.messages.insert",),
}
"""Picture to words, one of which has to be in a drawn trace that it shows."""

_LINE_OF_LOG: Final = re.compile(r"^\d\d:\d\d:\d\d ")
_ESCAPE: Final = re.compile("\x1b\\[[0-9;]*m")
_SUMMARY: Final = "Google API calls"


class Drawn(NamedTuple):
    """What the exporter has drawn, with the escape sequences of a terminal."""

    traces: Sequence[str]
    summary: str

    @classmethod
    def parse(cls, errors: str) -> Drawn:
        """Take standard error apart; the application's log goes there, too."""
        lines = [line for line in errors.split("\n") if not _LINE_OF_LOG.match(line)]
        text, title, rest = "\n".join(lines).partition(next(filter(_is_title, lines)))
        return cls([*_traces(text)], title + rest.rstrip("\n"))

    def with_words(self, words: Sequence[str]) -> list[str]:
        """The traces in which one of these words is."""
        patterns = [re.compile(rf"(?<![\w.]){re.escape(word)}(?![\w.])") for word in words]
        return [
            trace
            for trace in self.traces
            if any(pattern.search(_ESCAPE.sub("", trace)) for pattern in patterns)
        ]


def watch(**environment: str) -> Drawn:
    """Run the demo's application, and return what is drawn meanwhile."""
    with tempfile.TemporaryFile() as output:
        spend_morning({**drawn.variables(), **environment}, output=output.fileno())
        output.seek(0)
        return Drawn.parse(output.read().decode())


def pictures(run: Drawn) -> Iterator[tuple[str, str]]:
    """Yield each picture with its name."""
    for name, words in TRACES.items():
        yield name, "\n\n".join(run.with_words(words))
    yield "summary", run.summary


def _is_title(line: str) -> bool:
    return _ESCAPE.sub("", line).startswith(_SUMMARY)


def _traces(text: str) -> Iterator[str]:
    """Yield each drawn trace; those on one line follow each other without a blank line."""
    block: list[str] = []
    for line in text.split("\n"):
        plain = _ESCAPE.sub("", line)
        if block and (plain.startswith(("✔", "✖")) or not plain.strip()):
            yield "\n".join(block)
            block = []
        if plain.strip():
            block.append(line)


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, drawing in pictures(watch(FORCE_COLOR="1", COLUMNS=str(WIDTH))):
        path = FOLDER / f"{name}.svg"
        save_svg(Text.from_ansi(drawing), path, title=SERVICE_NAME, width=WIDTH)
