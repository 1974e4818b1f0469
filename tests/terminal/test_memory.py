# SPDX-License-Identifier: Apache-2.0
"""Nothing grows however many calls are drawn."""

from __future__ import annotations

import gc
import io
import sys
from typing import Final

import pytest
from handmade_traces import SCOPE_INSUFFICIENT
from opentelemetry.instrumentation.googleapiclient._terminal import open_traces, totals
from opentelemetry.instrumentation.googleapiclient._terminal.exporter import TerminalSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.trace import SpanKind, Status, StatusCode, set_span_in_context
from rich import cells

from support.soak import soak_calls

_CALLS: Final = soak_calls(400)
_BLOCKS_PER_CALL: Final = 0.1
"""What is held for good would be one block of memory at the least for each call."""


class _Nowhere(io.StringIO):
    def write(self, text: str) -> int:
        return len(text)


def _make_calls(provider: TracerProvider, first: int, count: int) -> None:
    """Calls below requests, that fail or not, each with another name; some never end."""
    calls = provider.get_tracer("opentelemetry.instrumentation.googleapiclient")
    wire = provider.get_tracer("opentelemetry.instrumentation.httplib2")
    for number in range(first, first + count):
        failed = number % 10 == 0
        with calls.start_as_current_span(f"GET /unread/{number}"):
            call = calls.start_span(
                f"gmail.users.method{number}", attributes={"googleapiclient.operation": "execute"}
            )
            if failed:
                call.set_attributes(
                    {**SCOPE_INSUFFICIENT, "googleapiclient.error.cause": f"cause{number}"}
                )
                call.set_status(Status(StatusCode.ERROR, f"message {number}"))
            attempt = wire.start_span(
                "GET",
                set_span_in_context(call),
                SpanKind.CLIENT,
                {"http.request.method": "GET", "httplib2.resend.cause": f"cause{number}"},
            )
            attempt.end()
            if number % 7:
                call.end()


def _blocks() -> int:
    # rich remembers the width of 4,096 texts.
    cells.cached_cell_len.cache_clear()
    gc.collect()
    return sys.getallocatedblocks()


def test_memory_does_not_grow_with_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    # So that all that is bounded is full soon.
    monkeypatch.setattr(open_traces, "_MAX_KEPT", 30)
    monkeypatch.setattr(open_traces, "_MAX_ROOTS", 20)
    monkeypatch.setattr(totals, "_MAX_ROWS", 20)
    exporter = TerminalSpanExporter(_Nowhere())
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    _make_calls(provider, 0, 400)
    before = _blocks()
    _make_calls(provider, 400, _CALLS)
    grown = _blocks() - before
    assert grown < _CALLS * _BLOCKS_PER_CALL
    provider.shutdown()
