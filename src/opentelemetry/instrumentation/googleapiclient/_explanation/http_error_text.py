# SPDX-License-Identifier: Apache-2.0
"""Finds in a text what ``str()`` of an ``HttpError`` is, also where people changed it.

Markdown drops the angle brackets, mail and comments wrap the line, logs cut it off, and CI systems
replace what looks like a secret.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from opentelemetry.instrumentation.httplib2._support.lazy_pattern import lazy_pattern

from .literals import MAX_LENGTH, end_of_value
from .stand_ins import http_error

_MAX_REASON: Final = 8_192
# A space, or the end of a line that was wrapped, in a comment or in a table.
_GAP: Final = r"(?: |[ \t\r]{0,4}\n[ \t]{0,40}(?:[#|>*] ?)?)"
_URL: Final = r"\S{1,8192}(?:\r?\n[ \t]{0,40}(?:[#|>*] ?)?(?!returned)\S{1,2048})?"
_HTTP_ERROR: Final = lazy_pattern(
    r"(?:(?P<bracket><)|\b)HttpError (?P<status>[1-5]\d\d) "
    rf'(?:when requesting{_GAP}(?P<url>{_URL}){_GAP}returned{_GAP}|(?(bracket)|(?!)))"'
)
_WRAP: Final = lazy_pattern(r"[ \t\r]{0,20}\n[ \t]{0,40}(?:[#|>*] ?)?")
_DETAILS: Final = lazy_pattern(rf'"\.?{_GAP}Details: "')
_END: Final = '">'
# Messages of YouTube have links in them: behind their ``">`` goes a word.
_END_OF_ERROR: Final = lazy_pattern(r'">(?!\w)')
_END_OF_LINE: Final = lazy_pattern(r'">\s*$', re.MULTILINE)
# What a line ends with, from where it begins: no input makes the search start inside of it.
_END_OF_LINE_MARKS: Final = lazy_pattern(r"""(?<![.>\s"'\\])[.>\s"'\\]+$""", re.MULTILINE)


class Found(NamedTuple):
    """An error, and where a text tells of it."""

    begin: int
    end: int
    error: BaseException


def http_errors_in(text: str) -> Iterator[Found]:
    """Yield each ``HttpError`` that a text quotes."""
    end = 0
    while (head := _HTTP_ERROR.search(text, end)) is not None:
        begin = head.end()
        following = _HTTP_ERROR.search(text, begin, begin + _MAX_REASON)
        limit = following.start() if following else begin + _MAX_REASON
        end_of_reason = _END_OF_ERROR.search(text, begin, limit)
        details_found = _DETAILS.search(text, begin, limit)
        details = None
        if details_found is not None:
            reason = text[begin : details_found.start()]
            end = _end_of_details(text, details_found.end())
            details = _unwrapped(text[details_found.end() : end])
        elif end_of_reason is not None:
            end = end_of_reason.start()
            reason = text[begin:end]
        else:
            end = _end_of_cut_off(text, begin, limit)
            reason = text[begin:end].rstrip("\\`")
        url = None if head["url"] in (None, str(None)) else _WRAP.sub("", head["url"])
        error = http_error(int(head["status"]), url, _unwrapped(reason).strip(), details)
        end = max(end, begin) + len(_END)
        yield Found(head.start(), end, error)


def _unwrapped(text: str) -> str:
    return _WRAP.sub(" ", text)


def _end_of_cut_off(text: str, begin: int, limit: int) -> int:
    """Where a message ends whose error has no closing bracket: at the last quote of a line."""
    for marks in _END_OF_LINE_MARKS.finditer(text, begin, limit):
        quote = text.find('"', marks.start(), marks.end())
        if quote >= 0:
            return quote
    return min(text.find("\n", begin) % (len(text) + 1), limit)


def _end_of_details(text: str, begin: int) -> int:
    if text[begin : begin + 1] in {"[", "{"}:
        end = end_of_value(text, begin)
        if end is not None and text.startswith('"', end):
            return end
    limit = begin + MAX_LENGTH
    found = _END_OF_LINE.search(text, begin, limit)
    end = found.start() if found else text.find(_END, begin, limit)
    return end if end >= 0 else min(len(text), limit)
