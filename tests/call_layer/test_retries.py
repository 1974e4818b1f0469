# SPDX-License-Identifier: Apache-2.0
"""Retries are events with their number and backoff, seen by watching the library's loop run."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, cast

import pytest
from googleapiclient.errors import HttpError
from opentelemetry.sdk.trace import Event
from opentelemetry.trace import StatusCode

from local_gmail import Fault, LocalGmail, documented
from support.contract import REFUSED_CALL, SUCCESSFUL_CALL
from support.recording import Recording, attributes_of

LIST = "gmail.users.messages.list"


class Waits:
    """The ``_sleep`` of a request (googleapiclient's own seam for tests), short and timed."""

    def __init__(self, seconds: float = 0.02) -> None:
        self.asked: list[float] = []
        self.measured: list[float] = []
        self._seconds = seconds

    def __call__(self, delay: float) -> None:
        self.asked.append(delay)
        began = time.perf_counter()
        time.sleep(self._seconds)
        self.measured.append(time.perf_counter() - began)


@pytest.fixture
def waits() -> Waits:
    return Waits()


@pytest.fixture
def request_(messages: Callable[[], Any], waits: Waits, instrumented: Recording) -> Any:
    del instrumented  # switched on before the request is made
    request = messages().list(userId="me")
    request._sleep = waits
    return request


def _events(recording: Recording) -> list[dict[str, Any]]:
    events: tuple[Event, ...] = tuple(recording.only_span.events)
    assert {event.name for event in events} <= {"googleapiclient.retry"}
    return [dict(event.attributes or {}) for event in events]


def test_503_503_200_is_one_call_that_succeeded_after_two_waits(
    gmail: LocalGmail, request_: Any, waits: Waits, recording: Recording
) -> None:
    gmail.script(LIST, documented("serviceUnavailable", delay=0.2), times=2)

    request_.execute(num_retries=3)

    span = recording.only_span
    SUCCESSFUL_CALL.check(span)
    attributes = attributes_of(span)
    assert attributes["http.response.status_code"] == 200
    assert attributes["googleapiclient.retry.limit"] == 3
    assert attributes["googleapiclient.retry.count"] == 2
    # With the time of one response in it, it would be longer by more than that.
    waited = attributes["googleapiclient.retry.wait"]
    assert isinstance(waited, float)
    assert -0.001 < waited - sum(waits.measured) < 0.15
    assert _events(recording) == [
        {
            "googleapiclient.retry.attempt": number,
            "googleapiclient.retry.limit": 3,
            "googleapiclient.retry.delay": delay,
            "http.response.status_code": 503,
            "error.type": "backendError",
            "googleapiclient.error.cause": "backend_unavailable",
        }
        for number, delay in enumerate(waits.asked, start=1)
    ]


def test_an_event_is_added_when_its_wait_begins(
    gmail: LocalGmail, request_: Any, recording: Recording
) -> None:
    gmail.script(LIST, documented("serviceUnavailable"))
    moments: list[int] = []

    def sleep(_: float) -> None:
        moments.append(time.time_ns())
        time.sleep(0.05)

    request_._sleep = sleep
    request_.execute(num_retries=1)

    (event,) = recording.only_span.events
    assert 0 <= moments[0] - event.timestamp < 40_000_000


def test_429_until_the_retries_are_used_up(
    gmail: LocalGmail, request_: Any, waits: Waits, recording: Recording
) -> None:
    gmail.script(LIST, documented("concurrentRequests", retry_after=30), times=4)

    with pytest.raises(HttpError):
        request_.execute(num_retries=3)

    span = recording.only_span
    REFUSED_CALL.check(span)
    attributes = attributes_of(span)
    assert attributes["http.response.status_code"] == 429
    assert attributes["googleapiclient.retry.count"] == 3
    assert attributes["googleapiclient.retry.exhausted"] is True
    assert attributes["googleapiclient.retry.advised_wait"] == 30.0
    for event, delay in zip(_events(recording), waits.asked, strict=True):
        assert event["googleapiclient.retry.advised_wait"] == 30.0
        assert event["googleapiclient.retry.too_early"] is True
        assert event["googleapiclient.retry.delay"] == delay
        assert event["googleapiclient.error.cause"] == "concurrent_requests"


@pytest.mark.parametrize(
    ("response", "advised"),
    [
        pytest.param(documented("backendError", retry_after=0), 0.0, id="header"),
        pytest.param(documented("serviceUnavailable", retry_info=7.5), 7.5, id="RetryInfo"),
    ],
)
def test_the_advised_wait_stands_on_the_event(
    response: Any, advised: float, gmail: LocalGmail, request_: Any, recording: Recording
) -> None:
    gmail.script(LIST, response)

    request_.execute(num_retries=1)

    (event,) = _events(recording)
    assert event["googleapiclient.retry.advised_wait"] == advised
    too_early = event["googleapiclient.retry.delay"] < advised
    assert event.get("googleapiclient.retry.too_early", False) is too_early


def test_the_time_in_gmails_message_is_an_advised_wait(
    gmail: LocalGmail, request_: Any, recording: Recording
) -> None:
    gmail.script(LIST, documented("retryAfterText"))

    with pytest.raises(HttpError):
        request_.execute()

    advised = attributes_of(recording.only_span)["googleapiclient.retry.advised_wait"]
    assert isinstance(advised, float)
    assert 890 < advised <= 900


def test_a_403_for_its_rate_is_retried_by_the_library_and_seen(
    gmail: LocalGmail, request_: Any, recording: Recording
) -> None:
    gmail.script(LIST, documented("perUserQuota"))

    request_.execute(num_retries=1)

    (event,) = _events(recording)
    assert event["http.response.status_code"] == 403
    assert event["error.type"] == "rateLimitExceeded"
    assert event["googleapiclient.error.cause"] == "rate_limit_per_user"


def test_a_connection_that_breaks_is_an_event_without_status(
    gmail: LocalGmail, request_: Any, recording: Recording
) -> None:
    gmail.script(LIST, Fault.RESET)

    request_.execute(num_retries=1)

    (event,) = _events(recording)
    assert "http.response.status_code" not in event
    assert event["error.type"] == "ConnectionResetError"
    assert event["googleapiclient.error.cause"] == "connection_failed"


def test_only_the_last_try_counts(gmail: LocalGmail, request_: Any, recording: Recording) -> None:
    gmail.script(LIST, documented("serviceUnavailable"), Fault.RESET)

    with pytest.raises(ConnectionResetError):
        request_.execute(num_retries=1)

    attributes = attributes_of(recording.only_span)
    assert attributes["error.type"] == "ConnectionResetError"
    assert "http.response.status_code" not in attributes
    assert "googleapiclient.error.reason" not in attributes


def test_a_failure_with_retries_left_is_not_exhausted(
    gmail: LocalGmail, request_: Any, recording: Recording
) -> None:
    gmail.script(LIST, documented("serviceUnavailable"), documented("notFound"))

    with pytest.raises(HttpError):
        request_.execute(num_retries=3)

    attributes = attributes_of(recording.only_span)
    assert attributes["googleapiclient.retry.count"] == 1
    assert "googleapiclient.retry.exhausted" not in attributes


def test_without_retries_nothing_is_said_of_them(
    gmail: LocalGmail, request_: Any, recording: Recording
) -> None:
    gmail.script(LIST, documented("serviceUnavailable"))

    with pytest.raises(HttpError):
        request_.execute()

    assert not [name for name in attributes_of(recording.only_span) if ".retry." in name]
    assert recording.only_span.events == ()


def test_a_wait_that_is_interrupted_is_counted_and_its_repeat_is_not(
    gmail: LocalGmail, request_: Any, recording: Recording
) -> None:
    gmail.script(LIST, documented("serviceUnavailable"))

    def interrupted(_: float) -> None:
        time.sleep(0.01)
        raise KeyboardInterrupt

    request_._sleep = interrupted
    with pytest.raises(KeyboardInterrupt):
        request_.execute(num_retries=3)

    span = recording.only_span
    attributes = attributes_of(span)
    assert span.status.status_code is StatusCode.UNSET
    assert len(span.events) == 1
    assert "googleapiclient.retry.count" not in attributes
    # As long as it lasted, of the second that it was to last.
    assert 0.005 < cast("float", attributes["googleapiclient.retry.wait"]) < 0.5


def test_events_can_be_switched_off(
    instrument: Callable[..., None],
    recording: Recording,
    messages: Callable[[], Any],
    waits: Waits,
    gmail: LocalGmail,
) -> None:
    instrument(retry_events="none")
    gmail.script(LIST, documented("serviceUnavailable"))
    request = messages().list(userId="me")
    request._sleep = waits

    request.execute(num_retries=1)

    assert recording.only_span.events == ()
    assert attributes_of(recording.only_span)["googleapiclient.retry.count"] == 1


@pytest.mark.parametrize("arguments", [(None, 1), ()], ids=["positional", "keyword"])
def test_the_limit_is_seen_however_it_is_passed(
    arguments: tuple[Any, ...], request_: Any, recording: Recording
) -> None:
    request_.execute(*arguments, **({} if arguments else {"num_retries": 1}))

    assert attributes_of(recording.only_span)["googleapiclient.retry.limit"] == 1
