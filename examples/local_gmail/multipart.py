# SPDX-License-Identifier: Apache-2.0
"""Multipart bodies, taken apart without touching a byte of what is in them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from werkzeug.http import parse_options_header

from local_gmail import heads

if TYPE_CHECKING:
    from werkzeug.datastructures import Headers


@dataclass(frozen=True)
class Part:
    """One part: its own headers and what is in it."""

    headers: Headers
    body: bytes


def split(content_type: str, body: bytes) -> list[Part]:
    """Return the parts; ValueError where the type isn't multipart or the end is missing."""
    kind, options = parse_options_header(content_type)
    boundary = options.get("boundary", "")
    if not kind.startswith("multipart/") or not boundary:
        raise ValueError("not multipart")
    delimiter = b"--" + boundary.encode("latin-1")
    # A part may end in CR; only who writes all lines with CRLF means it as half of a line's end.
    newline = b"\r\n" if body.partition(delimiter)[2].startswith(b"\r\n") else b"\n"
    line = re.compile(
        rb"(?:\A|%b)%b(--)?[ \t]*(?:%b|\Z)" % (newline, re.escape(delimiter), newline)
    )
    found: list[Part] = []
    begin: int | None = None
    for match in line.finditer(body):
        if begin is not None:
            head, content = heads.split(body[begin : match.start()])
            found.append(Part(heads.parse(head), content))
        if match[1]:
            return found
        begin = match.end()
    raise ValueError("missing end boundary")
