# SPDX-License-Identifier: Apache-2.0
"""What a user of httplib2 may do with it, it may still do.

That it sees the same whatever happens is checked in ``tests/trust``.
"""

from __future__ import annotations

import contextlib
import contextvars
import gc
import http.client
import pickle
import socket
import sys
import types
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import httplib2
import pytest
import socks
import wrapt
from googleapiclient.http import tunnel_patch
from oauth2client.client import AccessTokenCredentials
from opentelemetry import baggage, context
from opentelemetry.instrumentation.httplib2 import RequestInfo, ResponseInfo
from opentelemetry.instrumentation.utils import (
    suppress_http_instrumentation,
    suppress_instrumentation,
)
from opentelemetry.propagators.textmap import TextMapPropagator
from opentelemetry.trace import SpanKind

from local_gmail import Fault, LocalGmail, Response, documented
from support.recording import Recording, attributes_of, context_of

# Headers and objects


def test_headers_of_the_application_are_left_as_they_were(
    wire: Recording, http: httplib2.Http, gmail: LocalGmail
) -> None:
    headers = {"x-mine": "1"}
    gmail.script("*", Response(200))

    http.request(gmail.url, headers=headers)

    assert headers == {"x-mine": "1"}
    assert gmail.requests[-1].headers["traceparent"].split("-")[2] == (
        f"{context_of(wire.only_span).span_id:016x}"
    )


@pytest.mark.parametrize(
    ("args", "kwargs"),
    [
        ((), {}),
        (("POST",), {}),
        ((), {"method": "POST"}),
        (("POST",), {"body": "b"}),
        (("POST",), {"body": "b", "headers": {"a": "b"}}),
        (("POST",), {"body": None, "headers": None}),
        (("POST", "b"), {"headers": {"a": "b"}}),
        (("POST", "b", {"a": "b"}, 3), {}),
        (("POST",), {"body": "b", "headers": {"a": "b"}, "redirections": 3}),
    ],
)
def test_arguments_keep_their_shape_for_who_has_wrapped_before(
    monkeypatch: pytest.MonkeyPatch,  # ends after the next, which is on top of it
    instrument_wire: Callable[..., None],
    http: httplib2.Http,
    gmail: LocalGmail,
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
) -> None:
    taken: list[tuple[tuple[Any, ...], dict[str, Any]]] = []
    real = httplib2.Http.request

    def request(self: httplib2.Http, *args: Any, **kwargs: Any) -> Any:
        taken.append((args, dict(kwargs)))
        return real(self, *args, **kwargs)

    monkeypatch.setattr(httplib2.Http, "request", request)
    gmail.script("*", Response(200))
    instrument_wire()

    http.request(gmail.url, *args, **kwargs)

    assert taken == [((gmail.url, *args), kwargs)]


def test_a_pickled_http_works(wire: Recording, http: httplib2.Http, gmail: LocalGmail) -> None:
    gmail.script("*", Response(200), times=2)
    http.request(gmail.url)

    unpickled = pickle.loads(pickle.dumps(http))
    unpickled.request(gmail.url)

    unpickled.close()
    assert len(wire.spans) == 2


def test_nothing_keeps_a_failed_request_alive(wire: Recording) -> None:
    class Body(str):
        __slots__ = ("__weakref__",)

    class Broken(http.client.HTTPConnection):
        def __init__(self, host: str, **_: Any) -> None:
            super().__init__(host)

        def connect(self) -> None:
            raise LookupError

    def fail() -> weakref.ref[Any]:
        body = Body("x")
        with contextlib.suppress(LookupError):
            httplib2.Http().request("http://h/", "POST", body, connection_type=Broken)
        return weakref.ref(body)

    gc.disable()
    try:
        assert fail()() is None
    finally:
        gc.enable()
    assert len(wire.spans) == 1


# Propagation


def test_each_attempt_has_a_trace_context_of_its_own(
    wire: Recording, http: httplib2.Http, gmail: LocalGmail
) -> None:
    gmail.script("*", Fault.DROP, Response(200))

    http.request(gmail.url)

    sent = [one.headers["traceparent"].split("-")[2] for one in gmail.requests]
    assert sent == [f"{context_of(span).span_id:016x}" for span in wire.spans]


