# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import handmade_metrics
import pytest
from handmade_metrics import Metrics

from support.otlp.totals import Calls, Cause, Method, Totals

SEND, GET = "gmail.users.messages.send", "gmail.users.messages.get"
LIST, DOWNLOAD = "gmail.users.messages.list", "gmail.users.messages.attachments.get"


def test_each_method_is_counted_with_its_failures_waits_and_units() -> None:
    totals = Totals.of(handmade_metrics.morning().measurements())
    assert totals.methods == {
        method.name: method
        for method in (
            Method(SEND, {"execute": Calls(2, 1)}, units=200),
            Method(LIST, {"execute": Calls(1, 0)}, waited=2.75, units=15),
            Method(DOWNLOAD, {"execute": Calls(1, 1)}, waited=0.5, units=40),
            Method("gmail.batch", {"batch": Calls(1, 0)}),
            Method(GET, {"batch_part": Calls(4, 1)}, units=80),
        )
    }
    assert totals.calls == Calls(9, 3)
    assert totals.waited == pytest.approx(3.25)
    assert totals.units == 335


def test_each_cause_is_counted_with_its_owner_and_its_waits() -> None:
    totals = Totals.of(handmade_metrics.morning().measurements())
    assert totals.causes == {
        cause.name: cause
        for cause in (
            Cause("scope_insufficient", 1, owner="developer"),
            Cause("bandwidth_limit", 1, repeats=1, waited=0.5, owner="nobody"),
            Cause("not_found", 1, owner="developer"),
            Cause("backend_unavailable", repeats=2, waited=2.75),
        )
    }


def test_requests_on_the_wire_are_those_of_httplib2() -> None:
    totals = Totals.of(handmade_metrics.morning().measurements())
    assert totals.requests == 9
    assert totals.resends == {("GET", "retry"): 3, ("POST", "no_response"): 1}


def test_what_has_no_attributes_is_counted_too() -> None:
    metrics = Metrics()
    metrics.record("googleapiclient.call.duration", 1, {"error.type": "ValueError"})
    metrics.record("googleapiclient.retry.wait.duration", 1)
    totals = Totals.of(metrics.measurements())
    assert totals.methods == {"execute": Method("execute", {"execute": Calls(1, 1)}, waited=1)}
    assert totals.causes == {"-": Cause("-", failed=1, repeats=1, waited=1)}
