# SPDX-License-Identifier: Apache-2.0
"""The alerts about what no failed call shows: a mail sent twice, exhausted retries and quota."""

from __future__ import annotations

from pathlib import Path

import pytest

from views.invented import GET, SEND, call, firing, part, resend, units, wait
from views.promtool import Firing, complaints

SENT_TWICE = "GoogleApiPostSentTwice"
STALE = "GoogleApiStaleConnections"
IN_VAIN = "GoogleApiRetriesDoNotHelp"
LIMIT_RETRIED = "GoogleApiLimitRetried"
PARTS = "GoogleApiBatchPartsFailing"

DRAFT = "gmail.users.drafts.create"
ONCE = "0x40 1x100"
NEW = "_x41 1x100"


def previous(phase: str, *, reused: bool) -> dict[str, str]:
    """Labels of the attempt before a resend."""
    return {
        "httplib2_previous_failed_phase": phase,
        "httplib2_previous_connection_reused": str(reused).lower(),
    }


FRESH = previous("wait", reused=False)


def twice(method: str, cause: str, minutes: range = range(40, 75)) -> Firing:
    labels = {"rpc_method": method, "server_address": "gmail.googleapis.com"}
    return firing(
        SENT_TWICE, "critical", "developer", minutes, **labels, httplib2_resend_cause=cause
    )


@pytest.mark.parametrize("counted", [ONCE, NEW], ids=["counted before", "new"])
def test_a_post_that_may_have_been_carried_out_twice_wakes_somebody(
    counted: str, tmp_path: Path
) -> None:
    history = {
        resend("no_response", DRAFT, **FRESH): counted,
        resend("no_response", SEND, **previous("read", reused=False)): counted,
        # Not stale: no response in time. On a method that must not run twice.
        resend("retry", SEND, **previous("wait", reused=True)): counted,
        resend("transport", SEND, **FRESH): counted,
        call(SEND): "0+1x140",
    }
    causes = ("no_response", "retry", "transport")
    expected = [twice(DRAFT, "no_response"), *(twice(SEND, cause) for cause in causes)]
    looked = (20, 38, 42, 60, 72, 78, 120)
    assert not complaints(tmp_path, history, expected, looked, names=[SENT_TWICE, STALE])


def test_other_resends_wake_nobody(tmp_path: Path) -> None:
    history = {
        resend("no_response", SEND, **previous("wait", reused=True)): ONCE,
        resend("no_response", SEND, **previous("send", reused=False)): ONCE,
        resend("no_response", SEND, **previous("connect", reused=False)): ONCE,
        # Of what a version before counted nothing is known.
        resend("no_response", "gmail.users.drafts.send"): ONCE,
        resend("retry", DRAFT, **FRESH): ONCE,
        resend("retry", SEND, **previous("connect", reused=False)): ONCE,
        resend("auth_refresh", SEND): ONCE,
        resend("redirect", SEND): ONCE,
        # The token endpoint has no method.
        resend("no_response", **FRESH): ONCE,
        resend("token_retry", **FRESH): ONCE,
        resend("no_response", GET, **FRESH).replace("POST", "GET"): ONCE,
    }
    names = [SENT_TWICE, STALE]
    assert not complaints(tmp_path, history, [], range(30, 120, 2), names=names, every=2)


def test_stale_connections_are_told_where_they_are_many(tmp_path: Path) -> None:
    stale = previous("wait", reused=True)
    history = {
        resend("no_response", SEND, **stale): "0x20 1+1x10 11x130",
        resend("no_response", DRAFT, **stale): "0x20 1x60 2x80",
    }
    labels = {"rpc_method": SEND, "server_address": "gmail.googleapis.com"}
    expected = [firing(STALE, "info", "developer", range(26, 103), **labels)]
    looked = (20, 28, 60, 80, 98, 108, 140)
    assert not complaints(tmp_path, history, expected, looked, names=[STALE], every=2)


def exhausted(method: str, cause: str, **more: str) -> str:
    return call(method, cause, googleapiclient_retry_exhausted="true", **more)


