# SPDX-License-Identifier: Apache-2.0
"""What the runs showed, kept in docs/backends.json for the page."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from backends.environments import ROOT
from backends.judge import Verdict

FILE: Final = ROOT / "docs" / "backends.json"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one way to set a distribution up.

    ``differs`` are attributes that arrive on no span, or not as they were written.
    """

    is_complete: bool
    missing: int
    differs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a distribution: ``error`` says why it can't be installed."""

    release: str
    sdk: str
    date: str
    python: str
    error: str = ""
    ways: Mapping[str, Outcome] = field(default_factory=dict[str, Outcome])


def outcome(verdict: Verdict) -> Outcome:
    names = {
        name.strip("()")
        for per_span in (verdict.lost, verdict.changed, verdict.shortened)
        for names in per_span.values()
        for name in names
    }
    return Outcome(verdict.is_complete, len(verdict.missing), tuple(sorted(names)))


def load() -> dict[str, Result]:
    if not FILE.exists():
        return {}
    loaded: dict[str, dict[str, Any]] = json.loads(FILE.read_text("utf-8"))
    return {
        package: Result(**{**result, "ways": _outcomes(result["ways"])})
        for package, result in loaded.items()
    }


def _outcomes(ways: Mapping[str, dict[str, Any]]) -> Any:
    return {
        title: Outcome(way["is_complete"], way["missing"], tuple(way["differs"]))
        for title, way in ways.items()
    }


def save(results: Mapping[str, Result]) -> None:
    content = {package: asdict(results[package]) for package in sorted(results)}
    FILE.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", "utf-8")
