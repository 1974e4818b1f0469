# SPDX-License-Identifier: Apache-2.0
"""Finds errors of Google's APIs in a text: a line of a log, a response's body, a whole log."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from itertools import zip_longest
from typing import Any, Final, NamedTuple, cast

from opentelemetry.instrumentation.httplib2._support.lazy_pattern import lazy_pattern

from .._errors.error_details import mapping
from .._errors.html_page import is_page, status_in, text_of_page
from .http_error_text import Found, http_errors_in
from .literals import MAX_LENGTH, end_of_value, value_of
from .stand_ins import (
    batch_error,
    body_error,
    exception_named,
    http_error,
    take_body,
    wrapped,
)

_MAX_BARE: Final = 1_000
_BATCH_ERROR: Final = lazy_pattern(r'<BatchError (?:(?P<status>[1-5]\d\d) )?"')
_MAX_REASON: Final = 8_192
_END: Final = '">'
_SECOND_OF_PAIR: Final = lazy_pattern(r"""(?P<quote>["']), (?=["'{<])""")
_MAX_FIRST_OF_PAIR: Final = 4_096
_NAME_BEFORE: Final = lazy_pattern(r"([\w.]{1,200}): \Z")
_BODY: Final = lazy_pattern(r"""[{\[]\s{0,200}(?:\{\s{0,200})?["']error["']\s{0,20}:""")
_EXCEPTION: Final = lazy_pattern(
    r"^(?P<name>(?:[A-Za-z_]\w{0,60}\.){1,6}[A-Za-z_]\w{0,60}|[A-Z]\w{0,60}(?:Error|Exception))"
    r"(?:: (?P<text>.{0,4000}))?$",
    re.MULTILINE,
)
# In the middle of a line: ``E   google.auth.exceptions.RefreshError: ...``, in Markdown.
_OF_LIBRARY: Final = lazy_pattern(
    r"(?<![\w.])(?P<name>(?:google\.(?:auth|oauth2)|googleapiclient|httplib2|oauth2client)"
    r"(?:\.[a-z_]\w{0,60}){0,4}\.(?:[A-Z]\w{0,60}Error|Redirect(?:Limit|MissingLocation)))"
    r": (?P<text>.{1,4000})$",
    re.MULTILINE,
)
_LIBRARIES: Final = ("google.", "googleapiclient.", "httplib2.", "oauth2client.")
# Else it is a logger's name, before what it logs.
_RAISED: Final = lazy_pattern(
    r"(?:Error|Exception|RedirectLimit|RedirectMissingLocation|FailedToDecompressContent)\Z"
)
_FRAMES: Final = lazy_pattern(
    r"googleapiclient|google_auth_httplib2|httplib2|oauth2client|google[/\\](?:auth|oauth2)"
)
_TRACEBACK: Final = "Traceback (most recent call last)"
_WARNING: Final = lazy_pattern(
    r'Encountered (?P<status>403) \S.{0,60}? with reason "(?P<reason>\w+)"'
)
_REFRESH_ERROR: Final = "google.auth.exceptions.RefreshError"
_TRANSPORT_ERROR: Final = "google.auth.exceptions.TransportError"
_CHAINED: Final = lazy_pattern(
    r"\S{0,3}\s*(?:During handling of the above exception, another exception occurred"
    r"|The above exception was the direct cause of the following exception):"
)
_PAGE: Final = lazy_pattern(r"<.{0,16000}?</html>|<.{0,16000}", re.DOTALL | re.IGNORECASE)
_OAUTH: Final = lazy_pattern(
    r"The credentials do not contain the necessary fields .*|(?P<code>access_denied"
    r"|admin_policy_enforced|deleted_client|disabled_client|invalid_client|invalid_grant"
    r"|invalid_rapt|invalid_request|invalid_scope|unauthorized_client)(?:: .*)?",
    re.DOTALL,
)
_BARE: Final[tuple[tuple[re.Pattern[str], str], ...]] = (
    (lazy_pattern(r"^\[Errno (?:-\d{1,5}|1100\d)\]|Name or service not known"), "socket.gaierror"),
    (lazy_pattern(r"^\[(?:Errno|WinError) \d{1,5}\]"), "OSError"),
    (lazy_pattern(r"\btimed? ?out\b", re.IGNORECASE), "TimeoutError"),
    (lazy_pattern(r"^unable to find the server at ", re.IGNORECASE),
     "httplib2.error.ServerNotFoundError"),
    (lazy_pattern(r"Caused by ProxyError\("), "requests.exceptions.ProxyError"),
    (lazy_pattern(r"EOF occurred in violation of protocol|connection has been closed \(EOF\)"),
     "ssl.SSLEOFError"),
    (lazy_pattern(r"^\[SSL: |\(_ssl\.c:\d{1,6}\)"), "ssl.SSLError"),
    (lazy_pattern(r"^Remote end closed connection"), "http.client.RemoteDisconnected"),
    (lazy_pattern(r"^IncompleteRead\("), "http.client.IncompleteRead"),
)  # fmt: skip
"""What exceptions say that have no name in the text, and the class that says it."""


class Told(NamedTuple):
    """An error that a text tells of."""

    line: int
    """Where it begins, from 1."""
    error: BaseException


class _Part(NamedTuple):
    """A piece of a text that is looked at by itself."""

    line: int
    text: str
    is_of_one_line: bool = False


def errors_in(text: str, *, alone: bool = False) -> Iterator[Told]:
    """Yield the errors of Google's APIs that a text tells of, in its order.

    Args:
        text: of any length and origin.
        alone: whether it is the text of one error, and no log: then it need not name the library.
    """
    found_any = False
    for part in _parts(text):
        line, last = part.line, 0
        for found in _errors(part.text, alone=alone):
            if not part.is_of_one_line:
                line += part.text.count("\n", last, found.begin)
                last = found.begin
            found_any = True
            yield Told(line, found.error)
    if alone and not found_any and (bare := _bare(text.strip())) is not None:
        yield Told(1, bare)


def _parts(text: str) -> Iterator[_Part]:
    """Yield the text in pieces: each line that is a record in JSON is taken apart."""
    plain: list[str] = []
    first = 1
    for number, line in enumerate(text.split("\n"), start=1):
        record = _record(line)
        if record is None:
            plain.append(_without_escapes(line))
            continue
        yield _Part(first, "\n".join(plain))
        plain, first = [], number + 1
        for value in _texts_in(record):
            yield _Part(number, value, is_of_one_line=True)
    yield _Part(first, "\n".join(plain))


def _record(line: str) -> Mapping[str, Any] | None:
    """A line of a log in JSON; None for other lines, and for a response's body."""
    if not (line.lstrip().startswith("{") and line.rstrip().endswith("}")):
        return None
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(record, dict) or _is_body(cast("dict[str, Any]", record)):
        return None
    return cast("dict[str, Any]", record)


def _is_body(document: Mapping[str, Any]) -> bool:
    error = document.get("error")
    return "code" in mapping(error) or (isinstance(error, str) and "error_description" in document)


def _texts_in(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        record = cast("dict[str, Any]", value)
        if _is_body(record):
            yield json.dumps(record)
            return
        for inner in record.values():
            yield from _texts_in(inner)
    elif isinstance(value, list):
        for inner in cast("list[Any]", value):
            yield from _texts_in(inner)


def _without_escapes(line: str) -> str:
    """A line without the backslashes of a logger that quotes messages."""
    if "HttpError " in line and 'returned \\"' in line:
        return line.replace('\\"', '"').replace("\\\\", "\\")
    return line


def _errors(text: str, *, alone: bool) -> list[Found]:
    """All errors in a text, each once: what is inside of one is not another one."""
    kept: list[Found] = []
    for errors in (
        http_errors_in(text),
        _batch_errors(text),
        _pairs(text, alone=alone),
        _bodies(text),
        _exceptions(text, alone=alone),
        _of_libraries(text),
    ):
        ends = [(one.begin, one.end) for one in kept]
        kept += [one for one in errors if not _is_inside(one, ends)]
        kept.sort(key=lambda one: one.begin)
    kept = [*_each_once(text, kept)]
    return [*_last_of_chains(text, kept)] if kept else [*_warnings(text)]


def _each_once(text: str, errors: list[Found]) -> Iterator[Found]:
    """Put together an error and the body of its response, which some print behind it."""
    last: Found | None = None
    for one in errors:
        if last is not None:
            between = text[last.end : one.begin]
            if not between.strip() and take_body(last.error, one.error):
                last = last._replace(end=one.end)
                continue
            # A debugger says "HttpError", and the error itself in the next line.
            if not (_is_name_only(last.error) and not between.strip()):
                yield last
        last = one
    if last is not None:
        yield last


def _is_name_only(error: BaseException) -> bool:
    return not error.args and type(error).__name__ == "HttpError"


def _last_of_chains(text: str, errors: list[Found]) -> Iterator[Found]:
    """Leave out what led to another error of the same traceback."""
    for one, following in zip_longest(errors, errors[1:]):
        if following is None or not _CHAINED.match(text, one.end, following.begin):
            yield one


def _is_inside(one: Found, others: list[tuple[int, int]]) -> bool:
    place = bisect_right(others, (one.end, one.end)) - 1
    return place >= 0 and others[place][1] > one.begin


def _batch_errors(text: str) -> Iterator[Found]:
    for head in _BATCH_ERROR.finditer(text):
        end = text.find(_END, head.end(), head.end() + _MAX_REASON)
        if end < 0:
            continue
        reason, status = text[head.end() : end], head["status"]
        name = "googleapiclient.errors.BatchError"
        error = http_error(int(status), None, reason, None, name) if status else batch_error(reason)
        yield Found(head.start(), end + len(_END), error)


def _is_told(response: object) -> bool:
    """Whether this is what an authorization server responds."""
    return "error" in mapping(value_of(response) if isinstance(response, str) else response)


def _pairs(text: str, *, alone: bool) -> Iterator[Found]:
    """What ``str()`` of a RefreshError is: its two arguments as a tuple."""
    last = 0
    for comma in _SECOND_OF_PAIR.finditer(text):
        earliest = max(last, comma.start() - _MAX_FIRST_OF_PAIR)
        begin = text.rfind(f"({comma['quote']}", earliest, comma.start())
        end = end_of_value(text, begin) if begin >= 0 else None
        if end is None or end <= comma.end():
            continue
        source = text[begin:end]
        before = _NAME_BEFORE.search(text, max(0, begin - 202), begin)
        name = before[1] if before else ""
        known = name if name.startswith(_LIBRARIES) else _REFRESH_ERROR
        error = exception_named(known, source)
        if len(error.args) > 1 and (known == name or alone or _is_told(error.args[1])):
            last = end
            yield Found(before.start() if before else begin, end, error)


def _bodies(text: str) -> Iterator[Found]:
    end = 0
    while (head := _BODY.search(text, end)) is not None:
        begin = head.start()
        whole = end_of_value(text, begin)
        # What is cut off, or too deep, is looked at once.
        end = whole or min(begin + MAX_LENGTH, len(text))
        error = body_error(text[begin:end])
        if error is not None:
            yield Found(begin, end, error)
        elif whole:
            end = head.end()


def _exceptions(text: str, *, alone: bool) -> Iterator[Found]:
    """Last lines of tracebacks."""
    last = 0
    for found in _EXCEPTION.finditer(text):
        name, said, end = found["name"], found["text"] or "", found.end()
        begin = text.rfind(_TRACEBACK, last, found.start())
        ours = begin >= 0 and _FRAMES.search(text, begin, found.start()) is not None
        last = end
        named = name.startswith(_LIBRARIES) and _RAISED.search(name) is not None
        if named or alone or ours:
            if said.startswith(("<!", "<html")) and (
                page := _PAGE.match(text, found.start("text"))
            ):
                said, end = page[0], page.end()
            yield Found(found.start(), end, _named(name, said.strip()))


def _of_libraries(text: str) -> Iterator[Found]:
    for found in _OF_LIBRARY.finditer(text):
        said = found["text"].strip(" `*_")
        yield Found(found.start(), found.end(), _named(found["name"], said))


def _named(name: str, text: str) -> BaseException:
    """An exception of this name; google-auth wraps what others say."""
    inner = _bare(text) if name == _TRANSPORT_ERROR else None
    return exception_named(name, text) if inner is None else wrapped(name, inner)


def _warnings(text: str) -> Iterator[Found]:
    """What googleapiclient logs itself, where nothing else tells more of it."""
    for found in _WARNING.finditer(text):
        details = json.dumps([{"reason": found["reason"]}])
        error = http_error(int(found["status"]), None, "", details)
        yield Found(found.start(), found.end(), error)


def _bare(text: str) -> BaseException | None:
    """An exception's own words, without its name."""
    if _OAUTH.fullmatch(text):
        return exception_named(_REFRESH_ERROR, text)
    if is_page(text):
        return http_error(status_in(text_of_page(text)) or 0, None, "", text)
    for pattern, name in _BARE:
        if pattern.search(text[:_MAX_BARE]):
            return exception_named(name, text)
    return None
