# SPDX-License-Identifier: Apache-2.0
"""Spans and durations follow the stable HTTP client conventions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httplib2
import pytest
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF, Decision, Sampler, SamplingResult
from opentelemetry.trace import SpanKind, StatusCode

from local_gmail import Fault, LocalGmail, Response
from support.recording import Recording, attributes_of, context_of


@pytest.fixture
def port(gmail: LocalGmail) -> int:
    return int(gmail.url.rstrip("/").rpartition(":")[2])


def test_all_attributes_of_an_attempt(
    wire: Recording, http: httplib2.Http, gmail: LocalGmail, port: int
) -> None:
    gmail.script("*", Response(200))

    http.request(f"{gmail.url}some/path?a=1")

    span = wire.only_span
    assert span.name == "GET"
    assert span.kind is SpanKind.CLIENT
    assert span.status.status_code is StatusCode.UNSET
    assert attributes_of(span) == {
        "http.request.method": "GET",
        "server.address": "127.0.0.1",
        "server.port": port,
        "url.full": f"{gmail.url}some/path?a=1",
        "http.response.status_code": 200,
        "network.protocol.version": "1.1",
        "network.peer.address": "127.0.0.1",
        "network.peer.port": port,
        "httplib2.connection.reused": False,
    }
    assert span.instrumentation_scope is not None
    assert span.instrumentation_scope.name == "opentelemetry.instrumentation.httplib2"
    assert span.instrumentation_scope.version
    assert span.instrumentation_scope.schema_url


@pytest.mark.parametrize(
    ("status", "error_type", "span_status"),
    [
        (200, None, StatusCode.UNSET),
        (304, None, StatusCode.UNSET),
        (404, "404", StatusCode.ERROR),
        (503, "503", StatusCode.ERROR),
    ],
)
def test_the_status_of_a_response(
    status: int,
    error_type: str | None,
    span_status: StatusCode,
    wire: Recording,
    http: httplib2.Http,
    gmail: LocalGmail,
) -> None:
    gmail.script("*", Response(status))

    http.request(gmail.url)

    assert wire.only_span.status.status_code is span_status
    assert attributes_of(wire.only_span).get("error.type") == error_type


@pytest.mark.parametrize(
    ("method", "name", "known", "original"),
    [
        ("PATCH", "PATCH", "PATCH", None),
        ("QUERY", "QUERY", "QUERY", None),
        ("get", "HTTP", "_OTHER", "get"),
        ("BREW", "HTTP", "_OTHER", "BREW"),
    ],
)
def test_methods(
    method: str,
    name: str,
    known: str,
    original: str | None,
    wire: Recording,
    http: httplib2.Http,
    gmail: LocalGmail,
) -> None:
    gmail.script("*", Response(200))

    http.request(gmail.url, method)

    attributes = attributes_of(wire.only_span)
    assert wire.only_span.name == name
    assert attributes["http.request.method"] == known
    assert attributes.get("http.request.method_original") == original
    (point,) = wire.points("http.client.request.duration")
    assert point.attributes["http.request.method"] == known
    assert "http.request.method_original" not in point.attributes


def test_known_methods_can_be_set(
    monkeypatch: pytest.MonkeyPatch,
    instrument_wire: Callable[..., None],
    recording: Recording,
    http: httplib2.Http,
    gmail: LocalGmail,
) -> None:
    monkeypatch.setenv("OTEL_INSTRUMENTATION_HTTP_KNOWN_METHODS", "BREW, GET")
    instrument_wire()
    gmail.script("*", Response(200), times=2)

    http.request(gmail.url, "BREW")
    http.request(gmail.url, "POST")

    assert [attributes_of(span)["http.request.method"] for span in recording.spans] == [
        "BREW",
        "_OTHER",
    ]


def test_what_is_known_at_the_start_is_shown_to_the_sampler(
    instrument_wire: Callable[..., None], http: httplib2.Http, gmail: LocalGmail
) -> None:
    class Seen(Sampler):
        attributes: list[dict[str, Any]]

        def should_sample(self, *args: Any, **kwargs: Any) -> SamplingResult:
            self.attributes.append(dict(kwargs.get("attributes") or args[4]))
            return SamplingResult(Decision.DROP)

        def get_description(self) -> str:
            return "Seen"

    sampler = Seen()
    sampler.attributes = []
    instrument_wire(tracer_provider=Recording(sampler).tracer_provider)
    gmail.script("*", Fault.DROP, Response(200))

    http.request(gmail.url)

    first, second = sampler.attributes
    assert first.keys() == {
        "http.request.method",
        "server.address",
        "server.port",
        "url.full",
        "httplib2.connection.reused",
    }
    assert second["http.request.resend_count"] == 1
    assert second["httplib2.resend.cause"] == "no_response"


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        pytest.param(
            Response(200),
            {"http.response.status_code": 200, "network.protocol.version": "1.1"},
            id="200",
        ),
        pytest.param(
            Response(503),
            {
                "http.response.status_code": 503,
                "network.protocol.version": "1.1",
                "error.type": "503",
            },
            id="503",
        ),
        pytest.param(Fault.RESET, {"error.type": "ConnectionResetError"}, id="reset"),
    ],
)
def test_the_duration_metric(
    outcome: Any,
    expected: dict[str, Any],
    wire: Recording,
    http: httplib2.Http,
    gmail: LocalGmail,
    port: int,
) -> None:
    gmail.script("*", outcome)

    try:
        http.request(gmail.url)
    except ConnectionResetError:
        assert outcome is Fault.RESET

    (point,) = wire.points("http.client.request.duration")
    span = wire.only_span
    assert dict(point.attributes) == {
        "http.request.method": "GET",
        "server.address": "127.0.0.1",
        "server.port": port,
        **expected,
    }
    assert point.count == 1
    assert span.end_time is not None
    assert span.start_time is not None
    assert point.sum == (span.end_time - span.start_time) / 1e9
    assert tuple(point.explicit_bounds) == (
        0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10
    )  # fmt: skip


def test_an_exemplar_leads_from_the_metric_to_the_span(
    wire: Recording, http: httplib2.Http, gmail: LocalGmail
) -> None:
    gmail.script("*", Response(200))

    http.request(gmail.url)

    (point,) = wire.points("http.client.request.duration")
    (exemplar,) = point.exemplars
    assert exemplar.span_id == context_of(wire.only_span).span_id


def test_durations_are_measured_where_spans_are_not_sampled(
    instrument_wire: Callable[..., None], http: httplib2.Http, gmail: LocalGmail
) -> None:
    unsampled = Recording(ALWAYS_OFF)
    instrument_wire(
        tracer_provider=unsampled.tracer_provider, meter_provider=unsampled.meter_provider
    )
    gmail.script("*", Response(503))

    http.request(gmail.url)

    assert unsampled.spans == ()
    (point,) = unsampled.points("http.client.request.duration")
    assert point.attributes["error.type"] == "503"


HEADERS = {
    "X-Trace": "abc",
    "Authorization": "Bearer planted",
    "X-Goog-Api-Key": "planted",
    "X-Account": "planted-account",
}


@pytest.fixture
def captured(
    monkeypatch: pytest.MonkeyPatch,
    instrument_wire: Callable[..., None],
    recording: Recording,
    http: httplib2.Http,
    gmail: LocalGmail,
) -> Callable[..., dict[str, object]]:
    """Send one request with some variables set; the header attributes of its span."""

    def run(**variables: str) -> dict[str, object]:
        for name, value in variables.items():
            monkeypatch.setenv(f"OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_{name}", value)
        instrument_wire()
        responded = {
            "X-Answer": "yes",
            "Set-Cookie": "planted",
            "X-GUploader-UploadID": "planted",
            "Content-Location": "/upload?upload_id=planted",
            "Location": "https://u:p@h/?upload_id=planted&a=1",
        }
        gmail.script("*", Response(200, headers=responded))
        http.request(gmail.url, headers=HEADERS)
        return {
            name: value
            for name, value in attributes_of(recording.only_span).items()
            if ".header." in name
        }

    return run


def test_no_header_is_captured_unless_asked_for(
    captured: Callable[..., dict[str, object]],
) -> None:
    assert captured() == {}


def test_headers_are_captured_by_name(captured: Callable[..., dict[str, object]]) -> None:
    assert captured(CLIENT_REQUEST="x-trace, X-Missing", CLIENT_RESPONSE="X-Answer") == {
        "http.request.header.x-trace": ("abc",),
        "http.response.header.x-answer": ("yes",),
    }


def test_credentials_in_captured_headers_are_replaced_always(
    captured: Callable[..., dict[str, object]],
) -> None:
    shown = captured(CLIENT_REQUEST=".*", CLIENT_RESPONSE=".*", SANITIZE_FIELDS="x-acc.*")

    assert shown["http.request.header.authorization"] == ("REDACTED",)
    assert shown["http.request.header.x-goog-api-key"] == ("REDACTED",)
    assert shown["http.request.header.x-account"] == ("REDACTED",)
    assert shown["http.response.header.set-cookie"] == ("REDACTED",)
    assert shown["http.response.header.location"] == (
        "https://REDACTED:REDACTED@h/?upload_id=REDACTED&a=1",
    )
    assert "planted" not in str(shown)


def test_a_pattern_that_does_not_compile_is_one_warning(
    captured: Callable[..., dict[str, object]], caplog: pytest.LogCaptureFixture
) -> None:
    assert captured(CLIENT_REQUEST="x-trace, [") == {"http.request.header.x-trace": ("abc",)}

    (record,) = caplog.records
    assert "CAPTURE_HEADERS_CLIENT_REQUEST='['" in record.getMessage()
