# SPDX-License-Identifier: Apache-2.0
"""Writes the figures into docs/speed.md: ``nox -s bench -- --docs``.

docs/speed.json has the figures that the page was made of.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final, cast

from .figures import Figures
from .limits import Measured
from .sheets import number, sheets
from .startup import FIRST_FAILURE, IDLE, START_UP, USED

_DOCS: Final = Path(__file__).parent.parent / "docs"
PAGE: Final = _DOCS / "speed.md"
FIGURES: Final = _DOCS / "speed.json"

_BEGIN: Final = "<!-- Written by nox -s bench -- --docs, from speed.json. -->\n"
_END: Final = "<!-- The end of what is written. -->\n"

_HEADLINES: Final = {
    "call, recorded": "a successful call, recorded",
    "call, recorded, metrics too": "recorded, with metrics",
    "call, sampled out": "sampled out",
    "call, no SDK": "without an SDK",
    "error 403, recorded": "a call that fails with a 403, recorded",
    "download chunk, recorded": "a chunk of a download, recorded",
    "batch of 100, all failed, recorded": "a batch of 100 that all fail, recorded",
}
_TELLING_PACKAGES: Final = (
    "google-api-python-client",
    "httplib2",
    "opentelemetry-api",
    "opentelemetry-sdk",
    "opentelemetry-instrumentation",
    "opentelemetry-instrumentation-google-api-client",
    "wrapt",
)


def write(figures: Figures) -> None:
    """Write both files."""
    FIGURES.write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n", "utf-8")
    PAGE.write_text(with_figures(PAGE.read_text("utf-8"), figures), "utf-8")


def read_figures() -> Figures:
    """What the page was made of."""
    return cast("Figures", json.loads(FIGURES.read_text("utf-8")))


def with_figures(page: str, figures: Figures) -> str:
    """The page with these figures instead of those that it has.

    Raises:
        ValueError: the page has no place for them.
    """
    before, begin, rest = page.partition(_BEGIN)
    _, end, after = rest.partition(_END)
    if not begin or not end:
        raise ValueError(f"the page lacks {_BEGIN.strip()!r} or {_END.strip()!r}")
    return f"{before}{begin}\n{''.join(_written(figures))}{end}{after}"


def _written(figures: Figures) -> Iterator[str]:
    yield from _headlines(figures["measured"])
    yield from _circumstances(figures)
    for sheet in sheets(figures):
        yield f"<details>\n<summary>{sheet.title}</summary>\n\n"
        yield from sheet.as_markdown()
        yield "\n</details>\n\n"


def _headlines(measured: Measured) -> Iterator[str]:
    yield "What both instrumentations add:\n\n"
    for case, thing in _HEADLINES.items():
        both, floor = (number(measured[case][side]["value"]) for side in ("both", "floor"))
        yield f"- {thing}: {both} µs; by hand, {floor} µs\n"
    for what, thing in ((USED, "start-up, if googleapiclient is imported"), (IDLE, "if not")):
        yield f"- {thing}: {number(measured[START_UP][what]['value'])} ms\n"
    yield f"- first failure: {number(measured[START_UP][FIRST_FAILURE]['value'])} ms\n\n"


def _circumstances(figures: Figures) -> Iterator[str]:
    machine = figures["machine"]
    yield f"Measured on {figures['date']}: {machine['processor']}, {machine['cores']} cores"
    yield f", {machine['platform']}"
    if machine["load"] is not None:
        yield f", load {machine['load']:.1f} when it began"
    yield ".\n"
    for name, environment in figures["environments"].items():
        versions = environment["versions"]
        packages = (f"{one} {versions[one]}" for one in _TELLING_PACKAGES if one in versions)
        yield f"The `{name}` environment: Python {environment['python']}, {', '.join(packages)}.\n"
    yield "\n"
