# SPDX-License-Identifier: Apache-2.0
"""What an application may do, by names."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from typing import Any, Final, cast

from googleapiclient.discovery import build, build_from_document
from googleapiclient.errors import HttpError
from googleapiclient.http import (
    BatchHttpRequest,
    HttpRequest,
    MediaIoBaseDownload,
    MediaIoBaseUpload,
    RequestMockBuilder,
)

from local_gmail import LocalGmail
from support.documents import FROM_SERVER

GRANULARITY: Final = 16
"""What the server must accept as the least chunk of an upload, in bytes."""
_MESSAGE: Final = b"To: someone@example.com\r\n\r\nHello there, nice to meet you"
_MAX_CHUNKS: Final = 8
_ABANDONED: Final = (Exception, KeyboardInterrupt)


class _Unused:
    """What services are built with, to be given another http object then."""

    def request(self, *_: Any, **__: Any) -> Any:
        raise AssertionError("another http object was given to the call")


@cache
def _built_before(gmail: LocalGmail) -> Any:
    return build_from_document(gmail.discovery_document(), http=cast("Any", _Unused()))


@dataclass
class Application:
    """What a call works with."""

    gmail: LocalGmail
    http: Any
    retries: int
    note: Callable[[str, object], None]
    """Writes down what is seen besides the result."""

    @property
    def service(self) -> Any:
        """One that was built before anything was instrumented."""
        service = copy(_built_before(self.gmail))
        service._http = self.http
        return service

    def built(self, api: str = "gmail", version: str = "v1", **arguments: Any) -> Any:
        """One that is built now."""
        document = self.gmail.discovery_document(api, version)
        service: Any = build_from_document(document, http=cast("Any", _Unused()), **arguments)
        service._http = self.http
        return service

    @property
    def messages(self) -> Any:
        return self.service.users().messages()

    @contextmanager
    def noting_errors(self, name: str) -> Generator[None, None, None]:
        """For applications that go on after a failure."""
        try:
            yield
        except _ABANDONED as error:
            self.note(name, error)
            close_after(error, self.http)


def close_after(error: BaseException, http: Any) -> None:
    """Close what the server may be about to close: who comes first is a matter of chance."""
    if not isinstance(error, HttpError) and hasattr(http, "close"):
        http.close()


def _list(application: Application) -> Any:
    request = application.messages.list(userId="me", maxResults=2)
    value = request.execute(num_retries=application.retries)
    application.note("next page", application.messages.list_next(request, value) is not None)
    return value


def _twice(application: Application) -> Any:
    """The application's own retry: the same request again."""
    request = application.messages.list(userId="someone@example.com", q="from:me")
    with application.noting_errors("first"):
        request.execute(num_retries=application.retries)
    return request.execute(num_retries=application.retries)


def _long(application: Application) -> Any:
    request = application.messages.list(userId="me", q="x" * 2500)
    value = request.execute(num_retries=application.retries)
    application.note("request", request.to_json())
    return value


def _send(application: Application) -> Any:
    request = application.messages.send(userId="me", body={"raw": "VG86IGFAYi5jCgpI"})
    return request.execute(num_retries=application.retries)


def _patch(application: Application) -> Any:
    labels = application.service.users().labels()
    request = labels.patch(userId="me", id="Label_1", body={"name": "new"})
    return request.execute(num_retries=application.retries)


def _delete(application: Application) -> Any:
    request = application.messages.delete(userId="me", id="absent")
    return request.execute(num_retries=application.retries)


def _callback(application: Application) -> Any:
    request = application.service.users().getProfile(userId="me")
    request.add_response_callback(lambda response: application.note("callback", response))
    return request.execute(num_retries=application.retries)


def _given_http(application: Application) -> Any:
    request = _built_before(application.gmail).users().getProfile(userId="me")
    return request.execute(http=application.http, num_retries=application.retries)


class _Builder(HttpRequest):
    """A requestBuilder of the application's own."""

    def execute(self, http: Any = None, num_retries: int = 0) -> Any:
        return "mine", super().execute(http=http, num_retries=num_retries)


def _builder(application: Application) -> Any:
    service = application.built(requestBuilder=_Builder)
    return service.users().getProfile(userId="me").execute(num_retries=application.retries)


def _mock_builder(application: Application) -> Any:
    canned: Any = RequestMockBuilder({"gmail.users.getProfile": (None, b'{"b": 2}')})
    service = application.built(requestBuilder=canned)
    return service.users().getProfile(userId="me").execute()


def _postproc(application: Application) -> Any:
    mine = ZeroDivisionError("mine")

    def postproc(response: Any, content: Any) -> Any:
        application.note("postproc", (response, content))
        raise mine

    request = HttpRequest(application.http, postproc, application.gmail.url, methodId="mine.raise")
    try:
        request.execute(num_retries=application.retries)
    except ZeroDivisionError as raised:
        application.note("is the very exception", raised is mine)
        raise


