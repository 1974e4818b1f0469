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
from opentelemetry.instrumentation.googleapiclient._diagnosis import causes
from opentelemetry.instrumentation.googleapiclient._diagnosis.causes import CAUSES

OWNERS: Final = {
    "developer": "blue",
    "end_user": "purple",
    "domain_admin": "orange",
    "project_owner": "#d6569f",
    "google": "#2a97a8",
    "nobody": "#8e8e99",
}
"""Of those who can fix a failure: not green, which is for what is right, and not red. As text they
can be read on white and on black."""

_USUAL: Final = (
    causes.NOT_FOUND,
    causes.BACKEND_UNAVAILABLE,
    causes.SCOPE_INSUFFICIENT,
    causes.TIMEOUT,
    causes.RATE_LIMIT_PER_USER,
    causes.INVALID_ARGUMENT,
    causes.TOKEN_EXPIRED,
    causes.BACKEND_ERROR,
    causes.API_DISABLED,
    causes.TOKEN_REVOKED,
    causes.PRECONDITION_FAILED,
    causes.CONCURRENT_REQUESTS,
    causes.MAIL_SENDING_LIMIT,
    causes.BANDWIDTH_LIMIT,
    causes.DAILY_LIMIT,
    causes.QUOTA_EXCEEDED,
    causes.DOMAIN_POLICY,
    causes.RATE_LIMIT_PER_PROJECT,
    causes.CONNECTION_FAILED,
    causes.HISTORY_EXPIRED,
)
"""What is seen most often, and together: of colors that are far apart."""
_HUES: Final = (25, 205, 0, 262, 50, 325, 180, 12, 230, 290)
"""Degrees, without green: a failure is nothing that is right. Neighbors are far apart."""
_LIGHTNESS: Final = (0.6, 0.38, 0.76)
_SATURATION: Final = (0.75, 0.35)


def _color(number: int) -> str:
    """One of 60 colors: every hue in every lightness, then all of it once more, paler."""
    turn, place = divmod(number, len(_HUES))
    paler, lighter = divmod(turn, len(_LIGHTNESS))
    hue = _HUES[place]
    # Of two neighboring hues one is lighter.
    odd = sorted(_HUES).index(hue) % 2
    lightness = _LIGHTNESS[(lighter + odd) % len(_LIGHTNESS)]
    parts = colorsys.hls_to_rgb(hue / 360, lightness, _SATURATION[paler])
    return "#" + "".join(f"{round(part * 255):02x}" for part in parts)


_ORDER: Final = dict.fromkeys((*(cause.name for cause in _USUAL), *CAUSES))
OF_CAUSES: Final = {name: _color(number) for number, name in enumerate(_ORDER)}
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
