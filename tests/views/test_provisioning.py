# SPDX-License-Identifier: Apache-2.0
"""The files of the compose stack fit together, and the page says what they say."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import Any

import pytest
from opentelemetry.instrumentation.googleapiclient._diagnosis.causes import CAUSES
from ruamel.yaml import YAML

from grafana.files import FOLDER
from views.mornings import JOB, Mornings
from views.panels import dashboards, panels
from views.promtool import ALERTS

pytestmark = pytest.mark.xdist_group("mornings")


def _read(name: str) -> Any:
    return YAML(typ="safe").load(FOLDER / name)


PAGE = (FOLDER / "README.md").read_text(encoding="utf-8")
(STACK,) = _read("compose.yaml")["services"].values()
MOUNTED = {target: source for source, target, _ in (each.split(":") for each in STACK["volumes"])}
DATA_SOURCES = "provisioning/datasources.yaml"
SOURCES = {source["uid"]: source for source in _read(DATA_SOURCES)["datasources"]}
PROMETHEUS = _read("prometheus.yaml")
TO_METRICS = SOURCES["tempo"]["jsonData"]["tracesToMetrics"]


def _is_mounted(path: str) -> bool:
    """Whether the container has a file of this folder at that path."""
    for target, source in MOUNTED.items():
        if path == target or PurePosixPath(target) in PurePosixPath(path).parents:
            return (FOLDER / source / PurePosixPath(path).relative_to(target)).exists()
    return False


def test_prometheus_finds_its_rules() -> None:
    assert PROMETHEUS["rule_files"]
    assert all(_is_mounted(path) for path in PROMETHEUS["rule_files"])


def test_grafana_finds_its_dashboards() -> None:
    (provider,) = _read("provisioning/dashboards.yaml")["providers"]
    assert MOUNTED[provider["options"]["path"]] == "./dashboards"
    assert _is_mounted(STACK["environment"]["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"])


def test_prometheus_gives_the_names_that_are_asked_for() -> None:
    otlp = PROMETHEUS["otlp"]
    assert otlp["translation_strategy"] == "UnderscoreEscapingWithSuffixes"
    labels = {attribute.replace(".", "_") for attribute in otlp["promote_resource_attributes"]}
    assert "service_name" in labels


def test_every_data_source_that_is_named_is_there() -> None:
    named = re.findall(r"datasourceUid: (\S+)", (FOLDER / DATA_SOURCES).read_text())
    assert named
    assert set(named) <= set(SOURCES)
    kinds = {
        (name, variable["name"]): variable["query"]
        for name, board in dashboards()
        for variable in board["templating"]["list"]
        if variable["type"] == "datasource"
    }
    assert set(kinds.values()) <= {source["type"] for source in SOURCES.values()}
    for name, panel in panels():
        (variable,) = re.findall(r"^\${(\w+)}$", panel["datasource"]["uid"])
        assert kinds[name, variable] == panel["datasource"]["type"]


def test_an_example_in_a_graph_leads_to_its_trace() -> None:
    # What Prometheus calls the trace of an exemplar that came over OTLP.
    (destination,) = SOURCES["prometheus"]["jsonData"]["exemplarTraceIdDestinations"]
    assert (destination["name"], destination["datasourceUid"]) == ("trace_id", "tempo")
    exemplary = [
        target for _, panel in panels() for target in panel["targets"] if target.get("exemplar")
    ]
    assert len(exemplary) == 3
    assert all("_duration_seconds_bucket" in target["expr"] for target in exemplary)


@pytest.mark.parametrize("query", TO_METRICS["queries"], ids=lambda query: query["name"])
def test_a_span_leads_to_metrics_of_its_method(query: dict[str, str], mornings: Mornings) -> None:
    assert {tag["key"]: tag["value"] for tag in TO_METRICS["tags"]} == {
        "service.name": "service_name",
        "rpc.method": "rpc_method",
    }
    # Where metrics are scraped, the service is in the job.
    tags = f'job="{JOB}", rpc_method="gmail.users.watch"'
    expression = query["query"].replace("$${__tags}", tags)
    samples = mornings.prometheus.at(expression, mornings.ended)
    assert samples
    assert all(sample.value > 0 for sample in samples)


def test_the_page_names_the_image() -> None:
    assert f"`{STACK['image']}`" in PAGE


ALERTS_PAGE = (FOLDER / "ALERTS.md").read_text(encoding="utf-8")
SEVERITIES: dict[str, set[str]] = {}
for rule in ALERTS:
    SEVERITIES.setdefault(rule["alert"], set()).add(rule["labels"]["severity"])


def test_the_page_of_alerts_has_a_heading_for_each_that_is_about_no_single_cause() -> None:
    headings = set(re.findall(r"^### (\w+)$", ALERTS_PAGE, re.MULTILINE))
    general = {rule["alert"] for rule in ALERTS if "cause" not in rule["labels"]}
    assert headings == general | {"GoogleApiLimitRetried"}


@pytest.mark.parametrize("name", SEVERITIES)
def test_the_page_of_alerts_says_how_bad_each_is(name: str) -> None:
    section = re.search(rf"^### {name}\n(.+?)(?=^#)", ALERTS_PAGE, re.MULTILINE | re.DOTALL)
    row = re.search(rf"^\| {name} \| ([^|]+) \|", ALERTS_PAGE, re.MULTILINE)
    found = section or row
    assert found
    told = {word.lower() for word in re.findall(r"\b[Cc]ritical|[Ww]arning|[Ii]nfo\b", found[1])}
    assert SEVERITIES[name] <= told


def test_the_page_of_alerts_names_the_alert_of_every_cause() -> None:
    rows = dict(re.findall(r"^\| (\w+) \| [\w, ]+ \| (`[^|]+) \|$", ALERTS_PAGE, re.MULTILINE))
    named = {
        (name, cause) for name, causes in rows.items() for cause in re.findall(r"`(\w+)`", causes)
    }
    rules = {
        (rule["alert"], rule["labels"]["cause"])
        for rule in ALERTS
        if "cause" in rule["labels"] and rule["alert"] != "GoogleApiLimitRetried"
    }
    assert named == rules
    without = set(CAUSES) - {cause for _, cause in rules}
    # Why not, the page says.
    assert all(f"`{cause}` has no alert: " in ALERTS_PAGE for cause in without)


def test_alertmanager_s_settings_on_the_page_are_about_labels_that_are_there() -> None:
    (settings,) = re.findall(r"^```yaml\n(.+?)^```", ALERTS_PAGE, re.MULTILINE | re.DOTALL)
    matched = set(re.findall(r"(\w+) =~? ", settings))
    assert matched <= {"alertname", "severity", "owner"}
    assert set(re.findall(r"alertname = (\w+)", settings)) <= set(SEVERITIES)


def test_the_page_names_every_dashboard() -> None:
    for _, board in dashboards():
        assert f"\n| {board['title']} |" in PAGE


def test_the_page_fits_on_a_screen() -> None:
    assert len(PAGE.splitlines()) <= 60
