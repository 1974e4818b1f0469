# SPDX-License-Identifier: Apache-2.0
"""What is drawn when, and what is kept until then."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import count

import pytest
from opentelemetry.instrumentation.googleapiclient._terminal.attributes import Attributes
from opentelemetry.instrumentation.googleapiclient._terminal.open_traces import OpenTraces, Trace
from opentelemetry.instrumentation.googleapiclient._terminal.spans import Span
from opentelemetry.instrumentation.googleapiclient._terminal.tree import Node
from opentelemetry.trace import SpanKind

_ids = count(1)
TRACE = f"{1:032x}"
HTTPLIB2 = "opentelemetry.instrumentation.httplib2"


def other(name: str = "work", parent: Span | str | None = None, **changes: object) -> Span:
    """A span of another instrumentation."""
    number = next(_ids)
    span = Span(
        trace_id=parent.trace_id if isinstance(parent, Span) else TRACE,
        span_id=f"{number:016x}",
        parent_id=parent.span_id if isinstance(parent, Span) else parent,
        name=name,
        kind=SpanKind.INTERNAL,
        start=number,
        end=number + 1,
        failed=False,
        message="",
        attributes=Attributes(),
    )
    return replace(span, **changes)  # pyright: ignore[reportArgumentType]


def call(parent: Span | str | None = None, operation: str = "execute", **changes: object) -> Span:
    attributes = Attributes({"googleapiclient.operation": operation})
    values = {"name": "gmail.users.stop", "attributes": attributes, **changes}
    return other(parent=parent, **values)  # pyright: ignore[reportArgumentType]


def attempt(parent: Span | str | None = None, **changes: object) -> Span:
    attributes = Attributes({"http.request.method": "GET"})
    values = {"kind": SpanKind.CLIENT, "attributes": attributes, "scope": HTTPLIB2, **changes}
    return other("GET", parent, **values)


def names(traces: list[Trace]) -> list[object]:
    def outline(node: Node) -> object:
        return [node.span.name, *map(outline, node.children)] if node.children else node.span.name

    return [outline(trace.node) for trace in traces]


@pytest.fixture(name="traces")
def _traces() -> OpenTraces:
    return OpenTraces()


def test_a_call_is_complete_when_it_ends(traces: OpenTraces) -> None:
    one = call()
    assert not [*traces.add([attempt(one), other("hook", one)])]
    assert names([*traces.add([one])]) == [["gmail.users.stop", "GET", "hook"]]
    assert not len(traces)


def test_a_call_below_a_request_does_not_wait_for_it(traces: OpenTraces) -> None:
    request = other("GET /unread")
    one = call(request)
    (trace,) = traces.add([attempt(one), one])
    assert trace.root is None
    assert not [*traces.add([request])]
    assert not len(traces)


def test_the_request_is_named_where_it_ended_before(traces: OpenTraces) -> None:
    request = other("GET /unread")
    assert not [*traces.add([request])]
    (trace,) = traces.add([call(request)])
    assert trace.root == "GET /unread"


def test_the_request_is_named_where_it_is_exported_together(traces: OpenTraces) -> None:
    request = other("GET /unread", "a" * 16, parent_is_remote=True)
    work = other("work", request)
    one = call(work)
    (trace,) = traces.add([one, work, request])
    assert trace.root == "GET /unread"


def test_another_request_of_the_same_trace_is_not_taken_for_it(traces: OpenTraces) -> None:
    """A trace may enter a process more than once."""
    assert not [*traces.add([other("GET /first", "a" * 16, parent_is_remote=True)])]
    still_going_on = other("GET /second", "b" * 16, parent_is_remote=True)
    (trace,) = traces.add([call(still_going_on)])
    assert trace.root is None


def test_the_parts_of_a_batch_wait_for_it(traces: OpenTraces) -> None:
    batch = call(operation="batch", name="gmail.batch")
    assert not [*traces.add([attempt(batch), call(batch, "batch_part")])]
    assert names([*traces.add([batch])]) == [["gmail.batch", "GET", "gmail.users.stop"]]


def test_a_call_within_a_call_is_complete_by_itself(traces: OpenTraces) -> None:
    outer = call(name="outer")
    inner = call(outer, name="inner")
    assert names([*traces.add([inner, attempt(outer), outer])]) == ["inner", ["outer", "GET"]]


def test_a_request_on_the_wire_without_a_call_is_shown(traces: OpenTraces) -> None:
    assert names([*traces.add([attempt()])]) == ["GET"]
    job = other("job")
    assert not [*traces.add([attempt(job)])]
    assert names([*traces.add([job])]) == ["GET"]
    assert not len(traces)


def test_requests_of_other_instrumentations_are_passed_over(traces: OpenTraces) -> None:
    assert not [*traces.add([attempt(scope="opentelemetry.instrumentation.requests")])]
    assert not [*traces.add([other("SELECT")])]


def test_what_waits_for_a_span_that_never_comes_is_shown_at_the_end(traces: OpenTraces) -> None:
    lost = call()
    spans = [attempt(lost), call(lost, "batch_part"), other("hook", lost)]
    assert not [*traces.add(spans)]
    assert names([*traces.close()]) == ["GET", "gmail.users.stop"]
    assert not len(traces)


def test_many_spans_below_one_are_left_out_and_counted(traces: OpenTraces) -> None:
    one = call()
    (trace,) = [*traces.add([*(attempt(one) for _ in range(5_000)), one])]
    assert len(trace.node.children) == 128
    assert trace.node.left_out == 5_000 - 128
    starts = [child.span.start for child in trace.node.children]
    assert starts == sorted(starts)
    assert starts[-1] == one.start + 5_000


def test_a_deep_trace_is_cut(traces: OpenTraces) -> None:
    spans = [call()]
    for _ in range(3_000):
        spans.append(other("deeper", spans[-1]))
    (trace,) = [*traces.add(spans[::-1])]
    assert len([*trace.node.walk()]) == 17
    assert not len(traces)


def test_what_is_kept_of_open_traces_is_bounded(traces: OpenTraces) -> None:
    shown = 0
    for number in range(20_000):
        trace = f"{number:032x}"
        shown += len([*traces.add([attempt("f" * 16, trace_id=trace)])])
        assert len(traces) <= 4_096
    assert shown == 20_000 - len(traces)


def test_a_call_that_goes_on_keeps_its_requests_while_others_come_and_go(
    traces: OpenTraces,
) -> None:
    upload = call()
    for number in range(10_000):
        assert not [*traces.add([attempt(upload), other("SELECT", f"{number:016x}")])]
    (trace,) = traces.add([upload])
    assert len(trace.node.children) == 128


def test_nothing_is_kept_of_ended_traces(traces: OpenTraces) -> None:
    for number in range(2_000):
        request = other("GET /unread", trace_id=f"{number:032x}")
        one = call(request)
        assert [*traces.add([attempt(one), one, other("SELECT", request), request])]
    assert not len(traces)
    assert len(traces._below) == 0
    assert len(traces._roots) <= 256


def test_spans_in_any_order_and_any_relation_are_no_trouble(traces: OpenTraces) -> None:
    chance = random.Random(1)
    makers = (other, call, attempt, lambda parent: call(parent, "batch_part"))
    for _ in range(300):
        ids = [f"{number:016x}" for number in range(1, 8)]
        spans = [
            replace(chance.choice(makers)(chance.choice([None, *ids])), span_id=chance.choice(ids))
            for _ in range(chance.randrange(1, 30))
        ]
        [*traces.add(spans[: len(spans) // 2])]
        [*traces.add(spans[len(spans) // 2 :])]
        [*traces.close()]
        assert not len(traces)
        assert not traces._below
