# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import io
import re

import handmade_traces
import pytest
from handmade_traces import Traces, retry
from opentelemetry.instrumentation.googleapiclient._terminal.summary import summarize
from opentelemetry.instrumentation.googleapiclient._terminal.totals import Totals
from rich.console import Console


def totals_of(traces: Traces) -> Totals:
    totals = Totals()
    for span in traces.spans():
        totals.add(span)
    return totals


def shown(traces: Traces, *, width: int = 100, process: int | None = None) -> str:
    """What a person sees of them."""
    output = io.StringIO()
    console = Console(file=output, width=width, force_terminal=False)
    for part in summarize(totals_of(traces), process):
        console.print(part)
    return output.getvalue()


def cells(text: str) -> list[list[str]]:
    return [re.split(r"\s{2,}", line.strip()) for line in text.splitlines()]


@pytest.fixture(name="morning", params=[80, 100])
def _morning(request: pytest.FixtureRequest) -> str:
    return shown(handmade_traces.morning(), width=request.param)


def test_methods_that_failed_most_come_first(morning: str) -> None:
    rows = cells(morning)
    begin = rows.index(["method", "calls", "failed", "retried", "waited"])
    assert rows[begin + 2 : begin + 9] == [
        ["gmail.users.messages.insert (upload chunk)", "2", "1"],
        ["gmail.users.messages.send", "2", "1"],
        ["gmail.users.messages.attachments.get", "1", "1", "1", "500 ms"],
        ["gmail.users.messages.get (batch part)", "1"],
        ["gmail.batch", "1"],
        ["gmail.users.messages.list", "1", "1", "2.75 s"],
        [rows[begin + 8][0]],
    ]
    assert ["all calls", "7", "3", "2", "3.25 s"] in rows


def test_causes_are_told_with_their_owners_and_what_to_expect(morning: str) -> None:
    rows = cells(morning)
    begin = rows.index(["cause", "failed", "retries", "waited", "owner", "retry"])
    assert rows[begin + 2 : begin + 6] == [
        ["backend_unavailable", "1", "2", "2.75 s"],
        ["bandwidth_limit", "1", "1", "500 ms", "nobody", "yes"],
        ["not_found", "1", "developer", "no"],
        ["scope_insufficient", "1", "developer", "no"],
    ]


def test_what_was_resent_is_told(morning: str) -> None:
    remarks = " ".join(morning.split())
    assert "1 part of a batch failed." in remarks
    assert "1 call succeeded only because the library retried." in remarks
    assert "12 requests on the wire, 3 of them resent: 2 retry, 1 no_response." in remarks
    assert "1 call may have been carried out twice by the server." in remarks


def test_a_resend_alone_is_no_risk() -> None:
    traces = Traces()
    with traces.call("gmail.users.getProfile", 0, 1):
        traces.attempt("GET", 0, 1, attributes={"httplib2.resend.cause": "no_response"})
        traces.attempt("POST", 0, 1, attributes={"httplib2.resend.cause": "auth_refresh"})
    text = shown(traces)
    assert "2 requests on the wire, 2 of them resent: 1 no_response, 1 auth_refresh." in text
    assert "twice" not in text


def test_the_newer_advice_is_shown_as_it_is() -> None:
    traces = Traces()
    later = handmade_traces.BANDWIDTH | {"googleapiclient.error.retry": "later"}
    with traces.call("gmail.users.getProfile", 0, 1, later, error="no"):
        pass
    assert ["bandwidth_limit", "1", "nobody", "later"] in cells(shown(traces))


def test_nothing_is_said_where_there_is_nothing_to_say() -> None:
    traces = Traces()
    with traces.call("gmail.users.getProfile", 0, 1):
        traces.attempt("GET", 0, 1)
    title, head, _, row, _, total = cells(shown(traces))
    assert title == ["Google API calls"]
    assert head == ["method", "calls", "failed", "retried", "waited"]
    assert row == ["gmail.users.getProfile", "1"]
    assert total == ["all calls", "1", "0", "0"]


def test_one_of_several_processes_says_which() -> None:
    traces = Traces()
    with traces.call("gmail.users.getProfile", 0, 1):
        pass
    assert "Google API calls of process 4711\n" in shown(traces, process=4711)


def test_retries_of_which_no_cause_is_known_are_counted() -> None:
    traces = Traces()
    with traces.call("gmail.users.stop", 0, 1) as call:
        retry(call, 0, {"googleapiclient.retry.delay": 1.0})
    assert ["-", "1", "1 s"] in cells(shown(traces))


def test_any_number_of_names_takes_little_room() -> None:
    traces = Traces()
    for number in range(500):
        with traces.call(
            f"method{number}", 0, 1, {"googleapiclient.error.cause": f"cause{number}"}, error="no"
        ):
            traces.attempt("GET", 0, 1, attributes={"httplib2.resend.cause": f"resend{number}"})
    totals = totals_of(traces)
    assert max(len(totals.methods), len(totals.causes), len(totals.resends)) <= 201
    assert totals.methods["others", ""].calls == 300
    text = shown(traces)
    assert "all calls" in text
    assert "… 171 more" in text
    assert len(text.splitlines()) < 120


@pytest.mark.parametrize("width", [20, 40, 60, 80, 100, 120, 200])
def test_no_line_is_wider_than_the_console(width: int) -> None:
    text = shown(handmade_traces.morning(), width=width)
    assert max(map(len, text.splitlines())) <= width