def test_baggage_goes_out_from_a_plain_program(
    wire: Recording, http: httplib2.Http, gmail: LocalGmail
) -> None:
    gmail.script("*", Response(200))
    token = context.attach(baggage.set_baggage("tenant", "7"))
    try:
        http.request(gmail.url)
    finally:
        context.detach(token)

    assert gmail.requests[-1].headers["baggage"] == "tenant=7"
    assert len(wire.spans) == 1


def test_baggage_stays_at_home_in_calls_of_googleapiclient(
    wire: Recording,
    instrument: Callable[..., None],
    messages: Callable[[], Any],
    gmail: LocalGmail,
) -> None:
    instrument()
    token = context.attach(baggage.set_baggage("tenant", "7"))
    try:
        messages().list(userId="me").execute()
    finally:
        context.detach(token)

    assert "baggage" not in gmail.requests[-1].headers
    assert "traceparent" in gmail.requests[-1].headers
    assert len(wire.spans) == 2


def test_a_propagator_of_the_users_choice(
    instrument_wire: Callable[..., None], http: httplib2.Http, gmail: LocalGmail
) -> None:
    class Mine(TextMapPropagator):
        def inject(self, carrier: Any, context: Any = None, setter: Any = None) -> None:
            carrier["x-mine"] = "injected"

        def extract(self, carrier: Any, context: Any = None, getter: Any = None) -> Any:
            return context

        @property
        def fields(self) -> set[str]:
            return {"x-mine"}

    instrument_wire(propagator=Mine())
    gmail.script("*", Response(200))

    http.request(gmail.url)

    assert gmail.requests[-1].headers["x-mine"] == "injected"
    assert "traceparent" not in gmail.requests[-1].headers


@pytest.mark.parametrize(
    "outcome", [Response(200), Response(500), Fault.hang(5.0)], ids=["200", "500", "timeout"]
)
def test_a_request_leaves_nothing_in_the_context(
    outcome: Any, wire: Recording, http: httplib2.Http, gmail: LocalGmail
) -> None:
    gmail.script("*", outcome, times=2)
    http.timeout = 0.2
    before = dict(contextvars.copy_context())

    with contextlib.suppress(TimeoutError):
        http.request(gmail.url)

    assert dict(contextvars.copy_context()) == before
    assert wire.spans


# Silence


@pytest.mark.parametrize("suppress", [suppress_instrumentation, suppress_http_instrumentation])
def test_suppressed_requests_are_silent_and_carry_nothing(
    suppress: Callable[[], Any], wire: Recording, http: httplib2.Http, gmail: LocalGmail
) -> None:
    gmail.script("*", Response(200))

    with suppress():
        http.request(gmail.url)

    assert wire.spans == ()
    assert wire.points("http.client.request.duration") == []
    assert "traceparent" not in gmail.requests[-1].headers


def test_suppressed_http_leaves_the_call_span(
    wire: Recording, instrument: Callable[..., None], messages: Callable[[], Any]
) -> None:
    instrument()

    with suppress_http_instrumentation():
        messages().list(userId="me").execute()

    assert [span.name for span in wire.spans] == ["gmail.users.messages.list"]


