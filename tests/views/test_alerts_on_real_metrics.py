# SPDX-License-Identifier: Apache-2.0
"""Every alert, asked of a real Prometheus that has scraped the mornings and loaded the rules."""

from __future__ import annotations

from typing import Any

import pytest

from views.mornings import JOB, Mornings
from views.rule_file import RULES, Key, name_of

QUOTA = "the mornings cost some hundred units"
SENDING = "the application gives num_retries to no method that sends"

# By alert and cause: whether the mornings give it data, or why they don't.
EXPECTED: dict[Key, str | None] = {
    ("GmailProjectQuotaNearLimit", "rate_limit_per_project"): QUOTA,
    ("GmailDailyQuotaNearLimit", None): QUOTA,
    ("GoogleApiRateLimited", "rate_limit_per_user"): None,
    ("GoogleApiRateLimited", "rate_limit_per_project"): None,
    ("GoogleApiRateLimited", "concurrent_requests"): None,
    ("GoogleApiRateLimited", "quota_exceeded"): None,
    ("GoogleApiRetriesDoNotHelp", None): "one call used up its repeats; three are needed",
    ("GoogleApiRetriesDoNotHelp", "daily_limit"): "not repeated",
    ("GoogleApiRetriesDoNotHelp", "mail_sending_limit"): "not repeated",
    ("GoogleApiRetriesDoNotHelp", "bandwidth_limit"): None,
    ("GoogleApiPostSentTwice", None): None,
    ("GoogleApiPostSentTwice", "timeout"): SENDING,
    ("GoogleApiPostSentTwice", "connection_failed"): SENDING,
    ("GoogleApiPostSentTwice", "response_unreadable"): SENDING,
    ("GoogleApiTokenRefreshFailing", "token_revoked"): None,
    ("GoogleApiTokenRefreshFailing", "reauthentication_required"): None,
    ("GoogleApiTokenRefreshFailing", "clock_skew"): None,
    ("GoogleApiTokenRefreshFailing", "oauth_client_invalid"): None,
    ("GoogleApiTokenRefreshFailing", "delegation_not_granted"): None,
    ("GoogleApiTokenRefreshFailing", "token_expired"): None,
    ("GoogleApiRefusedByDomainPolicy", "domain_policy"): None,
    ("GoogleApiBatchPartsFailing", None): None,
    ("GoogleApiPreconditionFailing", "mailbox_unavailable"): None,
    ("GoogleApiPreconditionFailing", "service_account_without_subject"): "no service account",
    ("GoogleApiPreconditionFailing", "precondition_failed"): None,
}


def test_every_alert_is_in_the_table() -> None:
    assert set(RULES) == set(EXPECTED)


def test_prometheus_evaluates_all_of_them(mornings: Mornings) -> None:
    loaded = mornings.prometheus.rules()
    assert [(rule["name"], rule["health"]) for rule in loaded] == [
        (name, "ok") for name, _ in RULES
    ]


@pytest.mark.parametrize("key", EXPECTED, ids=name_of)
def test_an_alert_has_data_where_it_happened(key: Key, mornings: Mornings) -> None:
    rule = RULES[key]
    samples = mornings.prometheus.at(rule["expr"], mornings.ended)
    assert bool(samples) == (EXPECTED[key] is None), samples
    for sample in samples:
        assert sample.labels["job"] == JOB
        missing = set(_labels_of(rule)) - set(sample.labels)
        assert not missing, "the annotations name labels that are not there"


def test_what_needs_no_patience_fires(mornings: Mornings) -> None:
    firing = {
        (rule["name"], rule["labels"].get("cause"))
        for rule in mornings.prometheus.rules()
        if rule["state"] == "firing"
    }
    at_once = {key for key, rule in RULES.items() if rule["for"] == "0m"}
    assert firing == {key for key in at_once if EXPECTED[key] is None}


def _labels_of(rule: dict[str, Any]) -> list[str]:
    texts = " ".join(rule["annotations"].values())
    return [part.split()[0] for part in texts.split("$labels.")[1:]]
