# SPDX-License-Identifier: Apache-2.0
"""Where the SDK limits the attributes of a span, it drops the oldest: what matters most is last."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httplib2
import pytest
from opentelemetry.sdk.trace import SpanLimits, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind

from local_gmail import Fault, LocalGmail

GET = "gmail.users.messages.get"


@pytest.fixture
def exporter() -> InMemorySpanExporter:
    return InMemorySpanExporter()


@pytest.fixture
def provider(exporter: InMemorySpanExporter) -> TracerProvider:
    limited = TracerProvider(span_limits=SpanLimits(max_span_attributes=8))
    limited.add_span_processor(SimpleSpanProcessor(exporter))
    return limited


@pytest.fixture
def service(
    build: Callable[..., Any],
    http: httplib2.Http,
    instrument: Callable[..., None],
    instrument_wire: Callable[..., None],
    provider: TracerProvider,
) -> Any:
    instrument(tracer_provider=provider)
    instrument_wire(tracer_provider=provider)
    return build(http)


def test_a_failed_attempt_keeps_how_it_failed(
    service: Any, gmail: LocalGmail, exporter: InMemorySpanExporter
) -> None:
    gmail.script(GET, Fault.TRUNCATE)
    with pytest.raises(Exception, match="IncompleteRead"):
        service.users().messages().get(userId="me", id="19a2b4c6e79851ed").execute()

    (attempt,) = (one for one in exporter.get_finished_spans() if one.kind is SpanKind.CLIENT)
    attributes = dict(attempt.attributes or {})
    assert attributes["error.type"] == "http.client.IncompleteRead"
    assert attributes["http.response.status_code"] == 200
    assert attributes["httplib2.failed_phase"] == "read"
