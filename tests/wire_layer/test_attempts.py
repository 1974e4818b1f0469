# SPDX-License-Identifier: Apache-2.0
"""One CLIENT span for each attempt: what the server received, and what never reached it."""

from __future__ import annotations

import errno
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.client import IncompleteRead, RemoteDisconnected
from itertools import pairwise
from pathlib import Path
from typing import Any

import google_auth_httplib2
import httplib2
import pytest
from google.oauth2.credentials import Credentials
from googleapiclient.discovery import build_from_document
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.trace import SpanKind

from local_gmail import Fault, LocalGmail, Response, documented
from support.recording import Recording, attributes_of, context_of

LIST = "gmail.users.messages.list"
SEND = "gmail.users.messages.send"
MAIL = {"raw": "VG86IGFAZXhhbXBsZS5jb20NCg0KaGk="}


@dataclass
class Attempt:
    """What one CLIENT span has to say."""

    status: int | None = 200
    cause: str | None = None
    """The resend cause with both layers."""
    alone: str | None = None
    """The resend cause that the wire layer knows alone."""
    count: int = 0
    count_alone: int = 0
    error: str | None = None
    phase: str | None = None
    reused: bool = True
    received: bool = True
    """Whether the server got it."""


@dataclass
class Scenario:
    run: Callable[[Any, LocalGmail], None]
    attempts: list[Attempt]
    http: Callable[[LocalGmail], Any] = field(default=lambda _: httplib2.Http(timeout=10))


def _list(service: Any, num_retries: int = 0) -> None:
    request = service.users().messages().list(userId="me")
    request._sleep = lambda _: None
    request.execute(num_retries=num_retries)


def _send(service: Any) -> None:
    service.users().messages().send(userId="me", body=MAIL).execute()


def _retried(service: Any, gmail: LocalGmail) -> None:
    gmail.script(LIST, documented("serviceUnavailable"), times=2)
    _list(service, num_retries=3)


def _renewed(service: Any, gmail: LocalGmail) -> None:
    gmail.script(LIST, documented("authError"))
    _list(service)


def _authorized(gmail: LocalGmail) -> Any:
    credentials = Credentials("stale", refresh_token="r", token_uri=gmail.token_uri,
                              client_id="c", client_secret="s")  # fmt: skip
    return google_auth_httplib2.AuthorizedHttp(credentials, httplib2.Http(timeout=10))


def _redirected(service: Any, gmail: LocalGmail) -> None:
    profile = f"{gmail.url}gmail/v1/users/me/profile"
    gmail.script(LIST, Response(302, headers={"location": profile}))
    _list(service)


def _dropped_post(service: Any, gmail: LocalGmail) -> None:
    gmail.script(SEND, Fault.DROP)
    _send(service)


def _dropped_for_good(service: Any, gmail: LocalGmail) -> None:
    gmail.script(LIST, Fault.DROP, times=2)
    with pytest.raises(RemoteDisconnected):
        _list(service)


def _idle_closed(service: Any, gmail: LocalGmail) -> None:
    gmail.script(LIST, Fault.CLOSE_AFTER)
    _list(service)
    _list(service)


def _timed_out(service: Any, gmail: LocalGmail) -> None:
    gmail.script(LIST, Fault.hang(1.0))
    with pytest.raises(TimeoutError):
        _list(service)


def _truncated(service: Any, gmail: LocalGmail) -> None:
    gmail.script(LIST, Fault.TRUNCATE)
    with pytest.raises(IncompleteRead):
        _list(service)


def _junk_gzip(service: Any, gmail: LocalGmail) -> None:
    gmail.script(LIST, Fault.BAD_GZIP)
    with pytest.raises(httplib2.FailedToDecompressContent):
        _list(service)


def _reset(service: Any, gmail: LocalGmail) -> None:
    gmail.script(LIST, Fault.RESET)
    with pytest.raises(ConnectionResetError):
        _list(service)