def test_retries_that_do_not_help_are_told(tmp_path: Path) -> None:
    history = {
        call(GET): "0+10x140",
        exhausted(GET, "backend_unavailable"): "0x40 3x100",
        exhausted(GET, "timeout"): "_x41 4x100",
        # Too few, or too small a share.
        exhausted(DRAFT, "timeout"): "0x40 2x100",
        call(GET, job="busy"): "0+1000x140",
        exhausted(GET, "timeout", job="busy"): "0x40 9x100",
        # Against limits that last hours; one retry may have been before it was known.
        wait(SEND, "mail_sending_limit"): "_x41 3x100",
        wait(SEND, "daily_limit"): "0x40 2x100",
        wait(GET, "backend_unavailable"): "0x40 90x100",
    }
    minutes, method = range(41, 86), {"gcp_client_service": "gmail", "rpc_method": GET}
    expected = [
        firing(IN_VAIN, "warning", owner, minutes, **method, cause=cause)
        for cause, owner in (("backend_unavailable", "google"), ("timeout", "developer"))
    ]
    sending = {"gcp_client_service": "gmail", "rpc_method": SEND, "cause": "mail_sending_limit"}
    expected.append(firing(LIMIT_RETRIED, "warning", "developer", minutes, **sending))
    looked, names = (20, 38, 44, 60, 80, 92, 120), [IN_VAIN, LIMIT_RETRIED]
    assert not complaints(tmp_path, history, expected, looked, names=names, every=2)


def test_parts_of_batches_that_fail_are_told(tmp_path: Path) -> None:
    history = {
        part(GET): "0+9x140",
        part(GET, "not_found"): "0x40 1+1x39 40x60",
        part(GET, job="seldom"): "0+30x140",
        part(GET, "not_found", job="seldom"): "0+1x140",
        part(GET, job="few"): "0x40 2x100",
        part(GET, "not_found", job="few"): "0x40 2x100",
    }
    labels = {"gcp_client_service": "gmail", "rpc_method": GET, "cause": "not_found"}
    # Half an hour has to be 5 %; then it waits for five minutes.
    expected = [firing(PARTS, "warning", "developer", range(64, 111), **labels)]
    looked = (30, 50, 58, 70, 80, 100, 116, 130)
    assert not complaints(tmp_path, history, expected, looked, names=[PARTS], every=2)


def of_project(name: str, severity: str, minutes: range) -> Firing:
    return Firing(name, {"severity": severity, "owner": "project_owner"}, minutes)


def test_the_project_s_quota_of_a_minute(tmp_path: Path) -> None:
    """All services together; for a quarter of an hour they use more than 80 %."""
    other = {"job": "crm/importer", "instance": "10.0.0.2:9464"}
    used = "0+300000x40 12500000+500000x15 19800000+300000x60"
    history = {units(GET): used, units(GET, **other): used}
    history[units("drive.files.list").replace('service="gmail"', 'service="drive"')] = (
        "0+900000x120"
    )
    name = "GmailProjectQuotaNearLimit"
    expected = [of_project(name, "warning", range(50, 73))]
    looked = (30, 44, 52, 56, 70, 78, 110)
    assert not complaints(tmp_path, history, expected, looked, names=[name])


def test_one_burst_is_not_near_the_quota(tmp_path: Path) -> None:
    history = {units(GET): "0x40 5000000x60"}
    names = ["GmailProjectQuotaNearLimit"]
    assert not complaints(tmp_path, history, [], range(0, 100, 2), names=names, every=2)


def test_the_project_s_quota_of_a_day(tmp_path: Path) -> None:
    history = {units(GET): "0+500000x144 72000000x200"}
    name = "GmailDailyQuotaNearLimit"
    expected = [of_project(name, "info", range(1330, 1700))]
    looked = (600, 1200, 1400, 1600, 2000)
    assert not complaints(tmp_path, history, expected, looked, names=[name], interval=10, every=10)
