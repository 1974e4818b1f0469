# SPDX-License-Identifier: Apache-2.0
"""Six hours with an outage: what the first screen says of it, and whom the alerts wake, and when.

All other tests of alerts are of one thing at a time; here all of it happens at once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from opentelemetry.instrumentation.googleapiclient._diagnosis.causes import CAUSES

from grafana import diagnosis
from views.history import (
    IMPORTER,
    MINUTES,
    NOW,
    OUTAGE,
    SENT_TWICE,
    SYNC,
    History,
    openmetrics,
    promtool_series,
)
from views.panels import fill, queries
from views.prometheus import Prometheus, Sample, remembering
from views.promtool import Firing, complaints

HOUR: Final = 3600
STEP: Final = 60
LOOKED: Final = NOW + 30
"""Between two steps, since releases of Prometheus differ in what is at the edge of a range."""
WHOLE = {
    "service": ".*",
    "api": ".*",
    "__range": f"{HOUR}s",
    "__range_s": f"{HOUR}",
    "__interval": f"{STEP}s",
}
ASKED = {
    (query.panel, query.ref): fill(query.text, **WHOLE)
    for query in queries("prometheus")
    if query.dashboard == "failures"
}

pytestmark = pytest.mark.xdist_group("history")


@pytest.fixture(scope="module")
def history() -> History:
    return History()


@pytest.fixture(scope="module")
def prometheus(history: History, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prometheus]:
    with remembering(tmp_path_factory.mktemp("history"), openmetrics(history)) as server:
        yield server


def number(prometheus: Prometheus, panel: str, ref: str = "A", *, ago: int = 0) -> float:
    """What a tile shows some minutes before the end."""
    (sample,) = prometheus.at(ASKED[panel, ref], LOOKED - ago * 60)
    return sample.value


def of_last(minutes: int, history: History) -> tuple[int, int]:
    """How many calls and parts of batches there were, and how many failed."""
    calls = sum(count for ago, *_, count in history.calls if ago < minutes)
    return calls, sum(count for ago, *_, count in history.failures if ago < minutes)


# Is something wrong?


def test_the_share_of_failed_calls_is_red(prometheus: Prometheus, history: History) -> None:
    calls, failed = of_last(5, history)
    shown = number(prometheus, "Failed calls")
    assert shown == pytest.approx(failed / calls)
    assert shown > 0.05


def test_before_the_outage_it_was_green(prometheus: Prometheus) -> None:
    for ago in (OUTAGE + 1, OUTAGE + 10, OUTAGE + 40):
        assert number(prometheus, "Failed calls", ago=ago) < 0.01
        assert not prometheus.at(ASKED["Failing since", "A"], LOOKED - ago * 60)


def test_calls_go_on(prometheus: Prometheus, history: History) -> None:
    calls, _ = of_last(5, history)
    assert number(prometheus, "Calls/s") == pytest.approx(calls / 300)


def test_they_are_not_slow(prometheus: Prometheus) -> None:
    assert 0.1 < number(prometheus, "p95 duration") < 2


# What, and since when?


def test_the_worst_method_is_named(prometheus: Prometheus) -> None:
    (sample,) = prometheus.at(ASKED["Worst method", "A"], LOOKED)
    assert sample.labels == {"job": IMPORTER, "rpc_method": GET}
    assert sample.value == 1


def test_it_says_since_when(prometheus: Prometheus) -> None:
    since = number(prometheus, "Failing since") / 1000
    began = NOW - OUTAGE * 60
    assert began - 60 <= since <= began + 60
    assert number(prometheus, "Failing since", "B") == pytest.approx(LOOKED - since)


# Whose is it, and what is to be done?


def rows(prometheus: Prometheus) -> dict[str, Sample]:
    samples = prometheus.at(ASKED["Causes, who can fix them, and how", "A"], LOOKED)
    return {sample.labels["googleapiclient_error_cause"]: sample for sample in samples}


def test_the_first_cause_is_the_outage_with_its_owner_and_remedy(prometheus: Prometheus) -> None:
    first = max(rows(prometheus).values(), key=lambda sample: sample.value)
    assert first.labels == {
        "googleapiclient_error_cause": "api_disabled",
        "googleapiclient_error_owner": "project_owner",
        "remedy": diagnosis.remedy(CAUSES["api_disabled"]),
    }
    assert first.labels["remedy"].startswith("Enable the API")


def test_each_cause_says_when_it_was_first_and_last(prometheus: Prometheus) -> None:
    panel = "Causes, who can fix them, and how"
    for ref, expected in (("B", NOW - OUTAGE * 60), ("C", NOW)):
        times = {
            sample.labels["googleapiclient_error_cause"]: sample.value / 1000
            for sample in prometheus.at(ASKED[panel, ref], LOOKED)
        }
        assert set(times) == set(rows(prometheus))
        assert times["api_disabled"] == expected


def test_the_numbers_are_exact(prometheus: Prometheus, history: History) -> None:
    """Not extrapolated."""
    failed: Counter[str] = Counter()
    for ago, _, _, cause, count in history.failures:
        if ago < HOUR // STEP:
            failed[cause] += count
    assert {cause: sample.value for cause, sample in rows(prometheus).items()} == failed


def test_bars_add_up_to_the_table_beside_them(prometheus: Prometheus) -> None:
    bars = prometheus.between(ASKED["Failures by cause", "A"], NOW - HOUR + STEP, NOW, STEP)
    added = {labels["googleapiclient_error_cause"]: sum(values) for labels, values in bars}
    assert added == {cause: sample.value for cause, sample in rows(prometheus).items()}


def test_the_table_of_methods_is_exact(prometheus: Prometheus, history: History) -> None:
    for ref, noted in (("A", history.calls), ("B", history.failures)):
        counted: Counter[str] = Counter()
        for ago, _, method, *_, count in noted:
            if ago < HOUR // STEP:
                counted[method] += count
        shown = {
            sample.labels["rpc_method"]: sample.value
            for sample in prometheus.at(ASKED["Methods", ref], LOOKED)
            if sample.value
        }
        assert shown == counted


def test_a_gap_in_monitoring_shows_no_peak(prometheus: Prometheus, history: History) -> None:
    """What came meanwhile is shown when Prometheus is back, and nothing older."""
    begin, end = NOW - MINUTES * 60, NOW
    bars = prometheus.between(ASKED["Failures by cause", "A"], begin, end, STEP)
    added = {labels["googleapiclient_error_cause"]: sum(values) for labels, values in bars}
    failed: Counter[str] = Counter()
    for _, _, _, cause, count in history.failures:
        failed[cause] += count
    assert added == failed


# Whom do the alerts wake, and when?


def minute(ago: int) -> int:
    return MINUTES - ago


def firing(
    name: str, severity: str, owner: str, job: str, begin: int, end: int, **labels: str
) -> Firing:
    """An alert from so many minutes before the end until so many."""
    shared = {"job": job, "severity": severity, "owner": owner}
    return Firing(name, {**shared, **labels}, range(minute(begin), minute(end)))


GET, ATTACHMENTS = "gmail.users.messages.get", "gmail.users.messages.attachments.get"
SEND = "gmail.users.messages.send"
GMAIL = {"gcp_client_service": "gmail"}
LIMIT = {**GMAIL, "rpc_method": ATTACHMENTS, "cause": "bandwidth_limit"}
FAILING = "GoogleApiCallsFailing"

EXPECTED = [
    # Nine minutes after the API was disabled, whoever owns the project is woken, once by method.
    firing(FAILING, "critical", "project_owner", IMPORTER, 26, -1, rpc_method=GET),
    firing(FAILING, "critical", "project_owner", IMPORTER, 24, -1, rpc_method=ATTACHMENTS),
    # Why, and what is to be done.
    firing(
        "GoogleApiPermissionDenied",
        "warning",
        "project_owner",
        IMPORTER,
        32,
        -1,
        cause="api_disabled",
        **GMAIL,
    ),
    # What follows from the three days that are not over.
    firing(FAILING, "warning", "project_owner", IMPORTER, 16, -1, rpc_method=GET),
    firing(FAILING, "warning", "project_owner", IMPORTER, 14, -1, rpc_method=ATTACHMENTS),
    # A mailbox over its limit wakes nobody: developers see it in the morning.
    firing(FAILING, "warning", "developer", IMPORTER, 140, -1, rpc_method=ATTACHMENTS),
    firing("GoogleApiLimitReached", "warning", "developer", IMPORTER, 174, 120, **LIMIT),
    firing("GoogleApiLimitRetried", "warning", "developer", IMPORTER, 184, 95, **LIMIT),
    firing("GoogleApiRetriesDoNotHelp", "warning", "developer", IMPORTER, 182, 96, **LIMIT),
    # A mail may have been sent twice.
    firing(
        "GoogleApiPostSentTwice",
        "critical",
        "developer",
        SYNC,
        SENT_TWICE,
        52,
        rpc_method=SEND,
        server_address="gmail.googleapis.com",
        httplib2_resend_cause="no_response",
    ),
]


def test_the_alerts_fire_when_they_should_and_for_whom(history: History, tmp_path: Path) -> None:
    # Every ten minutes, a little apart from where one begins or ends.
    looked = [minute(ago) for ago in (*range(380, 0, -10), 28, 22, 0)]
    assert not complaints(tmp_path, promtool_series(history), EXPECTED, looked, every=2)
