# SPDX-License-Identifier: Apache-2.0
"""The exporter behind the processors of the SDK."""

from __future__ import annotations

import builtins
import io
import logging
import os
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import handmade_traces
import httplib2
import pytest
from handmade_traces import Traces
from opentelemetry.instrumentation.googleapiclient._terminal import display, exporter
from opentelemetry.instrumentation.googleapiclient._terminal.exporter import TerminalSpanExporter
from opentelemetry.instrumentation.httplib2._support import guard
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import (
    BatchSpanProcessor,
    ConsoleSpanExporter,
    SimpleSpanProcessor,
    SpanExporter,
    SpanExportResult,
)

from local_gmail import documented

if TYPE_CHECKING:
    from collections.abc import Callable

    from local_gmail import LocalGmail

SUMMARY = "Google API calls"


@pytest.fixture(name="output")
def _output() -> io.StringIO:
    return io.StringIO()


@pytest.fixture(name="exporter")
def _exporter(output: io.StringIO) -> TerminalSpanExporter:
    return TerminalSpanExporter(output)


def headings(output: io.StringIO) -> list[str]:
    """The calls that are drawn above the summary."""
    drawn, _, _ = output.getvalue().partition(SUMMARY)
    return [line.split()[1] for line in drawn.splitlines() if line.startswith(("✔", "✖"))]


@pytest.mark.parametrize("processor", [SimpleSpanProcessor, BatchSpanProcessor])
def test_calls_are_drawn_and_summed_up(
    processor: Callable[[SpanExporter], Any],
    exporter: TerminalSpanExporter,
    output: io.StringIO,
    instrument: Callable[..., None],
    instrument_wire: Callable[..., None],
    messages: Callable[[], Any],
    gmail: LocalGmail,
) -> None:
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(processor(exporter))
    instrument(tracer_provider=provider)
    instrument_wire(tracer_provider=provider)
    gmail.script("gmail.users.messages.list", documented("serviceUnavailable"))
    messages().list(userId="me").execute(num_retries=1)
    messages().list(userId="me").execute()
    with pytest.raises(Exception, match="400"):
        messages().get(userId="me", id="missing").execute()
    provider.shutdown()
    assert headings(output) == [
        "gmail.users.messages.list",
        "gmail.users.messages.list",
        "gmail.users.messages.get",
    ]
    text = output.getvalue()
    assert "for 1 of 1 retry, then succeeded" in text
    assert "├─ ↻ wait " in text
    assert "│  cause     invalid_id, not retryable" in text
    assert "└─ ✖ GET /gmail/v1/users/me/messages/missing " in text
    assert text.count("\n✔ ") == 1  # the one that succeeded at once takes one line
    assert [line.split() for line in text.splitlines() if line.startswith("all calls")] == [
        ["all", "calls", "3", "1", "1", *text.split("all calls")[1].split()[3:5]]
    ]


def test_other_exporters_get_the_same_spans(
    exporter: TerminalSpanExporter, output: io.StringIO
) -> None:
    console = io.StringIO()
    provider = TracerProvider(shutdown_on_exit=False)
    for one in (ConsoleSpanExporter(out=console), exporter, ConsoleSpanExporter(out=console)):
        provider.add_span_processor(SimpleSpanProcessor(one))
    with provider.get_tracer("x").start_as_current_span("call") as span:
        span.set_attribute("googleapiclient.operation", "execute")
    assert headings(output) == ["call"]
    assert console.getvalue().count('"name": "call"') == 2


def test_successes_are_one_line_each(exporter: TerminalSpanExporter, output: io.StringIO) -> None:
    traces = Traces()
    for _ in range(3):
        with traces.call("gmail.users.getProfile", 0, 0.25, {"http.response.status_code": 200}):
            traces.attempt("GET", 0, 0.2)
    exporter.export(traces.ended)
    lines = output.getvalue().splitlines()
    assert [line.split() for line in lines] == [
        ["✔", "gmail.users.getProfile", "200", "250", "ms"]
    ] * 3


