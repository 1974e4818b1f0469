# SPDX-License-Identifier: Apache-2.0
"""What an application may do with the library's objects, it may still do (design 3).

That it sees the same whatever happens is checked in ``tests/trust``.
"""

from __future__ import annotations

import contextlib
import copy
import gc
import pickle
import weakref
from collections.abc import Callable
from inspect import signature
from threading import Thread
from typing import Any

import google_auth_httplib2
import httplib2
import pytest
from google.oauth2.credentials import Credentials
from googleapiclient.discovery import build_from_document
from googleapiclient.errors import HttpError
from googleapiclient.http import (
    HttpMock,
    HttpMockSequence,
    HttpRequest,
    RequestMockBuilder,
)
from opentelemetry.instrumentation.utils import suppress_instrumentation

from local_gmail import LocalGmail, documented
from support.recording import Recording, attributes_of

LIST = "gmail.users.messages.list"


def test_no_state_is_kept_on_the_applications_objects(
    instrumented: Recording, messages: Callable[[], Any]
) -> None:
    request = messages().list(userId="me")
    before = request.__dict__.keys(), request.to_json()

    request.execute()

    after = HttpRequest.from_json(request.to_json(), None, None)
    assert request.__dict__.keys() == before[0]
    assert after.uri == request.uri
    assert len(instrumented.spans) == 1


def test_a_request_and_its_bound_execute_can_be_copied_and_pickled(
    instrumented: Recording, gmail: LocalGmail
) -> None:
    request = HttpRequest(
        None, HttpRequest.null_postproc, f"{gmail.url}gmail/v1/users/me/profile", methodId="a.b"
    )

    unpickled = pickle.loads(pickle.dumps(request.execute))
    copied = copy.copy(request)
    http = httplib2.Http()
    unpickled(http=http)
    copied.execute(http=http)
    http.close()

    assert [span.name for span in instrumented.spans] == ["a.b", "a.b"]


def test_signature_and_name_of_the_patched_functions_are_the_librarys(
    instrumented: Recording,
) -> None:
    del instrumented
    assert HttpRequest.execute.__name__ == "execute"
    assert HttpRequest.execute.__module__ == "googleapiclient.http"
    assert "num_retries" in signature(HttpRequest.execute).parameters


def test_subclasses_and_request_builders_of_the_application(
    instrumented: Recording, gmail: LocalGmail, http: httplib2.Http
) -> None:
    class Mine(HttpRequest):
        def execute(self, http: Any = None, num_retries: int = 0) -> Any:
            return "mine", super().execute(http=http, num_retries=num_retries)

    service = build_from_document(gmail.discovery_document(), http=http, requestBuilder=Mine)
    name, value = service.users().getProfile(userId="me").execute()

    assert name == "mine"
    assert value["emailAddress"]
    assert instrumented.only_span.name == "gmail.users.getProfile"


def test_mocks_of_the_library_work_as_before(instrumented: Recording, gmail: LocalGmail) -> None:
    document = gmail.discovery_document()
    sequence = HttpMockSequence([({"status": "503"}, b""), ({"status": "200"}, b'{"a": 1}')])
    request = build_from_document(document, http=sequence).users().getProfile(userId="me")
    request._sleep = lambda _: None
    assert request.execute(num_retries=1) == {"a": 1}
    assert attributes_of(instrumented.last_span)["googleapiclient.retry.count"] == 1

    mock = HttpMock(headers={"status": "404"})
    mock.data = b""
    with pytest.raises(HttpError):
        build_from_document(document, http=mock).users().getProfile(userId="me").execute()
    assert attributes_of(instrumented.last_span)["http.response.status_code"] == 404

    canned: Any = RequestMockBuilder({"gmail.users.getProfile": (None, b'{"b": 2}')})
    service = build_from_document(document, http=HttpMock(), requestBuilder=canned)
    assert service.users().getProfile(userId="me").execute() == {"b": 2}


def test_suppressed_instrumentation_is_silent(
    instrumented: Recording, messages: Callable[[], Any]
) -> None:
    with suppress_instrumentation():
        messages().list(userId="me").execute()

    assert instrumented.spans == ()


def test_threads_have_calls_of_their_own(
    instrumented: Recording, build: Callable[..., Any], gmail: LocalGmail
) -> None:
    gmail.script(LIST, documented("notFound"), times=4)

    def work() -> None:
        http = httplib2.Http()
        with pytest.raises(HttpError):
            build(http).users().messages().list(userId="me").execute()
        http.close()

    threads = [Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [span.name for span in instrumented.spans] == [LIST] * 4
    assert all(span.parent is None for span in instrumented.spans)


def test_nothing_keeps_a_failed_request_alive(
    instrumented: Recording, build: Callable[..., Any]
) -> None:
    # Not an exception that the library's loop catches: there it makes a cycle of its own.
    class Refusing:
        def request(self, *_: Any, **__: Any) -> Any:
            raise LookupError

    def fail() -> weakref.ref[Any]:
        request = build(Refusing()).users().messages().list(userId="me")
        with contextlib.suppress(LookupError):
            request.execute()
        return weakref.ref(request)

    gc.disable()
    try:
        assert fail()() is None
    finally:
        gc.enable()
    assert len(instrumented.spans) == 1


# Hooks and credentials


def test_hooks_are_given_span_request_response_and_exception(
    instrument: Callable[..., None],
    recording: Recording,
    messages: Callable[[], Any],
    gmail: LocalGmail,
) -> None:
    seen: list[tuple[Any, ...]] = []
    instrument(
        request_hook=lambda span, request: (
            span.set_attribute("mine", "1"),
            seen.append((request,)),
        ),
        response_hook=lambda *given: seen.append(given[1:]),
    )
    good, bad = messages().list(userId="me"), messages().list(userId="me")
    good.execute()
    gmail.script(LIST, documented("notFound"))
    with pytest.raises(HttpError) as raised:
        bad.execute()

    assert seen[0] == (good,)
    assert seen[1][0] is good
    assert seen[1][1].status == 200
    assert seen[1][2] is None
    assert seen[3] == (bad, raised.value.resp, raised.value)
    assert all(attributes_of(span)["mine"] == "1" for span in recording.spans)


def test_an_authorized_http_is_given_to_the_library_as_it_is(
    instrumented: Recording, gmail: LocalGmail, http: httplib2.Http
) -> None:
    authorized = google_auth_httplib2.AuthorizedHttp(Credentials("token-abc"), http)
    service = build_from_document(gmail.discovery_document(), http=authorized)
    request = service.users().getProfile(userId="me")
    request.execute()

    assert request.http is authorized
    assert gmail.requests[-1].headers["authorization"] == "Bearer token-abc"
    assert len(instrumented.spans) == 1
