# SPDX-License-Identifier: Apache-2.0
"""Uploads: media by itself, with metadata in front of it, or in chunks that may be resumed."""

from __future__ import annotations

import itertools
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from local_gmail import multipart
from local_gmail.google_errors import google_error, html_page, invalid_argument
from local_gmail.methods.call import Call
from local_gmail.responses import Response

if TYPE_CHECKING:
    from local_gmail.record import Received
    from local_gmail.routes import Route

GRANULARITY = 262_144
"""Google keeps whole multiples of this many bytes until an upload is complete."""
_CONTENT_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+|\*)")
_STATUS_RANGE = re.compile(r"bytes ?\*/(\d+|\*)")
_ACCEPTED = "message/"

CarryOut = Callable[[str, Call], Response]


class _Bad(Exception):  # noqa: N818
    """The upload can't go on like this; the text is what Google says."""


@dataclass(frozen=True)
class _Chunk:
    """Where a chunk belongs; `total` None while the client doesn't know it."""

    begin: int
    body: bytes
    total: int | None

    @property
    def end(self) -> int:
        return self.begin + len(self.body)


@dataclass
class _Session:
    """A resumable upload; `response` is what the whole of it got."""

    id: str
    api_method: str
    args: Mapping[str, str]
    query: Mapping[str, list[str]]
    metadata: bytes
    total: int | None
    data: bytearray = field(default_factory=bytearray)
    response: Response | None = None


class Uploads:
    """All uploads; may be used from many threads.

    `granularity`: what the kept bytes of an incomplete upload are a multiple of. `carry_out`: what
    to do with a complete one.
    """

    def __init__(self, granularity: int, carry_out: CarryOut) -> None:
        self._granularity = granularity
        self._carry_out = carry_out
        self._lock = threading.Lock()
        self._sessions: dict[str, _Session] = {}
        self._numbers = itertools.count(1)

    def serve(self, route: Route, received: Received) -> Response:
        """Ordinary service of a method by its upload path."""
        query = received.parameters
        kind = query.get("uploadType", [""])[-1]
        content_type = received.headers.get("content-type", "")
        metadata, media = b"", received.body
        match kind:
            case "media":
                pass
            case "multipart":
                try:
                    first, second = multipart.split(content_type, received.body)
                except ValueError:
                    return invalid_argument("Failed to parse multipart upload")
                metadata, media = first.body, second.body
                content_type = second.headers.get("content-type", "")
            case "resumable":
                content_type = received.headers.get("x-upload-content-type", _ACCEPTED)
            case _:
                return invalid_argument(f"Invalid uploadType: {kind}")
        if not content_type.startswith(_ACCEPTED):
            return google_error(
                400,
                f"Media type '{content_type}' is not supported. Valid media types: [message/*]",
                reason="badContent",
            )
        if kind == "resumable":
            return self._start(route, received)
        return self._carry_out(route.api_method, Call(route.args, query, metadata, media))

    def chunk(self, received: Received) -> Response:
        """Ordinary service of a chunk."""
        with self._lock:
            session = self._session(received)
            if session is None:
                return _unknown()
            if session.response is not None:
                return session.response
            try:
                return self._append(session, _chunk(received))
            except _Bad as failure:
                return Response(400, str(failure))

    def status(self, received: Received) -> Response:
        """Ordinary service of the question how far an upload has come."""
        with self._lock:
            session = self._session(received)
            if session is None:
                return _unknown()
            if session.response is not None:
                return session.response
            asked = _STATUS_RANGE.fullmatch(received.headers.get("content-range", ""))
            # Who didn't know the size tells it in the end, and thereby that nothing follows.
            if asked and asked[1] == str(len(session.data)):
                return self._finish(session)
            return _incomplete(session)

    def keep(self, received: Received, body: bytes) -> None:
        """Keep what came of a chunk before its connection broke off."""
        with self._lock:
            session = self._session(received)
            if session is not None and session.response is None:
                try:
                    begin, _, total = _place(received)
                except _Bad:
                    return
                self._store(session, _Chunk(begin, body, total))

    def _start(self, route: Route, received: Received) -> Response:
        announced = received.headers.get("x-upload-content-length", "")
        with self._lock:
            upload_id = f"ABPtcPlocal{next(self._numbers):08}"
            self._sessions[upload_id] = _Session(
                upload_id,
                route.api_method,
                route.args,
                received.parameters,
                received.body,
                int(announced) if announced.isdecimal() else None,
            )
        location = f"{received.url}&upload_id={upload_id}"
        return Response(200, headers={"Location": location, "X-GUploader-UploadID": upload_id})

    def _session(self, received: Received) -> _Session | None:
        return self._sessions.get(received.parameters.get("upload_id", [""])[-1])

    def _append(self, session: _Session, chunk: _Chunk) -> Response:
        if chunk.total is not None:
            if session.total not in (None, chunk.total) or chunk.end > chunk.total:
                raise _Bad("Invalid request.  The total size of the upload is inconsistent.")
            session.total = chunk.total
        if chunk.begin > len(session.data):
            # As seen in https://github.com/Byron/google-apis-rs/pull/286.
            return html_page(503, "Service Unavailable", "Backend Error")
        if chunk.end == chunk.total:
            session.data += chunk.body[len(session.data) - chunk.begin :]
            return self._finish(session)
        if len(chunk.body) < self._granularity:
            # As seen in https://github.com/googleapis/gcs-resumable-upload/issues/17.
            raise _Bad(
                "Invalid request.  The number of bytes uploaded is required to be equal or "
                f"greater than {self._granularity}, except for the final request (it's "
                f"recommended to be the exact multiple of {self._granularity}).  The received "
                f"request contained {len(chunk.body)} bytes, which does not meet this requirement."
            )
        self._store(session, chunk)
        return _incomplete(session)

    def _store(self, session: _Session, chunk: _Chunk) -> None:
        """Keep as much of a chunk as belongs right behind what is there."""
        if chunk.begin <= len(session.data):
            end = chunk.end - chunk.end % self._granularity
            session.data += chunk.body[len(session.data) - chunk.begin : end - chunk.begin]

    def _finish(self, session: _Session) -> Response:
        call = Call(session.args, session.query, session.metadata, bytes(session.data))
        session.response = self._carry_out(session.api_method, call)
        session.data.clear()
        return session.response


def _chunk(received: Received) -> _Chunk:
    begin, end, total = _place(received)
    # googleapiclient says 20-19 where it finds out too late that nothing is left after 20 bytes.
    if end - begin != len(received.body):
        raise _Bad("Failed to parse Content-Range header.")
    return _Chunk(begin, received.body, total)


def _place(received: Received) -> tuple[int, int, int | None]:
    """Return where a chunk begins and ends, and the size of the whole if it is known."""
    text = received.headers.get("content-range")
    if text is None:
        length = int(received.headers.get("content-length", len(received.body)))
        return 0, length, length
    parsed = _CONTENT_RANGE.fullmatch(text)
    if parsed is None:
        raise _Bad("Failed to parse Content-Range header.")
    total = None if parsed[3] == "*" else int(parsed[3])
    return int(parsed[1]), int(parsed[2]) + 1, total


def _incomplete(session: _Session) -> Response:
    kept = {"Range": f"bytes=0-{len(session.data) - 1}"} if session.data else {}
    headers = {**kept, "X-GUploader-UploadID": session.id}
    return Response(308, headers=headers, reason_phrase="Resume Incomplete")


def _unknown() -> Response:
    return html_page(404, "Not Found", "Upload session not found.")
