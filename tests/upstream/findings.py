# SPDX-License-Identifier: Apache-2.0
"""What a run tells the process that started it, one JSON object a line.

A line is written as soon as it is known, so that a run that hangs or dies has told where it was.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Outcome:
    """One thing that came of a test, or of the collection of a module."""

    test: str
    result: str
    """Such as ``passed``, ``failed with builtins.AssertionError``, a line that was logged."""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Activity:
    """What the instrumentation did."""

    spans: dict[str, int] = field(default_factory=dict[str, int])
    """How many ended, by instrumentor."""
    faults: tuple[str, ...] = ()
    """What must not happen even where no test notices."""


def outcome_line(outcome: Outcome) -> str:
    return json.dumps(asdict(outcome)) + "\n"


def read_outcomes(file: Path) -> Iterator[Outcome]:
    with file.open(encoding="utf-8") as lines:
        for line in lines:
            yield Outcome(**json.loads(line))


def write_activity(file: Path, activity: Activity) -> None:
    file.write_text(json.dumps(asdict(activity)), encoding="utf-8")


def read_activity(file: Path) -> Activity:
    if not file.exists():
        return Activity()
    content: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return Activity(content["spans"], tuple(content["faults"]))
