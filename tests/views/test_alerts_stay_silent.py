# SPDX-License-Identifier: Apache-2.0
"""No alert fires on an ordinary day, after a gap in monitoring, or for a few calls."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from views.invented import GET, SEND, call, part, resend, units, wait
from views.promtool import complaints

ARRIVED = {"httplib2_previous_failed_phase": "wait", "httplib2_previous_connection_reused": "false"}
STALE = {**ARRIVED, "httplib2_previous_connection_reused": "true"}

GAPS = (3, 7, 9, 12, 15, 20, 45, 100, 200)
MINUTES = 400

_OLD = {
    call(GET): 1000,
    call(GET, "backend_unavailable"): 5000,
    call(GET, "token_expired", googleapiclient_retry_exhausted="true"): 700,
    part(GET, "not_found"): 900,
    wait(SEND, "mail_sending_limit"): 80,
    resend("no_response", SEND, **ARRIVED): 9,
    units(GET): 90_000_000,
}
"""Counters that an outage has left behind."""
_NEW = {
    call(GET, "api_disabled"): 4000,
    call(GET, "domain_policy"): 4000,
    part(GET, "timeout"): 300,
    wait(SEND, "daily_limit"): 80,
    resend("no_response", "gmail.users.drafts.send", **ARRIVED): 9,
    units(SEND): 90_000_000,
}
"""Counters of what came and went while nobody watched."""


def of_job(name: str, history: Mapping[str, str]) -> dict[str, str]:
    return {series.replace("support/mail-sync", name): text for series, text in history.items()}


def after_a_gap(gap: int) -> dict[str, str]:
    old = {series: f"{value}x40 _x{gap} {value}x{MINUTES}" for series, value in _OLD.items()}
    # What happened less than half an hour ago may still be told.
    new = {series: f"_x{41 + gap} {value}x{MINUTES}" for series, value in _NEW.items()}
    return old | (new if gap >= 45 else {})


def failing(failed: int, of: int) -> dict[str, str]:
    return {call(GET): f"0x40 {of - failed}x200", call(GET, "backend_error"): f"0x40 {failed}x200"}


HISTORIES: dict[str, dict[str, str]] = {
    **{f"a gap of {gap} minutes": after_a_gap(gap) for gap in GAPS},
    "monitoring begins": {
        series: f"{value}x{MINUTES}" for series, value in {**_OLD, **_NEW}.items()
    },
    "one call of one": failing(1, 1),
    "three of four": failing(3, 4),
    "nine of nine": failing(9, 9),
    "one of 60,000 a minute": {
        call(GET): f"0+60000x{MINUTES}",
        call(GET, "token_expired"): f"0+1x{MINUTES}",
    },
    # A token request is carried out twice without harm.
    "the token endpoint": {
        resend(cause, **ARRIVED): f"0+1x{MINUTES}" for cause in ("no_response", "token_retry")
    },
    "not modified": {call(GET, "not_modified"): f"0+100x{MINUTES}"},
}


@pytest.fixture(scope="module")
def fired(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What all of these histories make fire."""
    history: dict[str, str] = {}
    for name, series in HISTORIES.items():
        history |= of_job(name, series)
    folder = tmp_path_factory.mktemp("silent")
    return complaints(folder, history, [], range(0, MINUTES, 4), every=2)


@pytest.mark.xdist_group("silent")
@pytest.mark.parametrize("name", HISTORIES)
def test_nothing_fires(name: str, fired: str) -> None:
    assert f'job="{name}"' not in fired


@pytest.mark.xdist_group("silent")
def test_nothing_else_is_wrong(fired: str) -> None:
    assert not fired


SAMPLED = 2
"""Minutes from one sample of the ordinary day to the next."""


def ordinary_day(minutes: int) -> dict[str, str]:
    """Traffic of which 0.5 % fails for various causes, with retries that help and resends."""

    def each(every: float) -> str:
        """A counter that grows by one every so many minutes."""
        return " ".join(str(int(minute / every)) for minute in range(0, minutes, SAMPLED))

    failures = {"not_found": 1, "backend_error": 2, "timeout": 3, "rate_limit_per_user": 3}
    failures |= {"token_expired": 4, "token_revoked": 30, "domain_policy": 60, "tls_failed": 20}
    busy = {call(GET): 600, call(SEND): 20, part(GET): 400, units(GET): 20_000}
    return {
        **{series: each(1 / number) for series, number in busy.items()},
        **{call(GET, cause): each(every) for cause, every in failures.items()},
        call(SEND, "backend_unavailable"): each(10),
        part(GET, "not_found"): each(1 / 2),
        call("gmail.users.drafts.create"): each(5),
        call("gmail.users.drafts.create", "conflict"): each(360),
        **{wait(GET, cause): each(1 / 10) for cause in ("rate_limit_per_user", "timeout")},
        wait(SEND, "backend_unavailable"): each(5),
        resend("no_response", SEND, **STALE): each(60),
        **{resend(cause, GET): each(2) for cause in ("retry", "auth_refresh")},
        resend("token_retry", **ARRIVED): each(90),
    }


def test_an_ordinary_day_wakes_nobody(tmp_path: Path) -> None:
    minutes = 24 * 60
    looked = range(0, minutes, 10)
    assert not complaints(tmp_path, ordinary_day(minutes), [], looked, interval=SAMPLED, every=5)