def test_a_call_below_another_span_tells_its_trace(
    exporter: TerminalSpanExporter, output: io.StringIO
) -> None:
    traces = Traces()
    with traces.span("GET /unread", 0, 9, {}) as root:
        with traces.call("gmail.users.getProfile", 0, 1):
            pass
        handmade_traces.refused_send(traces)
    trace_id = f"{root.get_span_context().trace_id:032x}"
    exporter.export(traces.ended[:1])
    assert output.getvalue().split()[-1] == trace_id
    exporter.export(traces.ended[1:])
    assert f"\n│  trace      {trace_id} GET /unread\n│  why " in output.getvalue()


@pytest.mark.parametrize("width", [20, 40, 60, 80, 100, 120])
def test_one_line_takes_no_more_than_the_width(
    width: int, output: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_PYTHON_GOOGLEAPICLIENT_TERMINAL_WIDTH", str(width))
    traces = Traces()
    with (
        traces.span("GET /a/very/long/route/of/an/application", 0, 9, {}),
        traces.call("gmail.users.settings.updateAutoForwarding", 0, 1),
    ):
        pass
    TerminalSpanExporter(output).export(traces.ended)
    lines = output.getvalue().splitlines()
    assert max(map(len, lines)) <= width
    assert len(lines) == 1 or width < 100


@pytest.mark.parametrize(
    ("show", "drawn"),
    [
        ("all", 8),
        ("failures", 4),  # of these, one is a batch that succeeded but for a part
    ],
)
def test_failures_only(
    show: str, drawn: int, output: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_PYTHON_GOOGLEAPICLIENT_TERMINAL_SHOW", show)
    one = TerminalSpanExporter(output)
    traces = handmade_traces.morning()
    with traces.call("gmail.users.getProfile", 0, 1):
        pass
    one.export(traces.ended)
    one.shutdown()
    assert len(headings(output)) == drawn
    assert re_split(output)["gmail.users.getProfile"] == ["1"]


def re_split(output: io.StringIO) -> dict[str, list[str]]:
    """The rows of the summary."""
    _, _, summary = output.getvalue().partition(SUMMARY)
    rows = [line.split() for line in summary.splitlines() if line]
    return {row[0]: row[1:] for row in rows}


def test_no_summary(output: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_PYTHON_GOOGLEAPICLIENT_TERMINAL_SUMMARY", "False")
    one = TerminalSpanExporter(output)
    one.export(handmade_traces.morning().ended)
    one.shutdown()
    assert len(headings(output)) == 7
    assert SUMMARY not in output.getvalue()


def test_nothing_is_said_of_a_program_without_calls(
    exporter: TerminalSpanExporter, output: io.StringIO
) -> None:
    traces = Traces()
    handmade_traces.unlike_any(traces)
    exporter.export(traces.ended)
    exporter.shutdown()
    assert not output.getvalue()


def test_the_summary_comes_once_and_last(
    exporter: TerminalSpanExporter, output: io.StringIO
) -> None:
    spans = handmade_traces.morning().ended
    exporter.export(spans)
    exporter.shutdown()
    exporter.shutdown()
    ended = output.getvalue()
    assert ended.count(SUMMARY) == 1
    assert exporter.export(spans) is SpanExportResult.SUCCESS
    assert exporter.force_flush()
    assert output.getvalue() == ended


def test_an_invalid_option_is_one_warning(
    output: io.StringIO, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    prefix = "OTEL_PYTHON_GOOGLEAPICLIENT_TERMINAL"
    for name, value in {"SHOW": "some", "SUMMARY": "1", "WIDTH": "wide"}.items():
        monkeypatch.setenv(f"{prefix}_{name}", value)
    TerminalSpanExporter(output).export(handmade_traces.morning().ended)
    assert len(headings(output)) == 7
    assert [record.getMessage() for record in caplog.records] == [
        f"{prefix}_SHOW='some' is invalid; allowed: all, failures. The default is used: 'all'.",
        f"{prefix}_SUMMARY='1' is invalid; allowed: true, false. The default is used: True.",
        f"{prefix}_WIDTH='wide' is invalid; allowed: 20 to 1000. The default is used.",
    ]


def test_many_threads_draw_whole_traces(
    exporter: TerminalSpanExporter, output: io.StringIO
) -> None:
    traces = Traces()
    handmade_traces.recovered_list(traces)
    spans = traces.ended
    alone = io.StringIO()
    TerminalSpanExporter(alone).export(spans)
    with ThreadPoolExecutor(16) as pool:
        for _ in range(200):
            pool.submit(exporter.export, spans)
    assert output.getvalue() == alone.getvalue() * 200


def test_a_signal_handler_that_makes_a_call_while_one_is_drawn_does_not_block(
    monkeypatch: pytest.MonkeyPatch, exporter: TerminalSpanExporter, output: io.StringIO
) -> None:
    spans = Traces()
    with spans.call("gmail.users.stop", 0, 1):
        pass
    (span,) = spans.ended
    drawn = vars(display)["draw_line"]

    def interrupted(*args: Any) -> Any:
        monkeypatch.setattr(display, "draw_line", drawn)
        signal.raise_signal(signal.SIGALRM)
        return drawn(*args)

    before = signal.signal(signal.SIGALRM, lambda *_: exporter.export([span]) and None)
    try:
        monkeypatch.setattr(display, "draw_line", interrupted)
        exporter.export([span])
    finally:
        signal.signal(signal.SIGALRM, before)
    assert len(headings(output)) == 2


def test_where_nobody_reads_no_other_thread_waits() -> None:
    """A full pipe stops the thread that draws, and no other; what they leave is bounded."""
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    with suppress(BlockingIOError):
        while True:
            os.write(writer, b"x" * 4_096)
    os.set_blocking(writer, True)
    with os.fdopen(writer, "w", encoding="utf-8") as stream:
        exporter_of_pipe = TerminalSpanExporter(stream)
        spans = handmade_traces.morning().ended
        thread = threading.Thread(target=exporter_of_pipe.export, args=[spans], daemon=True)
        thread.start()
        while not exporter_of_pipe._drawing.locked():
            time.sleep(0.01)
        for _ in range(10_000):
            exporter_of_pipe.export([])
        assert len(exporter_of_pipe._waiting) == 4_096
        os.close(reader)
        thread.join(30)
        assert not thread.is_alive()


def test_half_spans_are_passed_over(exporter: TerminalSpanExporter, output: io.StringIO) -> None:
    traces = Traces()
    handmade_traces.refused_send(traces)
    broken: list[Any] = [
        ReadableSpan("never begun"),
        ReadableSpan("without context", start_time=1, end_time=2),
        object(),
        None,
    ]
    exporter.export([*broken, *traces.ended])
    assert headings(output) == ["gmail.users.messages.send"]


def test_a_fault_of_ours_costs_one_drawing(
    exporter: TerminalSpanExporter,
    output: io.StringIO,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    real = vars(display)["draw"]

    def faulty(trace: Any) -> Any:
        if trace.node.span.name == "gmail.users.messages.send":
            raise LookupError
        return real(trace)

    monkeypatch.setattr(guard, "_once", guard._Once())
    monkeypatch.setattr(display, "draw", faulty)
    exporter.export(handmade_traces.morning().ended)
    assert len(headings(output)) == 5
    (record,) = caplog.records
    assert record.levelno == logging.WARNING
    assert "LookupError" in record.getMessage()


def test_without_rich_one_warning_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    real = builtins.__import__

    def without_rich(name: str, *args: Any) -> Any:
        if args[-1:] == (1,) and name == "display":
            raise ModuleNotFoundError("No module named 'rich'", name="rich.text")
        return real(name, *args)

    monkeypatch.setattr(builtins, "__import__", without_rich)
    one = exporter.TerminalSpanExporter()
    assert one.export(handmade_traces.morning().ended) is SpanExportResult.SUCCESS
    one.shutdown()
    (record,) = caplog.records
    assert "pip install 'opentelemetry-instrumentation-googleapiclient[terminal]'" in (
        record.getMessage()
    )


def test_requests_of_httplib2_alone_are_drawn(
    exporter: TerminalSpanExporter,
    output: io.StringIO,
    instrument_wire: Callable[..., None],
    http: httplib2.Http,
    gmail: LocalGmail,
) -> None:
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    instrument_wire(tracer_provider=provider)
    http.request(f"{gmail.url}nowhere")
    assert output.getvalue().split()[:4] == ["✖", "GET", "/nowhere", "404"]
