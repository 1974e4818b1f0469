# SPDX-License-Identifier: Apache-2.0
"""Describes what an application sees in plain values that compare and print well."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from traceback import walk_tb
from typing import Any, Final

import httplib2
from googleapiclient.errors import HttpError

Plain = Any
"""Strings, numbers, None, tuples, and dicts of them."""

_OURS: Final = re.compile(r"/opentelemetry/instrumentation/(?:googleapiclient|httplib2)/")
_ADDRESS: Final = re.compile(r" at 0x[0-9a-f]+|fd=\d+|laddr=\([^)]*\)")
# What the server numbers as it goes on, in the order in which it does.
_NUMBERED: Final = re.compile(r"(ABPtcPlocal|ya29\.local-|batch_[0-9a-f]{20})[0-9a-f]*")
_WRONG_CALL: Final = re.compile(r"\w\(\) (?:got an unexpected|takes|missing)")
_MAX_CHAIN: Final = 6


def text(value: str) -> str:
    """Without what differs from one run to the next whatever is done."""
    return _NUMBERED.sub(r"<number>", _ADDRESS.sub("", value))


def content(value: bytes) -> str:
    return text(value.decode("latin-1"))


def value(given: object) -> Plain:
    """A value of the application's."""
    if given is None or isinstance(given, (bool, int, float)):
        return given
    for kind, description in _DESCRIPTIONS:
        if isinstance(given, kind):
            return description(given)
    return text(repr(given))


def _response(response: httplib2.Response) -> Plain:
    headers = {name: text(one) for name, one in response.items() if name != "date"}
    previous = response.previous
    return (
        type(response).__qualname__,
        headers,
        response.status,
        response.reason,
        response.version,
        response.fromcache,
        _response(previous) if previous is not None else None,
    )


def error(raised: BaseException, *, depth: int = 0) -> Plain:
    """An exception: what it is, where it comes from, what it goes back to."""
    if depth == _MAX_CHAIN:
        return "..."
    seen: dict[str, Plain] = {
        "type": f"{type(raised).__module__}.{type(raised).__qualname__}",
        "args": tuple(value(one) for one in raised.args),
        "text": text(_words(raised)),
        "notes": tuple(getattr(raised, "__notes__", ())),
        "frames": tuple(_frames(raised)),
        "suppresses": raised.__suppress_context__,
    }
    for name, other in (("cause", raised.__cause__), ("context", raised.__context__)):
        seen[name] = None if other is None else error(other, depth=depth + 1)
    if isinstance(raised, HttpError):
        seen["response"] = value(raised.resp)
        seen["content"] = value(raised.content)
        # A BatchError has none.
        seen["uri"] = value(getattr(raised, "uri", None))
    return seen


def _words(raised: BaseException) -> str:
    try:
        return str(raised)
    except Exception as mistake:  # noqa: BLE001 - some of the library's own do raise
        return f"str() raises {mistake!r}"


def _frames(raised: BaseException) -> Iterator[tuple[str, str, int]]:
    """All but ours; ours too where it is the innermost, since then it is ours that raises.

    What is called with wrong arguments raises in the frame of its caller: that may be ours.
    """
    frames = list(walk_tb(raised.__traceback__))
    wrong_call = isinstance(raised, TypeError) and _WRONG_CALL.search(str(raised)) is not None
    for position, (frame, line) in enumerate(frames):
        code = frame.f_code
        innermost = position == len(frames) - 1 and not wrong_call
        if innermost or not _OURS.search(code.co_filename):
            yield code.co_filename, code.co_name, line


_DESCRIPTIONS: Final[tuple[tuple[type | tuple[type, ...], Callable[[Any], Plain]], ...]] = (
    (httplib2.Response, _response),
    (str, text),
    (bytes, content),
    (BaseException, error),
    (Mapping, lambda pairs: {value(name): value(one) for name, one in pairs.items()}),
    ((tuple, list), lambda items: tuple(map(value, items))),
)
"""The first that fits; what is more particular comes first."""
