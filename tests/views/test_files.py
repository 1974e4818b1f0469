# SPDX-License-Identifier: Apache-2.0
"""What is committed is what the code writes, and each panel can be read and understood."""

from __future__ import annotations

import itertools
import re
from pathlib import Path
from typing import Any

import pytest
from opentelemetry.instrumentation.googleapiclient.causes import CAUSES

from grafana.files import FOLDER, files
from views.panels import dashboards, panels

_COLUMNS = 24
_ROW = 38
"""Pixels of one row of Grafana's grid, with the gap below it."""
_LAPTOP = 768 - 140
"""Pixels that a browser and Grafana's own bars leave of the height of a small laptop."""

PANELS = [pytest.param(panel, id=f"{name}-{panel['title']}") for name, panel in panels()]


@pytest.mark.parametrize("path", files(), ids=lambda path: path.name)
def test_the_file_is_what_the_code_writes(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == files()[path], "run `python examples/grafana`"


def test_no_other_dashboard_is_there() -> None:
    written = {path for path in files() if path.suffix == ".json"}
    assert set((FOLDER / "dashboards").iterdir()) == written


@pytest.mark.parametrize("panel", PANELS)
def test_a_panel_says_what_to_do(panel: dict[str, Any]) -> None:
    assert re.search(r"\S{2,}.*\n\n\*\*When .+:\*\* .{30,}", panel["description"])


@pytest.mark.parametrize("panel", PANELS)
def test_a_panel_is_wide_enough_for_a_laptop(panel: dict[str, Any]) -> None:
    least = {"stat": (4, 3), "timeseries": (10, 7), "table": (14, 7)}[panel["type"]]
    assert (panel["gridPos"]["w"], panel["gridPos"]["h"]) >= least


def test_panels_fill_the_grid_and_do_not_overlap() -> None:
    for name, board in dashboards():
        taken: set[tuple[int, int]] = set()
        for place in (panel["gridPos"] for panel in board["panels"]):
            cells = set(
                itertools.product(
                    range(place["x"], place["x"] + place["w"]),
                    range(place["y"], place["y"] + place["h"]),
                )
            )
            assert not cells & taken, (name, place)
            assert place["x"] + place["w"] <= _COLUMNS, (name, place)
            taken |= cells
        bottom = max(y for _, y in taken) + 1
        assert len(taken) == bottom * _COLUMNS, f"{name} has holes"


def test_numbers_and_causes_are_on_the_first_screen_of_a_small_laptop() -> None:
    for name, panel in panels():
        place = panel["gridPos"]
        if panel["type"] == "stat" or "Failures by cause" in panel["title"]:
            assert (place["y"] + place["h"]) * _ROW <= _LAPTOP, (name, panel["title"])


def test_every_panel_has_an_id_and_a_title_of_its_own() -> None:
    for name, board in dashboards():
        for of in ("id", "title"):
            values = [panel[of] for panel in board["panels"]]
            assert len(values) == len(set(values)), (name, of, values)


def test_service_api_and_method_can_be_chosen() -> None:
    for name, board in dashboards():
        variables = {variable["name"]: variable for variable in board["templating"]["list"]}
        assert {"service", "api", "method"} <= set(variables), name
        for variable in variables.values():
            if variable["type"] == "query":
                assert (variable["multi"], variable["includeAll"]) == (True, True)


def test_the_table_of_causes_has_a_remedy_for_each() -> None:
    (table,) = [panel for _, panel in panels() if panel["title"].startswith("Causes, who")]
    (mapping,) = [
        value
        for override in table["fieldConfig"]["overrides"]
        for property_ in override["properties"]
        if property_["id"] == "mappings"
        for value in property_["value"]
    ]
    assert mapping["type"] == "value"
    assert set(mapping["options"]) == set(CAUSES)
    for name, shown in mapping["options"].items():
        assert len(shown["text"]) > len(name)
        assert "{" not in shown["text"]
