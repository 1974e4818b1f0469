# SPDX-License-Identifier: Apache-2.0
"""What applications do, over a socket in memory: the same each time, in less than a millisecond."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any, Final

import httplib2
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError
from googleapiclient.http import (
    BatchHttpRequest,
    HttpRequest,
    MediaIoBaseDownload,
    MediaIoBaseUpload,
)

from support.documents import FROM_SERVER

_HOST: Final = "gmail.googleapis.com"
_URL: Final = f"http://{_HOST}/gmail/v1/users/me/messages"


# The wire, in memory


@dataclass
class Wire:
    """What a server would see of one run, and what it sends back."""

    responses: list[bytes]
    sent: int = 0
    http: httplib2.Http = field(init=False)

    def __post_init__(self) -> None:
        self.http = httplib2.Http()
        # Where httplib2 looks for a connection that it can use again.
        connection: Any = _Connection(_HOST)
        connection.wire = self
        self.http.connections[f"http:{_HOST}"] = connection


class _Connection(httplib2.HTTPConnectionWithTimeout):
    """httplib2's own connection, but for what is below the socket."""

    wire: Wire

    def connect(self) -> None:
        self.sock = _Socket(self.wire)


class _Socket:
    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def sendall(self, data: bytes) -> None:
        if data.startswith((b"GET", b"POST", b"PUT")):
            self._wire.sent += 1

    def makefile(self, mode: str) -> BytesIO:
        return BytesIO(self._wire.responses.pop(0))

    def close(self) -> None: ...


def _response(status: int, body: object = None, **headers: object) -> bytes:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    lines = {"Content_Type": "application/json", **headers, "Content_Length": len(content)}
    head = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in lines.items())
    return f"HTTP/1.1 {status} X\r\n{head}\r\n".encode() + content


def _error(status: int, reason: str) -> bytes:
    error = {"code": status, "message": "No", "errors": [{"reason": reason, "domain": "global"}]}
    return _response(status, {"error": error})


def _request(http: Any, **more: Any) -> HttpRequest:
    method_id = "gmail.users.messages.get"
    request = HttpRequest(http, lambda _, content: content, _URL, methodId=method_id, **more)
    request._sleep = lambda _: None
    return request


# What an application does


def _get(wire: Wire) -> object:
    return _request(wire.http).execute()


def _get_refused(wire: Wire) -> object:
    try:
        return _request(wire.http).execute()
    except HttpError as error:
        return error.resp.status


def _get_again(wire: Wire) -> object:
    return _request(wire.http).execute(num_retries=1)


def _request_by_itself(wire: Wire) -> object:
    return wire.http.request(_URL)


class _Measuring(httplib2.Http):
    """One that sends by itself, as far as can be seen."""

    def _conn_request(self, *args: Any) -> Any:
        return _send(self, *args)


def _send(http: Any, *args: Any) -> Any:
    library: Any = httplib2.Http
    return library._conn_request(http, *args)


def _request_of_a_subclass(wire: Wire) -> object:
    http = _Measuring()
    http.connections = wire.http.connections
    return http.request(_URL)


def _batch(wire: Wire) -> object:
    batch = BatchHttpRequest(batch_uri=f"http://{_HOST}/batch")
    responses: list[object] = []
    for part in "12":
        batch.add(
            _request(wire.http),
            request_id=part,
            callback=lambda *response: responses.append(response),
        )
    batch.execute(http=wire.http)
    return len(responses)


def _upload(wire: Wire) -> object:
    media = MediaIoBaseUpload(BytesIO(b"x" * 10), "text/plain", chunksize=5, resumable=True)
    request = _request(wire.http, method="POST", resumable=media)
    done: object = None
    while done is None:
        _, done = request.next_chunk()
    return done


def _download(wire: Wire) -> object:
    target = BytesIO()
    download = MediaIoBaseDownload(target, _request(wire.http), chunksize=5)
    done = False
    while not done:
        _, done = download.next_chunk()
    return target.getvalue()


def _discover(wire: Wire) -> object:
    service = build(
        "gmail",
        "v1",
        http=wire.http,
        discoveryServiceUrl=f"http://{_HOST}/discovery",
        cache_discovery=False,
        **FROM_SERVER,
    )
    return type(service).__name__


_PARTS: Final = (
    b"--b\r\nContent-Type: application/http\r\nContent-ID: <response-x + 1>\r\n\r\n"
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{}\r\n"
    b"--b\r\nContent-Type: application/http\r\nContent-ID: <response-x + 2>\r\n\r\n"
    b"HTTP/1.1 404 Not Found\r\nContent-Type: application/json\r\n\r\n{}\r\n--b--"
)
_MULTIPART: Final = {"Content_Type": "multipart/mixed; boundary=b"}


@dataclass(frozen=True)
class Case:
    """Something that an application does, and what it gets for it."""

    act: Callable[[Wire], object]
    responses: tuple[bytes, ...]
    most: int = 250
    """How many instants are tried, if it has more of them."""


CASES: Final = {
    "a call": Case(_get, (_response(200, {}),), 2000),
    "a call that fails": Case(_get_refused, (_error(403, "forbidden"),)),
    "a call that is tried again": Case(
        _get_again, (_error(503, "backendError"), _response(200, {}))
    ),
    "a discovery document": Case(
        _discover, (_response(200, {"rootUrl": f"http://{_HOST}/", "servicePath": "gmail/v1/"}),)
    ),
    "a request": Case(_request_by_itself, (_response(200, {}),)),
    "a request of a subclass": Case(_request_of_a_subclass, (_response(200, {}),)),
    "a batch": Case(_batch, (_response(200, _PARTS, **_MULTIPART),)),
    "an upload": Case(
        _upload,
        (
            _response(200, {}, Location=f"{_URL}?upload_id=1"),
            _response(308, {}, Range="bytes=0-4", Location=_URL),
            _response(200, {}),
        ),
    ),
    "a download": Case(
        _download,
        (
            _response(206, b"01234", Content_Range="bytes 0-4/7"),
            _response(206, b"56", Content_Range="bytes 5-6/7"),
        ),
    ),
}