def _bare(application: Application) -> Any:
    """A request that no service has built; its URL is none of Google's."""
    request = HttpRequest(
        application.http, HttpRequest.null_postproc, f"{application.gmail.url}a?key=k%C3%A9"
    )
    value = request.execute(num_retries=application.retries)
    application.note("state", sorted(vars(request)))
    return value


def _batch_of(application: Application, callback: Callable[..., Any] | None) -> BatchHttpRequest:
    batch: BatchHttpRequest = application.service.new_batch_http_request(callback=callback)

    def own(*response: Any) -> None:
        application.note("own", response)

    batch.add(application.messages.list(userId="me", maxResults=1), request_id="one")
    batch.add(application.messages.get(userId="me", id="absent"), callback=own)
    batch.add(application.service.users().labels().list(userId="me"))
    return batch


def _batch(application: Application) -> Any:
    batch = _batch_of(application, lambda *response: application.note("part", response))
    with application.noting_errors("first"):
        batch.execute(http=application.http)
    return batch.execute()


def _raising_callback(application: Application) -> Any:
    mine = ZeroDivisionError("mine")

    def callback(*response: Any) -> None:
        application.note("part", response)
        raise mine

    try:
        _batch_of(application, callback).execute()
    except ZeroDivisionError as raised:
        application.note("is the very exception", raised is mine)
        raise


def _empty_batch(application: Application) -> Any:
    return application.service.new_batch_http_request().execute()


def _upload_request(application: Application, *, chunk: int, resumable: bool = True) -> Any:
    media = MediaIoBaseUpload(
        BytesIO(_MESSAGE), mimetype="message/rfc822", chunksize=chunk, resumable=resumable
    )
    return application.messages.send(userId="me", media_body=media)


def _upload(application: Application) -> Any:
    return _upload_request(application, chunk=-1, resumable=False).execute(
        num_retries=application.retries
    )


def _resumable(application: Application) -> Any:
    request = _upload_request(application, chunk=2 * GRANULARITY)
    return request.execute(num_retries=application.retries)


def _next_chunk(application: Application) -> Any:
    """The application's own loop, which goes on after failures as the guide says."""
    request = _upload_request(application, chunk=GRANULARITY)
    body = None
    for _ in range(_MAX_CHUNKS):
        with application.noting_errors("chunk"):
            progress, body = request.next_chunk(num_retries=application.retries)
            application.note("progress", progress and progress.progress())
        if body is not None:
            break
    return body


def _download(application: Application) -> Any:
    application.gmail.files["report"] = b"0123456789" * 3
    drive = application.built("drive", "v3")
    target = BytesIO()
    download = MediaIoBaseDownload(target, drive.files().get_media(fileId="report"), chunksize=12)
    for _ in range(_MAX_CHUNKS):
        done = False
        with application.noting_errors("chunk"):
            progress, done = download.next_chunk(num_retries=application.retries)
            application.note("progress", progress.progress())
        if done:
            break
    return target.getvalue()


def _discover(application: Application) -> Any:
    service = build(
        "gmail",
        "v1",
        http=application.http,
        discoveryServiceUrl=application.gmail.discovery_url,
        cache_discovery=False,
        num_retries=application.retries,
        **FROM_SERVER,
    )
    return service.users().getProfile(userId="me").execute()


def _callback_that_calls(application: Application) -> Any:
    """A call within a call."""

    def call_again(_: object) -> None:
        inner = HttpRequest(application.http, HttpRequest.null_postproc, application.gmail.url)
        with application.noting_errors("inner"):
            application.note("inner", inner.execute(num_retries=application.retries))

    request = application.service.users().getProfile(userId="me")
    request.add_response_callback(call_again)
    return request.execute(num_retries=application.retries)


def _sends(method: str, **arguments: Any) -> Callable[[Application], Any]:
    """A program that uses httplib2 itself."""

    def send(application: Application) -> Any:
        headers = {"X-Mine": "1"}
        try:
            return application.http.request(
                f"{application.gmail.url}plain?b=c", method, headers=headers, **arguments
            )
        finally:
            application.note("headers", headers)

    return send


CALLS: Final[Mapping[str, Callable[[Application], Any]]] = {
    "list": _list,
    "twice": _twice,
    "long": _long,
    "send": _send,
    "patch": _patch,
    "delete": _delete,
    "callback": _callback,
    "given http": _given_http,
    "builder": _builder,
    "mock builder": _mock_builder,
    "postproc": _postproc,
    "bare": _bare,
    "batch": _batch,
    "raising callback": _raising_callback,
    "empty batch": _empty_batch,
    "upload": _upload,
    "resumable": _resumable,
    "next chunk": _next_chunk,
    "download": _download,
    "discover": _discover,
    "callback that calls": _callback_that_calls,
    "GET": _sends("GET"),
    "POST": _sends("POST", body=b"\x00body"),
    "HEAD": _sends("HEAD"),
    "PURGE": _sends("PURGE"),
    "GET without redirects": _sends("GET", redirections=0),
    "GET with a wrong argument": _sends("GET", wrong=True),
}
