# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import io

import handmade_traces
import pytest
from rich.console import Console

from demo.summary import Cause, Summary
from demo.tree import grow


def test_each_cause_is_counted_with_its_owner_and_its_waits() -> None:
    summary = Summary.of(grow(handmade_traces.morning().spans()))
    assert summary.causes == (
        Cause("bandwidth_limit", 1, repeats=1, waited=0.5, owner="nobody", retryable=True),
        Cause("not_found", 1, owner="developer", retryable=False),
        Cause("scope_insufficient", 1, owner="developer", retryable=False),
        Cause("backend_unavailable", 0, repeats=2, waited=2.75),
    )
    assert (summary.calls, summary.failed, summary.recovered) == (6, 3, 1)
    assert summary.waited == pytest.approx(3.25)
    assert summary.sentence().plain == (
        "6 calls: 3 succeeded (1 of them only when repeated), 3 failed; 3.25 s spent waiting."
    )


def test_the_table_fits_80_columns() -> None:
    output = io.StringIO()
    summary = Summary.of(grow(handmade_traces.morning().spans()))
    Console(file=output, width=80, force_terminal=False).print(summary.renderable())
    rows = [line.strip("│ ").split("│") for line in output.getvalue().splitlines()]
    cells = [[cell.strip() for cell in row] for row in rows]
    assert ["bandwidth_limit", "1", "1", "500 ms", "nobody", "yes"] in cells
    assert ["backend_unavailable", "0", "2", "2.75 s", "-", "-"] in cells


def test_no_table_where_nothing_went_wrong() -> None:
    traces = handmade_traces.Traces()
    with traces.call("gmail.users.getProfile", 0, 0.1):
        pass
    output = io.StringIO()
    Console(file=output, width=80, force_terminal=False).print(
        Summary.of(grow(traces.spans())).renderable()
    )
    assert output.getvalue() == "1 call: 1 succeeded, 0 failed.\n"
