# SPDX-License-Identifier: Apache-2.0
"""Every alert, in time lapse, by a real Prometheus that has scraped the mornings."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from opentelemetry.instrumentation.googleapiclient._diagnosis.causes import CAUSES

from views.mornings import JOB, Mornings
from views.promtool import ALERTS, RULES

pytestmark = pytest.mark.xdist_group("mornings")

# By cause: what makes calls fail in the mornings.
HAPPENED = {
    "backend_error", "backend_unavailable", "bandwidth_limit", "concurrent_requests",
    "daily_limit", "domain_policy", "invalid_argument",
    "mail_sending_limit", "mailbox_unavailable", "not_found", "oauth_client_invalid",
    "precondition_failed", "quota_exceeded", "rate_limit_per_project", "rate_limit_per_user",
    "reauthentication_required", "scope_insufficient", "timeout", "token_expired", "token_revoked",
}  # fmt: skip
"""What the scenario of the demo and the further mornings script."""

WHY_NOT = {
    "GmailProjectQuotaNearLimit": "the mornings cost some hundred units",
    "GmailDailyQuotaNearLimit": "the mornings cost some hundred units",
    "GoogleApiBatchPartsFailing": "one part fails; three are needed",
    "GoogleApiLimitRetried": "retried twice; three are needed",
    "GoogleApiPostSentTwice": "the connection had been kept open",
    "GoogleApiRetriesDoNotHelp": "one call used up its retries; three are needed",
    "GoogleApiStaleConnections": "one connection; more than five are needed",
}

Alert = tuple[str, str, str]
"""Name, severity, and cause where it is about one."""


@pytest.fixture(scope="module")
def seen(mornings: Mornings) -> list[Mapping[str, str]]:
    """The labels of all alerts that were pending or firing at any time."""
    samples = mornings.prometheus.at("count_over_time(ALERTS[5m])", mornings.ended)
    return [sample.labels for sample in samples]


def alert_of(labels: Mapping[str, str]) -> Alert:
    return labels["alertname"], labels["severity"], labels.get("cause", "")


def test_prometheus_evaluates_all_rules(mornings: Mornings) -> None:
    loaded = mornings.prometheus.rules()
    assert [(rule["name"], rule["health"]) for rule in loaded] == [
        (rule.get("alert") or rule["record"], "ok") for rule in RULES
    ]


def test_what_happened_is_seen_and_nothing_else(seen: list[Mapping[str, str]]) -> None:
    expected: set[Alert] = set()
    for rule in ALERTS:
        name, severity = rule["alert"], rule["labels"]["severity"]
        cause = rule["labels"].get("cause", "")
        if name not in WHY_NOT and (cause in HAPPENED or not cause):
            expected.add((name, severity, cause))
    assert {alert_of(labels) for labels in seen} == expected


def test_it_fires_where_it_need_not_last(seen: list[Mapping[str, str]]) -> None:
    """All but what has to be so for ten minutes, or for a quarter of an hour."""
    firing = {alert_of(labels) for labels in seen if labels["alertstate"] == "firing"}
    at_once = {
        alert_of(labels)
        for labels in seen
        if labels["alertname"] != "GoogleApiRateLimited"
        and alert_of(labels)[:2] != ("GoogleApiCallsFailing", "warning")
    }
    assert at_once <= firing


def test_an_alert_says_whose_it_is(seen: list[Mapping[str, str]]) -> None:
    for labels in seen:
        assert labels["job"] == JOB
        cause = CAUSES.get(labels.get("cause", ""))
        if cause is not None:
            assert labels["owner"] == ("developer" if cause.owner == "nobody" else cause.owner)
    assert {labels["owner"] for labels in seen} >= {"developer", "domain_admin", "end_user"}