SCENARIOS = {
    "success": Scenario(lambda service, _: _list(service), [Attempt(reused=False)]),
    "503 503 200": Scenario(
        _retried,
        [
            Attempt(503, error="503", reused=False),
            Attempt(503, cause="retry", count=1, error="503"),
            Attempt(200, cause="retry", count=2),
        ],
    ),
    "401 token 200": Scenario(
        _renewed,
        [
            Attempt(401, error="401", reused=False),
            Attempt(200),
            Attempt(200, cause="auth_refresh", count=1),
        ],
        _authorized,
    ),
    "302": Scenario(
        _redirected,
        [
            Attempt(302, reused=False),
            Attempt(200, cause="redirect", alone="redirect", count=1, count_alone=1),
        ],
    ),
    "dropped POST": Scenario(
        _dropped_post,
        [
            Attempt(None, error="http.client.RemoteDisconnected", phase="wait", reused=False),
            Attempt(
                200, cause="no_response", alone="no_response", count=1, count_alone=1, reused=False
            ),
        ],
    ),
    "dropped twice": Scenario(
        _dropped_for_good,
        [
            Attempt(None, error="http.client.RemoteDisconnected", phase="wait", reused=False),
            Attempt(
                None,
                cause="no_response",
                alone="no_response",
                count=1,
                count_alone=1,
                error="http.client.RemoteDisconnected",
                phase="wait",
                reused=False,
            ),
        ],
    ),
    "idle connection closed": Scenario(
        _idle_closed,
        [
            Attempt(200, reused=False),
            Attempt(None, error="http.client.RemoteDisconnected", phase="wait", received=False),
            Attempt(
                200, cause="no_response", alone="no_response", count=1, count_alone=1, reused=False
            ),
        ],
    ),
    "timeout": Scenario(
        _timed_out,
        [Attempt(None, error="TimeoutError", phase="wait", reused=False)],
        lambda _: httplib2.Http(timeout=0.3),
    ),
    "truncated": Scenario(
        _truncated, [Attempt(200, error="http.client.IncompleteRead", phase="read", reused=False)]
    ),
    "junk gzip": Scenario(
        _junk_gzip,
        [
            Attempt(
                200,
                error="httplib2.error.FailedToDecompressContent",
                phase="read",
                reused=False,
            )
        ],
    ),
    "reset": Scenario(
        _reset, [Attempt(None, error="ConnectionResetError", phase="wait", reused=False)]
    ),
}


def _told(span: ReadableSpan) -> tuple[object, ...]:
    attributes = attributes_of(span)
    return tuple(
        attributes.get(name)
        for name in (
            "http.response.status_code",
            "http.request.resend_count",
            "httplib2.resend.cause",
            "error.type",
            "httplib2.failed_phase",
            "httplib2.connection.reused",
        )
    )


@pytest.mark.parametrize("layers", ["both", "wire alone"])
@pytest.mark.parametrize("scenario", SCENARIOS.values(), ids=SCENARIOS)
def test_the_attempts_of_a_call(
    scenario: Scenario,
    layers: str,
    wire: Recording,
    instrument: Callable[..., None],
    gmail: LocalGmail,
) -> None:
    both = layers == "both"
    if both:
        instrument()
    http = scenario.http(gmail)

    scenario.run(build_from_document(gmail.discovery_document(), http=http), gmail)

    http.close()
    clients = sorted(wire.of_kind(SpanKind.CLIENT), key=lambda span: span.start_time or 0)
    assert [_told(span) for span in clients] == [
        (
            attempt.status,
            (attempt.count if both else attempt.count_alone) or None,
            attempt.cause if both else attempt.alone,
            attempt.error,
            attempt.phase,
            attempt.reused,
        )
        for attempt in scenario.attempts
    ]
    assert len(gmail.requests) == sum(attempt.received for attempt in scenario.attempts)
    assert not {span.parent.span_id for span in clients if span.parent} & {
        context_of(span).span_id for span in clients
    }
    for one, next_one in pairwise(clients):
        assert (one.end_time or 0) <= (next_one.start_time or 0)
    if both:
        calls = {context_of(span).span_id for span in wire.of_kind(SpanKind.INTERNAL)}
        assert {span.parent.span_id for span in clients if span.parent} == calls
        assert all(span.parent for span in clients)


@pytest.fixture
def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return listening.getsockname()[1]


def test_a_connection_that_is_refused(wire: Recording, free_port: int) -> None:
    with pytest.raises(ConnectionRefusedError):
        httplib2.Http().request(f"http://127.0.0.1:{free_port}/")

    attributes = attributes_of(wire.only_span)
    assert attributes["error.type"] == "ConnectionRefusedError"
    assert attributes["httplib2.failed_phase"] == "connect"
    assert attributes["httplib2.connection.reused"] is False
    assert "network.peer.address" not in attributes


