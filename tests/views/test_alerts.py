# SPDX-License-Identifier: Apache-2.0
"""When each alert fires, and when it doesn't, by ``promtool test rules``.

Series are in promtool's notation, one sample a minute: ``0x10 1x30`` is 0 for eleven minutes and
then 1, ``_x10 1x30`` a counter that is not there before, ``0+5x30`` one that grows by 5 a minute.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from opentelemetry.instrumentation.googleapiclient.causes import CAUSES

from views.prometheus import program, write_yaml
from views.rule_file import PATH, RULES, Key, name_of

CALLS = "googleapiclient_call_duration_seconds_count"
WAITS = "googleapiclient_retry_wait_duration_seconds_count"
PARTS = "googleapiclient_batch_parts_total"
UNITS = "googleapiclient_quota_usage_total"
RESENDS = "httplib2_resends_total"

SERVICE = {"job": "mail-sync"}
API = {**SERVICE, "gcp_client_service": "gmail"}
METHOD = {**API, "rpc_method": "gmail.users.messages.get"}
SENDING = {**API, "rpc_method": "gmail.users.messages.send"}

ONCE = "0x10 1x60"
NEW = "_x10 1x60"
LASTING = "0x5 1+1x60"
NEW_AND_LASTING = "_x5 1+1x60"


@dataclass(frozen=True, slots=True)
class Case:
    """Series, and the alert that they raise at a sample: its labels and how it says the value."""

    series: Mapping[str, str]
    sample: int
    labels: Mapping[str, str] | None = None
    """None where nothing is to fire."""
    value: str = ""


@dataclass(frozen=True, slots=True)
class Behaviour:
    fires: list[Case] = field(default_factory=list[Case])
    silent: list[Case] = field(default_factory=list[Case])
    interval: int = 1
    """Minutes from one sample to the next."""


def series(metric: str, labels: Mapping[str, str], **more: str) -> str:
    pairs = ", ".join(f'{name}="{value}"' for name, value in {**labels, **more}.items())
    return f"{metric}{{{pairs}}}"


def failed(metric: str, cause: str, labels: Mapping[str, str] = METHOD, **more: str) -> str:
    """Calls, waits or parts with a failure of this cause."""
    of_calls = {"googleapiclient_operation": "execute"} if metric == CALLS else {}
    described = {"error_type": "any", "googleapiclient_error_cause": cause}
    return series(metric, labels, **described, **of_calls, **more)


def _happens(
    metrics: tuple[str, ...], cause: str, kept: Mapping[str, str], *, at_once: bool = False
) -> Behaviour:
    """Once in a while is enough, after five minutes or at once."""
    soon = Case({failed(metrics[0], cause): ONCE}, 14, kept if at_once else None, "1")
    another = "not_found"
    return Behaviour(
        fires=[
            Case({failed(metric, cause): values}, 20, kept, "1")
            for metric in metrics
            for values in (ONCE, NEW)
        ]
        + [soon] * at_once,
        silent=[
            *[soon] * (not at_once),
            # It is over.
            *(Case({failed(metrics[0], cause): values}, 45) for values in (ONCE, NEW)),
            *(Case({failed(metric, another): ONCE}, 20) for metric in metrics),
            Case({failed(metrics[0], cause): "7x60"}, 40),
        ],
    )


def _rate_limited(cause: str) -> Behaviour:
    return Behaviour(
        fires=[
            Case({failed(metric, cause): values}, 25, METHOD, "5")
            for metric in (CALLS, WAITS, PARTS)
            for values in (LASTING, NEW_AND_LASTING)
        ],
        silent=[
            Case({failed(WAITS, cause): "0x5 1+1x3 5x60"}, 16),
            Case({failed(WAITS, cause): LASTING}, 13),
            Case({failed(WAITS, "backend_unavailable"): LASTING}, 25),
        ],
    )


def _repeated_for_hours(cause: str) -> Behaviour:
    return Behaviour(
        fires=[Case({failed(WAITS, cause): values}, 20, METHOD, "1") for values in (ONCE, NEW)],
        silent=[
            Case({failed(CALLS, cause): ONCE}, 20),
            Case({failed(WAITS, "rate_limit_per_user"): ONCE}, 20),
        ],
    )


def _sent_without_an_answer(cause: str) -> Behaviour:
    return Behaviour(
        fires=[
            Case({failed(WAITS, cause, SENDING): values}, 20, SENDING, "1")
            for values in (ONCE, NEW)
        ],
        silent=[
            Case({failed(WAITS, cause, METHOD): ONCE}, 20),
            Case({failed(WAITS, "backend_error", SENDING): ONCE}, 20),
            Case({failed(CALLS, cause, SENDING): ONCE}, 20),
        ],
    )


_DIAGNOSED = {
    "googleapiclient_error_cause": "not_found",
    "googleapiclient_error_owner": "developer",
}
_IN_VAIN = failed(
    CALLS,
    "not_found",
    METHOD,
    googleapiclient_error_owner="developer",
    googleapiclient_retry_exhausted="true",
)
_ALL_SERVER = {**SERVICE, "server_address": "gmail.googleapis.com"}
_RESENT = series(
    RESENDS, _ALL_SERVER, http_request_method="POST", httplib2_resend_cause="no_response"
)
_FAILED_PART = failed(PARTS, "not_found", METHOD, googleapiclient_error_owner="developer")
_OTHER_SERVICE = {**METHOD, "job": "backup"}

BEHAVIOUR: dict[Key, Behaviour] = {
    ("GmailProjectQuotaNearLimit", "rate_limit_per_project"): Behaviour(
        fires=[
            Case({series(UNITS, METHOD): "0+1000000x60"}, 15, {}, "1000000"),
            # All services of the project together.
            Case(
                {
                    series(UNITS, METHOD): "0+500000x60",
                    series(UNITS, _OTHER_SERVICE): "0+500000x60",
                },
                15,
                {},
                "1000000",
            ),
        ],
        silent=[
            Case({series(UNITS, METHOD): "0+900000x60"}, 15),
            Case({series(UNITS, {**METHOD, "gcp_client_service": "drive"}): "0+2000000x60"}, 15),
            Case({series(UNITS, METHOD): "0x10 5000000x60"}, 15),  # one burst
            # Prometheus was away, and sees an old counter as if it were new.
            Case({series(UNITS, METHOD): "5000000x5 _x20 90000000x60"}, 31),
        ],
    ),
    ("GmailDailyQuotaNearLimit", None): Behaviour(
        fires=[Case({series(UNITS, METHOD): "0+1500000x48"}, 47, {}, "70500000")],
        silent=[Case({series(UNITS, METHOD): "0+1200000x48"}, 47)],
        interval=30,
    ),
    **{
        ("GoogleApiRateLimited", cause): _rate_limited(cause)
        for cause in (
            "rate_limit_per_user",
            "rate_limit_per_project",
            "concurrent_requests",
            "quota_exceeded",
        )
    },
    ("GoogleApiRetriesDoNotHelp", None): Behaviour(
        fires=[
            Case({_IN_VAIN: values}, 20, {**METHOD, **_DIAGNOSED}, "3")
            for values in ("0x10 3x60", "_x10 3x60", "5x10 6x2 7x2 8x60")
        ],
        silent=[
            Case({_IN_VAIN: "0x10 2x60"}, 20),
            Case({_IN_VAIN: "0x10 3x60"}, 45),
            Case({failed(CALLS, "not_found"): "0x10 9x60"}, 20),  # not repeated
        ],
    ),
    **{
        ("GoogleApiRetriesDoNotHelp", cause): _repeated_for_hours(cause)
        for cause in ("daily_limit", "mail_sending_limit", "bandwidth_limit")
    },
    ("GoogleApiPostSentTwice", None): Behaviour(
        fires=[Case({_RESENT: values}, 20, _ALL_SERVER) for values in (ONCE, NEW)],
        silent=[
            Case({_RESENT: ONCE}, 45),
            Case({_RESENT.replace("POST", "GET"): ONCE}, 20),
            *(
                Case({_RESENT.replace("no_response", cause): ONCE}, 20)
                for cause in ("retry", "auth_refresh", "auth_challenge", "redirect")
            ),
        ],
    ),
    **{
        ("GoogleApiPostSentTwice", cause): _sent_without_an_answer(cause)
        for cause in ("timeout", "connection_failed", "response_unreadable")
    },
    **{
        ("GoogleApiTokenRefreshFailing", cause): _happens((CALLS,), cause, API)
        for cause in (
            "token_revoked",
            "reauthentication_required",
            "clock_skew",
            "oauth_client_invalid",
            "delegation_not_granted",
            "token_expired",
        )
    },
    ("GoogleApiRefusedByDomainPolicy", "domain_policy"): _happens(
        (CALLS, PARTS), "domain_policy", API, at_once=True
    ),
    ("GoogleApiBatchPartsFailing", None): Behaviour(
        fires=[
            Case(
                {series(PARTS, METHOD): f"{before}10x60", _FAILED_PART: f"{before}1x60"},
                25,
                {**METHOD, **_DIAGNOSED},
                "9.091%",
            )
            for before in ("0+", "_x12 0+")
        ],
        silent=[
            Case({series(PARTS, METHOD): "0+30x60", _FAILED_PART: "0+1x60"}, 25),
            Case({series(PARTS, METHOD): "0+10x60"}, 25),
            Case({series(PARTS, METHOD): "0+10x60", _FAILED_PART: "0x10 20+10x40"}, 14),
        ],
    ),
    **{
        ("GoogleApiPreconditionFailing", cause): _happens((CALLS, PARTS), cause, METHOD)
        for cause in (
            "mailbox_unavailable",
            "service_account_without_subject",
            "precondition_failed",
        )
    },
}


def test_every_alert_is_shown_to_fire_and_not_to_fire() -> None:
    assert set(BEHAVIOUR) == set(RULES)
    assert all(behaviour.fires and behaviour.silent for behaviour in BEHAVIOUR.values())


@pytest.mark.parametrize("key", BEHAVIOUR, ids=name_of)
def test_an_alert_fires_when_it_should(key: Key, tmp_path: Path) -> None:
    rules = tmp_path / "rules.yaml"
    # Those of the same name alone, to save time: alerts are asked for by their names.
    of_name = [rule for (name, _), rule in RULES.items() if name == key[0]]
    write_yaml(rules, {"groups": [{"name": "tested", "rules": of_name}]})
    tests = tmp_path / "tests.yaml"
    content = {
        "rule_files": [str(rules)],
        "evaluation_interval": f"{BEHAVIOUR[key].interval}m",
        "tests": list(_tests(key)),
    }
    write_yaml(tests, content)
    _promtool("test", "rules", str(tests))


@pytest.mark.parametrize("key", RULES, ids=name_of)
def test_an_alert_says_how_bad_it_is_what_happened_and_what_to_do(key: Key) -> None:
    rule = RULES[key]
    assert rule["labels"]["severity"] in {"critical", "warning", "info"}
    assert len(rule["annotations"]["summary"]) < 160
    assert len(rule["annotations"]["description"]) > 100
    name, cause = key
    if cause is not None:
        assert rule["labels"]["owner"] == CAUSES[cause].owner
        assert rule["annotations"]["help_url"] == CAUSES[cause].help_url
        # The words of the diagnosis, whatever stands where it names the method or the limit.
        words = re.split(r"{\w+}", CAUSES[cause].remedy)
        assert re.search(".*".join(map(re.escape, words)), rule["annotations"]["description"]), name


def test_the_rules_are_in_order() -> None:
    _promtool("check", "rules", "--lint-fatal", str(PATH))


def _tests(key: Key) -> Iterator[dict[str, Any]]:
    behaviour = BEHAVIOUR[key]
    for case in (*behaviour.fires, *behaviour.silent):
        yield {
            "interval": f"{behaviour.interval}m",
            "input_series": [
                {"series": name, "values": values} for name, values in case.series.items()
            ],
            "alert_rule_test": [
                {
                    "alertname": key[0],
                    "eval_time": f"{case.sample * behaviour.interval}m",
                    "exp_alerts": [] if case.labels is None else [_expected(key, case)],
                }
            ],
        }


def _expected(key: Key, case: Case) -> dict[str, Any]:
    rule = RULES[key]
    labels = dict(case.labels or {})

    def written(match: re.Match[str]) -> str:
        return labels[match[1]] if match[1] else case.value

    return {
        "exp_labels": {**labels, **rule["labels"]},
        "exp_annotations": {
            name: re.sub(r"{{ (?:\$labels\.(\w+)|\$value [^}]+) }}", written, text)
            for name, text in rule["annotations"].items()
        },
    }


def _promtool(*arguments: str) -> None:
    done = subprocess.run(
        [program("promtool"), *arguments], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
