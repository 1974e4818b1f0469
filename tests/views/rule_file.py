# SPDX-License-Identifier: Apache-2.0
"""The committed alert rules."""

from __future__ import annotations

from typing import Any

from ruamel.yaml import YAML

from grafana.files import FOLDER

PATH = FOLDER / "alerts.yaml"

Key = tuple[str, str | None]
"""The name of an alert, and the cause that it is about, if it is about one."""

RULES: dict[Key, dict[str, Any]] = {
    (rule["alert"], rule["labels"].get("cause")): rule
    for group in YAML(typ="safe").load(PATH)["groups"]
    for rule in group["rules"]
}


def name_of(key: Key) -> str:
    return "-".join(filter(None, key))
