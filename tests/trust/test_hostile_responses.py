# SPDX-License-Identifier: Apache-2.0
"""Hostile responses over a real connection: the application gets what it gets without us."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import httplib2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans
from opentelemetry.instrumentation.googleapiclient import GoogleApiClientInstrumentor
from opentelemetry.instrumentation.httplib2 import Httplib2Instrumentor

from local_gmail import LocalGmail, Response, batch_response
from support import figures
from support.campaign import cases
from support.recording import Recording
from trust import hostile

_CHECK = "hostile responses"
LAYERS = (GoogleApiClientInstrumentor, Httplib2Instrumentor)


class _Application:
    """Makes one call, and tells what came of it."""

    def __init__(self, gmail: LocalGmail, build: Callable[..., Any], http: Any) -> None:
        self._gmail = gmail
        self._http = http
        self._service = build(http)

    def list(self, response: Response) -> object:
        self._gmail.clear()
        self._gmail.script("*", response, times=None)
        request = self._service.users().messages().list(userId="me", q="x")
        request._sleep = lambda _: None
        return self._told(lambda: request.execute(num_retries=1))

    def batch(self, responses: list[Response]) -> object:
        self._gmail.clear()
        self._gmail.script(
            "batch",
            lambda received: batch_response(
                (part.content_id, response)
                for part, response in zip(received.parts, responses, strict=False)
            ),
        )
        told: list[object] = []
        batch = self._service.new_batch_http_request(
            callback=lambda _id, response, error: told.append(
                (response, type(error), str(error), getattr(error, "content", None))
            )
        )
        for _ in responses:
            batch.add(self._service.users().messages().list(userId="me"))
        return self._told(lambda: (batch.execute(http=self._http), told)[1])

    def _told(self, work: Callable[[], object]) -> object:
        try:
            return repr(work())
        except Exception as error:  # noqa: BLE001 - whatever it is, it has to be the same
            content = getattr(error, "content", None)
            return type(error), str(error), content


@pytest.fixture
def compare(
    gmail: LocalGmail, build: Callable[..., Any], http: httplib2.Http
) -> Callable[[Callable[[_Application], object], int], None]:
    """Do something without and with both layers; what is seen must be equal."""

    def run(work: Callable[[_Application], object], spans: int) -> None:
        plain = work(_Application(gmail, build, http))
        recording = Recording()
        layers = [layer() for layer in LAYERS]
        try:
            for layer in layers:
                layer.instrument(
                    tracer_provider=recording.tracer_provider,
                    meter_provider=recording.meter_provider,
                )
            seen = work(_Application(gmail, build, http))
        finally:
            for layer in layers:
                layer.uninstrument()
        figures.add(_CHECK, "cases")
        figures.add(_CHECK, "differences", int(seen != plain))
        assert seen == plain
        assert len(recording.spans) >= spans
        encode_spans(recording.spans).SerializeToString()

    return run


def _headers(retry_after: str) -> Mapping[str, str]:
    # What can't stand in a header would be the server's fault.
    printable = retry_after.encode("latin-1", "replace").decode("latin-1")
    return {"Retry-After": "".join(one for one in printable if one >= " " and one != "\x7f")}


RESPONSES = st.builds(
    lambda status, body, retry_after: Response(
        status, body if isinstance(body, bytes) else b"", _headers(retry_after)
    ),
    st.sampled_from([200, 299, 304, 400, 401, 403, 404, 429, 500, 503, 599]),
    hostile.BODIES,
    hostile.RETRY_AFTER,
)


@given(response=RESPONSES)
@settings(max_examples=cases(20))
def test_calls(response: Response, compare: Callable[..., None]) -> None:
    compare(lambda application: application.list(response), 2)


@given(responses=st.lists(RESPONSES, min_size=1, max_size=3))
@settings(max_examples=cases(10))
def test_batches(responses: list[Response], compare: Callable[..., None]) -> None:
    compare(lambda application: application.batch(responses), 2)


@pytest.mark.parametrize("name", hostile.HUGE)
@pytest.mark.parametrize("status", [200, 403])
def test_huge_bodies(status: int, name: str, compare: Callable[..., None]) -> None:
    body = hostile.HUGE[name]
    response = Response(status, body.encode() if isinstance(body, str) else body)

    compare(lambda application: application.list(response), 2)
