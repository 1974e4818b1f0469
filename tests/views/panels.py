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
    "project_limit": "1200000",
    "user_limit": "6000",
    "day_limit": "80000000",
    "__rate_interval": "10s",
    "__range": "5m",
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


def fill(text: str) -> str:
    def value(match: re.Match[str]) -> str:
        return CHOSEN[match[1] or match[2]]

    # $1 is a group of label_replace(), which is no variable to Grafana either.
    return re.sub(r"\$(?:\{(\w+)\}|([a-z_]\w*))", value, text)


def dashboards() -> Iterator[tuple[str, Mapping[str, Any]]]:
    for path in DASHBOARDS:
        yield path.stem, json.loads(path.read_text(encoding="utf-8"))


def panels() -> Iterator[tuple[str, Mapping[str, Any]]]:
    for name, board in dashboards():
        yield from ((name, panel) for panel in board["panels"] if panel["type"] != "row")


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
