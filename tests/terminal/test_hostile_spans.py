# SPDX-License-Identifier: Apache-2.0
"""Whatever spans say: the exporter draws it safely, or passes it over."""

from __future__ import annotations

import io
import re
import time
from typing import Any

import pytest
from handmade_traces import Traces
from hypothesis import given, settings
from hypothesis import strategies as st
from opentelemetry.instrumentation.googleapiclient import semconv
from opentelemetry.instrumentation.googleapiclient._terminal import contents
from opentelemetry.instrumentation.googleapiclient._terminal.exporter import TerminalSpanExporter
from opentelemetry.instrumentation.httplib2 import semconv as wire_semconv
from opentelemetry.instrumentation.httplib2._support import guard
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import Event, ReadableSpan
from opentelemetry.sdk.util.instrumentation import InstrumentationScope
from opentelemetry.trace import SpanContext, SpanKind, Status, StatusCode, TraceFlags

from support.soak import SOAK

NAMES = sorted(
    {
        value
        for module in (semconv, wire_semconv, contents)
        for name, value in vars(module).items()
        if isinstance(value, str) and name.isupper() and "." in value
    }
    | {"exception.type", "googleapiclient.error.retry", "googleapiclient.credentials.kind"}
)
HOSTILE = "[bold]x[/bold] [link=http://evil.example]\x1b]0;title\x07\x1b[2J\u202eeman\x9b31m\ny\u2066\x00\ud800"
ESCAPE = re.compile("\x1b\\[[0-9;]*m")

texts = st.one_of(
    st.text(max_size=300),
    st.just(HOSTILE),
    st.sampled_from(["batch_part", "batch", "execute", "GET", "no_response", "http://[", "never"]),
)
values = st.one_of(
    texts,
    st.booleans(),
    st.integers(),
    st.integers(10**300, 10**400),
    st.floats(),
    st.lists(texts, max_size=4),
    st.none(),
    st.binary(max_size=5),
    st.dictionaries(texts, texts, max_size=2),
)
attributes = st.dictionaries(st.sampled_from(NAMES), values, max_size=12)
ids = st.integers(1, 6)
times = st.one_of(st.integers(-(10**30), 10**30), st.integers(0, 10**9), st.none())


@st.composite
def spans(draw: Any) -> ReadableSpan:
    parent = draw(st.one_of(st.none(), ids))
    operation = draw(st.one_of(st.none(), st.sampled_from(["execute", "batch", "batch_part"])))
    values = dict(draw(attributes))
    if operation:
        values["googleapiclient.operation"] = operation
    return ReadableSpan(
        draw(texts),
        context=SpanContext(draw(st.integers(1, 2)), draw(ids), False, TraceFlags(1)),
        parent=None if parent is None else SpanContext(1, parent, draw(st.booleans())),
        resource=Resource({}),
        attributes=values,
        events=[
            Event(
                draw(st.one_of(st.just("googleapiclient.retry"), texts)), draw(attributes), moment
            )
            for moment in draw(st.lists(st.integers(-(10**30), 10**30), max_size=2))
        ],
        kind=draw(st.sampled_from(SpanKind)),
        status=Status(
            *draw(st.one_of(st.just((StatusCode.OK,)), st.tuples(st.just(StatusCode.ERROR), texts)))
        ),
        start_time=draw(times),
        end_time=draw(times),
        instrumentation_scope=InstrumentationScope(
            draw(st.sampled_from(["opentelemetry.instrumentation.httplib2", HOSTILE]))
        ),
    )


@pytest.mark.slow
@settings(max_examples=500 if SOAK else 30, deadline=None)
@given(batches=st.lists(st.lists(spans(), max_size=8), max_size=3), width=st.integers(20, 130))
def test_any_spans_are_drawn_safely(batches: list[list[ReadableSpan]], width: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        faults: list[object] = []
        patch.setattr(guard, "_log", lambda *fault: faults.append(fault))
        patch.setenv("COLUMNS", str(width))
        patch.setenv("FORCE_COLOR", "1")
        output = io.StringIO()
        exporter = TerminalSpanExporter(output)
        for batch in batches:
            exporter.export(batch)
        exporter.shutdown()
    text = ESCAPE.sub("", output.getvalue())
    assert not faults
    assert not any(
        (ord(character) < 32 and character != "\n") or 127 <= ord(character) < 160
        for character in text
    )
    assert not {"\u202e", "\u2066", "\ud800"} & set(text)


def test_markup_and_links_stay_text() -> None:
    output = io.StringIO()
    traces = Traces()
    remedy = {"googleapiclient.error.remedy": HOSTILE}
    with traces.call("gmail[bold].users[/bold]", 0, 1, remedy, error=":smile: [red]no[/red]"):
        pass
    TerminalSpanExporter(output).export(traces.ended)
    assert "✖ gmail[bold].users[/bold] " in output.getvalue()
    assert "why     :smile: [red]no[/red]\n" in output.getvalue()
    assert "[bold]x[/bold] [link=http://evil.example]]0;title[2Jeman31m y" in output.getvalue()


def test_long_text_is_cut() -> None:
    output = io.StringIO()
    traces = Traces()
    values = {"googleapiclient.error.remedy": "r" * 10**6, "gcp.errors.domain": "d" * 10**6}
    begin = time.monotonic()
    with traces.call("n" * 10**6, 0, 1, values, error="m" * 10**6):
        traces.attempt("GET", 0, 1, path="/" + "p" * 10**6)
    TerminalSpanExporter(output).export(traces.ended)
    assert len(output.getvalue()) < 20_000
    assert time.monotonic() - begin < 20


def test_thousands_of_spans_take_little_room_and_time() -> None:
    output = io.StringIO()
    traces = Traces()
    begin = time.monotonic()
    with traces.span("GET /unread", 0, 9, {}):
        for _ in range(1_000):
            with traces.span("SELECT", 0, 1, {}):
                pass
        with traces.call("gmail.users.messages.insert", 0, 9, error="no"):
            for _ in range(2_000):
                traces.attempt("PUT", 0, 1, 308)
    exporter = TerminalSpanExporter(output)
    spans = traces.ended
    for number in range(0, len(spans), 512):
        exporter.export(spans[number : number + 512])
    exporter.shutdown()
    text = output.getvalue()
    assert len(text.splitlines()) < 150
    assert "… 1,872 more, not kept" in text
    assert time.monotonic() - begin < 60


@pytest.mark.parametrize("name", [None, 7, b"x"])
def test_names_of_other_types_are_no_trouble(name: Any) -> None:
    output = io.StringIO()
    traces = Traces()
    with traces.call("gmail.users.stop", 0, 1) as call:
        call._name = name  # pyright: ignore[reportAttributeAccessIssue]
    TerminalSpanExporter(output).export(traces.ended)
    assert str(name) in output.getvalue()
