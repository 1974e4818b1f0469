# SPDX-License-Identifier: Apache-2.0
"""Metrics are exact after a scripted run, whether or not spans are sampled (design 4.7)."""

from __future__ import annotations

import time
from collections.abc import Callable
from io import BytesIO
from typing import Any

import httplib2
import pytest
from googleapiclient.errors import HttpError
from googleapiclient.http import MediaIoBaseUpload, build_http
from opentelemetry.instrumentation.googleapiclient._calls.gmail_limits import UNITS
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF

from local_gmail import Fault, LocalGmail, Response, documented
from support.recording import Recording, context_of

GET = "gmail.users.messages.get"
LIST = "gmail.users.messages.list"
SEND = "gmail.users.messages.send"


@pytest.fixture
def measured(instrument: Callable[..., None], recording: Recording) -> Recording:
    instrument(meter_provider=recording.meter_provider)
    return recording


def _by_attributes(recording: Recording, metric: str, *names: str) -> dict[tuple[Any, ...], Any]:
    return {
        tuple(point.attributes.get(name) for name in names): point
        for point in recording.points(metric)
    }


def _fail(request: Any, **arguments: Any) -> None:
    request._sleep = lambda _: time.sleep(0.01)
    with pytest.raises(HttpError):
        request.execute(**arguments)


def test_calls_are_measured_by_what_became_of_them(
    measured: Recording, messages: Callable[[], Any], gmail: LocalGmail
) -> None:
    for _ in range(2):
        messages().list(userId="me").execute()
    gmail.script(GET, documented("notFound"))
    _fail(messages().get(userId="me", id="1"))

    points = measured.points("googleapiclient.call.duration")
    assert {frozenset(point.attributes.items()): point.count for point in points} == {
        frozenset(
            {
                "gcp.client.service": "gmail",
                "rpc.method": LIST,
                "googleapiclient.operation": "execute",
                "http.response.status_code": 200,
            }.items()
        ): 2,
        frozenset(
            {
                "gcp.client.service": "gmail",
                "rpc.method": GET,
                "googleapiclient.operation": "execute",
                "http.response.status_code": 404,
                "error.type": "notFound",
                "googleapiclient.error.cause": "not_found",
                "googleapiclient.error.owner": "developer",
            }.items()
        ): 1,
    }
    assert points[0].explicit_bounds[-4:] == (30, 60, 120, 300)


def test_a_call_that_failed_although_it_was_repeated_says_so(
    measured: Recording, messages: Callable[[], Any], gmail: LocalGmail
) -> None:
    unavailable = documented("serviceUnavailable")
    gmail.script(GET, *[unavailable] * 2, documented("notFound"), unavailable)
    request = messages().get(userId="me", id="1")
    _fail(request, num_retries=1)
    _fail(request, num_retries=1)  # did not use up its repeats
    _fail(request)  # had none

    points = _by_attributes(
        measured,
        "googleapiclient.call.duration",
        "googleapiclient.error.cause",
        "googleapiclient.retry.exhausted",
    )
    assert {key: point.count for key, point in points.items()} == {
        ("backend_unavailable", True): 1,
        ("not_found", None): 1,
        ("backend_unavailable", None): 1,
    }


def test_a_call_without_a_response_is_measured_too(
    measured: Recording, messages: Callable[[], Any], gmail: LocalGmail
) -> None:
    gmail.script(LIST, Fault.RESET)
    with pytest.raises(ConnectionResetError):
        messages().list(userId="me").execute()

    (point,) = measured.points("googleapiclient.call.duration")
    assert point.attributes["error.type"] == "ConnectionResetError"
    assert point.attributes["googleapiclient.error.cause"] == "connection_failed"
    assert "http.response.status_code" not in point.attributes


def test_waits_are_measured_by_the_failure_that_led_to_them(
    measured: Recording, messages: Callable[[], Any], gmail: LocalGmail
) -> None:
    gmail.script(
        LIST, documented("serviceUnavailable", delay=0.2), documented("perUserQuota", delay=0.2)
    )
    request = messages().list(userId="me")
    waits: list[float] = []

    def sleep(_: float) -> None:
        began = time.perf_counter()
        time.sleep(0.02)
        waits.append(time.perf_counter() - began)

    request._sleep = sleep
    request.execute(num_retries=2)

    points = _by_attributes(
        measured, "googleapiclient.retry.wait.duration", "error.type", "googleapiclient.error.cause"
    )
    assert points.keys() == {
        ("backendError", "backend_unavailable"),
        ("rateLimitExceeded", "rate_limit_per_user"),
    }
    # With the time of one response in it, it would be longer by more than that.
    assert -0.001 < sum(point.sum for point in points.values()) - sum(waits) < 0.15
    (call,) = measured.points("googleapiclient.call.duration")
    assert call.sum >= sum(waits)


@pytest.mark.parametrize(("table", "get"), [("2026-05", 20), ("legacy", 5)])
def test_quota_units_are_charged_for_each_try(
    table: str,
    get: int,
    instrument: Callable[..., None],
    recording: Recording,
    messages: Callable[[], Any],
    gmail: LocalGmail,
) -> None:
    instrument(meter_provider=recording.meter_provider, gmail_quota_table=table)
    gmail.script(GET, documented("serviceUnavailable"), times=2)
    listed = messages().list(userId="me").execute()["messages"]
    request = messages().get(userId="me", id=listed[0]["id"])
    request._sleep = lambda _: None
    request.execute(num_retries=2)

    points = _by_attributes(recording, "googleapiclient.quota.usage", "rpc.method")
    assert {method: point.value for (method,), point in points.items()} == {LIST: 5, GET: 3 * get}
    assert all(point.attributes["gcp.client.service"] == "gmail" for point in points.values())


