# SPDX-License-Identifier: Apache-2.0
"""Through what an application may send, by names."""

from __future__ import annotations

import socket
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta, timezone
from functools import cache
from typing import Any, Final

import google_auth_httplib2
import httplib2
import socks
from google.oauth2 import service_account
from google.oauth2.credentials import Credentials
from googleapiclient.http import HttpMock, HttpMockSequence, set_user_agent, tunnel_patch
from oauth2client.client import OAuth2Credentials

from local_gmail import LocalGmail

TIMEOUT: Final = 10.0
"""In seconds; long, so that a busy machine does not look like a slow server."""


class RaisingTransport:
    """A mock of the application's own, which raises one exception again and again."""

    def __init__(self, error: BaseException) -> None:
        self.error = error

    def request(self, *_: Any, **__: Any) -> Any:
        raise self.error


class _Delegates(httplib2.Http):
    def _conn_request(self, conn: Any, *args: Any) -> Any:
        base: Any = super()
        return base._conn_request(conn, *args)


class _SendsByItself(httplib2.Http):
    def _conn_request(self, conn: Any, uri: Any, method: Any, body: Any, headers: Any) -> Any:
        conn.request(method, uri, body, headers)
        response = conn.getresponse()
        content = response.read()
        return httplib2.Response(response), content


class _Cache(dict[str, bytes]):
    def set(self, key: str, value: bytes) -> None:
        self[key] = value

    def delete(self, key: str) -> None:
        self.pop(key, None)


def plain(_: LocalGmail) -> Any:
    return httplib2.Http(timeout=TIMEOUT)


def _cached(_: LocalGmail) -> Any:
    return httplib2.Http(cache=_Cache(), timeout=TIMEOUT)  # type: ignore[arg-type]


def _password(_: LocalGmail) -> Any:
    http = httplib2.Http(timeout=TIMEOUT)
    http.add_credentials("user", "password")
    return http


@cache
def _closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        return closed.getsockname()[1]


def _refused(_: LocalGmail) -> Any:
    proxy = httplib2.ProxyInfo(socks.PROXY_TYPE_HTTP, "127.0.0.1", _closed_port())
    return httplib2.Http(proxy_info=proxy, timeout=TIMEOUT)


def _authorized(gmail: LocalGmail, token: str | None) -> Any:
    credentials = Credentials(
        token,
        refresh_token="refresh",
        token_uri=gmail.token_uri,
        client_id="id",
        client_secret="secret",
    )
    return google_auth_httplib2.AuthorizedHttp(credentials, plain(gmail))


class _Robot(service_account.Credentials):
    """A service account whose requests are the same at all times."""

    def _make_authorization_grant_assertion(self) -> bytes:
        return b"assertion"


def _service_account(gmail: LocalGmail) -> Any:
    email = "robot@project.iam.gserviceaccount.com"
    credentials = _Robot(None, email, gmail.token_uri, subject="someone@example.com")
    return google_auth_httplib2.AuthorizedHttp(credentials, plain(gmail))


def _oauth2client(gmail: LocalGmail) -> Any:
    later = datetime.now(timezone.utc).replace(tzinfo=None) + timedelta(hours=1)
    credentials = OAuth2Credentials(
        "token", "id", "secret", "refresh", later, gmail.token_uri, "agent"
    )
    return credentials.authorize(plain(gmail))


def _mock(_: LocalGmail) -> Any:
    mock = HttpMock(headers={"status": "404"})
    mock.data = b'{"error": {"code": 404}}'
    return mock


def _mocks(_: LocalGmail) -> Any:
    return HttpMockSequence(
        [({"status": "503"}, b"{}"), ({"status": "200"}, b'{"a": 7}'), ({"status": "403"}, b"[]")]
    )


TRANSPORTS: Final[Mapping[str, Callable[[LocalGmail], Any]]] = {
    "plain": plain,
    "none": lambda _: None,
    "cached": _cached,
    "password": _password,
    "refused": _refused,
    "authorized": lambda gmail: _authorized(gmail, "token"),
    "authorized, to be refreshed": lambda gmail: _authorized(gmail, None),
    "service account": _service_account,
    "oauth2client": _oauth2client,
    "tunnel_patch": lambda gmail: tunnel_patch(plain(gmail)),
    "set_user_agent": lambda gmail: set_user_agent(plain(gmail), "agent"),
    "sends by itself": lambda _: _SendsByItself(timeout=TIMEOUT),
    "subclass": lambda _: _Delegates(timeout=TIMEOUT),
    "mock": _mock,
    "mock sequence": _mocks,
    "raising": lambda _: RaisingTransport(LookupError("mine")),
    "raising a reset": lambda _: RaisingTransport(ConnectionResetError("mine")),
    "raising an interrupt": lambda _: RaisingTransport(KeyboardInterrupt("mine")),
}
