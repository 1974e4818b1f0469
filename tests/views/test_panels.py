# SPDX-License-Identifier: Apache-2.0
"""Every query of every panel, asked of a real Prometheus that has scraped the mornings."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from opentelemetry.instrumentation.googleapiclient._diagnosis.causes import CAUSES
from opentelemetry.proto.metrics.v1.metrics_pb2 import Metric

from grafana.diagnosis import remedy
from views.measured import how_often
from views.mornings import JOB, SERVICE, Mornings
from views.panels import Query, dashboards, fill, panels, queries

pytestmark = pytest.mark.xdist_group("mornings")

FAILURES = "failures"
QUOTA = "gmail-quota"

CALLS = "googleapiclient.call.duration"
WAITS = "googleapiclient.retry.wait.duration"
PARTS = "googleapiclient.batch.parts"
UNITS = "googleapiclient.quota.usage"

GET = "gmail.users.messages.get"
ATTACHMENTS = "gmail.users.messages.attachments.get"
LABELS = "gmail.users.labels.list"

_REFRESH = {
    "oauth_client_invalid": "developer",
    "reauthentication_required": "end_user",
    "token_expired": "developer",
    "token_revoked": "end_user",
}
_LIMITS = {
    "bandwidth_limit": "nobody",
    "concurrent_requests": "developer",
    "daily_limit": "project_owner",
    "mail_sending_limit": "nobody",
    "quota_exceeded": "developer",
    "rate_limit_per_project": "project_owner",
    "rate_limit_per_user": "developer",
}
_CAUSES = {
    **_REFRESH,
    **_LIMITS,
    "backend_error": "google",
    "backend_unavailable": "google",
    "domain_policy": "domain_admin",
    "invalid_argument": "developer",
    "mailbox_unavailable": "domain_admin",
    "not_found": "developer",
    "precondition_failed": "developer",
    "scope_insufficient": "developer",
    "timeout": "nobody",
}
_FAILING_METHODS = {
    "gmail.users.drafts.create",
    "gmail.users.getProfile",
    "gmail.users.labels.create",
    ATTACHMENTS,
    GET,
    "gmail.users.messages.insert",
    "gmail.users.messages.list",
    "gmail.users.messages.modify",
    "gmail.users.messages.send",
    "gmail.users.settings.getVacation",
    "gmail.users.settings.updateAutoForwarding",
    "gmail.users.threads.get",
    "gmail.users.watch",
}
_CHARGED_METHODS = {*_FAILING_METHODS, LABELS}
_ALL = set[tuple[str, ...]]


def _refused(metrics: list[Metric]) -> float:
    causes = set(_LIMITS)
    return sum(
        how_often(metrics, name, googleapiclient_error_cause=causes)
        for name in (CALLS, WAITS, PARTS)
    )


def _failed(metrics: list[Metric]) -> float:
    return sum(how_often(metrics, name, error_type=...) for name in (CALLS, PARTS))


def _done(metrics: list[Metric]) -> float:
    return sum(how_often(metrics, name) for name in (CALLS, PARTS))


# One number each, reckoned from what arrived over OTLP.
NUMBERS: dict[tuple[str, str, str], Callable[[list[Metric]], float]] = {
    (FAILURES, "Calls/s", "A"): lambda it: _done(it) / 300,
    (FAILURES, "Failed calls", "A"): lambda it: _failed(it) / _done(it),
    (QUOTA, "Units per minute", "A"): lambda it: how_often(it, UNITS) / 5,
    (QUOTA, "Limit of the project, per minute", "A"): lambda _: 1_200_000,
    (QUOTA, "Peak, of that limit", "A"): lambda it: how_often(it, UNITS) / 5 / 1_200_000,
    (QUOTA, "Last 24 hours, of the day's units", "A"): lambda it: how_often(it, UNITS) / 80_000_000,
    (QUOTA, "Refused for a limit", "A"): _refused,
}

_BY_CAUSE: tuple[tuple[str, ...], _ALL] = (
    ("googleapiclient_error_cause", "googleapiclient_error_owner"),
    set(_CAUSES.items()),
)
_METHODS = {(method,) for method in (*_CHARGED_METHODS, "batch")}

# What each label has to be, over the time of the mornings; all of it greater than 0.
SERIES: dict[tuple[str, str, str], tuple[tuple[str, ...], _ALL]] = {
    **{(FAILURES, "Failing since", ref): ((), {()}) for ref in ("A", "B")},
    (FAILURES, "p95 duration", "A"): ((), {()}),
    (FAILURES, "Worst method", "A"): (("rpc_method",), {("gmail.users.getProfile",)}),
    (FAILURES, "Failures by cause", "A"): (
        ("googleapiclient_error_cause",),
        {(cause,) for cause in _CAUSES},
    ),
    (FAILURES, "Causes, who can fix them, and how", "A"): (
        ("googleapiclient_error_cause", "googleapiclient_error_owner", "remedy"),
        {(cause, owner, remedy(CAUSES[cause])) for cause, owner in _CAUSES.items()},
    ),
    (FAILURES, "Causes, who can fix them, and how", "B"): _BY_CAUSE,
    (FAILURES, "Causes, who can fix them, and how", "C"): _BY_CAUSE,
    (FAILURES, "Methods", "A"): (("rpc_method",), _METHODS),
    **{
        (FAILURES, "Methods", ref): (("rpc_method",), {(method,) for method in _FAILING_METHODS})
        for ref in ("B", "C")
    },
    **{(FAILURES, "Methods", ref): (("rpc_method",), _METHODS) for ref in ("D", "E")},
    (FAILURES, "Failures by who can fix them", "A"): (
        ("googleapiclient_error_owner",),
        {(owner,) for owner in _CAUSES.values()},
    ),
    (FAILURES, "Failures by method", "A"): (
        ("rpc_method",),
        {(method,) for method in _FAILING_METHODS},
    ),
    (FAILURES, "Failed parts of batches", "A"): (
        ("rpc_method", "googleapiclient_error_cause"),
        {(GET, "not_found")},
    ),
    (FAILURES, "Calls without an access token", "A"): (
        ("googleapiclient_error_cause", "googleapiclient_error_owner"),
        set(_REFRESH.items()),
    ),
    (FAILURES, "Seconds waited, by cause", "A"): (
        ("googleapiclient_error_cause",),
        {("backend_unavailable",), ("bandwidth_limit",)},
    ),
    (FAILURES, "Retries", "A"): (
        ("rpc_method", "googleapiclient_error_cause"),
        {(LABELS, "backend_unavailable"), (ATTACHMENTS, "bandwidth_limit")},
    ),
    (FAILURES, "Failed in spite of all retries", "A"): (
        ("rpc_method", "googleapiclient_error_cause"),
        {(ATTACHMENTS, "bandwidth_limit")},
    ),
    (FAILURES, "Resends by cause", "A"): (
        ("http_request_method", "httplib2_resend_cause"),
        {("GET", "retry"), ("POST", "auth_refresh"), ("POST", "no_response")},
    ),
    (FAILURES, "Resends by what broke before", "A"): (
        ("http_request_method", "httplib2_previous_failed_phase", "connection", "rpc_method"),
        {("POST", "wait", "kept open", "gmail.users.messages.send")},
    ),
    **{
        (FAILURES, "Calls against requests: what retries cost", ref): ((), {()})
        for ref in ("A", "B", "C", "D")
    },
    (FAILURES, "Duration of calls by method, 95 %", "A"): (("rpc_method",), _METHODS),
    (QUOTA, "Units per minute by method", "A"): (
        ("rpc_method",),
        {(method,) for method in _CHARGED_METHODS},
    ),
    (QUOTA, "Units per minute by service", "A"): (("job",), {(JOB,)}),
    **{
        (QUOTA, "Units per minute, against the limit of the project", ref): ((), {()})
        for ref in ("A", "B")
    },
    (QUOTA, "Refused for a limit, by cause", "A"): (
        ("googleapiclient_error_cause",),
        {(cause,) for cause in _LIMITS},
    ),
    (QUOTA, "Units per minute by service, against the limit of one user", "A"): (
        ("job",),
        {(JOB,)},
    ),
    (QUOTA, "Units per minute by service, against the limit of one user", "B"): ((), {()}),
}

QUERIES = {query.key: query for query in queries("prometheus")}


def _name(key: tuple[str, str, str]) -> str:
    return "-".join(key)


def test_every_query_is_expected_to_show_something() -> None:
    assert set(QUERIES) == set(NUMBERS) | set(SERIES)


@pytest.mark.parametrize("key", NUMBERS, ids=_name)
def test_a_number_is_what_was_measured(key: tuple[str, str, str], mornings: Mornings) -> None:
    (sample,) = mornings.prometheus.at(QUERIES[key].filled, mornings.ended)
    measured = NUMBERS[key](mornings.tap.metrics)
    assert measured > 0
    assert sample.value == pytest.approx(measured)


@pytest.mark.parametrize("key", SERIES, ids=_name)
def test_a_graph_or_table_shows_what_happened(
    key: tuple[str, str, str], mornings: Mornings
) -> None:
    names, expected = SERIES[key]
    samples = _ask(QUERIES[key], mornings)
    shown = {tuple(sample.labels.get(name, "") for name in names) for sample in samples}
    assert shown == expected
    assert all(sample.value > 0 for sample in samples)


def test_a_legend_names_only_labels_that_are_there(mornings: Mornings) -> None:
    for name, panel in panels():
        for target in panel["targets"]:
            legends = set(re.findall(r"{{(.+?)}}", target.get("legendFormat", "")))
            if not legends:
                continue
            query = QUERIES[name, panel["title"], target["refId"]]
            there = {label for sample in _ask(query, mornings) for label in sample.labels}
            assert legends <= there, query.key


def test_no_series_is_called_value_or_none() -> None:
    """What is drawn has a name of its own, or is alone."""
    for _, panel in panels():
        if panel["type"] == "timeseries":
            legends = [target.get("legendFormat", "__auto") for target in panel["targets"]]
            assert len(set(legends)) == len(legends)
            assert not {"", "__auto", "Value", "none"} & set(legends), panel["title"]


@pytest.mark.parametrize("name", [FAILURES, QUOTA])
def test_variables_offer_what_is_there(name: str, mornings: Mornings) -> None:
    board = dict(dashboards())[name]
    offered = {
        variable["name"]: _offered(variable, mornings)
        for variable in board["templating"]["list"]
        if variable["type"] == "query"
    }
    assert offered["service"] == {SERVICE}
    assert offered["api"] == {"gmail"}
    assert offered["method"] == _CHARGED_METHODS
    if name == FAILURES:
        assert offered["cause"] == set(_CAUSES)
        assert offered["owner"] == set(_CAUSES.values())


def _ask(query: Query, mornings: Mornings) -> list[Any]:
    if query.instant:
        return mornings.prometheus.at(query.filled, mornings.ended)
    return mornings.prometheus.largest(query.filled, mornings.began, mornings.ended)


def _offered(variable: dict[str, Any], mornings: Mornings) -> set[str]:
    asked = re.fullmatch(r"label_values\((.+), (\w+)\)", fill(variable["query"]))
    assert asked
    values = mornings.prometheus.label_values(asked[2], asked[1])
    pattern = variable.get("regex", "").strip("/").replace("\\/", "/") or "(.*)"
    return {match[1] for value in values if (match := re.search(pattern, value))}
