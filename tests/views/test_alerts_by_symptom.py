# SPDX-License-Identifier: Apache-2.0
"""The alerts that wake: when they fire, for whom, and when it is over."""

from __future__ import annotations

from pathlib import Path

from views.invented import GET, call, firing
from views.promtool import Firing, complaints

FAILING = "GoogleApiCallsFailing"
LOCKED_OUT = "GoogleApiUsersLockedOut"
SYMPTOMS = (FAILING, LOCKED_OUT)

OUTAGE = {
    "api_disabled": "project_owner",
    "timeout": "developer",  # only waiting helps, and developers can wait
    "backend_unavailable": "google",
    "scope_insufficient": "developer",
    "daily_limit": "project_owner",
}
"""Causes that each make all calls of a method fail, with who has to be told."""
OUTSIDE = {
    "domain_policy": "domain_admin",
    "mailbox_unavailable": "domain_admin",
    "token_revoked": "end_user",
}
"""Causes that no change of the service ends."""

LONG_SINCE = range(1000)


def method_of(cause: str) -> str:
    return f"gmail.users.{cause}"


def failing(cause: str, severity: str, owner: str, minutes: range) -> Firing:
    return firing(FAILING, severity, owner, minutes, rpc_method=method_of(cause))


def test_an_outage_wakes_whoever_can_end_it(tmp_path: Path) -> None:
    """An hour of ordinary traffic, an hour in which all calls fail, two hours of traffic."""
    traffic = {call(method_of(cause)): "0+60x60 3600x60 3660+60x120" for cause in OUTAGE}
    new = {call(method_of(cause), cause): "_x60 60+60x59 3600x120" for cause in OUTAGE}
    # By 66, 6 % of all calls until then have failed, for two minutes. Once it is over, the half
    # hour that this looks back is clean at 148; then the alert stays for a quarter.
    woken, told = range(66, 163), range(76, 500)
    expected = [
        failing(cause, severity, owner, minutes)
        for cause, owner in OUTAGE.items()
        for severity, minutes in (("critical", woken), ("warning", told))
    ]
    looked = (30, 60, 62, 68, 74, 78, 90, 120, 150, 160, 165, 180, 240)
    assert not complaints(tmp_path, traffic | new, expected, looked, names=SYMPTOMS)


def test_an_administrator_who_switches_gmail_off_is_seen_but_wakes_nobody(tmp_path: Path) -> None:
    traffic = {call(method_of(cause)): "0+60x60 3600x120" for cause in OUTSIDE}
    refused = {call(method_of(cause), cause): "_x60 60+60x59 3600x60" for cause in OUTSIDE}
    expected = [
        firing(LOCKED_OUT, "warning", owner, range(71, 138), rpc_method=method_of(cause))
        for cause, owner in OUTSIDE.items()
    ]
    looked = (30, 60, 68, 72, 90, 120, 136, 140, 170)
    assert not complaints(tmp_path, traffic | refused, expected, looked, names=SYMPTOMS)


def test_how_much_has_to_fail(tmp_path: Path) -> None:
    """Shares of 1,000 calls a minute that fail all the time."""
    per_thousand = {5: None, 12: "warning", 70: "critical", 150: "critical"}
    history = {
        name: f"0+{number}x500"
        for failed in per_thousand
        for name, number in (
            (call(GET, job=f"{failed}"), 1000 - failed),
            (call(GET, "backend_error", job=f"{failed}"), failed),
        )
    }
    expected = [
        firing(FAILING, severity, "google", LONG_SINCE, rpc_method=GET, job=f"{failed}")
        for failed, worst in per_thousand.items()
        for severity in ({"warning", worst} if worst else ())
    ]
    looked = (60, 240, 480)
    assert not complaints(tmp_path, history, expected, looked, names=SYMPTOMS, every=4)


def test_a_slow_burn_wakes_by_the_longer_windows(tmp_path: Path) -> None:
    """Of 8 % that fail, an hour is not too many, six hours are; what is over wakes nobody."""
    ordinary, minutes = 12 * 60, 5 * 60
    history = {
        call(GET): f"0+100x{ordinary} {100 * ordinary}+92x{minutes + 120}",
        call(GET, "backend_error"): f"0x{ordinary} 0+8x{minutes} {8 * minutes}x120",
    }
    # 6 % of six hours are reached after four and a half.
    woken = range(ordinary + 274, ordinary + minutes + 30)
    critical = firing(FAILING, "critical", "google", woken, rpc_method=GET)
    warning = firing(FAILING, "warning", "google", range(ordinary + 120, 5000), rpc_method=GET)
    looked = [ordinary + after for after in (0, 60, 240, 264, 280, 300, 312, 360, 400)]
    found = complaints(
        tmp_path, history, [critical, warning], looked, names=[FAILING], every=4, interval=1
    )
    assert not found


def test_ten_failures_are_enough(tmp_path: Path) -> None:
    history = {call(GET, "backend_error"): "0x20 2+2x4 10x60"}
    critical = firing(FAILING, "critical", "google", range(28, 500), rpc_method=GET)
    warning = firing(FAILING, "warning", "google", range(41, 500), rpc_method=GET)
    looked = (20, 26, 30, 38, 42, 60)
    assert not complaints(tmp_path, history, [critical, warning], looked, names=SYMPTOMS)


def test_processes_that_live_for_less_than_a_minute_are_counted(tmp_path: Path) -> None:
    """A job runs every ten minutes, each time as a process of its own, which is seen once."""
    runs = range(30, 180, 10)
    history = {
        call(GET, "api_disabled", instance=f"run {run}"): f"_x{run} 20 _x{180 - run}"
        for run in runs
    }
    # Of each run all is counted, though two samples of it are never seen; the first ones came
    # before it was known that nothing of the job had been there.
    critical = firing(FAILING, "critical", "project_owner", range(62, 500), rpc_method=GET)
    looked = (30, 58, 66, 90, 120, 150, 178)
    names, every = [FAILING], 2
    assert not complaints(tmp_path, history, [critical], looked, names=names, every=every)
