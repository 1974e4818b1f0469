# SPDX-License-Identifier: Apache-2.0
"""What happens inside of a call and has no span of its own does not write into the call around."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, nullcontext
from contextvars import copy_context
from threading import Barrier
from typing import Any

import googleapiclient.http
import httplib2
import pytest
from googleapiclient.errors import HttpError
from opentelemetry import baggage
from opentelemetry.context import attach, detach
from opentelemetry.instrumentation.utils import suppress_instrumentation
from opentelemetry.trace import SpanKind, StatusCode

from local_gmail import LocalGmail, Response, documented
from support.contract import SUCCESSFUL_CALL
from support.recording import Recording, attributes_of

LABELS = "gmail.users.labels.list"


def test_baggage_stays_at_home_where_a_call_is_excluded(
    instrument: Callable[..., None],
    wire: Recording,
    build: Callable[..., Any],
    http: httplib2.Http,
    gmail: LocalGmail,
) -> None:
    del wire
    instrument(excluded_methods=[LABELS])
    request = build(http).users().labels().list(userId="me")

    token = attach(baggage.set_baggage("customer", "alice@example.com"))
    request.execute()
    detach(token)

    assert "baggage" not in gmail.requests[-1].headers
    assert "traceparent" in gmail.requests[-1].headers


def test_what_a_callback_sends_through_the_librarys_loop_is_no_resend(
    instrumented: Recording,
    wire: Recording,
    build: Callable[..., Any],
    http: httplib2.Http,
) -> None:
    request = build(http).users().labels().list(userId="me")

    def callback(_: object) -> None:
        loop: Any = googleapiclient.http
        loop._retry_request(
            http,
            0,
            "the same again",
            request._sleep,
            request._rand,
            request.uri,
            method="GET",
            body=None,
            headers={},
        )

    request.add_response_callback(callback)
    request.execute()

    (call,) = instrumented.of_kind(SpanKind.INTERNAL)
    SUCCESSFUL_CALL.check(call)
    attempts = wire.of_kind(SpanKind.CLIENT)
    assert len(attempts) == 2
    assert not any("http.request.resend_count" in attributes_of(one) for one in attempts)


@pytest.mark.parametrize("silence", ["excluded", "suppressed"])
def test_a_silent_call_in_a_callback(
    silence: str,
    instrument: Callable[..., None],
    recording: Recording,
    wire: Recording,
    build: Callable[..., Any],
    http: httplib2.Http,
    gmail: LocalGmail,
) -> None:
    del wire
    instrument(
        excluded_methods=[LABELS] if silence == "excluded" else [],
        meter_provider=recording.meter_provider,
    )
    gmail.script(LABELS, documented("serviceUnavailable"), times=2)
    users = build(http).users()
    inner = users.labels().list(userId="me")
    inner._sleep = lambda _: None

    silenced = suppress_instrumentation if silence == "suppressed" else nullcontext

    def callback(_: object) -> None:
        with silenced(), pytest.raises(HttpError):
            inner.execute(num_retries=1)

    outer = users.messages().list(userId="me")
    outer.add_response_callback(callback)
    outer.execute()

    (call,) = recording.of_kind(SpanKind.INTERNAL)
    SUCCESSFUL_CALL.check(call)
    assert attributes_of(call)["http.response.status_code"] == 200
    assert call.events == ()
    (quota,) = recording.points("googleapiclient.quota.usage")
    assert quota.value == 5
    sends = recording.of_kind(SpanKind.CLIENT)
    assert len(sends) == (3 if silence == "excluded" else 1)


def test_requests_of_an_excluded_method_keep_search_text_at_home(
    instrument: Callable[..., None], wire: Recording, messages: Callable[[], Any]
) -> None:
    instrument(excluded_methods="gmail.*")

    messages().list(userId="me", q="plantedsearch").execute()

    assert "plantedsearch" not in str(attributes_of(wire.only_span))


def test_a_transport_that_sends_from_several_threads_at_once(
    instrument: Callable[..., None],
    wire: Recording,
    build: Callable[..., Any],
    gmail: LocalGmail,
) -> None:
    instrument()
    both_are_there = Barrier(2)

    def response(_: object) -> None:
        both_are_there.wait(10)

    gmail.script("gmail.users.messages.list", response, times=2)

    with closing(httplib2.Http()) as one, closing(httplib2.Http()) as other:

        class Hedging:
            """Sends through both, so that the slower one does not matter."""

            def request(self, *args: Any, **kwargs: Any) -> Any:
                with ThreadPoolExecutor() as threads:
                    responses = [
                        threads.submit(copy_context().run, http.request, *args, **kwargs)
                        for http in (one, other)
                    ]
                return responses[0].result()

        build(Hedging()).users().messages().list(userId="me", q="plantedsearch").execute()

    (call,) = wire.of_kind(SpanKind.INTERNAL)
    SUCCESSFUL_CALL.check(call)
    attempts = wire.of_kind(SpanKind.CLIENT)
    assert len(attempts) == 2
    for attempt in attempts:
        assert attempt.parent == call.context
        assert attributes_of(attempt)["http.response.status_code"] == 200
        assert "plantedsearch" not in str(attributes_of(attempt))


@pytest.mark.parametrize("hook", ["request_hook", "response_hook"])
def test_a_hook_that_is_interrupted_leaves_nothing_behind(
    hook: str,
    instrument: Callable[..., None],
    recording: Recording,
    messages: Callable[[], Any],
) -> None:
    interrupted = iter([True])

    def interrupt(*_: Any) -> None:
        if next(interrupted, False):
            raise KeyboardInterrupt

    instrument(**{hook: interrupt})
    with pytest.raises(KeyboardInterrupt):
        messages().list(userId="me").execute()
    messages().list(userId="me").execute()

    assert len(recording.spans) == 2
    assert all(span.parent is None for span in recording.spans)


def test_arguments_that_the_library_refuses_are_refused_as_before(
    instrumented: Recording, messages: Callable[[], Any], gmail: LocalGmail
) -> None:
    request = messages().list(userId="me")
    for arguments, keywords in (((), {"bogus": 1}), ((None,), {"http": None}), ((1, 2, 3), {})):
        with pytest.raises(TypeError, match="execute"):
            request.execute(*arguments, **keywords)

    assert gmail.requests == []
    assert {span.status.status_code for span in instrumented.spans} == {StatusCode.ERROR}


def test_what_an_inner_call_was_responded_is_not_the_response_of_the_one_around(
    instrumented: Recording, build: Callable[..., Any], http: httplib2.Http, gmail: LocalGmail
) -> None:
    users = build(http).users()
    # The library fails on reading it.
    gmail.script(LABELS, Response(403, b"5"))

    class Calling:
        """An http object that needs a call of its own before it can send."""

        def request(self, *_: Any, **__: Any) -> Any:
            users.labels().list(userId="me").execute()

    with pytest.raises(TypeError):
        users.messages().list(userId="me").execute(http=Calling())

    inner, outer = map(attributes_of, instrumented.spans)
    assert inner["http.response.status_code"] == 403
    assert "http.response.status_code" not in outer
    assert outer["error.type"] == "TypeError"
