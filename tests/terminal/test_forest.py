# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import handmade_traces
from opentelemetry.instrumentation.googleapiclient._terminal.tree import Node
from opentelemetry.trace import SpanKind

from support.otlp.forest import grow


def names(node: Node) -> tuple[str, list[object]]:
    return node.span.name, [names(child) for child in node.children]


def test_children_stand_below_their_parents_in_the_order_of_time() -> None:
    traces = handmade_traces.Traces()
    handmade_traces.mail_sent_twice(traces)
    handmade_traces.recovered_list(traces)
    assert [names(root) for root in grow(reversed(traces.spans()))] == [
        ("gmail.users.messages.list", [("GET", []), ("GET", []), ("GET", [])]),
        ("gmail.users.messages.send", [("POST", []), ("POST", [])]),
    ]


def test_a_span_whose_parent_did_not_arrive_is_a_root() -> None:
    traces = handmade_traces.Traces()
    handmade_traces.refused_send(traces)
    attempts = [span for span in traces.spans() if span.kind is SpanKind.CLIENT]
    assert [names(root) for root in grow(attempts)] == [("POST", [])]


def test_a_span_that_arrives_twice_stands_there_once() -> None:
    traces = handmade_traces.Traces()
    handmade_traces.refused_send(traces)
    (root,) = grow(traces.spans() * 2)
    assert names(root) == ("gmail.users.messages.send", [("POST", [])])
