# SPDX-License-Identifier: Apache-2.0
"""What is committed is what the code writes, and each panel can be read and understood."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from opentelemetry.instrumentation.googleapiclient._diagnosis.causes import CAUSES

from grafana.diagnosis import remedy
from grafana.files import FOLDER, files
from views.panels import dashboards, panels

_COLUMNS = 24
_ROW = 38
"""Pixels of one row of Grafana's grid, with the gap below it."""
_SCREEN = 900 - 105
"""Pixels that Grafana's bar and the variables leave of the height of a screen."""
_FIRST_SCREEN = {
    "failures": {
        "Calls/s", "Failed calls", "p95 duration", "Worst method", "Failing since",
        "Failures by cause", "Causes, who can fix them, and how",
        "Latest failures, with the remedy of each",
    },
    "gmail-quota": {
        "Units per minute", "Limit of the project, per minute", "Peak, of that limit",
        "Last 24 hours, of the day's units", "Refused for a limit", "Units per minute by method",
        "Units per minute, against the limit of the project",
        "Refused for a limit, by cause", "Units per minute by service",
    },
}  # fmt: skip

PANELS = [pytest.param(panel, id=f"{name}-{panel['title']}") for name, panel in panels()]


@pytest.mark.parametrize("path", files(), ids=lambda path: path.name)
def test_the_file_is_what_the_code_writes(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == files()[path], "run `python examples/grafana`"


def test_no_other_dashboard_is_there() -> None:
    written = {path for path in files() if path.suffix == ".json"}
    assert set((FOLDER / "dashboards").iterdir()) == written


@pytest.mark.parametrize("panel", PANELS)
def test_a_panel_says_what_to_do(panel: dict[str, Any]) -> None:
    assert "{" not in panel["description"]
    assert re.search(r"\S{2,}.*\n\n\*\*When .+:\*\* .{30,}", panel["description"])


@pytest.mark.parametrize("panel", PANELS)
def test_a_panel_is_wide_enough_for_a_laptop(panel: dict[str, Any]) -> None:
    least = {"stat": (3, 3), "timeseries": (9, 7), "table": (12, 7)}[panel["type"]]
    assert (panel["gridPos"]["w"], panel["gridPos"]["h"]) >= least


def _cells(panel: Mapping[str, Any]) -> set[tuple[int, int]]:
    place = panel["gridPos"]
    across = range(place["x"], place["x"] + place["w"])
    return set(itertools.product(across, range(place["y"], place["y"] + place["h"])))


def _check_filled(name: str, placed: Sequence[Mapping[str, Any]]) -> None:
    taken: set[tuple[int, int]] = set()
    for panel in placed:
        cells = _cells(panel)
        assert not cells & taken, (name, panel["title"])
        assert max(x for x, _ in cells) < _COLUMNS, (name, panel["title"])
        taken |= cells
    rows = {y for _, y in taken}
    assert rows == set(range(min(rows), max(rows) + 1)), name
    assert len(taken) == len(rows) * _COLUMNS, f"{name} has holes"


def test_panels_fill_the_grid_and_do_not_overlap() -> None:
    for name, board in dashboards():
        _check_filled(name, board["panels"])
        for row in board["panels"]:
            if row["type"] == "row":
                _check_filled(f"{name}, {row['title']}", row["panels"])


def test_the_first_screen_has_what_is_needed_at_night() -> None:
    for name, panel in panels():
        place = panel["gridPos"]
        if (place["y"] + place["h"]) * _ROW <= _SCREEN:
            assert panel["title"] in _FIRST_SCREEN[name]
        else:
            assert panel["title"] not in _FIRST_SCREEN[name]


def test_everything_else_is_in_closed_rows() -> None:
    for name, board in dashboards():
        *shown, last = itertools.takewhile(lambda each: each["type"] != "row", board["panels"])
        titles = {panel["title"] for panel in (*shown, last)}
        assert titles - _FIRST_SCREEN[name] <= {"Methods"}
        rows = board["panels"][len(titles) :]
        assert all(row["type"] == "row" and row["collapsed"] and row["panels"] for row in rows)


def test_what_happened_a_minute_ago_is_shown() -> None:
    for name, board in dashboards():
        assert board["time"] == {"from": "now-1h", "to": "now"}, name
    for _, panel in panels():
        if panel["datasource"]["type"] == "prometheus":
            assert panel["interval"] == "1m", panel["title"]


def test_every_panel_has_an_id_and_a_title_of_its_own() -> None:
    for name, board in dashboards():
        inner = [panel for row in board["panels"] for panel in row.get("panels", ())]
        for of in ("id", "title"):
            values = [panel[of] for panel in (*board["panels"], *inner)]
            assert len(values) == len(set(values)), (name, of, values)


def test_service_api_and_method_can_be_chosen() -> None:
    for name, board in dashboards():
        variables = {variable["name"]: variable for variable in board["templating"]["list"]}
        of_failures = {"cause", "owner"} if name == "failures" else set[str]()
        assert {"service", "api", "method", *of_failures} <= set(variables), name
        for variable in variables.values():
            if variable["type"] == "query":
                assert (variable["multi"], variable["includeAll"]) == (True, True)


def _panel(title: str) -> Mapping[str, Any]:
    (found,) = [panel for _, panel in panels() if panel["title"] == title]
    return found


def _overrides(panel: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The settings of each field, by the name that it is shown with."""
    return {
        each["matcher"]["options"]: {one["id"]: one["value"] for one in each["properties"]}
        for each in panel["fieldConfig"]["overrides"]
    }


CAUSES_TABLE = "Causes, who can fix them, and how"


def test_the_table_of_causes_has_a_remedy_for_each() -> None:
    """As a label: the row of a table is as high as the text in it."""
    expression = _panel(CAUSES_TABLE)["targets"][0]["expr"]
    written = re.findall(
        r'"remedy", "((?:[^"\\]|\\.)+)", "googleapiclient_error_cause", "(\w+)"\)', expression
    )
    remedies = {cause: text for text, cause in written}
    assert remedies == {name: remedy(cause) for name, cause in CAUSES.items()}
    assert not any(re.search(r"[{}$\\]", text) for text in remedies.values())


@pytest.mark.parametrize("title", [CAUSES_TABLE, "Latest failures, with the remedy of each"])
def test_remedies_are_readable_and_a_click_on_a_cause_filters(title: str) -> None:
    columns = _overrides(_panel(title))
    assert columns["What to do"]["custom.cellOptions"]["wrapText"]
    # All others have a width: what is left is the remedy's.
    assert "custom.width" not in columns["What to do"]
    widths = [column["custom.width"] for name, column in columns.items() if name != "What to do"]
    assert sum(widths) <= 860
    (link,) = columns["Cause"]["links"]
    address, _, asked = link["url"].partition("?")
    assert address == "/d/googleapiclient-failures"
    assert "var-cause=${__value.raw}" in asked.split("&")
    kept = {"${service:queryparam}", "${api:queryparam}", "${method:queryparam}"}
    assert {*kept, "${owner:queryparam}", "${__url_time_range}"} <= set(asked.split("&"))


def test_owners_have_colors_of_their_own_everywhere() -> None:
    owners = {cause.owner for cause in CAUSES.values()}
    graph = _overrides(_panel("Failures by who can fix them"))
    colors = {owner: graph[owner]["color"]["fixedColor"] for owner in owners}
    assert len(set(colors.values())) == len(owners)
    for title in (CAUSES_TABLE, "Latest failures, with the remedy of each"):
        (mapping,) = _overrides(_panel(title))["Who can fix it"]["mappings"]
        shown = {owner: mapping["options"][owner]["color"] for owner in owners}
        assert shown == colors


@pytest.mark.parametrize("title", ["Failures by cause", "Seconds waited, by cause"])
def test_causes_have_colors_of_their_own_and_none_is_green(title: str) -> None:
    columns = _overrides(_panel(title))
    colors = {name: columns[name]["color"]["fixedColor"] for name in CAUSES}
    assert len(set(colors.values())) == len(CAUSES)
    for color in colors.values():
        red, green, blue = (int(color[at : at + 2], 16) for at in (1, 3, 5))
        assert green <= max(red, blue), color


def test_no_two_series_of_a_graph_are_alike() -> None:
    """Colors go by the order of the series, or are fixed; the limit's is that of no series."""
    for _, panel in panels():
        if panel["type"] == "timeseries":
            assert panel["fieldConfig"]["defaults"]["color"] == {"mode": "palette-classic"}
    for title in (
        "Units per minute, against the limit of the project",
        "Units per minute by service, against the limit of one user",
    ):
        fixed = {
            name: settings["color"]["fixedColor"]
            for name, settings in _overrides(_panel(title)).items()
        }
        (limit,) = [color for name, color in fixed.items() if name.startswith("limit")]
        assert limit == "text"
