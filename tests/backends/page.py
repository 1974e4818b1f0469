# SPDX-License-Identifier: Apache-2.0
"""The table on top of docs/backends.md; the sections below it are written by hand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from backends.environments import ROOT
from backends.results import Result
from backends.table import BACKENDS, Backend, Way

PAGE: Final = ROOT / "docs" / "backends.md"
BEGIN: Final = "<!-- The table is written by `nox -s backends`. -->"
END: Final = "<!-- The end of the table. -->"
_HEAD: Final = (
    "| backend | package | tried | how | what arrives | setting needed |",
    "| --- | --- | --- | --- | --- | --- |",
)


def with_table(page: str, results: Mapping[str, Result]) -> str:
    """The page with the table of these results."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return "\n".join([before + BEGIN, "", *_HEAD, *_rows(results), "", END + after])


def _rows(results: Mapping[str, Result]) -> Iterator[str]:
    for backend in BACKENDS:
        result = results.get(backend.package)
        if result is None:
            continue
        for way in backend.ways:
            cells = (
                f"[{backend.title}](#{_anchor(backend.title)})",
                f"{backend.package} {result.release}".strip(),
                result.date,
                way.title,
                _arrives(result, way),
                way.setting or "none",
            )
            yield f"| {' | '.join(cells)} |"


def _arrives(result: Result, way: Way) -> str:
    if result.error:
        return f"pip can't install it: {result.error}"
    if result.ways[way.title].is_complete:
        return "every span with its diagnosis"
    return f"all, except {way.loses}"


def _anchor(title: str) -> str:
    """As GitHub and Sphinx make one of a heading."""
    kept = "".join(one for one in title.lower() if one.isalnum() or one in " -")
    return kept.replace(" ", "-")


def section(page: str, backend: Backend) -> str:
    """What the page says below the heading of a backend."""
    _, _, rest = page.partition(f"\n## {backend.title}\n")
    return rest.partition("\n## ")[0]
