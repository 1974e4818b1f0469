# SPDX-License-Identifier: Apache-2.0
"""The files of a drive, whole or in ranges: Drive's `files.get`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from werkzeug.http import parse_range_header

from local_gmail import partial_response
from local_gmail.google_errors import google_error
from local_gmail.responses import Json, Response

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local_gmail.record import Received

_DEFAULT_FIELDS = "kind,id,name,mimeType"
_MIME_TYPE = "application/octet-stream"


def serve(files: Mapping[str, bytes], file_id: str, received: Received) -> Response:
    """Return a file's metadata, or with `alt=media` what is in it."""
    if file_id not in files:
        return google_error(
            404,
            f"File not found: {file_id}.",
            reason="notFound",
            item={"locationType": "parameter", "location": "fileId"},
        )
    content = files[file_id]
    query = received.parameters
    if query.get("alt", [""])[-1] == "media":
        return ranged(content, received.headers.get("range"))
    shown: Json = {
        "kind": "drive#file",
        "id": file_id,
        "name": file_id,
        "mimeType": _MIME_TYPE,
        "size": str(len(content)),
    }
    try:
        mask = partial_response.parse(query.get("fields", [_DEFAULT_FIELDS])[-1])
    except ValueError:
        return google_error(
            400, "Invalid field selection", reason="invalidParameter", item={"location": "fields"}
        )
    return Response(200, partial_response.apply(mask, shown))


def ranged(content: bytes, asked: str | None) -> Response:
    """Return what a Range header asks for: 206, 200 for all of it, 416 if there is no such range.

    No range of an empty file can be had.
    """
    size = len(content)
    of_type = {"Content-Type": _MIME_TYPE}
    wanted = parse_range_header(asked)
    if wanted is None or len(wanted.ranges) != 1:
        return Response(200, content, of_type)
    found = wanted.range_for_length(size)
    if found is None:
        return Response(
            416, "Requested range not satisfiable", headers={"Content-Range": f"bytes */{size}"}
        )
    begin, end = found
    headers = {**of_type, "Content-Range": f"bytes {begin}-{end - 1}/{size}"}
    return Response(206, content[begin:end], headers)
