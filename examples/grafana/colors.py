# SPDX-License-Identifier: Apache-2.0
"""Colors that stand for the same thing in every panel."""

from __future__ import annotations

import colorsys
from typing import Final

from grafana_foundation_sdk.models.dashboard import (
    DynamicConfigValue,
    ValueMap,
    ValueMappingResult,
)
from opentelemetry.instrumentation.googleapiclient.causes import CAUSES

OWNERS: Final = {
    "developer": "blue",
    "end_user": "purple",
    "domain_admin": "orange",
    "project_owner": "yellow",
    "google": "#4fb8c7",
    "nobody": "#8e8e99",
}
"""Of those who can fix a failure: not green, which is for what is right, and not red."""

_HUES: Final = (0, 28, 210, 48, 280, 190, 325)
"""Degrees, without green: a failure is nothing that is right. Causes of one group are apart."""
_LIGHT: Final = (0.58, 0.42, 0.68, 0.50, 0.34, 0.74, 0.46, 0.62)
"""One for each time that the hues are used up."""
_SATURATION: Final = 0.7


def _cause_color(number: int) -> str:
    light = _LIGHT[number // len(_HUES)]
    hue = _HUES[number % len(_HUES)] / 360
    parts = colorsys.hls_to_rgb(hue, light, _SATURATION)
    return "#" + "".join(f"{round(part * 255):02x}" for part in parts)


OF_CAUSES: Final = {name: _cause_color(number) for number, name in enumerate(CAUSES)}
"""Of the causes: no two are the same."""


def fixed_color(color: str) -> DynamicConfigValue:
    """A color that is always the same."""
    return DynamicConfigValue("color", {"mode": "fixed", "fixedColor": color})


def owner_cells() -> list[DynamicConfigValue]:
    """The cells of a column with owners."""
    mapping = ValueMap(
        options={
            owner: ValueMappingResult(text=owner, color=color, index=index)
            for index, (owner, color) in enumerate(OWNERS.items())
        }
    )
    cells = {"type": "color-text"}
    return [
        DynamicConfigValue("mappings", [mapping]),
        DynamicConfigValue("custom.cellOptions", cells),
    ]
