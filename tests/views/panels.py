# SPDX-License-Identifier: Apache-2.0
"""What the written dashboards ask, taken out of their JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from grafana.files import FOLDER

DASHBOARDS = sorted((FOLDER / "dashboards").glob("*.json"))

CHOSEN = {
    "service": "mail-sync",
    "api": "gmail",
    "method": ".*",
    "cause": ".*",
    "owner": ".*",
    "project_limit": "1200000",
    "user_limit": "6000",
    "day_limit": "80000000",
    "__range": "5m",
    "__range_s": "300",
    "__interval": "1s",
    "metrics": "prometheus",
    "traces": "tempo",
}
"""What Grafana would put in for variables."""


@dataclass(frozen=True, slots=True)
class Query:
    """One query of one panel."""

    dashboard: str
    panel: str
    ref: str
    kind: str
    """The type of its data source."""
    text: str
    instant: bool

    @property
    def key(self) -> tuple[str, str, str]:
        return self.dashboard, self.panel, self.ref

    @property
    def filled(self) -> str:
        """The text as the data source gets it."""
        return fill(self.text)


def fill(text: str, **others: str) -> str:
    """Put in what Grafana would, or other values."""
    chosen = {**CHOSEN, **others}

    def value(match: re.Match[str]) -> str:
        return chosen[match[1] or match[2]]

    # $1 is a group of label_replace(), which is no variable to Grafana either.
    return re.sub(r"\$(?:\{(\w+)\}|([a-z_]\w*))", value, text)


def dashboards() -> Iterator[tuple[str, Mapping[str, Any]]]:
    for path in DASHBOARDS:
        yield path.stem, json.loads(path.read_text(encoding="utf-8"))


def panels() -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every panel, also those in rows, with the name of its dashboard's file."""
    for name, board in dashboards():
        for panel in board["panels"]:
            if panel["type"] == "row":
                yield from ((name, inner) for inner in panel["panels"])
            else:
                yield name, panel


def queries(kind: str) -> list[Query]:
    return [
        Query(
            dashboard=name,
            panel=panel["title"],
            ref=target["refId"],
            kind=kind,
            text=target["expr"] if kind == "prometheus" else target["query"],
            instant=target.get("instant", False),
        )
        for name, panel in panels()
        if panel["datasource"]["type"] == kind
        for target in panel["targets"]
    ]
