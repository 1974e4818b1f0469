# SPDX-License-Identifier: Apache-2.0
"""An SDK that keeps few attributes drops the oldest: what matters most is set last."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import google_auth_httplib2
import httplib2
import pytest
from googleapiclient.errors import HttpError
from googleapiclient.http import BatchHttpRequest, HttpRequest
from opentelemetry.sdk.trace import ReadableSpan, SpanLimits, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from local_gmail import LocalGmail, documented
from support.recording import attributes_of
from support.wild_cases import impersonated, serving

MOST = {"googleapiclient.error.cause", "error.type", "http.response.status_code"}
WITH_REASON = MOST | {"googleapiclient.error.reason"}


@pytest.fixture
def spans(instrument: Callable[..., None]) -> Iterator[InMemorySpanExporter]:
    """Of an SDK as with OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT=8."""
    provider = TracerProvider(span_limits=SpanLimits(max_span_attributes=8))
    exporter = InMemorySpanExporter()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    instrument(tracer_provider=provider)
    yield exporter
    provider.shutdown()


def _failed(exporter: InMemorySpanExporter) -> ReadableSpan:
    return next(one for one in exporter.get_finished_spans() if not one.status.is_ok)


@pytest.mark.parametrize("name", ["rateLimitExceeded", "authError", "insufficientPermissions"])
@pytest.mark.parametrize("retries", [0, 1])
def test_what_matters_most_of_a_refused_call_is_kept(
    name: str,
    retries: int,
    spans: InMemorySpanExporter,
    messages: Callable[[], Any],
    gmail: LocalGmail,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("googleapiclient.http.time.sleep", lambda _: None)
    gmail.script("*", documented(name), times=None)

    with pytest.raises(HttpError):
        messages().get(userId="me", id="1").execute(num_retries=retries)

    assert attributes_of(_failed(spans)).keys() >= WITH_REASON


def test_what_matters_most_of_a_refused_refresh_is_kept(
    spans: InMemorySpanExporter, http: httplib2.Http
) -> None:
    refusal = {"error": {"code": 403, "status": "PERMISSION_DENIED"}}
    with serving() as endpoints:
        endpoints.responses = {"/iam/": (403, {}, json.dumps(refusal).encode())}
        authorized = google_auth_httplib2.AuthorizedHttp(impersonated(endpoints), http)
        request = HttpRequest(
            authorized, lambda *_: None, f"{endpoints.url}x", methodId="gmail.users.getProfile"
        )
        with pytest.raises(Exception, match="Unable to acquire"):
            request.execute()

    assert attributes_of(_failed(spans)).keys() >= MOST


def test_what_matters_most_of_a_part_of_a_batch_is_kept(
    spans: InMemorySpanExporter, messages: Callable[[], Any], gmail: LocalGmail, http: httplib2.Http
) -> None:
    gmail.script("gmail.users.messages.get", documented("notFound"))
    batch = BatchHttpRequest(batch_uri=f"{gmail.url}batch/gmail/v1")
    batch.add(messages().get(userId="me", id="1"))
    batch.execute(http=http)

    assert attributes_of(_failed(spans)).keys() >= WITH_REASON
