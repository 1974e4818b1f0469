# SPDX-License-Identifier: Apache-2.0
"""Switching on and off while others hold on to ours, or put theirs around it.

Every order of switching is in ``tests/trust/test_switching.py``.
"""

from __future__ import annotations

import functools
import random
import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import googleapiclient.http
import httplib2
import pytest
import wrapt
from googleapiclient.errors import HttpError
from googleapiclient.http import HttpRequest
from opentelemetry.instrumentation.googleapiclient import GoogleApiClientInstrumentor
from opentelemetry.instrumentation.httplib2 import Httplib2Instrumentor
from opentelemetry.instrumentation.httplib2._support import guard
from opentelemetry.instrumentation.httplib2._wire.scope import RequestScope

from local_gmail import LocalGmail, Response, documented
from support.recording import Recording, attributes_of


def test_what_others_kept_of_ours_passes_straight_through_once_it_is_off(
    instrument: Callable[..., None], recording: Recording, messages: Callable[[], Any]
) -> None:
    instrument()
    request = messages().list(userId="me")
    kept = request.execute
    GoogleApiClientInstrumentor().uninstrument()

    assert kept()["messages"]
    assert recording.spans == ()


def test_what_others_wrapped_around_ours_is_left_alone(
    instrument: Callable[..., None], recording: Recording, messages: Callable[[], Any]
) -> None:
    original = HttpRequest.execute
    instrument()
    ours = HttpRequest.execute

    @functools.wraps(ours)
    def theirs(self: Any, *args: Any, **kwargs: Any) -> Any:
        return ours(self, *args, **kwargs)

    HttpRequest.execute = theirs
    try:
        GoogleApiClientInstrumentor().uninstrument()
        assert HttpRequest.execute is theirs
        messages().list(userId="me").execute()
        assert recording.spans == ()

        instrument()
        messages().list(userId="me").execute()
        assert len(recording.spans) == 1
    finally:
        HttpRequest.execute = ours
        GoogleApiClientInstrumentor().uninstrument()
        HttpRequest.execute = original


@pytest.mark.parametrize(
    ("kind", "name"),
    [(httplib2.Http, "request"), (httplib2.Http, "_conn_request"), (HttpRequest, "execute")],
    ids=lambda value: value if isinstance(value, str) else value.__name__,
)
def test_a_proxy_that_was_there_before_is_told_its_instance(
    kind: Any,
    name: str,
    monkeypatch: pytest.MonkeyPatch,
    instrument: Callable[..., None],
    instrument_wire: Callable[..., None],
    recording: Recording,
    messages: Callable[[], Any],
) -> None:
    """Elastic APM and New Relic put proxies of wrapt there, which look at their arguments."""
    told: list[tuple[object, tuple[Any, ...]]] = []

    def proxy(wrapped: Any, instance: object, args: tuple[Any, ...], kwargs: Any) -> Any:
        told.append((instance, args))
        return wrapped(*args, **kwargs)

    theirs = wrapt.FunctionWrapper(vars(kind)[name], proxy)
    monkeypatch.setattr(kind, name, theirs)
    instrument()
    instrument_wire()

    assert messages().list(userId="me").execute()["messages"]

    ((instance, args),) = told
    assert isinstance(instance, kind)
    assert instance not in args
    assert [span.name for span in recording.spans] == ["GET", "gmail.users.messages.list"]
    GoogleApiClientInstrumentor().uninstrument()
    Httplib2Instrumentor().uninstrument()
    assert vars(kind)[name] is theirs


