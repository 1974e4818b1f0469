# SPDX-License-Identifier: Apache-2.0
"""An SDK that is set up after the first calls is seen by the next one, whatever the clock says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

import pytest

from local_gmail import LocalGmail, Response, documented
from support.auto_load import run

# Each test starts programs, or makes thousands of calls.
pytestmark = pytest.mark.slow

_PROGRAM: Final = """
import json, os, sys
import httplib2
from googleapiclient.discovery import build_from_document
from opentelemetry import _logs, metrics, trace
from opentelemetry.instrumentation.googleapiclient import GoogleApiClientInstrumentor
from opentelemetry.instrumentation.httplib2 import Httplib2Instrumentor
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs import export as logs_export
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

Httplib2Instrumentor().instrument()
GoogleApiClientInstrumentor().instrument(retry_events="log")
with open(os.environ["GMAIL_DOCUMENT"]) as document:
    users = build_from_document(json.load(document), http=httplib2.Http(timeout=10)).users()


def call():
    request = users.getProfile(userId="me")
    request._sleep = lambda seconds: None
    request.execute(num_retries=1)


# Its name in old releases.
kinds = "InMemoryLogRecordExporter", "InMemoryLogExporter"
LogExporter = next(getattr(logs_export, kind) for kind in kinds if hasattr(logs_export, kind))
spans, reader, logs = InMemorySpanExporter(), InMemoryMetricReader(), LogExporter()
there = set()


def set_up(signal):
    there.add(signal)
    if signal == "traces":
        provider = TracerProvider()
        provider.add_span_processor(SimpleSpanProcessor(spans))
        trace.set_tracer_provider(provider)
    elif signal == "metrics":
        metrics.set_meter_provider(MeterProvider([reader]))
    else:
        provider = LoggerProvider()
        provider.add_log_record_processor(logs_export.SimpleLogRecordProcessor(logs))
        _logs.set_logger_provider(provider)


def measured():
    if "metrics" not in there:
        return 0
    data = reader.get_metrics_data()
    scopes = [one for each in (data.resource_metrics if data else ()) for one in each.scope_metrics]
    return sum(
        point.count
        for one in scopes
        for metric in one.metrics
        if metric.name.endswith("duration") and "retry" not in metric.name
        for point in metric.data.data_points
    )


FIRST_CALL
for signal in sys.argv[1:]:
    set_up(signal)
    call()
    print(signal, len(spans.get_finished_spans()), measured(), len(logs.get_finished_logs()))
"""
_FROZEN: Final = """
import freezegun
with freezegun.freeze_time("2031-01-14"):
    call()
"""


@pytest.mark.parametrize("first_call", ["call()", _FROZEN], ids=["in real time", "in frozen time"])
@pytest.mark.parametrize(
    ("order", "seen"),
    [
        # A call and its two attempts; the call and both attempts are measured; one retry.
        (("traces", "metrics", "logs"), ["traces 3 0 0", "metrics 6 3 0", "logs 9 6 1"]),
        (("metrics", "logs", "traces"), ["metrics 0 3 0", "logs 0 6 1", "traces 3 9 2"]),
        (("logs", "traces", "metrics"), ["logs 0 0 1", "traces 3 0 2", "metrics 6 3 3"]),
    ],
    ids=["traces first", "metrics first", "logs first"],
)
def test_the_next_call_is_seen(
    first_call: str, order: tuple[str, ...], seen: list[str], gmail: LocalGmail, tmp_path: Path
) -> None:
    document = tmp_path / "gmail.json"
    document.write_text(json.dumps(gmail.discovery_document()), encoding="utf-8")
    busy, served = documented("serviceUnavailable"), Response(200, {"emailAddress": "a@b.example"})
    gmail.script("gmail.users.getProfile", *(busy, served) * (len(order) + 1))

    ran = run(
        "-c",
        _PROGRAM.replace("FIRST_CALL", first_call),
        *order,
        instrumented=False,
        environment={"GMAIL_DOCUMENT": str(document)},
    )

    assert ran.output.splitlines() == seen, ran.errors
    assert "opentelemetry" not in ran.errors
