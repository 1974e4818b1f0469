# SPDX-License-Identifier: Apache-2.0
"""Why a request goes out again is what was seen, never what is likely (design 4.5)."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from typing import Any

import google_auth_httplib2
import httplib2
import pytest
from google.oauth2.credentials import Credentials
from googleapiclient.discovery import build_from_document
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.trace import SpanKind

from local_gmail import Fault, LocalGmail, Response, documented
from local_gmail.google_errors import oauth_error
from support.recording import Recording, attributes_of

LIST = "gmail.users.messages.list"
SEND = "gmail.users.messages.send"
STOP = "gmail.users.stop"
TOKEN = "POST /token"
MAIL = {"raw": "VG86IGFAZXhhbXBsZS5jb20NCg0KaGk="}


@pytest.fixture
def both(wire: Recording, instrument: Callable[..., None]) -> Recording:
    instrument()
    return wire


def _service(gmail: LocalGmail, http: Any) -> Any:
    return build_from_document(gmail.discovery_document(), http=http)


def _list(gmail: LocalGmail, http: Any, num_retries: int = 0) -> None:
    request = _service(gmail, http).users().messages().list(userId="me")
    request._sleep = lambda _: None
    request.execute(num_retries=num_retries)


def _send(gmail: LocalGmail, http: Any, num_retries: int = 0) -> None:
    request = _service(gmail, http).users().messages().send(userId="me", body=MAIL)
    request._sleep = lambda _: None
    request.execute(num_retries=num_retries)


def _causes(recording: Recording) -> list[tuple[str, object, object]]:
    clients: list[ReadableSpan] = recording.of_kind(SpanKind.CLIENT)
    return [
        (
            span.name,
            attributes_of(span).get("http.request.resend_count"),
            attributes_of(span).get("httplib2.resend.cause"),
        )
        for span in sorted(clients, key=lambda one: one.start_time or 0)
    ]


class Persistent:
    """An http object that sends again by itself, as some applications have one."""

    def __init__(self, http: Any, statuses: tuple[int, ...]) -> None:
        self._http = http
        self._statuses = statuses

    def request(self, *args: Any, **kwargs: Any) -> Any:
        response, content = self._http.request(*args, **kwargs)
        if response.status in self._statuses:
            return self._http.request(*args, **kwargs)
        return response, content


def _authorized(gmail: LocalGmail, http: Any) -> Any:
    credentials = Credentials("stale", refresh_token="r", token_uri=gmail.token_uri,
                              client_id="c", client_secret="s")  # fmt: skip
    return google_auth_httplib2.AuthorizedHttp(credentials, http)


def test_a_transport_that_sends_again_by_itself(
    both: Recording, gmail: LocalGmail, http: httplib2.Http
) -> None:
    gmail.script(LIST, documented("serviceUnavailable"))

    _list(gmail, Persistent(http, (503,)))

    assert _causes(both) == [("GET", None, None), ("GET", 1, "transport")]


def test_a_transport_that_sends_again_below_the_credentials(
    both: Recording, gmail: LocalGmail, http: httplib2.Http
) -> None:
    gmail.script(LIST, documented("serviceUnavailable"), documented("authError"))

    _list(gmail, _authorized(gmail, Persistent(http, (503,))))

    assert _causes(both) == [
        ("GET", None, None),
        ("GET", 1, "transport"),
        ("POST", None, None),
        ("GET", 2, "auth_refresh"),
    ]


def test_a_retry_whose_token_is_renewed(
    both: Recording, gmail: LocalGmail, http: httplib2.Http
) -> None:
    gmail.script(LIST, documented("serviceUnavailable"), documented("authError"))

    _list(gmail, _authorized(gmail, http), num_retries=1)

    assert _causes(both) == [
        ("GET", None, None),
        ("GET", 1, "retry"),
        ("POST", None, None),
        ("GET", 2, "auth_refresh"),
    ]


# google-auth repeats a token request up to three times.


def test_a_token_request_that_google_auth_repeats(
    both: Recording, gmail: LocalGmail, http: httplib2.Http, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time, "sleep", lambda _: None)
    gmail.script(LIST, documented("authError"))
    gmail.script(TOKEN, oauth_error(500, "internal_failure", "Try again"), times=2)

    _list(gmail, _authorized(gmail, http))

    assert _causes(both) == [
        ("GET", None, None),
        ("POST", None, None),
        ("POST", 1, "token_retry"),
        ("POST", 2, "token_retry"),
        ("GET", 1, "auth_refresh"),
    ]
    assert {
        dict(point.attributes)["httplib2.resend.cause"]: dict(point.attributes).get("rpc.method")
        for point in both.points("httplib2.resends")
    } == {"token_retry": None, "auth_refresh": LIST}


def test_a_second_token_request_of_one_call_is_no_resend(
    both: Recording, gmail: LocalGmail, http: httplib2.Http
) -> None:
    gmail.script(LIST, documented("authError"), times=2)

    _list(gmail, _authorized(gmail, http))

    assert _causes(both) == [
        ("GET", None, None),
        ("POST", None, None),
        ("GET", 1, "auth_refresh"),
        ("POST", None, None),
        ("GET", 2, "auth_refresh"),
    ]


def test_another_request_that_a_transport_repeats_is_no_token_request(
    both: Recording, gmail: LocalGmail, http: httplib2.Http
) -> None:
    class Auditing:
        def request(self, *args: Any, **kwargs: Any) -> Any:
            for _ in range(2):
                http.request(f"{gmail.url}audit", "POST", b"{}")
            return http.request(*args, **kwargs)

    gmail.script("POST /audit", Response(500), times=2)

    _list(gmail, Auditing())

    assert _causes(both) == [("POST", None, None), ("POST", None, None), ("GET", None, None)]


# A signal handler runs inside of whatever runs.


@pytest.mark.parametrize("same_http", [True, False], ids=["same Http", "another Http"])
def test_a_request_of_a_signal_handler_is_no_resend_of_the_one_that_waits(
    same_http: bool, both: Recording, gmail: LocalGmail
) -> None:
    http, other = httplib2.Http(timeout=0.5), httplib2.Http(timeout=0.5)
    url = f"{gmail.url}gmail/v1/users/me/messages?alt=json"

    def send(*_: object) -> None:
        try:
            (http if same_http else other).request(url)
        except Exception:  # noqa: BLE001 - one Http can't do both
            return

    gmail.script(LIST, Response(200, {}, delay=0.3))
    before = signal.signal(signal.SIGALRM, send)
    signal.setitimer(signal.ITIMER_REAL, 0.1)
    try:
        _list(gmail, http)
    except Exception:  # noqa: BLE001
        assert same_http
    finally:
        signal.signal(signal.SIGALRM, before)
        http.close()
        other.close()

    assert _causes(both)[:2] == [("GET", None, None), ("GET", None, None)]
    (call,) = both.of_kind(SpanKind.INTERNAL)
    assert "googleapiclient.duplicate_risk" not in attributes_of(call)


def test_a_request_of_a_signal_handler_during_a_wait_is_no_resend(
    both: Recording, gmail: LocalGmail, http: httplib2.Http
) -> None:
    request = _service(gmail, http).users().messages().list(userId="me")
    request._sleep = lambda _: http.request(request.uri)
    gmail.script(LIST, documented("serviceUnavailable"))

    request.execute(num_retries=1)

    assert _causes(both) == [("GET", None, None), ("GET", None, None), ("GET", 1, "retry")]


# The metric tells what alerts need: whether the attempt before may have been carried out.


def _idle_closed(gmail: LocalGmail, http: httplib2.Http) -> None:
    # Without a body, so that nothing is left to be sent when the connection is found closed.
    gmail.script(STOP, Response(204, close_after=True), Response(204))
    for _ in range(2):
        _service(gmail, http).users().stop(userId="me").execute()


def _dropped(gmail: LocalGmail, http: httplib2.Http) -> None:
    gmail.script(SEND, Fault.SERVE_AND_DROP)
    _send(gmail, http)


def _truncated(gmail: LocalGmail, http: httplib2.Http) -> None:
    gmail.script(SEND, Fault.TRUNCATE)
    _send(gmail, Retrying(http))


def _unavailable(gmail: LocalGmail, http: httplib2.Http) -> None:
    gmail.script(SEND, documented("serviceUnavailable"))
    _send(gmail, http, num_retries=1)


class Retrying:
    """An http object that sends again after any exception, on a new connection."""

    def __init__(self, http: httplib2.Http) -> None:
        self._http = http

    def request(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return self._http.request(*args, **kwargs)
        except Exception:  # noqa: BLE001 - as careless as some are
            self._http.close()
            return self._http.request(*args, **kwargs)


RESENDS: dict[str, tuple[Callable[..., None], dict[str, object]]] = {
    "an idle connection that was closed": (
        _idle_closed,
        {
            "httplib2.resend.cause": "no_response",
            "httplib2.previous.failed_phase": "wait",
            "httplib2.previous.connection.reused": True,
            "rpc.method": STOP,
        },
    ),
    "a fresh connection that was closed": (
        _dropped,
        {
            "httplib2.resend.cause": "no_response",
            "httplib2.previous.failed_phase": "wait",
            "httplib2.previous.connection.reused": False,
        },
    ),
    "a response that was cut off": (
        _truncated,
        {
            "httplib2.resend.cause": "transport",
            "httplib2.previous.failed_phase": "read",
            "httplib2.previous.connection.reused": False,
        },
    ),
    "a response that asked for it": (
        _unavailable,
        {"httplib2.resend.cause": "retry", "httplib2.previous.connection.reused": False},
    ),
}


@pytest.mark.parametrize(("run", "expected"), RESENDS.values(), ids=RESENDS)
def test_a_resend_says_how_the_attempt_before_ended(
    run: Callable[..., None],
    expected: dict[str, object],
    both: Recording,
    gmail: LocalGmail,
    http: httplib2.Http,
) -> None:
    run(gmail, http)

    (point,) = both.points("httplib2.resends")
    assert point.value == 1
    assert dict(point.attributes) == {
        "http.request.method": "POST",
        "server.address": "127.0.0.1",
        "rpc.method": SEND,
        **expected,
    }


# Whether the server may have done it twice.


def _long_get(gmail: LocalGmail, http: httplib2.Http) -> None:
    gmail.script(LIST, Fault.DROP)
    _service(gmail, http).users().messages().list(userId="me", q="x" * 3000).execute()


def _dropped_get(gmail: LocalGmail, http: httplib2.Http) -> None:
    gmail.script(LIST, Fault.DROP)
    _list(gmail, http)


def _dropped_token_request(gmail: LocalGmail, http: httplib2.Http) -> None:
    gmail.script(SEND, documented("authError"))
    gmail.script(TOKEN, Fault.DROP)
    _send(gmail, _authorized(gmail, http))


def _dropped_then_unavailable(gmail: LocalGmail, http: httplib2.Http) -> None:
    gmail.script(SEND, Fault.SERVE_AND_DROP, documented("serviceUnavailable"))
    _send(gmail, http, num_retries=1)


def _dropped_batch(gmail: LocalGmail, http: httplib2.Http) -> None:
    gmail.script("batch", Fault.SERVE_AND_DROP)
    service = _service(gmail, http)
    batch = service.new_batch_http_request()
    batch.add(service.users().messages().send(userId="me", body=MAIL))
    batch.execute()


RISKS: dict[str, tuple[Callable[..., None], bool]] = {
    "a POST that got no response": (_dropped, True),
    "a POST whose response was cut off": (_truncated, True),
    "a POST that got no response, then a retry": (_dropped_then_unavailable, True),
    "a batch that got no response": (_dropped_batch, True),
    "a POST that was refused, then a retry": (_unavailable, False),
    "a GET": (_dropped_get, False),
    "a GET that is sent as POST": (_long_get, False),
    "a token request": (_dropped_token_request, False),
}


@pytest.mark.parametrize(("run", "risk"), RISKS.values(), ids=RISKS)
def test_a_call_says_whether_it_may_have_been_carried_out_twice(
    run: Callable[..., None],
    risk: bool,
    both: Recording,
    gmail: LocalGmail,
    http: httplib2.Http,
) -> None:
    run(gmail, http)

    assert len(gmail.requests) > 1
    calls = both.of_kind(SpanKind.INTERNAL)
    assert attributes_of(calls[-1]).get("googleapiclient.duplicate_risk") is (
        True if risk else None
    )
