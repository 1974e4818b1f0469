# SPDX-License-Identifier: Apache-2.0
"""The start of an HTTP message as bytes: a status line, headers, and a blank line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from werkzeug.datastructures import Headers
from werkzeug.http import HTTP_STATUS_CODES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local_gmail.responses import Response

BODILESS = (204, 304)
_FOLD = re.compile(rb"\r?\n(?=[ \t])")
_BLANK_LINE = re.compile(rb"\A\r?\n|\r?\n\r?\n")


def write(
    response: Response,
    length: int,
    first: Mapping[str, str] | None = None,
    last: Mapping[str, str] | None = None,
) -> bytes:
    """Return the start of a response whose body has that length.

    `first` are headers that those of the response go over, `last` headers that go over those.
    """
    headers = Headers(first)
    if response.status not in BODILESS:
        match response.framing:
            case "length":
                headers["Content-Length"] = str(length)
            case "chunked":
                headers["Transfer-Encoding"] = "chunked"
            case "close":
                headers["Connection"] = "close"
        if response.content_type is not None:
            headers["Content-Type"] = response.content_type
    headers.update({**response.headers, **(last or {})})
    phrase = response.reason_phrase
    if phrase is None:
        phrase = HTTP_STATUS_CODES.get(response.status, "Unknown").title()
    lines = [f"HTTP/1.1 {response.status} {phrase}"]
    lines += [f"{name}: {value}" for name, value in headers]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def split(message: bytes) -> tuple[bytes, bytes]:
    """Return what stands before the first blank line and what stands after it."""
    end = _BLANK_LINE.search(message)
    return (message[: end.start()], message[end.end() :]) if end else (message, b"")


def parse(lines: bytes) -> Headers:
    """Return the headers in these lines, which may be folded and end in LF alone."""
    pairs = [line.partition(b":") for line in _FOLD.sub(b"", lines).splitlines()]
    return Headers(
        [
            (name.strip().decode("latin-1"), value.strip().decode("latin-1"))
            for name, colon, value in pairs
            if colon
        ]
    )
