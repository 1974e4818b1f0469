# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import io
import re

import handmade_metrics
import handmade_traces
import pytest
from handmade_metrics import Metrics
from handmade_traces import Traces
from rich.console import Console

from demo.summary import Summary
from demo.tree import grow


def shown(metrics: Metrics, traces: Traces | None = None, *, width: int = 100) -> str:
    """What a person sees of the metrics."""
    output = io.StringIO()
    summary = Summary.of(metrics.measurements(), grow(traces.spans() if traces else []))
    Console(file=output, width=width, force_terminal=False).print(summary.renderable())
    return output.getvalue()


@pytest.fixture(name="morning", params=[80, 100])
def _morning(request: pytest.FixtureRequest) -> str:
    traces = handmade_traces.morning()
    return shown(handmade_metrics.morning(), traces, width=request.param)


def cells(text: str) -> list[list[str]]:
    return [re.split(r"\s{2,}", line.rstrip()) for line in text.splitlines()]


def test_methods_stand_in_the_order_of_what_they_cost(morning: str) -> None:
    rows = cells(morning)
    begin = rows.index(["method", "calls", "failed", "waited", "quota units"])
    assert rows[begin + 2 : begin + 7] == [
        ["gmail.users.messages.send", "2", "1", "200"],
        ["gmail.users.messages.get (batch part)", "4", "1", "80"],
        ["gmail.users.messages.attachments.get", "1", "1", "500 ms", "40"],
        ["gmail.users.messages.list", "1", "2.75 s", "15"],
        ["gmail.batch", "1"],
    ]
    assert ["all methods", "9", "3", "3.25 s", "335"] in rows


def test_units_stand_beside_the_published_limits(morning: str) -> None:
    limits = " ".join(morning.split())
    assert "6,000 quota units per minute to each user and 1,200,000 to the project" in limits
    assert "(published 2026-05)" in limits


def test_causes_say_who_can_fix_them_and_whether_to_try_again(morning: str) -> None:
    rows = cells(morning)
    begin = rows.index(["cause", "failed", "repeats", "waited", "owner", "retryable"])
    assert rows[begin + 2 : begin + 6] == [
        ["bandwidth_limit", "1", "1", "500 ms", "nobody", "yes"],
        ["not_found", "1", "developer", "no"],
        ["scope_insufficient", "1", "developer", "no"],
        ["backend_unavailable", "0", "2", "2.75 s"],
    ]


def test_what_was_sent_again_is_told(morning: str) -> None:
    remarks = " ".join(morning.split())
    assert "1 call succeeded only because the library repeated it." in remarks
    assert "9 requests on the wire, 4 of them sent again: 3 retry, 1 no_response." in remarks
    assert "1 of these was POST: 1 no_response. After no_response the server may" in remarks


def test_what_may_be_repeated_is_no_risk() -> None:
    metrics = Metrics()
    metrics.call("gmail.users.getProfile")
    metrics.request("GET", "no_response")
    metrics.request("POST", "auth_refresh")
    text = shown(metrics)
    assert "1 of these was POST: 1 auth_refresh." in text
    assert "After no_response" not in text


def test_shapes_of_one_method_stand_below_each_other() -> None:
    metrics = Metrics()
    method = "gmail.users.messages.get"
    metrics.parts(method, 2)
    metrics.call(method)
    metrics.units(method, 60)
    metrics.wait("gmail.users.stop", 1, "timeout")  # its call is still going on
    rows = cells(shown(metrics))
    begin = rows.index([method, "1", "60"])
    assert rows[begin + 1] == ["", "(batch part)", "2"]
    assert ["gmail.users.stop", "0", "1 s"] in rows


def test_nothing_is_said_where_there_is_nothing_to_say() -> None:
    metrics = Metrics()
    metrics.call("gmail.users.getProfile")
    metrics.request("GET")
    *table, total = cells(shown(metrics))
    assert table[0] == ["method", "calls", "failed", "waited", "quota units"]
    assert total == ["all methods", "1", "0", "0"]


@pytest.mark.parametrize("width", [40, 60, 80, 100, 120])
def test_no_line_is_wider_than_the_console(width: int) -> None:
    text = shown(handmade_metrics.morning(), handmade_traces.morning(), width=width)
    assert max(map(len, text.splitlines())) <= width