def test_a_network_that_is_unreachable_at_first(
    wire: Recording, gmail: LocalGmail, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As httplib2 has it; googleapiclient makes it 1.
    monkeypatch.setattr(httplib2, "RETRIES", 2)
    unreachable = iter([OSError(errno.ENETUNREACH, "Network is unreachable")])

    class Connection(httplib2.HTTPConnectionWithTimeout):
        def connect(self) -> None:
            for error in unreachable:
                raise error
            super().connect()

    client = httplib2.Http(timeout=10)
    response, _ = client.request(gmail.url, connection_type=Connection)
    client.close()

    first, second = map(attributes_of, wire.spans)
    assert first["error.type"] == "OSError"
    assert first["httplib2.failed_phase"] == "connect"
    assert second["http.request.resend_count"] == 1
    assert second["httplib2.resend.cause"] == "no_response"
    assert second["http.response.status_code"] == response.status


@pytest.mark.parametrize(
    ("name", "address", "port"),
    [
        pytest.param("/run/gmail.sock", "/run/gmail.sock", None, id="a Unix socket"),
        pytest.param((3, 8025), "3", 8025, id="a virtual machine"),
        pytest.param(("::1", 8025, 0, 0), "::1", 8025, id="IPv6"),
        pytest.param(b"\0gmail", None, None, id="an abstract Unix socket"),
    ],
)
def test_the_peer_of_a_socket_of_another_family(
    name: object, address: str | None, port: int | None, wire: Recording, gmail: LocalGmail
) -> None:
    class Named:
        def __init__(self, sock: Any) -> None:
            self._sock = sock

        def __getattr__(self, attribute: str) -> Any:
            return getattr(self._sock, attribute)

        def getpeername(self) -> object:
            return name

    class Connection(httplib2.HTTPConnectionWithTimeout):
        def connect(self) -> None:
            super().connect()
            self.sock = Named(self.sock)

    client = httplib2.Http(timeout=10)
    client.request(gmail.url, connection_type=Connection)
    client.close()

    attributes = attributes_of(wire.only_span)
    assert attributes.get("network.peer.address") == address
    assert attributes.get("network.peer.port") == port


def test_a_name_that_does_not_resolve(wire: Recording) -> None:
    with pytest.raises(httplib2.ServerNotFoundError):
        httplib2.Http().request("http://gmail.invalid/")

    attributes = attributes_of(wire.only_span)
    assert attributes["error.type"] == "httplib2.error.ServerNotFoundError"
    assert attributes["httplib2.failed_phase"] == "connect"


def test_a_certificate_that_nobody_trusts(wire: Recording) -> None:
    with LocalGmail(tls=True) as gmail, pytest.raises(OSError, match="CERTIFICATE_VERIFY_FAILED"):
        httplib2.Http().request(gmail.url)

    assert attributes_of(wire.only_span)["error.type"] == "ssl.SSLCertVerificationError"
    assert attributes_of(wire.only_span)["httplib2.failed_phase"] == "connect"


def test_tls(wire: Recording) -> None:
    with LocalGmail(tls=True) as gmail:
        http = httplib2.Http(ca_certs=str(gmail.ca_certs))
        http.request(f"{gmail.url}gmail/v1/users/me/profile")
        http.close()

        attributes = attributes_of(wire.only_span)
        assert attributes["url.full"] == f"{gmail.url}gmail/v1/users/me/profile"
        assert attributes["http.response.status_code"] == 200
        assert attributes["network.peer.address"] == "127.0.0.1"


# Caches


@pytest.fixture
def caching(tmp_path: Path) -> Iterator[httplib2.Http]:
    http = httplib2.Http(str(tmp_path), timeout=5)
    yield http
    http.close()


def test_a_cache_hit_sends_nothing_and_makes_no_span(
    wire: Recording, gmail: LocalGmail, caching: httplib2.Http
) -> None:
    gmail.script("*", Response(200, b"fresh", headers={"cache-control": "max-age=60"}))
    url = f"{gmail.url}gmail/v1/users/me/profile"

    responses = [caching.request(url) for _ in range(2)]

    assert [response[0].fromcache for response in responses] == [False, True]
    assert len(gmail.requests) == 1
    assert len(wire.spans) == 1


def test_a_revalidation_is_a_span_and_304_is_no_error(
    wire: Recording, gmail: LocalGmail, caching: httplib2.Http
) -> None:
    headers = {"cache-control": "max-age=0", "etag": '"1"'}
    gmail.script("*", Response(200, b"stale", headers=headers), Response(304, headers=headers))
    url = f"{gmail.url}gmail/v1/users/me/profile"

    for _ in range(2):
        caching.request(url)

    first, second = wire.spans
    assert attributes_of(first)["http.response.status_code"] == 200
    assert attributes_of(second)["http.response.status_code"] == 304
    assert "error.type" not in attributes_of(second)
    assert "http.request.resend_count" not in attributes_of(second)


def test_a_redirect_out_of_the_cache_is_no_resend(
    wire: Recording, gmail: LocalGmail, caching: httplib2.Http
) -> None:
    profile = f"{gmail.url}gmail/v1/users/me/profile"
    moved = Response(301, headers={"location": profile, "cache-control": "max-age=60"})
    gmail.script("GET /moved", moved)

    for _ in range(2):
        caching.request(f"{gmail.url}moved")

    assert [_told(span)[:3] for span in wire.spans] == [
        (301, None, None),
        (200, 1, "redirect"),
        (200, None, None),
    ]


# What else httplib2 does


def test_an_authentication_challenge_is_responded_by_a_resend(
    wire: Recording, gmail: LocalGmail
) -> None:
    challenge = {"www-authenticate": 'Basic realm="mail"'}
    gmail.script("*", Response(401, headers=challenge), Response(200))
    http = httplib2.Http()
    http.add_credentials("user", "password")

    http.request(gmail.url)

    http.close()
    assert [_told(span)[:3] for span in wire.spans] == [
        (401, None, None),
        (200, 1, "auth_challenge"),
    ]


def test_redirects_without_end_are_counted_until_httplib2_gives_up(
    wire: Recording, gmail: LocalGmail
) -> None:
    gmail.script("*", Response(302, headers={"location": gmail.url}), times=None)
    http = httplib2.Http()

    with pytest.raises(httplib2.RedirectLimit):
        http.request(gmail.url)

    http.close()
    assert len(wire.spans) == len(gmail.requests) == 6
    assert [_told(span)[1] for span in wire.spans] == [None, 1, 2, 3, 4, 5]


def test_exceptions_forced_to_status_codes_are_still_told(
    wire: Recording, gmail: LocalGmail
) -> None:
    gmail.script("*", Fault.RESET)
    http = httplib2.Http()
    http.force_exception_to_status_code = True

    response, _ = http.request(gmail.url)

    http.close()
    assert response.status == 400
    assert attributes_of(wire.only_span)["error.type"] == "ConnectionResetError"


def test_head(wire: Recording, gmail: LocalGmail) -> None:
    gmail.script("*", Response(200))
    http = httplib2.Http()
    http.request(gmail.url, "HEAD")
    http.close()

    assert wire.only_span.name == "HEAD"
    assert attributes_of(wire.only_span)["http.response.status_code"] == 200


def test_a_resend_has_a_span_of_its_own_metric_to_alert_on(
    wire: Recording, gmail: LocalGmail
) -> None:
    gmail.script(SEND, Fault.SERVE_AND_DROP)
    gmail.mailbox.reset()
    http = httplib2.Http()

    _send(build_from_document(gmail.discovery_document(), http=http))

    http.close()
    assert len(gmail.mailbox.sent) == 2, "the mail went out twice"
    (point,) = wire.points("httplib2.resends")
    assert point.value == 1
    assert dict(point.attributes) == {
        "http.request.method": "POST",
        "server.address": "127.0.0.1",
        "httplib2.resend.cause": "no_response",
        "httplib2.previous.failed_phase": "wait",
        "httplib2.previous.connection.reused": False,
    }
    gmail.mailbox.reset()


@pytest.mark.parametrize("interrupted", [1, 2])
def test_an_attempt_whose_hook_is_interrupted_ends_once(
    interrupted: int,
    instrument_wire: Callable[..., None],
    recording: Recording,
    gmail: LocalGmail,
    caplog: pytest.LogCaptureFixture,
) -> None:
    seen: list[object] = []

    def interrupt(_: object, request: object) -> None:
        seen.append(request)
        if len(seen) == interrupted:
            raise KeyboardInterrupt

    http = httplib2.Http(timeout=10)
    service = build_from_document(gmail.discovery_document(), http=http)
    gmail.script(SEND, Fault.SERVE_AND_DROP)
    instrument_wire(request_hook=interrupt)

    with pytest.raises(KeyboardInterrupt):
        _send(service)

    http.close()
    assert len(recording.spans) == interrupted
    assert sum(one.count for one in recording.points("http.client.request.duration")) == interrupted
    assert "ended span" not in caplog.text
    gmail.mailbox.reset()
