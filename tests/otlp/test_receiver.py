# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import gzip
from http.client import HTTPConnection
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from opentelemetry.exporter.otlp.proto.http import Compression
from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import SpanKind, Status, StatusCode

from support.otlp.receiver import Receiver

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(name="receiver")
def _receiver() -> Iterator[Receiver]:
    with Receiver() as receiver:
        yield receiver


def post(
    receiver: Receiver, path: str, body: bytes, headers: dict[str, str], method: str = "POST"
) -> tuple[int, bytes]:
    connection = HTTPConnection(urlsplit(receiver.endpoint).netloc, timeout=5)
    try:
        connection.request(method, path, body, headers)
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


PROTOBUF = {"Content-Type": "application/x-protobuf"}


@pytest.mark.parametrize("compression", list(Compression))
def test_spans_of_the_real_exporter_arrive(receiver: Receiver, compression: Compression) -> None:
    exporter = OTLPSpanExporter(f"{receiver.endpoint}/v1/traces", compression=compression)
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(exporter))
    tracer = provider.get_tracer(__name__)
    with tracer.start_as_current_span("call") as call:
        call.set_attributes({"text": "é", "number": 1.5, "flag": True, "list": ["a", "b"]})
        call.add_event("googleapiclient.retry", {"googleapiclient.retry.attempt": 1})
        with tracer.start_as_current_span("GET", kind=SpanKind.CLIENT) as attempt:
            attempt.set_status(Status(StatusCode.ERROR, "lost"))
    provider.shutdown()

    attempt_span, call_span = receiver.spans()
    assert (call_span.name, call_span.failed, call_span.parent_id) == ("call", False, None)
    assert call_span.attributes.values == {
        "text": "é",
        "number": 1.5,
        "flag": True,
        "list": ("a", "b"),
    }
    (event,) = call_span.events
    assert event.attributes.whole("googleapiclient.retry.attempt") == 1
    assert call_span.start <= event.time <= call_span.end
    assert attempt_span.parent_id == call_span.span_id
    assert attempt_span.kind is SpanKind.CLIENT
    assert attempt_span.failed
    assert attempt_span.message == "lost"


def test_metrics_of_the_real_exporter_arrive(receiver: Receiver) -> None:
    exporter = OTLPMetricExporter(f"{receiver.endpoint}/v1/metrics")
    reader = PeriodicExportingMetricReader(exporter)
    provider = MeterProvider([reader], shutdown_on_exit=False)
    counter = provider.get_meter("scope").create_counter("googleapiclient.quota.usage")
    for units in (20, 5):
        counter.add(units, {"rpc.method": "gmail.users.messages.get"})
        provider.force_flush()
    provider.shutdown()

    (measured,) = receiver.measurements()
    assert (measured.scope, measured.name) == ("scope", "googleapiclient.quota.usage")
    assert measured.attributes.text("rpc.method") == "gmail.users.messages.get"
    assert measured.total == 25


def test_logs_are_accepted(receiver: Receiver) -> None:
    assert post(receiver, "/v1/logs", b"", PROTOBUF) == (200, b"")


@pytest.mark.parametrize("path", ["/v1/traces", "/v1/metrics"])
def test_what_is_no_export_is_refused(receiver: Receiver, path: str) -> None:
    gzipped = {**PROTOBUF, "Content-Encoding": "gzip"}
    assert post(receiver, path, b"\xff\xff", PROTOBUF)[0] == 400
    assert post(receiver, path, b"no gzip", gzipped)[0] == 400
    assert post(receiver, path, gzip.compress(b"x" * 99)[:-12], gzipped)[0] == 400
    assert post(receiver, path, b"", {**PROTOBUF, "Content-Encoding": "br"})[0] == 415
    assert post(receiver, path, b"{}", {"Content-Type": "application/json"})[0] == 415
    assert post(receiver, "/elsewhere", b"", PROTOBUF)[0] == 404
    assert post(receiver, path, b"", {}, "GET")[0] == 404
    assert receiver.spans() == receiver.measurements() == []
    assert post(receiver, path, b"", PROTOBUF) == (200, b"")
