# SPDX-License-Identifier: Apache-2.0
"""Alert rules on invented series, by ``promtool test rules``.

Series are in promtool's notation, one sample a minute: ``0+60x30`` is a counter that grows by 60 a
minute for half an hour, ``_x10 1x30`` one that is not there for ten minutes and then 1.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from ruamel.yaml import YAML

from grafana.files import FOLDER
from views.prometheus import program, write_yaml

PATH = FOLDER / "alerts.yaml"
RULES: list[dict[str, Any]] = YAML(typ="safe").load(PATH)["groups"][0]["rules"]
ALERTS = [rule for rule in RULES if "alert" in rule]
NAMES = sorted({rule["alert"] for rule in ALERTS})

CALLS = "googleapiclient_call_duration_seconds_count"
WAITS = "googleapiclient_retry_wait_duration_seconds_count"
PARTS = "googleapiclient_batch_parts_total"
UNITS = "googleapiclient_quota_usage_total"
RESENDS = "httplib2_resends_total"

Labels: TypeAlias = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Firing:
    """An alert and its labels, at some minutes."""

    name: str
    labels: Labels
    minutes: range


def series(metric: str, labels: Labels, **more: str) -> str:
    """A series as promtool and Prometheus write it."""
    pairs = ",".join(f'{name}="{value}"' for name, value in {**labels, **more}.items())
    return f"{metric}{{{pairs}}}"


def silent_rules(rules: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rules without annotations: promtool compares them, and values make them vary."""
    return [{key: rule[key] for key in rule if key != "annotations"} for rule in rules]


def needed(names: Iterable[str]) -> list[dict[str, Any]]:
    """The rules of these alerts, and what they look up of what is recorded, in their order."""
    chosen: list[dict[str, Any]] = []
    wanted = set(names)
    for rule in reversed(RULES):  # a rule looks up only what is recorded above it
        if rule.get("alert", rule.get("record")) in wanted:
            chosen.append(rule)
            wanted.update(re.findall(r"[\w:]+", rule["expr"]))
    return chosen[::-1]


def complaints(
    folder: Path,
    history: Mapping[str, str],
    expected: Iterable[Firing],
    minutes: Iterable[int],
    *,
    names: Iterable[str] = NAMES,
    rules: Iterable[dict[str, Any]] | None = None,
    interval: int = 1,
    every: int = 1,
) -> str:
    """Run the rules on a history; gives what promtool finds to differ, nothing where all is right.

    ``minutes`` are those at which is looked, for all alerts of these names: what is not expected
    then is a difference. ``interval`` is of samples, ``every`` of evaluations, in minutes.
    """
    path = folder / "rules.yaml"
    names = list(names)
    chosen = silent_rules(needed(names)) if rules is None else list(rules)
    write_yaml(path, {"groups": [{"name": "tested", "rules": chosen}]})
    firing = list(expected)
    looked = [
        {"alertname": name, "eval_time": f"{minute}m", "exp_alerts": _alerts(firing, name, minute)}
        for name in names
        for minute in minutes
    ]
    test = {
        "interval": f"{interval}m",
        "input_series": [{"series": name, "values": text} for name, text in history.items()],
        "alert_rule_test": looked,
    }
    write_yaml(
        folder / "tests.yaml",
        {"rule_files": [str(path)], "evaluation_interval": f"{every}m", "tests": [test]},
    )
    done = promtool("test", "rules", str(folder / "tests.yaml"))
    return "" if done.returncode == 0 else done.stdout + done.stderr


def promtool(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run it."""
    command = [program("promtool"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def _alerts(firing: list[Firing], name: str, minute: int) -> list[dict[str, Labels]]:
    return [
        {"exp_labels": dict(each.labels)}
        for each in firing
        if each.name == name and minute in each.minutes
    ]