@pytest.mark.parametrize(
    ("variables", "keyword", "excluded"),
    [
        ({"OTEL_PYTHON_HTTPLIB2_EXCLUDED_URLS": "/health,/ready"}, None, True),
        ({"OTEL_PYTHON_EXCLUDED_URLS": "health"}, None, True),
        ({"OTEL_PYTHON_HTTPLIB2_EXCLUDED_URLS": "x", "OTEL_PYTHON_EXCLUDED_URLS": "health"}, None,
         False),
        ({}, "health$", True),
        ({}, ["nothing", "he.lth"], True),
        ({"OTEL_PYTHON_EXCLUDED_URLS": "health"}, "other", False),
    ],
)  # fmt: skip
def test_excluded_urls(
    variables: dict[str, str],
    keyword: Any,
    excluded: bool,
    monkeypatch: pytest.MonkeyPatch,
    instrument_wire: Callable[..., None],
    recording: Recording,
    http: httplib2.Http,
    gmail: LocalGmail,
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    instrument_wire(**({"excluded_urls": keyword} if keyword else {}))
    gmail.script("*", Response(200))

    http.request(f"{gmail.url}health")

    assert len(recording.spans) == (0 if excluded else 1)
    assert ("traceparent" in gmail.requests[-1].headers) is not excluded


@pytest.mark.parametrize(
    ("keyword", "value"),
    [("excluded_urls", 7), ("excluded_urls", "["), ("capture_url_template", "yes"),
     ("request_hook", 7), ("response_hook", "x"), ("unknown_option", 1)],
)  # fmt: skip
def test_a_bad_option_is_one_warning(
    keyword: str,
    value: Any,
    instrument_wire: Callable[..., None],
    caplog: pytest.LogCaptureFixture,
) -> None:
    instrument_wire(**{keyword: value})

    (record,) = caplog.records
    assert keyword in record.getMessage()


# Templates


@pytest.mark.parametrize("capture", [True, False])
def test_the_template_of_the_call_above_is_used_where_asked_for(
    capture: bool,
    instrument_wire: Callable[..., None],
    instrument: Callable[..., None],
    recording: Recording,
    messages: Callable[[], Any],
    gmail: LocalGmail,
) -> None:
    instrument_wire(capture_url_template=capture)
    instrument()
    elsewhere = f"{gmail.url}gmail/v1/users/me/profile"
    gmail.script("gmail.users.messages.list", Response(302, headers={"location": elsewhere}))

    messages().list(userId="me").execute()

    template = "/gmail/v1/users/{userId}/messages"
    first, hop = recording.of_kind(SpanKind.CLIENT)
    assert first.name == (f"GET {template}" if capture else "GET")
    assert attributes_of(first).get("url.template") == (template if capture else None)
    assert hop.name == "GET"
    assert "url.template" not in attributes_of(hop)


TEMPLATE_VARIABLE = "OTEL_PYTHON_HTTPLIB2_CAPTURE_URL_TEMPLATE"


@pytest.mark.parametrize(
    ("value", "keyword", "captured"),
    [("true", None, True), (" TRUE ", None, True), ("false", None, False), ("", None, False),
     ("true", False, False), ("false", True, True)],
)  # fmt: skip
def test_the_template_is_captured_by_variable_or_keyword(
    value: str,
    keyword: bool | None,
    captured: bool,
    monkeypatch: pytest.MonkeyPatch,
    instrument_wire: Callable[..., None],
    instrument: Callable[..., None],
    recording: Recording,
    messages: Callable[[], Any],
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setenv(TEMPLATE_VARIABLE, value)
    instrument_wire(**({} if keyword is None else {"capture_url_template": keyword}))
    instrument()

    messages().list(userId="me").execute()

    (attempt,) = recording.of_kind(SpanKind.CLIENT)
    assert ("url.template" in attributes_of(attempt)) is captured
    assert not caplog.records


def test_an_invalid_variable_for_the_template_is_one_warning(
    monkeypatch: pytest.MonkeyPatch,
    instrument_wire: Callable[..., None],
    instrument: Callable[..., None],
    recording: Recording,
    messages: Callable[[], Any],
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setenv(TEMPLATE_VARIABLE, "yes")
    instrument_wire()
    instrument()

    messages().list(userId="me").execute()

    (attempt,) = recording.of_kind(SpanKind.CLIENT)
    assert "url.template" not in attributes_of(attempt)
    (record,) = caplog.records
    assert record.levelname == "WARNING"
    for part in (TEMPLATE_VARIABLE, "'yes'", "true, false"):
        assert part in record.getMessage()


# Hooks


def test_hooks_are_given_what_went_out_and_what_came_back(
    instrument_wire: Callable[..., None], http: httplib2.Http, gmail: LocalGmail
) -> None:
    requests: list[RequestInfo] = []
    responses: list[tuple[RequestInfo, ResponseInfo | None]] = []
    instrument_wire(
        request_hook=lambda _, request: requests.append(request),
        response_hook=lambda _, request, response: responses.append((request, response)),
    )
    gmail.script("*", Fault.DROP, Response(404, headers={"x-answer": "1"}))

    http.request(f"{gmail.url}a?key=k", headers={"x-mine": "1"})

    first, second = requests
    assert first.url == f"{gmail.url}a?key=k"
    assert first.headers["x-mine"] == "1"
    assert "traceparent" in first.headers
    assert (first.resend_count, first.resend_cause) == (0, None)
    assert (second.resend_count, second.resend_cause) == (1, "no_response")
    assert responses[0] == (first, None)
    assert responses[1][0] == second
    answer = responses[1][1]
    assert answer is not None
    assert (answer.status_code, answer.protocol_version) == (404, "1.1")
    assert answer.headers["x-answer"] == "1"


# Other shapes of httplib2


_OURS = "_conn_request"


class _Measuring(httplib2.Http):
    """Calls ours by its name, as most subclasses do that measure or log."""

    def _conn_request(self, conn: Any, *args: Any) -> Any:
        base: Any = super()
        return base._conn_request(conn, *args)


class _Forwarding(httplib2.Http):
    """Calls ours in a way that its code does not show."""

    def _conn_request(self, *args: Any) -> Any:
        return getattr(super(), _OURS)(*args)


class _Sending(httplib2.Http):
    """Sends by itself."""

    def _conn_request(self, conn: Any, uri: Any, method: Any, body: Any, headers: Any) -> Any:
        conn.request(method, uri, body, headers)
        response = conn.getresponse()
        content = response.read()
        return httplib2.Response(response), content


@pytest.mark.parametrize("kind", [_Measuring, _Forwarding])
def test_a_subclass_that_calls_ours_is_watched_attempt_by_attempt(
    kind: type[httplib2.Http], wire: Recording, gmail: LocalGmail
) -> None:
    gmail.script("*", Fault.DROP, Response(302, headers={"location": f"{gmail.url}elsewhere"}))
    client = kind()
    client.follow_all_redirects = True

    client.request(gmail.url, "POST", b"x", {"x-mine": "1"})

    client.close()
    assert [
        (
            attributes_of(span).get("http.response.status_code"),
            attributes_of(span).get("http.request.resend_count"),
            attributes_of(span).get("httplib2.resend.cause"),
            attributes_of(span).get("httplib2.failed_phase"),
            attributes_of(span)["httplib2.connection.reused"],
        )
        for span in sorted(wire.spans, key=lambda one: one.start_time or 0)
    ] == [
        (None, None, None, "wait", False),
        (302, 1, "no_response", None, False),
        (404, 2, "redirect", None, True),
    ]
    contexts = {f"{context_of(span).span_id:016x}" for span in wire.spans}
    sent = {request.headers["traceparent"].split("-")[2] for request in gmail.requests}
    assert sent == contexts
    assert {request.headers["x-mine"] for request in gmail.requests} == {"1"}


def test_a_subclass_that_calls_ours_makes_no_span_out_of_the_cache(
    wire: Recording, gmail: LocalGmail, tmp_path: Path
) -> None:
    gmail.script("*", Response(200, b"kept", headers={"cache-control": "max-age=60"}))
    client = _Measuring(cache=str(tmp_path))

    for _ in range(2):
        client.request(gmail.url)

    client.close()
    assert len(gmail.requests) == len(wire.spans) == 1


def test_a_subclass_that_sends_by_itself_has_one_span_for_each_request(
    wire: Recording, gmail: LocalGmail
) -> None:
    gmail.script("*", Response(302, headers={"location": f"{gmail.url}elsewhere"}), Response(503))
    client = _Sending()

    client.request(gmail.url, "GET", headers={"x-mine": "1"})

    client.close()
    attributes = attributes_of(wire.only_span)
    assert attributes["http.response.status_code"] == 503
    assert attributes["http.request.method"] == "GET"
    assert gmail.requests[0].headers["x-mine"] == "1"
    assert gmail.requests[0].headers["traceparent"].split("-")[2] == (
        f"{context_of(wire.only_span).span_id:016x}"
    )


def test_a_patch_that_is_tunnelled_is_known_when_it_is_retried(
    wire: Recording,
    instrument: Callable[..., None],
    build: Callable[..., Any],
    http: httplib2.Http,
    gmail: LocalGmail,
) -> None:
    instrument()
    gmail.script("*", documented("serviceUnavailable"), Response(200, {}))
    request = build(tunnel_patch(http)).users().labels().patch(userId="me", id="1", body={})
    request._sleep = lambda _: None

    request.execute(num_retries=1)

    first, second = wire.of_kind(SpanKind.CLIENT)
    assert attributes_of(first)["http.request.method"] == "POST"
    assert attributes_of(second)["httplib2.resend.cause"] == "retry"


def test_a_subclass_that_sends_by_itself_and_fails(wire: Recording) -> None:
    class Mine(httplib2.Http):
        def _conn_request(self, *_: Any) -> Any:
            raise TimeoutError

    with pytest.raises(TimeoutError):
        Mine().request("http://h/")

    attributes = attributes_of(wire.only_span)
    assert attributes["error.type"] == "TimeoutError"
    assert "httplib2.failed_phase" not in attributes, "nobody has seen what it was doing"


@pytest.mark.parametrize("version", [{}, {"version": [1]}, {"version": "1.1"}], ids=str)
def test_a_response_of_another_kind_keeps_its_status(
    version: dict[str, Any], wire: Recording
) -> None:
    class Mine(httplib2.Http):
        def _conn_request(self, conn: Any, *args: Any) -> Any:
            raise NotImplementedError

        def _request(self, *_: Any) -> Any:
            return types.SimpleNamespace(status=503, previous=None, **version), b""

    Mine().request("http://service.example/")

    attributes = attributes_of(wire.only_span)
    assert attributes["http.response.status_code"] == 503
    assert attributes["error.type"] == "503"


def test_a_status_that_only_equals_a_number_is_taken_for_that(wire: Recording) -> None:
    statuses = iter((299.0, 299, 299.0, 299.5))

    class Mine(httplib2.Http):
        def _conn_request(self, conn: Any, *args: Any) -> Any:
            raise NotImplementedError

        def _request(self, *_: Any) -> Any:
            return types.SimpleNamespace(status=next(statuses), previous=None, version=11), b""

    for _ in range(4):
        Mine().request("http://service.example/")

    seen = [attributes_of(span).get("http.response.status_code") for span in wire.spans]
    assert seen == [299, 299, 299, None]
    assert [type(status) for status in seen[:3]] == [int] * 3


def test_a_proxy_around_ours_that_responses_by_itself_is_seen(
    wire: Recording, monkeypatch: pytest.MonkeyPatch
) -> None:
    def canned(*_: Any) -> Any:
        return httplib2.Response({"status": 200}), b"canned"

    real: Any = httplib2.Http
    monkeypatch.setattr(
        httplib2.Http, "_conn_request", wrapt.FunctionWrapper(real._conn_request, canned)
    )

    httplib2.Http().request("http://service.example/")

    assert attributes_of(wire.only_span)["http.response.status_code"] == 200


def test_one_with_other_arguments_is_left_alone_and_its_requests_are_seen(
    monkeypatch: pytest.MonkeyPatch,
    instrument_wire: Callable[..., None],
    recording: Recording,
    gmail: LocalGmail,
    http: httplib2.Http,
) -> None:
    class_: Any = httplib2.Http
    real = class_._conn_request

    def other(self: Any, conn: Any, uri: str, verb: str, *rest: Any) -> Any:
        return real(self, conn, uri, verb, *rest)

    monkeypatch.setattr(class_, "_conn_request", other)
    instrument_wire()

    response, _ = http.request(gmail.url)

    assert class_._conn_request is other
    attributes = attributes_of(recording.only_span)
    assert attributes["http.response.status_code"] == response.status
    assert "httplib2.connection.reused" not in attributes


def test_a_span_inside_of_a_subclass_is_the_parent_of_the_attempt(
    wire: Recording, gmail: LocalGmail
) -> None:
    tracer = wire.tracer_provider.get_tracer("application")

    class Mine(httplib2.Http):
        def _request(self, *args: Any, **kwargs: Any) -> Any:
            base: Any = super()
            with tracer.start_as_current_span("inside"):
                return base._request(*args, **kwargs)

    gmail.script("*", Response(200))
    client = Mine()
    client.request(gmail.url)
    client.close()

    attempt, inside = wire.spans
    assert attempt.parent == inside.context


def test_a_connection_type_of_the_application(
    wire: Recording, http: httplib2.Http, gmail: LocalGmail
) -> None:
    class Mine(httplib2.HTTPConnectionWithTimeout):
        pass

    gmail.script("*", Response(200))

    http.request(gmail.url, connection_type=Mine)

    assert attributes_of(wire.only_span)["httplib2.connection.reused"] is False


@pytest.mark.parametrize("first", ["authorized", "instrumented"])
def test_oauth2clients_own_request_method(
    first: str, instrument_wire: Callable[..., None], recording: Recording, gmail: LocalGmail
) -> None:
    gmail.script("*", Response(200))
    client = httplib2.Http()
    if first == "instrumented":
        instrument_wire()
    AccessTokenCredentials("token", "agent").authorize(client)
    if first == "authorized":
        instrument_wire()

    client.request(f"{gmail.url}a?b=1")

    client.close()
    attributes = attributes_of(recording.only_span)
    assert attributes["url.full"] == f"{gmail.url}a?b=1"
    assert gmail.requests[-1].headers["authorization"] == "Bearer token"


@pytest.fixture
def proxy() -> Iterator[tuple[int, list[bytes]]]:
    """A CONNECT proxy for one connection, and what it was asked."""
    asked: list[bytes] = []
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with contextlib.suppress(OSError), listening.accept()[0] as inside:
            asked.append(inside.recv(4096))
            host, port = asked[0].split()[1].decode().split(":")
            with socket.create_connection((host, int(port))) as outside:
                inside.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
                outside.sendall(inside.recv(65536))
                inside.sendall(outside.recv(65536))

    thread = Thread(target=serve)
    thread.start()
    yield listening.getsockname()[1], asked
    listening.close()
    thread.join(5)


def test_through_a_proxy_the_peer_is_the_proxy(
    wire: Recording, proxy: tuple[int, list[bytes]], gmail: LocalGmail
) -> None:
    port, asked = proxy
    gmail.script("*", Response(200, b"through", close_after=True))
    info = httplib2.ProxyInfo(
        socks.PROXY_TYPE_HTTP, "127.0.0.1", port, proxy_user="u", proxy_pass="planted"
    )
    client = httplib2.Http(proxy_info=info, timeout=5)

    assert client.request(gmail.url)[1] == b"through"

    client.close()
    assert asked
    attributes = attributes_of(wire.only_span)
    assert attributes["network.peer.port"] == port
    assert attributes["url.full"] == gmail.url
    assert "planted" not in str(attributes)


def test_a_connection_that_two_threads_share_is_told_once(
    wire: Recording, gmail: LocalGmail, caplog: pytest.LogCaptureFixture
) -> None:
    # One thread may take the response of the other, which then waits for nothing till this is over.
    http = httplib2.Http(timeout=2)
    gmail.script("*", Response(200))
    http.request(gmail.url)
    wire.clear()
    barrier = Barrier(2)
    gmail.script("*", Response(200, delay=0.3), times=2)

    def work() -> None:
        barrier.wait()
        with contextlib.suppress(Exception):
            http.request(gmail.url)

    threads = [Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    http.close()

    shared = [attributes_of(span).get("httplib2.connection.shared") for span in wire.spans]
    assert True in shared
    warnings = [one for one in caplog.records if "thread" in one.getMessage()]
    assert len(warnings) <= 1


# Switching on and off


@pytest.mark.parametrize("order", ["call first", "wire first"])
def test_both_orders_of_the_two_instrumentors_give_the_same(
    order: str,
    instrument: Callable[..., None],
    instrument_wire: Callable[..., None],
    recording: Recording,
    messages: Callable[[], Any],
    gmail: LocalGmail,
) -> None:
    for switch_on in (
        (instrument, instrument_wire) if order == "call first" else (instrument_wire, instrument)
    ):
        switch_on()
    gmail.script("gmail.users.messages.list", documented("serviceUnavailable"))
    request = messages().list(userId="me")
    request._sleep = lambda _: None

    request.execute(num_retries=1)

    client, resent, call = recording.spans
    assert attributes_of(resent)["httplib2.resend.cause"] == "retry"
    for one in (client, resent):
        assert one.parent is not None
        assert one.parent.span_id == context_of(call).span_id


@pytest.mark.parametrize("present", ["Http", "nothing"])
def test_another_module_in_the_place_of_httplib2_is_left_alone(
    present: str, monkeypatch: pytest.MonkeyPatch, instrument_wire: Callable[..., None]
) -> None:
    stand_in = types.ModuleType("httplib2")
    if present == "Http":
        stand_in.Http = type("Http", (), {"request": lambda *_: "mine"})  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "httplib2", stand_in)

    instrument_wire()

    if present == "Http":
        assert stand_in.Http().request("http://h/") == "mine"  # type: ignore[attr-defined]