def test_an_upload_is_charged_once(
    measured: Recording, build: Callable[..., Any], gmail: LocalGmail
) -> None:
    http = build_http()
    media = MediaIoBaseUpload(
        BytesIO(b"To: a@example.com\r\n\r\n" + b"x" * 600_000),
        mimetype="message/rfc822",
        chunksize=256 * 1024,
        resumable=True,
    )
    build(http).users().messages().send(userId="me", media_body=media).execute()
    http.close()

    (point,) = measured.points("googleapiclient.quota.usage")
    assert len(gmail.requests) == 4
    assert (point.attributes["rpc.method"], point.value) == (SEND, 100)


def test_the_parts_of_a_batch_are_charged_each(
    measured: Recording, build: Callable[..., Any], http: httplib2.Http, gmail: LocalGmail
) -> None:
    service = build(http)
    batch = service.new_batch_http_request()
    gmail.script(GET, documented("notFound"))
    for number in range(3):
        batch.add(service.users().messages().get(userId="me", id=str(number)))
    batch.add(service.users().labels().list(userId="me"))

    batch.execute()

    points = _by_attributes(measured, "googleapiclient.quota.usage", "rpc.method")
    assert {method: point.value for (method,), point in points.items()} == {
        GET: 60,
        "gmail.users.labels.list": 1,
    }


def test_a_method_that_no_table_lists_charges_nothing(
    measured: Recording, build: Callable[..., Any], http: httplib2.Http, gmail: LocalGmail
) -> None:
    gmail.script("*", Response(200, {}))

    build(http).users().settings().getLanguage(userId="me").execute()

    assert measured.points("googleapiclient.quota.usage") == []


def test_both_tables_list_methods_that_exist_and_differ_where_the_release_note_says(
    gmail: LocalGmail,
) -> None:
    def methods(resource: dict[str, Any]) -> set[str]:
        found = {one["id"] for one in resource.get("methods", {}).values()}
        return found.union(*(methods(one) for one in resource.get("resources", {}).values()))

    published = methods(gmail.discovery_document())
    assert UNITS["legacy"].keys() == UNITS["2026-05"].keys() <= published
    assert {
        method.removeprefix("gmail.users."): (units, UNITS["2026-05"][method])
        for method, units in UNITS["legacy"].items()
        if UNITS["2026-05"][method] != units
    } == {
        "drafts.get": (5, 20),
        "messages.attachments.get": (5, 20),
        "messages.get": (5, 20),
        "messages.trash": (5, 20),
        "threads.get": (10, 40),
        "threads.trash": (10, 20),
    }


def test_what_is_not_sampled_is_measured_all_the_same(
    instrument: Callable[..., None], messages: Callable[[], Any], gmail: LocalGmail
) -> None:
    unsampled = Recording(ALWAYS_OFF)
    instrument(tracer_provider=unsampled.tracer_provider, meter_provider=unsampled.meter_provider)
    gmail.script(LIST, documented("serviceUnavailable"), documented("domainPolicy"))

    _fail(messages().list(userId="me"), num_retries=1)

    assert unsampled.spans == ()
    (call,) = unsampled.points("googleapiclient.call.duration")
    assert call.attributes["googleapiclient.error.cause"] == "domain_policy"
    (wait,) = unsampled.points("googleapiclient.retry.wait.duration")
    assert wait.attributes["googleapiclient.error.cause"] == "backend_unavailable"
    (quota,) = unsampled.points("googleapiclient.quota.usage")
    assert quota.value == 10


def test_an_exemplar_leads_to_the_call(measured: Recording, messages: Callable[[], Any]) -> None:
    messages().list(userId="me").execute()

    (point,) = measured.points("googleapiclient.call.duration")
    assert [one.span_id for one in point.exemplars] == [context_of(measured.only_span).span_id]


def test_excluded_methods_are_not_measured(
    instrument: Callable[..., None], recording: Recording, messages: Callable[[], Any]
) -> None:
    instrument(meter_provider=recording.meter_provider, excluded_methods="gmail.*")

    messages().list(userId="me").execute()

    for metric in ("googleapiclient.call.duration", "googleapiclient.quota.usage"):
        assert recording.points(metric) == []


@pytest.mark.parametrize(
    "reason",
    ["planted@example.com", "ya29.planted", "a b", "x" * 80, "<b>", "AIzaPlanted0123456"],
)
def test_hostile_text_reaches_no_metric(
    reason: str, measured: Recording, messages: Callable[[], Any], gmail: LocalGmail
) -> None:
    error = {"errors": [{"reason": reason, "message": reason}], "status": reason, "message": reason}
    gmail.script(LIST, Response(429, {"error": error}))

    _fail(messages().list(userId="me"))

    (point,) = measured.points("googleapiclient.call.duration")
    assert point.attributes["error.type"] == "429"
    assert reason not in str(dict(point.attributes))
