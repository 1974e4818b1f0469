# SPDX-License-Identifier: Apache-2.0
"""What an alert says to somebody it has woken, as Prometheus writes it out."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from grafana import links
from views.invented import GET, JOB, SEND, call, failure, part, resend
from views.panels import dashboards
from views.promtool import ALERTS, CALLS, PATH, RULES, complaints, promtool, series

pytestmark = pytest.mark.xdist_group("texts")

OWNERS = {"developer", "end_user", "domain_admin", "project_owner", "google"}
HERE = Path(__file__).parents[2]

BATCH = series(
    CALLS,
    {"job": JOB, "instance": "a", "gcp_client_service": "gmail"},
    googleapiclient_operation="batch",
    **failure("backend_error"),
)
FRESH = {"httplib2_previous_failed_phase": "wait", "httplib2_previous_connection_reused": "false"}
HISTORY = {
    call(GET): "0+60x60",
    call(GET, "api_disabled"): "0+40x60",
    call(GET, "timeout"): "0+5x60",
    call(SEND, "domain_policy"): "0+60x60",
    BATCH: "0+60x60",
    part(GET, "not_found"): "0+60x60",
    resend("no_response", SEND, **FRESH): "0x50 1x10",
}


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, str]]:
    """Labels and annotations of what fires, as promtool shows them where nothing is expected."""
    folder = tmp_path_factory.mktemp("texts")
    said = complaints(folder, HISTORY, [], [52], rules=RULES, every=4)
    return [
        dict(re.findall(r'(\w+)="((?:[^"\\]|\\.)*)"', f"{labels}, {annotations}"))
        for labels, annotations in re.findall(
            r"Labels:\{(.*?)\}\s+Annotations:\{(.*?)\}(?=,\n|\n)", said, re.DOTALL
        )
    ]


def one(written: list[dict[str, str]], name: str, **labels: str) -> dict[str, str]:
    wanted = {"alertname": name, **labels}
    (found,) = [each for each in written if wanted.items() <= each.items()]
    return found


def test_the_summary_of_an_outage_says_how_much_of_what_fails_and_why(
    written: list[dict[str, str]],
) -> None:
    alert = one(written, "GoogleApiCallsFailing", severity="critical", rpc_method=GET)
    share = r"\d\d(\.\d+)?%"
    assert re.fullmatch(
        rf"support/mail-sync: {share} of the calls of {GET} fail, most for not_found",
        alert["summary"],
    )
    assert f"What to do: {links.DOCS}/causes.html#not_found " in alert["description"]


def test_a_batch_has_no_method(written: list[dict[str, str]]) -> None:
    (alert,) = [
        each
        for each in written
        if each["alertname"] == "GoogleApiCallsFailing"
        and each["severity"] == "critical"
        and "rpc_method" not in each
    ]
    assert "100% of the calls of batches fail, most for backend_error" in alert["summary"]
    assert "var-method" not in alert["dashboard_url"]


def test_who_is_locked_out_is_told_whom_to_ask(written: list[dict[str, str]]) -> None:
    alert = one(written, "GoogleApiUsersLockedOut", rpc_method=SEND)
    assert alert["owner"] == "domain_admin"
    assert "and only a domain's administrator can end it (domain_policy)" in alert["summary"]


def test_a_cause_says_its_remedy(written: list[dict[str, str]]) -> None:
    alert = one(written, "GoogleApiPermissionDenied", cause="api_disabled")
    assert "of the calls of gmail fail: the API is not enabled" in alert["summary"]
    assert "Enable" in alert["description"]


def test_nothing_is_left_of_the_templates(written: list[dict[str, str]]) -> None:
    assert len(written) > 8
    for alert in written:
        text = " ".join(alert.values())
        assert not re.search(r"{{|}}|<no value>|<error|NaN|%!", text), alert


def test_the_link_opens_a_dashboard_with_what_the_alert_is_about(
    written: list[dict[str, str]],
) -> None:
    boards = {board["uid"]: board for _, board in dashboards()}
    for alert in written:
        address = urlsplit(alert["dashboard_url"])
        asked = parse_qs(address.query, strict_parsing=True)
        (uid,) = re.findall(r"^/d/([\w-]+)$", address.path)
        offered = {variable["name"] for variable in boards[uid]["templating"]["list"]}
        chosen = {name.removeprefix("var-"): value for name, value in asked.items()}
        assert {chosen.pop("to")[0], chosen.pop("from")[0][:4]} == {"now", "now-"}
        assert set(chosen) <= offered
        # As the variable has it, without the namespace.
        assert chosen["service"] == ["mail-sync"]
        for label, variable in (("rpc_method", "method"), ("cause", "cause")):
            assert chosen.get(variable) == ([alert[label]] if label in alert else None)


@pytest.mark.parametrize("rule", ALERTS, ids=lambda rule: rule["alert"])
def test_an_alert_says_all_that_is_needed(rule: dict[str, Any]) -> None:
    labels, annotations = rule["labels"], rule["annotations"]
    assert labels["severity"] in {"critical", "warning", "info"}
    assert labels.get("owner", "developer") in OWNERS
    assert rule["keep_firing_for"] != "0m"
    assert len(annotations["description"]) > 100
    address = urlsplit(annotations["runbook_url"])
    page = (HERE / "docs" / Path(address.path).with_suffix(".md").name).read_text("utf-8")
    if page.startswith("```{include}"):
        page = (HERE / "docs" / page.splitlines()[0].split()[1]).read_text("utf-8")
    headings = {heading.lower() for heading in re.findall("^#+ (.+)$", page, re.MULTILINE)}
    assert address.fragment in headings


def test_every_alert_that_fires_has_an_owner(written: list[dict[str, str]]) -> None:
    assert {alert["owner"] for alert in written} <= OWNERS


def test_no_two_rules_make_the_same_alert() -> None:
    """Prometheus would have two samples for one series, and Alertmanager one text of two."""
    made = [
        (rule["alert"], rule["labels"]["severity"], rule["labels"].get("cause")) for rule in ALERTS
    ]
    assert len(made) == len(set(made))
    of_any_cause = {(name, severity) for name, severity, cause in made if cause is None}
    of_one_cause = {(name, severity) for name, severity, cause in made if cause is not None}
    assert not of_any_cause & of_one_cause


def test_the_rules_are_in_order() -> None:
    checked = promtool("check", "rules", "--lint-fatal", str(PATH))
    assert checked.returncode == 0, checked.stdout + checked.stderr
