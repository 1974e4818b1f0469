# SPDX-License-Identifier: Apache-2.0
"""What a caught exception still knows of the call: its request, and the response.

The frames that it came through have them, as long as the exception has its traceback. The only
module here that knows private names of googleapiclient; nothing is imported for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from traceback import walk_tb
from types import FrameType
from typing import Any, Final, cast

from opentelemetry.instrumentation.httplib2._support.exceptions import qualified_name, unwrap

from .._calls.credentials import attribute_of
from .._calls.response import Response
from ..semconv import Operation

_HTTP: Final = "googleapiclient.http"
_REQUEST: Final = f"{_HTTP}.HttpRequest"
_DOWNLOAD: Final = f"{_HTTP}.MediaIoBaseDownload"
_BATCH: Final = f"{_HTTP}.BatchHttpRequest"
_HTTP_ERROR: Final = "googleapiclient.errors.HttpError"
_BATCH_ERROR: Final = "googleapiclient.errors.BatchError"
_OPENING_ERROR: Final = "googleapiclient.errors.ResumableUploadError"
_LIBRARIES: Final = ("google.", "googleapiclient.", "httplib2.", "oauth2client.")
_MAX_FRAMES: Final = 500
# They send more than once: what a frame has is of the last time that something came back.
_SENDING_AGAIN: Final = frozenset({"_retry_request", "next_chunk"})


@dataclass(frozen=True, slots=True)
class Caught:
    """What is known of a call that failed."""

    error: BaseException
    """What the library raised, where the application wrapped it."""
    request: Any = None
    """googleapiclient's request object, or the batch."""
    http: Any = None
    """What it was sent through, where the caller gave one."""
    response: Response | None = None
    """The response, where one had come."""
    operation: str = Operation.EXECUTE
    in_upload_session: bool = False


def caught(error: BaseException, request: object = None) -> Caught:
    """Look for what is known of the call.

    Args:
        error: what the application caught.
        request: what it executed, where it says so; else the request is looked for.
    """
    wrapped = list(unwrap(error))
    own = next(
        (one for one in wrapped if _is_library(one, _HTTP_ERROR)),
        next((one for one in wrapped if type(one).__module__.startswith(_LIBRARIES)), error),
    )
    frames = [frame for one in wrapped for frame in _frames(one)]
    found = _found(own, frames)
    if request is not None and request is not found.request:
        found = _given(own, request, found)
    response = _response_of(own) or _response_in(frames)
    return Caught(
        own,
        found.request,
        found.http,
        response,
        _operation(own, found),
        _in_upload_session(own, found.request, response),
    )


def _found(error: BaseException, frames: list[FrameType]) -> Caught:
    """The outermost request: that is what the application has executed."""
    for frame in frames:
        names = frame.f_locals
        owner = names.get("self")
        http = names.get("http")
        if _is_library(owner, _REQUEST):
            return Caught(error, owner, http)
        if _is_library(owner, _DOWNLOAD):
            request = attribute_of(owner, "_request")
            return Caught(error, request, operation=Operation.DOWNLOAD_CHUNK)
        if _is_library(owner, _BATCH):
            return _found_in_batch(error, owner, http)
    return Caught(error)


def _found_in_batch(error: BaseException, batch: Any, http: Any) -> Caught:
    """The part that an error is of, or the batch as a whole."""
    url = attribute_of(error, "uri")
    if url is None or url == attribute_of(batch, "_batch_uri"):
        return Caught(error, batch, http, operation=Operation.BATCH)
    parts = attribute_of(batch, "_requests")
    for part in cast("Mapping[str, Any]", parts).values() if isinstance(parts, Mapping) else ():
        if attribute_of(part, "uri") == url:
            return Caught(error, part, _http_of(part, http), operation=Operation.BATCH_PART)
    return Caught(error, operation=Operation.BATCH_PART)


def _http_of(part: Any, batch_http: Any) -> Any:
    """What has no http object of its own is authorized as the batch is."""
    return batch_http if attribute_of(part, "http") is None else None


def _given(error: BaseException, request: Any, found: Caught) -> Caught:
    """What is known where the application says which request it was."""
    if _is_library(request, _BATCH):
        return Caught(error, request, operation=Operation.BATCH)
    if _is_library(request, _DOWNLOAD):
        own = attribute_of(request, "_request")
        return Caught(error, own, operation=Operation.DOWNLOAD_CHUNK)
    if found.operation in {Operation.BATCH, Operation.BATCH_PART}:
        http = _http_of(request, found.http)
        return Caught(error, request, http, operation=Operation.BATCH_PART)
    return Caught(error, request, operation=found.operation)


def _operation(error: BaseException, found: Caught) -> str:
    if _is_library(error, _BATCH_ERROR):
        return Operation.BATCH
    return found.operation


def _in_upload_session(error: BaseException, request: Any, response: Response | None) -> bool:
    """Whether a chunk was sent to the upload's own address, and not the request that opens it."""
    if _is_library(error, _OPENING_ERROR):
        return False
    if request is not None:
        return (
            attribute_of(request, "resumable") is not None
            and attribute_of(request, "resumable_uri") is not None
        )
    return response is not None and "uploadType=resumable" in str(attribute_of(error, "uri"))


def _response_of(error: BaseException) -> Response | None:
    response = attribute_of(error, "resp")
    if response is None or not isinstance(attribute_of(response, "status"), int):
        return None
    return Response(response, attribute_of(error, "content"))


def _response_in(frames: list[FrameType]) -> Response | None:
    """The response that the library could not read, or the application afterwards."""
    for number, frame in reversed(list(enumerate(frames))):
        response = frame.f_locals.get("resp")
        if _module(frame) != _HTTP or attribute_of(response, "status") is None:
            continue
        deeper = frames[number + 1] if number + 1 < len(frames) else None
        if (
            frame.f_code.co_name in _SENDING_AGAIN
            and not _is_library(frame.f_locals.get("self"), _DOWNLOAD)
            and not (deeper is not None and _module(deeper).startswith(("googleapiclient", "json")))
        ):
            return None
        return Response(response, frame.f_locals.get("content"))
    return None


def _frames(error: BaseException) -> Iterator[FrameType]:
    for frame, _ in islice(walk_tb(error.__traceback__), _MAX_FRAMES):
        yield frame


def _module(frame: FrameType) -> str:
    name = frame.f_globals.get("__name__")
    return name if isinstance(name, str) else ""


def _is_library(owner: object, name: str) -> bool:
    """Whether an object is of this class of the library, or of one derived from it."""
    return any(qualified_name(kind) == name for kind in type(owner).__mro__)
