# SPDX-License-Identifier: Apache-2.0
"""All three signals over OTLP, as a receiver that others wrote has decoded them."""

from __future__ import annotations

import pytest
from opentelemetry.proto.logs.v1.logs_pb2 import SeverityNumber
from opentelemetry.proto.metrics.v1.metrics_pb2 import AGGREGATION_TEMPORALITY_CUMULATIVE
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

from views.measured import attributes_of, points_of
from views.mornings import Mornings

pytestmark = pytest.mark.xdist_group("mornings")

CALLS = "googleapiclient.call.duration"
REQUESTS = "http.client.request.duration"

INSTRUMENTS = {
    CALLS: ("histogram", "s"),
    "googleapiclient.retry.wait.duration": ("histogram", "s"),
    "googleapiclient.batch.parts": ("sum", "{part}"),
    "googleapiclient.quota.usage": ("sum", "{unit}"),
    REQUESTS: ("histogram", "s"),
    "httplib2.resends": ("sum", "{resend}"),
}


def _of_kind(mornings: Mornings, kind: Span.SpanKind.ValueType) -> dict[bytes, Span]:
    return {span.span_id: span for span in mornings.tap.spans if span.kind == kind}


def test_calls_and_attempts_arrive_as_spans(mornings: Mornings) -> None:
    calls = _of_kind(mornings, Span.SPAN_KIND_INTERNAL)
    attempts = _of_kind(mornings, Span.SPAN_KIND_CLIENT)
    assert len(calls) + len(attempts) == len(mornings.tap.spans)
    assert {span.name for span in attempts.values()} == {"GET", "POST", "PUT"}
    for attempt in attempts.values():
        call = calls[attempt.parent_span_id]
        assert call.trace_id == attempt.trace_id
        assert call.start_time_unix_nano <= attempt.start_time_unix_nano
        assert attempt.end_time_unix_nano <= call.end_time_unix_nano


def test_a_failure_arrives_with_its_diagnosis(mornings: Mornings) -> None:
    (refused,) = [
        span
        for span in mornings.tap.spans
        if attributes_of(span).get("googleapiclient.error.cause") == "scope_insufficient"
    ]
    attributes = attributes_of(refused)
    assert refused.name == attributes["rpc.method"] == "gmail.users.messages.modify"
    assert refused.status.code == Status.STATUS_CODE_ERROR
    assert attributes["http.response.status_code"] == 403
    assert attributes["googleapiclient.error.retryable"] is False
    assert attributes["googleapiclient.error.owner"] == "developer"
    scopes = attributes["googleapiclient.error.scopes.required_any_of"]
    assert isinstance(scopes, tuple)
    assert "https://www.googleapis.com/auth/gmail.modify" in scopes


def test_every_instrument_arrives_with_its_kind_and_unit(mornings: Mornings) -> None:
    arrived = {
        metric.name: (metric.WhichOneof("data"), metric.unit) for metric in mornings.tap.metrics
    }
    assert arrived == INSTRUMENTS
    for metric in mornings.tap.metrics:
        data = metric.histogram if metric.HasField("histogram") else metric.sum
        assert data.aggregation_temporality == AGGREGATION_TEMPORALITY_CUMULATIVE
        assert metric.HasField("histogram") or metric.sum.is_monotonic
        assert metric.description


def test_a_call_s_duration_has_examples_that_lead_to_its_trace(mornings: Mornings) -> None:
    calls = _of_kind(mornings, Span.SPAN_KIND_INTERNAL)
    for point in points_of(mornings.tap.metrics, CALLS):
        assert point.exemplars
        for exemplar in point.exemplars:
            call = calls[exemplar.span_id]
            assert call.trace_id == exemplar.trace_id
            measured, written = attributes_of(point), attributes_of(call)
            assert {name: written.get(name) for name in measured} == measured
            lasted = (call.end_time_unix_nano - call.start_time_unix_nano) / 1e9
            assert 0 < exemplar.as_double <= lasted


def test_a_request_s_duration_has_examples_that_lead_to_its_trace(mornings: Mornings) -> None:
    attempts = _of_kind(mornings, Span.SPAN_KIND_CLIENT)
    exemplars = [
        exemplar
        for point in points_of(mornings.tap.metrics, REQUESTS)
        for exemplar in point.exemplars
    ]
    assert exemplars
    assert all(exemplar.span_id in attempts for exemplar in exemplars)


def test_retries_arrive_as_log_records_of_their_call(mornings: Mornings) -> None:
    calls = _of_kind(mornings, Span.SPAN_KIND_INTERNAL)
    records = mornings.tap.logs
    retries = sum(
        int(str(attributes_of(call).get("googleapiclient.retry.count", 0)))
        for call in calls.values()
    )
    assert len(records) == retries == 4
    for record in records:
        call = attributes_of(calls[record.span_id])
        event = attributes_of(record)
        assert record.event_name == "googleapiclient.retry"
        assert record.severity_number == SeverityNumber.SEVERITY_NUMBER_DEBUG
        assert record.trace_id == calls[record.span_id].trace_id
        assert event["googleapiclient.retry.limit"] == call["googleapiclient.retry.limit"]
        assert event["http.response.status_code"] in {429, 503}
        assert {"googleapiclient.retry.attempt", "googleapiclient.retry.delay"} <= set(event)


def test_nothing_of_it_stands_on_the_spans_as_events(mornings: Mornings) -> None:
    assert not [event for span in mornings.tap.spans for event in span.events]
