# SPDX-License-Identifier: Apache-2.0
"""Snippets of pages do what the page says of them, against the local Gmail."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator
from typing import Any

import httplib2
import pytest
from googleapiclient.errors import HttpError
from opentelemetry import trace
from opentelemetry.instrumentation.googleapiclient import GoogleApiClientInstrumentor
from opentelemetry.instrumentation.httplib2 import Httplib2Instrumentor
from opentelemetry.sdk.trace import TracerProvider

from local_gmail import LocalGmail, documented
from support.pages import DOCS, blocks
from support.recording import Recording


def snippets(page: str, *words: str) -> list[str]:
    """The Python of a page that has these words."""
    found = [
        block.text
        for block in blocks(DOCS / page, "python")
        if all(word in block.text for word in words)
    ]
    assert found, words
    return found


@pytest.fixture(name="service")
def _service(
    gmail: LocalGmail,
    build: Callable[..., Any],
    http: httplib2.Http,
    recording: Recording,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Any]:
    """A Gmail service that refuses, in a program that is traced."""
    gmail.script("gmail.users.labels.list", *[documented("insufficientPermissions")] * 2)
    monkeypatch.setattr(trace, "_TRACER_PROVIDER", recording.tracer_provider)
    instrumentors = (GoogleApiClientInstrumentor(), Httplib2Instrumentor())
    for one in instrumentors:
        one.instrument()
    yield build(http)
    for one in instrumentors:
        one.uninstrument()


@pytest.fixture(name="names")
def _names(service: Any) -> dict[str, Any]:
    """What snippets take for granted."""
    logger = logging.getLogger("snippet")
    return {"gmail": service, "HttpError": HttpError, "logger": logger, "__name__": "snippet"}


class CurrentTraces(logging.Handler):
    """Keeps the trace and the span that are current when a line is logged; 0: none."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[tuple[int, int]] = []

    def emit(self, record: logging.LogRecord) -> None:
        context = trace.get_current_span().get_span_context()
        self.ids.append((context.trace_id, context.span_id))


@pytest.fixture(name="logged")
def _logged() -> Iterator[CurrentTraces]:
    handler, logger = CurrentTraces(), logging.getLogger("snippet")
    logger.addHandler(handler)
    yield handler
    logger.removeHandler(handler)


def test_a_log_line_has_a_trace_only_with_a_span_around(
    names: dict[str, Any], logged: CurrentTraces, recording: Recording
) -> None:
    without, around = snippets("logs.md", "except HttpError")
    exec(without, names)
    exec(around, names)
    assert logged.ids[0] == (0, 0)
    call = [span for span in recording.spans if span.name == "gmail.users.labels.list"][-1]
    assert call.context is not None
    assert logged.ids[1][0] == call.context.trace_id


def test_googleapiclients_own_warning_belongs_to_the_call(
    names: dict[str, Any], recording: Recording
) -> None:
    handler, logger = CurrentTraces(), logging.getLogger("googleapiclient.http")
    logger.addHandler(handler)
    with pytest.raises(HttpError):
        names["gmail"].users().labels().list(userId="me").execute()
    logger.removeHandler(handler)
    (call,) = [span for span in recording.spans if span.name == "gmail.users.labels.list"]
    assert call.context is not None
    assert handler.ids == [(call.context.trace_id, call.context.span_id)]


def test_a_hook_logs_the_trace(
    names: dict[str, Any], recording: Recording, caplog: pytest.LogCaptureFixture
) -> None:
    GoogleApiClientInstrumentor().uninstrument()
    exec(snippets("logs.md", "response_hook")[0], names)
    with pytest.raises(HttpError):
        names["gmail"].users().labels().list(userId="me").execute()
    (line,) = [each.getMessage() for each in caplog.records if each.name == "snippet"]
    assert "cause: scope_insufficient" in line
    (call,) = [span for span in recording.spans if span.name == "gmail.users.labels.list"]
    assert call.context is not None
    assert line.split("trace_id=")[1] == trace.format_trace_id(call.context.trace_id)


def test_the_sampler_keeps_sends() -> None:
    names: dict[str, Any] = {}
    exec(snippets("sampling.md", "KeepSends")[0], names)
    tracer = TracerProvider(
        sampler=names["ParentBased"](names["KeepSends"](names["TraceIdRatioBased"](0.0)))
    ).get_tracer("test")
    assert tracer.start_span("gmail.users.messages.send").is_recording()
    assert not tracer.start_span("gmail.users.messages.get").is_recording()
    assert names["sampler"].get_description()


def test_suppressed_calls_have_no_spans(names: dict[str, Any], recording: Recording) -> None:
    with pytest.raises(HttpError):
        exec(snippets("troubleshooting.md", "suppress_instrumentation")[0], names)
    assert recording.spans == ()


def test_instrumentations_can_be_turned_off(names: dict[str, Any], recording: Recording) -> None:
    names |= {
        "GoogleApiClientInstrumentor": GoogleApiClientInstrumentor,
        "Httplib2Instrumentor": Httplib2Instrumentor,
    }
    exec(snippets("troubleshooting.md", "uninstrument()")[0], names)
    with pytest.raises(HttpError):
        names["gmail"].users().labels().list(userId="me").execute()
    assert recording.spans == ()


def test_a_thread_gets_the_context() -> None:
    seen: list[int] = []
    span = TracerProvider().get_tracer("test").start_span("job")
    with trace.use_span(span):
        exec(
            snippets("troubleshooting.md", "copy_context")[0],
            {"work": lambda: seen.append(trace.get_current_span().get_span_context().span_id)},
        )
    assert seen == [span.get_span_context().span_id]


def test_the_resource_names_the_service() -> None:
    names: dict[str, Any] = {}
    exec(snippets("troubleshooting.md", "service.name")[0], names)
    assert names["provider"].resource.attributes["service.name"] == "mail-sync"


def test_a_notebook_draws_calls(
    gmail: LocalGmail,
    build: Callable[..., Any],
    http: httplib2.Http,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OTEL_PYTHON_GOOGLEAPICLIENT_TERMINAL_SUMMARY", "false")
    gmail.script("gmail.users.labels.list", documented("insufficientPermissions"))
    exec(snippets("deployment.md", "TerminalSpanExporter")[0], {})
    try:
        with pytest.raises(HttpError):
            build(http).users().labels().list(userId="me").execute()
    finally:
        GoogleApiClientInstrumentor().uninstrument()
        Httplib2Instrumentor().uninstrument()
    assert "scope_insufficient" in capsys.readouterr().err


def test_a_child_exports_before_it_exits(monkeypatch: pytest.MonkeyPatch) -> None:
    """The snippet's order: flush, then exit; in this process, as the child."""
    done: list[object] = []

    class Provider:
        def force_flush(self) -> None:
            done.append("flush")

    monkeypatch.setattr(os, "fork", lambda: 0)
    monkeypatch.setattr(os, "_exit", done.append)
    monkeypatch.setattr(trace, "get_tracer_provider", Provider)
    exec(snippets("deployment.md", "os.fork")[0], {})
    assert done == ["flush", 0]