@pytest.mark.parametrize(
    ("kind", "name", "given"),
    [(httplib2.Http, "request", {"redirections": 1}), (HttpRequest, "execute", {"num_retries": 1})],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_a_partial_method_that_was_there_before_is_traced(
    kind: Any,
    name: str,
    given: dict[str, int],
    monkeypatch: pytest.MonkeyPatch,
    instrument: Callable[..., None],
    instrument_wire: Callable[..., None],
    recording: Recording,
    messages: Callable[[], Any],
) -> None:
    monkeypatch.setattr(kind, name, functools.partialmethod(vars(kind)[name], **given))
    instrument()
    instrument_wire()

    assert messages().list(userId="me").execute()["messages"]

    assert [span.name for span in recording.spans] == ["GET", "gmail.users.messages.list"]
    GoogleApiClientInstrumentor().uninstrument()
    Httplib2Instrumentor().uninstrument()


def test_services_that_were_built_before_are_traced_too(
    build: Callable[..., Any],
    http: Any,
    instrument: Callable[..., None],
    recording: Recording,
) -> None:
    service = build(http)
    request = service.users().getProfile(userId="me")

    instrument()
    request.execute()
    service.users().labels().list(userId="me").execute()

    assert [span.name for span in recording.spans] == [
        "gmail.users.getProfile",
        "gmail.users.labels.list",
    ]
    assert attributes_of(recording.spans[0])["gcp.client.service"] == "gmail"
    assert "url.template" in attributes_of(recording.spans[1])


def test_a_retry_loop_with_other_arguments_is_left_alone(
    monkeypatch: pytest.MonkeyPatch,
    instrument: Callable[..., None],
    recording: Recording,
    messages: Callable[[], Any],
) -> None:
    original = googleapiclient.http._retry_request

    def other(transport: Any, *args: Any, **kwargs: Any) -> Any:
        return original(transport, *args, **kwargs)

    monkeypatch.setattr(googleapiclient.http, "_retry_request", other)
    instrument()

    messages().list(userId="me").execute()

    assert googleapiclient.http._retry_request is other
    assert recording.only_span.name == "gmail.users.messages.list"


@pytest.mark.parametrize(
    ("args", "kwargs"),
    [
        ((), {"method": "GET", "body": None, "headers": {}}),
        (("GET",), {"body": None, "headers": {}}),
        (("GET", None, {}), {}),
        ((), {"method": "GET"}),
        ((), {"method": "GET", "body": None, "headers": {}, "redirections": 1}),
    ],
)
def test_arguments_of_the_retry_loop_keep_their_shape_for_who_has_wrapped_it_before(
    monkeypatch: pytest.MonkeyPatch,  # ends after the next, which is on top of it
    instrument: Callable[..., None],
    http: Any,
    gmail: LocalGmail,
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
) -> None:
    taken: list[tuple[tuple[Any, ...], dict[str, Any]]] = []
    real = googleapiclient.http._retry_request

    @functools.wraps(real)
    def loop(*args: Any, **kwargs: Any) -> Any:
        taken.append((args, dict(kwargs)))
        return real(*args, **kwargs)

    monkeypatch.setattr(googleapiclient.http, "_retry_request", loop)
    gmail.script("*", Response(200))
    instrument()
    first = (http, 0, "request", time.sleep, random.random, gmail.url)

    googleapiclient.http._retry_request(*first, *args, **kwargs)

    assert taken == [((*first, *args), kwargs)]


@pytest.mark.parametrize(
    "kwargs",
    [
        {"method": "GET", "body": None, "headers": {}},
        {"method": "GET", "body": None},
        {"method": "GET", "headers": {}},
        {"method": "GET", "body": None, "headers": {}, "redirections": 1},
    ],
    ids=",".join,
)
def test_the_librarys_own_loop_hands_on_what_it_was_given(
    instrument: Callable[..., None], kwargs: dict[str, Any]
) -> None:
    taken: list[dict[str, Any]] = []

    class Taker:
        def request(self, uri: str, method: str, **kwargs: Any) -> Any:
            taken.append({"method": method, **kwargs})
            return httplib2.Response({"status": 200}), b""

    instrument()
    googleapiclient.http._retry_request(
        Taker(), 0, "request", time.sleep, random.random, "http://service.example/", **kwargs
    )

    assert taken == [kwargs]


def test_a_retry_loop_of_the_application_that_raises_by_itself_keeps_its_response(
    monkeypatch: pytest.MonkeyPatch,  # ends after the next, which is on top of it
    instrument: Callable[..., None],
    recording: Recording,
    messages: Callable[[], Any],
    gmail: LocalGmail,
) -> None:
    def loop(
        http: Any,
        num_retries: int,
        req_type: str,
        sleep: Any,
        rand: Any,
        uri: str,
        method: str,
        *args: Any,
        **kwargs: Any,
    ) -> Any:
        del num_retries, req_type, sleep, rand
        response, content = http.request(uri, method, *args, **kwargs)
        if response.status >= 400:
            raise HttpError(response, content, uri=uri)
        return response, content

    monkeypatch.setattr(googleapiclient.http, "_retry_request", loop)
    gmail.script("gmail.users.messages.list", documented("userRateLimitExceeded"))
    instrument()

    with pytest.raises(HttpError):
        messages().list(userId="me").execute()

    attributes = attributes_of(recording.only_span)
    assert attributes["http.response.status_code"] == 403
    assert attributes["error.type"] == "userRateLimitExceeded"


def test_a_response_that_came_past_us_costs_the_span_no_more_than_its_status(
    instrumented: Recording,
    messages: Callable[[], Any],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    # A fault is said once, and another test may have heard it.
    monkeypatch.setattr(guard, "_once", guard._Once())
    request = messages().list(userId="me")
    instrumented.clear()
    response = httplib2.Response({"status": 200}), b"{}"
    monkeypatch.setattr(googleapiclient.http, "_retry_request", lambda *_, **__: response)

    assert request.execute() == {}

    assert "http.response.status_code" not in attributes_of(instrumented.only_span)
    assert not caplog.records


def test_a_status_that_is_no_integer_is_not_told(
    instrumented: Recording, messages: Callable[[], Any]
) -> None:
    class StandIn:
        def request(self, *_: Any, **__: Any) -> Any:
            return SimpleNamespace(status=200.0), b"{}"

    request = messages().list(userId="me")
    request.http = StandIn()
    instrumented.clear()

    assert request.execute() == {}

    assert "http.response.status_code" not in attributes_of(instrumented.only_span)


def test_the_peer_instrumentation_beside_ours_is_one_warning(
    instrument: Callable[..., None],
    messages: Callable[[], Any],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    instrument()
    ours = HttpRequest.execute

    @functools.wraps(ours)
    def peer(self: Any, *args: Any, **kwargs: Any) -> Any:
        return ours(self, *args, **kwargs)

    # The mark that opentelemetry-instrumentation-google-api-client leaves on its wrapper.
    peer.opentelemetry_instrumentation_google_api_client_applied = True  # type: ignore[attr-defined]
    monkeypatch.setattr(HttpRequest, "execute", peer)

    for _ in range(2):
        messages().list(userId="me").execute()

    warnings = [one.getMessage() for one in caplog.records if "twice" in one.getMessage()]
    assert len(warnings) == 1
    assert "OTEL_PYTHON_DISABLED_INSTRUMENTATIONS" in warnings[0]


def test_no_class_of_ours_hides_a_slot_of_its_base() -> None:
    def subclasses(kind: type) -> set[type]:
        direct = set(kind.__subclasses__())
        return direct.union(*map(subclasses, direct))

    for kind in subclasses(RequestScope):
        own = set(vars(kind).get("__slots__", ()))
        inherited = {slot for base in kind.__mro__[1:] for slot in vars(base).get("__slots__", ())}
        assert own.isdisjoint(inherited), kind


def test_a_wrapper_that_hides_ours_does_not_make_two_layers(
    instrument: Callable[..., None], recording: Recording, messages: Callable[[], Any]
) -> None:
    original = HttpRequest.execute
    instrument()
    ours = HttpRequest.execute

    def theirs(self: Any, *args: Any, **kwargs: Any) -> Any:
        return ours(self, *args, **kwargs)

    HttpRequest.execute = theirs
    try:
        GoogleApiClientInstrumentor().uninstrument()
        instrument()
        messages().list(userId="me").execute()
        assert len(recording.spans) == 1
    finally:
        HttpRequest.execute = ours
        GoogleApiClientInstrumentor().uninstrument()
        assert HttpRequest.execute is original
