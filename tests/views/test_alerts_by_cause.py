# SPDX-License-Identifier: Apache-2.0
"""The alerts that explain: one rule for each cause, which says what happened and what to do."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from opentelemetry.instrumentation.googleapiclient._diagnosis.causes import CAUSES, Cause

from views.invented import GET, call, firing, wait
from views.promtool import ALERTS, complaints

OF_CAUSE: dict[str, list[dict[str, Any]]] = {}
for rule in ALERTS:
    if "cause" in rule["labels"] and rule["alert"] != "GoogleApiLimitRetried":
        OF_CAUSE.setdefault(rule["labels"]["cause"], []).append(rule)
NAMES = sorted({rule["alert"] for rules in OF_CAUSE.values() for rule in rules})

NO_FAILURE = {"not_modified"}
WHOLE_API_GROUPS = {"GoogleApiTokenRefreshFailing", "GoogleApiCredentialsRefused"}


def is_about_the_whole_api(cause: Cause) -> bool:
    (name,) = {rule["alert"] for rule in OF_CAUSE[cause.name]}
    return name in WHOLE_API_GROUPS or cause.owner not in {"developer", "nobody"}


def owner_of(cause: Cause) -> str:
    return "developer" if cause.owner == "nobody" else cause.owner


def test_every_cause_has_an_alert() -> None:
    assert set(OF_CAUSE) == set(CAUSES) - NO_FAILURE


def test_only_tokens_that_the_team_can_renew_wake_somebody() -> None:
    waking = {
        cause: rule["alert"]
        for cause, rules in OF_CAUSE.items()
        for rule in rules
        if rule["labels"]["severity"] == "critical"
    }
    assert set(waking.values()) == {"GoogleApiTokenRefreshFailing"}
    assert {"token_expired", "clock_skew", "oauth_client_invalid"} <= set(waking)
    owners = {CAUSES[cause].owner for cause in waking}
    assert owners <= {"developer", "project_owner"}


def test_a_cause_fires_for_its_share_of_the_calls_and_is_over_when_that_is(tmp_path: Path) -> None:
    """For an hour 20 % of the calls fail for it; of another service, 0.5 % do all the time."""
    history: dict[str, str] = {}
    expected = []
    for name, rules in OF_CAUSE.items():
        often, seldom = f"often {name}", f"seldom {name}"
        history |= {
            call(GET, job=often): "0+80x180",
            call(GET, name, job=often): "_x60 20+20x59 1200x60",
            call(GET, job=seldom): "0+995x180",
            call(GET, name, job=seldom): "0+5x180",
        }
        cause = CAUSES[name]
        for rule in rules:
            severity = rule["labels"]["severity"]
            # 1 % of the last hour, or 14.4 times as much; 15 minutes after five without a failure.
            minutes = range(110 if severity == "critical" else 78, 138)
            labels = {"job": often, "gcp_client_service": "gmail", "cause": name}
            labels |= {} if is_about_the_whole_api(cause) else {"rpc_method": GET}
            expected.append(firing(rule["alert"], severity, owner_of(cause), minutes, **labels))
    looked = (40, 60, 80, 100, 112, 120, 136, 144, 170)
    assert not complaints(tmp_path, history, expected, looked, names=NAMES, every=2)


def test_what_retries_help_against_is_not_told(tmp_path: Path) -> None:
    limits = ("rate_limit_per_user", "rate_limit_per_project", "concurrent_requests")
    history = {call(GET): "0+100x120", **{wait(GET, limit): "0+60x120" for limit in limits}}
    assert not complaints(tmp_path, history, [], range(0, 120, 6), names=NAMES, every=2)


def test_a_limit_on_the_rate_has_to_be_met_for_ten_minutes(tmp_path: Path) -> None:
    history = {
        call(GET): "0+80x120",
        call(GET, "rate_limit_per_user"): "_x60 20+20x5 120x60",
    }
    names = ["GoogleApiRateLimited"]
    assert not complaints(tmp_path, history, [], range(0, 120, 2), names=names)


@pytest.mark.parametrize("name", OF_CAUSE)
def test_it_says_what_happened_and_what_to_do_in_the_words_of_the_diagnosis(name: str) -> None:
    cause = CAUSES[name]
    for rule in OF_CAUSE[name]:
        assert rule["labels"]["owner"] == owner_of(cause)
        annotations = rule["annotations"]
        assert annotations["help_url"] == cause.help_url
        assert annotations["runbook_url"].endswith(f"/causes.html#{name}")
        assert f"&var-cause={name}" in annotations["dashboard_url"]
        # Whatever stands where the remedy names the method or the limit.
        words = re.split(r"{\w+}", cause.remedy)
        assert re.search(".*".join(map(re.escape, words)), annotations["description"])


UNCLEAR = re.compile(r"\b(otherwise|anything else|any other|finer evidence)\b|: \d{3}$")


@pytest.mark.parametrize("name", OF_CAUSE)
def test_a_stranger_understands_its_summary(name: str) -> None:
    for rule in OF_CAUSE[name]:
        summary = rule["annotations"]["summary"]
        assert not UNCLEAR.search(summary), summary
        assert re.search(
            r"{{ \$value \| humanizePercentage }} of the calls of .* fail: \S+ \S+", summary
        )
