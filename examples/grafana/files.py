# SPDX-License-Identifier: Apache-2.0
"""The files that are written by code."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Final

from grafana_foundation_sdk.builders import dashboard as builders
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models.dashboard import Panel, RowPanel
from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import walk_tree

from . import datasources, failures, quota, rules

FOLDER: Final = Path(__file__).parent

_HEAD: Final = (
    "# SPDX-License-Identifier: Apache-2.0\n# Written by `python examples/grafana`. Do not edit.\n"
)


def files() -> dict[Path, str]:
    """Every written file, with what has to be in it."""
    return {
        FOLDER / "dashboards" / "failures.json": _json(failures.build()),
        FOLDER / "dashboards" / "gmail-quota.json": _json(quota.build()),
        FOLDER / "alerts.yaml": _HEAD + _yaml(rules.file()),
        FOLDER / "provisioning" / "datasources.yaml": _HEAD + _yaml(datasources.file()),
    }


def _json(builder: builders.Dashboard) -> str:
    board = builder.build()
    bottom = 0
    number = 0
    for panel in board.panels or ():
        inner = panel.panels if isinstance(panel, RowPanel) else []
        place = panel.grid_pos
        assert place is not None
        if isinstance(panel, RowPanel):
            _move(inner, bottom - place.y)
            place.y = bottom  # a closed row is one line, whatever is in it
        bottom = max(bottom, place.y + place.h)
        for each in (panel, *inner):
            number += 1
            each.id_val = number  # links to a panel go by it
    text = json.dumps(board, cls=JSONEncoder, indent=2, ensure_ascii=False, sort_keys=True)
    return f"{text}\n"


def _move(panels: list[Panel], rows: int) -> None:
    for panel in panels:
        assert panel.grid_pos is not None
        panel.grid_pos.y += rows


def _yaml(content: object) -> str:
    yaml = YAML()
    yaml.width = 10_000  # a text that is folded ends its lines in blanks
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.representer.ignore_aliases = _always
    text = io.StringIO()
    walk_tree(content)  # texts of several lines are written as such
    yaml.dump(content, text)
    return text.getvalue()


def _always(_: object) -> bool:
    """Whether to write once more what was written before, instead of referring to it."""
    return True
