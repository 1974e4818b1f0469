# SPDX-License-Identifier: Apache-2.0
"""The calls that move bytes in chunks: resumable uploads, downloads.

Where a chunk begins and how long it is stands in the headers of what is sent; that is believed
rather than the library's counters, which move while it runs.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final, NamedTuple, cast

from opentelemetry.util.types import AttributeValue

from ..httplib2.guard import guarded
from . import semconv
from .call import Call
from .failure import Answer
from .semconv import Operation

_CONTENT_RANGE: Final = re.compile(r"bytes (\d{1,19})-(\d{1,19})/(\d{1,19}|\*)")
_RANGE: Final = re.compile(r"bytes=(\d{1,19})-(\d{1,19})")
_RESUME_INCOMPLETE: Final = 308


def upload_attributes(request: Any) -> dict[str, AttributeValue]:
    """What is known of a chunk before it is sent; ``request`` is a resumable ``HttpRequest``."""
    media = request.resumable
    offset, size, chunk = request.resumable_progress, media.size(), media.chunksize()
    attributes: dict[str, AttributeValue] = {semconv.GOOGLEAPICLIENT_UPLOAD_OFFSET: offset}
    if size is not None:
        attributes[semconv.GOOGLEAPICLIENT_UPLOAD_SIZE] = size
        rest = max(0, size - offset)
        chunk = rest if chunk < 0 else min(chunk, rest)
    if chunk >= 0:
        attributes[semconv.GOOGLEAPICLIENT_UPLOAD_CHUNK_SIZE] = chunk
    return attributes


class _UnknownRequest(NamedTuple):
    """In place of the request of a download that does not keep it."""

    uri: str = ""
    method: str = "GET"


def request_of(download: Any) -> Any:
    """The request that a ``MediaIoBaseDownload`` was made of, as far as it is known."""
    return getattr(download, "_request", None) or _UnknownRequest()


def download_attributes(download: Any) -> dict[str, AttributeValue]:
    """What is known of a chunk before it is asked for, of a ``MediaIoBaseDownload``."""
    attributes: dict[str, AttributeValue] = {}
    for name, private in (
        (semconv.GOOGLEAPICLIENT_DOWNLOAD_OFFSET, "_progress"),
        (semconv.GOOGLEAPICLIENT_DOWNLOAD_CHUNK_SIZE, "_chunksize"),
        (semconv.GOOGLEAPICLIENT_DOWNLOAD_SIZE, "_total_size"),
    ):
        value = getattr(download, private, None)
        if isinstance(value, int):
            attributes[name] = value
    return attributes


# Of ``Http.request(uri, method, body, headers)``.
_HEADERS_POSITION: Final = 3


class UploadCall(Call):
    """``execute()`` of a resumable upload, or one ``next_chunk()`` of an application's loop."""

    may_be_quiet = False

    @guarded
    def try_begins(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        super().try_begins(args, kwargs)
        self.in_upload_session = self.url != self.request.uri
        sent = _match(_CONTENT_RANGE, _headers_of(args, kwargs), "content-range")
        if sent is not None:
            offset, end, size = sent.groups()
            chunk: dict[str, AttributeValue] = {
                semconv.GOOGLEAPICLIENT_UPLOAD_OFFSET: int(offset),
                semconv.GOOGLEAPICLIENT_UPLOAD_CHUNK_SIZE: int(end) - int(offset) + 1,
            }
            if size != "*":
                chunk[semconv.GOOGLEAPICLIENT_UPLOAD_SIZE] = int(size)
            self._chunk = chunk

    def _is_charged(self, url: object) -> bool:
        # An upload costs once: opening its session, not what is sent to that.
        return url == self.request.uri

    def _is_refused(self, answer: Answer) -> bool:
        # 308 asks for the next chunk.
        return answer.status != _RESUME_INCOMPLETE and super()._is_refused(answer)

    def _transfer(self, error: BaseException | None) -> Mapping[str, AttributeValue]:
        if self.operation == Operation.UPLOAD_CHUNK or error is not None:
            return self._chunk
        return {
            name: value
            for name, value in self._chunk.items()
            if name == semconv.GOOGLEAPICLIENT_UPLOAD_SIZE
        }


class DownloadCall(Call):
    """One ``next_chunk()`` of a ``MediaIoBaseDownload``."""

    may_be_quiet = False

    @guarded
    def try_begins(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        super().try_begins(args, kwargs)
        asked = _match(_RANGE, _headers_of(args, kwargs), "range")
        if asked is not None:
            offset, end = map(int, asked.groups())
            self._chunk = {
                semconv.GOOGLEAPICLIENT_DOWNLOAD_OFFSET: offset,
                semconv.GOOGLEAPICLIENT_DOWNLOAD_CHUNK_SIZE: end - offset + 1,
            }

    def _is_unread(self, error: BaseException) -> bool:
        # Content-Range: bytes 0-9/*
        return isinstance(error, (LookupError, ValueError))

    @guarded
    def try_answered(self, answer: object) -> None:
        super().try_answered(answer)
        answered = self.last_answer
        if answered is None or answered.failed:
            return
        chunk = dict(self._chunk)
        if isinstance(answered.body, bytes):
            chunk[semconv.GOOGLEAPICLIENT_DOWNLOAD_CHUNK_SIZE] = len(answered.body)
        came = _match(_CONTENT_RANGE, answered.response, "content-range")
        if came is not None and came[3] != "*":
            chunk[semconv.GOOGLEAPICLIENT_DOWNLOAD_SIZE] = int(came[3])
        self._chunk = chunk


def _headers_of(args: tuple[Any, ...], kwargs: dict[str, Any]) -> object:
    return args[_HEADERS_POSITION] if len(args) > _HEADERS_POSITION else kwargs.get("headers")


def _match(pattern: re.Pattern[str], headers: object, name: str) -> re.Match[str] | None:
    if isinstance(headers, Mapping):
        for key, value in cast("Mapping[object, object]", headers).items():
            if isinstance(key, str) and key.lower() == name and isinstance(value, str):
                return pattern.fullmatch(value)
    return None
