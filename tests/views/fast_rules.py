# SPDX-License-Identifier: Apache-2.0
"""The alert rules in time lapse: a minute takes a second, and no window more than ten of them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final

from grafana import recordings
from views.prometheus import write_yaml
from views.promtool import RULES

_SECONDS: Final = {"m": 1, "h": 60, "d": 24 * 60}
LONGEST: Final = 10
"""Seconds; of what happened before the rules have run for that long nothing is known."""
_WINDOW: Final = re.compile(r"(\[|offset )(\d+)([mhd])\b")
VARIABLES: Final = {recordings.BUDGET: "vector(0.001)", recordings.LEAST_FAILURES: "vector(1)"}
"""So that the few calls of a morning are enough."""


def write_fast_rules(folder: Path) -> Path:
    """Write the file for a Prometheus that scrapes and evaluates every second."""
    path = folder / "rules.yaml"
    write_yaml(path, {"groups": [{"name": "fast", "rules": [_fast(rule) for rule in RULES]}]})
    return path


def _fast(rule: dict[str, Any]) -> dict[str, Any]:
    if rule.get("record") in VARIABLES:
        return {**rule, "expr": VARIABLES[rule["record"]]}
    durations = {
        name: f"{_seconds(rule[name][:-1], rule[name][-1])}s"
        for name in ("for", "keep_firing_for")
        if name in rule
    }
    return {**rule, "expr": _WINDOW.sub(_lapsed, rule["expr"]), **durations}


def _lapsed(match: re.Match[str]) -> str:
    return f"{match[1]}{min(_seconds(match[2], match[3]), LONGEST)}s"


def _seconds(number: str, unit: str) -> int:
    return int(number) * _SECONDS[unit]
