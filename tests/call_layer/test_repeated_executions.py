# SPDX-License-Identifier: Apache-2.0
"""An application's own retry loop is visible: a repeat says how often it failed before."""

from __future__ import annotations

import gc
from collections.abc import Callable
from typing import Any

import pytest
from googleapiclient.errors import HttpError
from opentelemetry.instrumentation.googleapiclient._calls.patch import instrumentation

from local_gmail import Fault, LocalGmail, documented
from support.recording import Recording, attributes_of

LIST = "gmail.users.messages.list"


def _counts(recording: Recording) -> list[object]:
    return [
        attributes_of(span).get("googleapiclient.reexecution.count") for span in recording.spans
    ]


def test_repeats_of_a_failed_request_are_counted_until_it_succeeds(
    instrumented: Recording, messages: Callable[[], Any], gmail: LocalGmail
) -> None:
    gmail.script(LIST, documented("backendError"), documented("userRateLimitExceeded"))
    request = messages().list(userId="me")

    for _ in range(2):
        with pytest.raises(HttpError):
            request.execute()
    for _ in range(2):
        request.execute()

    assert _counts(instrumented) == [None, 1, 2, None]


def test_failures_of_other_requests_are_not_counted(
    instrumented: Recording, messages: Callable[[], Any], gmail: LocalGmail
) -> None:
    gmail.script(LIST, documented("backendError"))
    service = messages()

    with pytest.raises(HttpError):
        service.list(userId="me").execute()
    service.list(userId="me").execute()

    assert _counts(instrumented) == [None, None]


def test_a_transport_failure_counts_and_a_cancellation_does_not(
    instrumented: Recording, messages: Callable[[], Any], gmail: LocalGmail
) -> None:
    gmail.script(LIST, Fault.RESET)
    request = messages().list(userId="me")
    with pytest.raises(ConnectionResetError):
        request.execute()

    def cancel(_: object) -> None:
        raise KeyboardInterrupt

    request.add_response_callback(cancel)
    with pytest.raises(KeyboardInterrupt):
        request.execute()
    request.response_callbacks.clear()
    request.execute()

    assert _counts(instrumented) == [None, 1, 1]


def test_a_request_that_compares_equal_to_all_others_is_told_apart(
    instrumented: Recording, messages: Callable[[], Any], gmail: LocalGmail
) -> None:
    first, second = messages().list(userId="me"), messages().list(userId="me")
    kind = type(first)
    alike = type("Alike", (kind,), {"__eq__": lambda *_: True, "__hash__": None})
    first.__class__ = second.__class__ = alike
    gmail.script(LIST, documented("backendError"))

    with pytest.raises(HttpError):
        first.execute()
    second.execute()

    assert _counts(instrumented) == [None, None]


def test_what_is_remembered_goes_with_the_request(
    instrumented: Recording, messages: Callable[[], Any], gmail: LocalGmail
) -> None:
    gmail.script(LIST, documented("backendError"), times=3)
    for _ in range(3):
        with pytest.raises(HttpError):
            messages().list(userId="me").execute()

    gc.collect()
    assert len(instrumented.spans) == 3
    assert instrumentation._telemetry is not None
    assert instrumentation._telemetry._setup.past_failures.values == {}
