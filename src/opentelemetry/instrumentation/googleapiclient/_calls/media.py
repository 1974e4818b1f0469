# SPDX-License-Identifier: Apache-2.0
"""The calls that move bytes in chunks: resumable uploads, downloads.

Where a chunk begins and how long it is stands in the headers of what is sent; that is believed
rather than the library's counters, which move while it runs.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final, NamedTuple, cast

from opentelemetry.instrumentation.httplib2._support.lazy_pattern import lazy_pattern
from opentelemetry.util.types import AttributeValue

from .. import semconv
from ..semconv import Operation
from .call import Call
from .response import Response

_CONTENT_RANGE: Final = lazy_pattern(r"bytes (\d{1,19})-(\d{1,19})/(\d{1,19}|\*)")
_SIZE_ALONE: Final = lazy_pattern(r"bytes \*/(\d{1,19})")
_SIZE: Final = lazy_pattern(r"(\d{1,19})")
_NO_BYTES: Final = lazy_pattern("0")
_RANGE: Final = lazy_pattern(r"bytes=(\d{1,19})-(\d{1,19})")
_OK: Final = 200
_RESUME_INCOMPLETE: Final = 308
_RANGE_NOT_SATISFIABLE: Final = 416


def upload_attributes(request: Any) -> dict[str, AttributeValue]:
    """What is known of a chunk before it is sent; ``request`` is a resumable ``HttpRequest``.

    Its media object would know more, but is not asked: that may take it long, or be counted.
    """
    offset = getattr(request, "resumable_progress", None)
    return {semconv.GOOGLEAPICLIENT_UPLOAD_OFFSET: offset} if isinstance(offset, int) else {}


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
    is_upload = True

    def _begin(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        super()._begin(args, kwargs)
        self.in_upload_session = self.url != self.request.uri
        self._chunk = {**self._chunk, **self._sent(_headers_of(args, kwargs))}

    def _sent(self, headers: object) -> dict[str, AttributeValue]:
        """What the headers say of the chunk, or of the whole."""
        sent = _match(_CONTENT_RANGE, headers, "content-range")
        if sent is not None:
            offset, end, size = sent.groups()
            chunk: dict[str, AttributeValue] = {
                semconv.GOOGLEAPICLIENT_UPLOAD_OFFSET: int(offset),
                semconv.GOOGLEAPICLIENT_UPLOAD_CHUNK_SIZE: int(end) - int(offset) + 1,
            }
            if size != "*":
                chunk[semconv.GOOGLEAPICLIENT_UPLOAD_SIZE] = int(size)
            return chunk
        # Of what opens the session, or asks how far an interrupted upload came.
        whole = _match(_SIZE, headers, "x-upload-content-length") or _match(
            _SIZE_ALONE, headers, "content-range"
        )
        if whole is not None:
            return {semconv.GOOGLEAPICLIENT_UPLOAD_SIZE: int(whole[1])}
        if self.in_upload_session and _match(_NO_BYTES, headers, "content-length"):
            # There is no range of nothing.
            return {
                semconv.GOOGLEAPICLIENT_UPLOAD_OFFSET: 0,
                semconv.GOOGLEAPICLIENT_UPLOAD_CHUNK_SIZE: 0,
                semconv.GOOGLEAPICLIENT_UPLOAD_SIZE: 0,
            }
        return {}

    def _is_charged(self, url: object) -> bool:
        # An upload costs once: opening its session, not what is sent to that.
        return url == self.request.uri

    def _is_refused(self, response: Response) -> bool:
        # 308 asks for the next chunk.
        return response.status != _RESUME_INCOMPLETE and super()._is_refused(response)

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

    def _begin(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        super()._begin(args, kwargs)
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

    def _transfer(self, error: BaseException | None) -> Mapping[str, AttributeValue]:  # noqa: ARG002 - for uploads
        responded = self.last_response
        return self._chunk if responded is None else {**self._chunk, **self._received(responded)}

    def _received(self, responded: Response) -> dict[str, AttributeValue]:
        """What came, and what is known of the whole now."""
        range_header = "content-range"
        if responded.status == _RANGE_NOT_SATISFIABLE:
            whole = _match(_SIZE_ALONE, responded.head, range_header)
            if whole is None:
                return {}
            return {
                semconv.GOOGLEAPICLIENT_DOWNLOAD_CHUNK_SIZE: 0,
                semconv.GOOGLEAPICLIENT_DOWNLOAD_SIZE: int(whole[1]),
            }
        if responded.failed or not isinstance(responded.body, bytes):
            return {}
        length = len(responded.body)
        chunk: dict[str, AttributeValue] = {semconv.GOOGLEAPICLIENT_DOWNLOAD_CHUNK_SIZE: length}
        came = _match(_CONTENT_RANGE, responded.head, range_header)
        if came is not None and came[3] != "*":
            chunk[semconv.GOOGLEAPICLIENT_DOWNLOAD_SIZE] = int(came[3])
        elif came is None and responded.status == _OK:
            # Not the range that was asked for, but all of it.
            chunk[semconv.GOOGLEAPICLIENT_DOWNLOAD_OFFSET] = 0
            chunk[semconv.GOOGLEAPICLIENT_DOWNLOAD_SIZE] = length
        return chunk


def _headers_of(args: tuple[Any, ...], kwargs: dict[str, Any]) -> object:
    return args[_HEADERS_POSITION] if len(args) > _HEADERS_POSITION else kwargs.get("headers")


def _match(pattern: re.Pattern[str], headers: object, name: str) -> re.Match[str] | None:
    if not isinstance(headers, Mapping):
        return None
    fields = cast("Mapping[object, object]", headers)
    # As the library writes it, and httplib2.
    value = fields.get(name)
    if value is None:
        value = next(
            (one for key, one in fields.items() if isinstance(key, str) and key.lower() == name),
            None,
        )
    return pattern.fullmatch(value) if isinstance(value, str) else None
