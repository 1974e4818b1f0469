# SPDX-License-Identifier: Apache-2.0
"""Calls through an http object that stands on another library than httplib2.

Earth Engine's client and many applications have one that sends with requests; others use urllib3
or httpx. What these raise is as good a reason as httplib2's own.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import suppress
from threading import Thread
from typing import Any, cast

import httplib2
import pytest
import requests
import urllib3
from google.auth.exceptions import TransportError
from google.auth.transport.requests import AuthorizedSession
from google.oauth2.credentials import Credentials

from local_gmail import Fault, LocalGmail
from support.recording import Recording, attributes_of

LIST = "gmail.users.messages.list"
PATIENCE = 0.3


class ThroughSession:
    """Sends with a session of requests, as Earth Engine's client does."""

    def __init__(self, session: requests.Session) -> None:
        self._session = session

    def request(
        self, uri: str, method: str = "GET", body: Any = None, headers: Any = None, **_: Any
    ) -> tuple[httplib2.Response, bytes]:
        response = self._session.request(method, uri, data=body, headers=headers, timeout=PATIENCE)
        return httplib2.Response({"status": str(response.status_code)}), response.content


class ThroughPool:
    """Sends with urllib3."""

    def __init__(self, pool: urllib3.PoolManager) -> None:
        self._pool = pool

    def request(
        self, uri: str, method: str = "GET", body: Any = None, headers: Any = None, **_: Any
    ) -> tuple[httplib2.Response, bytes]:
        response = self._pool.request(
            method, uri, body=body, headers=headers, timeout=PATIENCE, retries=False
        )
        return httplib2.Response({"status": str(response.status)}), response.data


@pytest.fixture(params=["requests", "urllib3"])
def transport(request: pytest.FixtureRequest) -> Iterator[Any]:
    if request.param == "requests":
        with requests.Session() as session:
            yield ThroughSession(session)
    else:
        with urllib3.PoolManager() as pool:
            yield ThroughPool(pool)


@pytest.fixture
def closed_url() -> str:
    """Where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return f"http://127.0.0.1:{listening.getsockname()[1]}/"


def _cause(recording: Recording) -> object:
    return attributes_of(recording.only_span)["googleapiclient.error.cause"]


@pytest.mark.parametrize(
    ("fault", "cause"),
    [
        (Fault.RESET, "connection_failed"),
        (Fault.hang(1.0), "timeout"),
        (Fault.TRUNCATE, "response_unreadable"),
        (Fault.NOT_HTTP, "connection_failed"),
    ],
    ids=["reset", "hang", "truncate", "not HTTP"],
)
def test_a_response_that_does_not_come_is_told_by_what_the_library_raises(
    fault: Fault,
    cause: str,
    transport: Any,
    instrumented: Recording,
    build: Callable[..., Any],
    gmail: LocalGmail,
) -> None:
    gmail.script(LIST, fault)

    with pytest.raises((requests.RequestException, urllib3.exceptions.HTTPError)):
        build(transport).users().messages().list(userId="me").execute()

    assert _cause(instrumented) == cause


def test_a_refused_connection_has_not_timed_out(
    transport: Any, instrumented: Recording, build: Callable[..., Any], closed_url: str
) -> None:
    request = build(transport).users().messages().list(userId="me")
    request.uri = closed_url

    with pytest.raises((requests.ConnectionError, urllib3.exceptions.NewConnectionError)):
        request.execute()

    assert _cause(instrumented) == "connection_failed"


@pytest.mark.parametrize(
    "kind",
    [
        AuthorizedSession,
        pytest.param(lambda credentials: credentials, id="credentials"),
    ],
)
def test_what_is_no_http_object_of_httplib2_is_an_invalid_argument(
    kind: Callable[[Credentials], Any], instrumented: Recording, build: Callable[..., Any]
) -> None:
    request = build(kind(Credentials("token"))).users().messages().list(userId="me")

    with pytest.raises((AttributeError, TypeError)):
        request.execute()

    assert _cause(instrumented) == "invalid_argument"
    remedy = str(attributes_of(instrumented.only_span)["googleapiclient.error.remedy"])
    assert "AuthorizedHttp as http" in remedy


@pytest.fixture
def hanging_up() -> Iterator[str]:
    """Who hangs up as soon as TLS is to begin."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            with suppress(OSError):
                while True:
                    connection, _ = listening.accept()
                    with connection:
                        connection.recv(65536)

        Thread(target=serve, daemon=True).start()
        yield f"https://127.0.0.1:{listening.getsockname()[1]}/"
        listening.shutdown(socket.SHUT_RDWR)


@pytest.mark.parametrize("url", ["closed_url", "hanging_up"])
def test_a_token_endpoint_that_does_not_talk_is_a_failed_connection(
    url: str, instrumented: Recording, build: Callable[..., Any], request: pytest.FixtureRequest
) -> None:
    token_url = request.getfixturevalue(url)
    credentials = Credentials(
        None, refresh_token="1//r", token_uri=token_url, client_id="c", client_secret="s"
    )

    with AuthorizedSession(credentials) as session, pytest.raises(TransportError):
        build(ThroughSession(session)).users().messages().list(userId="me").execute()

    assert _cause(instrumented) == "connection_failed"


def test_whose_files_an_error_names_is_not_said(
    instrumented: Recording, build: Callable[..., Any]
) -> None:
    with requests.Session() as session:
        session.verify = "/home/alice/ca.pem"
        session.trust_env = False
        request = build(ThroughSession(session)).users().messages().list(userId="me")
        request.uri = "https://127.0.0.1:1/"
        with pytest.raises(OSError, match="invalid path: /home/alice"):
            request.execute()

    description = instrumented.only_span.status.description
    assert description is not None
    assert description.endswith("invalid path: /home/[redacted]/ca.pem")


def _httpx(name: str, *bases: str) -> type[Exception]:
    """A class of httpx's, which is not installed here: names and bases are those of 0.28."""
    kind: type[Exception] = Exception
    for one in ("HTTPError", "RequestError", "TransportError", *bases, name):
        kind = cast("type[Exception]", type(one, (kind,), {"__module__": "httpx"}))
    return kind


@pytest.mark.parametrize(
    ("error", "cause"),
    [
        (_httpx("PoolTimeout", "TimeoutException")(""), "timeout"),
        (_httpx("ReadError", "NetworkError")(""), "connection_failed"),
        (_httpx("RemoteProtocolError", "ProtocolError")(
            "Server disconnected without sending a response."), "connection_failed"),
        (_httpx("RemoteProtocolError", "ProtocolError")(
            "peer closed connection without sending complete message body (received 2 bytes, "
            "expected 100)"), "response_unreadable"),
        (_httpx("ProxyError")("407 Proxy Authentication Required"), "request_blocked"),
        (_httpx("ProxyError")("Server disconnected"), "connection_failed"),
        (_httpx("DecodingError")("incorrect header check"), "response_unreadable"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else value,
)  # fmt: skip
def test_what_httpx_raises_is_understood(
    error: Exception, cause: str, instrumented: Recording, build: Callable[..., Any]
) -> None:
    class ThroughHttpx:
        def request(self, *_: Any, **__: Any) -> Any:
            raise error

    with pytest.raises(type(error)):
        build(ThroughHttpx()).users().messages().list(userId="me").execute()

    assert _cause(instrumented) == cause
