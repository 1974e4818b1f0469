# SPDX-License-Identifier: Apache-2.0
"""Retry events as log-based events, by option."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from opentelemetry._logs import SeverityNumber
from opentelemetry.exporter.otlp.proto.common._log_encoder import encode_logs
from opentelemetry.sdk import _logs as sdk_logs
from opentelemetry.sdk._logs import export
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF

from local_gmail import LocalGmail, documented
from support.recording import Recording, context_of

LIST = "gmail.users.messages.list"


@pytest.fixture
def exported() -> Iterator[tuple[sdk_logs.LoggerProvider, Callable[[], Any]]]:
    # Renamed between the oldest and the newest SDK that is supported.
    names = ("InMemoryLogRecordExporter", "InMemoryLogExporter")
    exporter: Any = next(getattr(export, name) for name in names if hasattr(export, name))
    processor: Any = export.SimpleLogRecordProcessor
    memory = exporter()
    provider = sdk_logs.LoggerProvider()
    provider.add_log_record_processor(processor(memory))
    yield provider, memory.get_finished_logs
    provider.shutdown()


def test_a_retry_is_told_where_the_span_is_not_recorded(
    exported: tuple[sdk_logs.LoggerProvider, Callable[[], Any]],
    instrument: Callable[..., None],
    messages: Callable[[], Any],
    gmail: LocalGmail,
) -> None:
    provider, finished = exported
    instrument(
        retry_events="log",
        logger_provider=provider,
        tracer_provider=Recording(ALWAYS_OFF).tracer_provider,
    )
    gmail.script(LIST, documented("serviceUnavailable"))
    request = messages().list(userId="me")
    request._sleep = lambda _: None

    request.execute(num_retries=1)

    (data,) = finished()
    assert data.log_record.event_name == "googleapiclient.retry"


def test_a_retry_is_a_log_based_event(
    exported: tuple[sdk_logs.LoggerProvider, Callable[[], Any]],
    instrument: Callable[..., None],
    recording: Recording,
    messages: Callable[[], Any],
    gmail: LocalGmail,
) -> None:
    provider, finished = exported
    instrument(retry_events="log", logger_provider=provider)
    gmail.script(LIST, documented("serviceUnavailable", retry_after=30))
    request = messages().list(userId="me")
    waits: list[float] = []
    request._sleep = waits.append
    request.execute(num_retries=1)

    (data,) = finished()
    record = data.log_record
    assert record.event_name == "googleapiclient.retry"
    assert record.severity_number is SeverityNumber.DEBUG
    assert record.span_id == context_of(recording.only_span).span_id
    assert dict(record.attributes) == {
        "googleapiclient.retry.attempt": 1,
        "googleapiclient.retry.limit": 1,
        "googleapiclient.retry.delay": waits[0],
        "googleapiclient.retry.advised_wait": 30.0,
        "googleapiclient.retry.too_early": True,
        "http.response.status_code": 503,
        "error.type": "backendError",
        "googleapiclient.error.cause": "backend_unavailable",
    }
    assert recording.only_span.events == ()
    assert b"googleapiclient.retry" in encode_logs([data]).SerializeToString()
