# SPDX-License-Identifier: Apache-2.0
"""What an error answer of a Google API says, in parts.

Google's APIs answer errors in several shapes: the ``errors`` list of the older JSON APIs, the
``google.rpc.Status`` of AIP-193 (with ``details``), both at once, the OAuth 2.0 body of RFC 6749,
a list around any of them, an HTML page, nothing. :func:`parse_answer` reads them all. Bodies are
untrusted: whatever the bytes, it returns, within milliseconds, what could be understood.

This module is pure: it knows neither OpenTelemetry nor googleapiclient.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from itertools import islice
from typing import cast

MAX_BODY_BYTES = 64 * 1024
"""How much of a body is read. Real error bodies have well under 8 KiB."""

_MAX_DETAILS = 64
_MAX_DURATION = 1e10
_MAX_METADATA = 64
_MAX_REPAIR_DEPTH = 64

# Always matches once it has begun: an unterminated string runs to the end of the text, so that no
# input makes the search start again inside it.
_JSON_TOKEN = re.compile(r'"(?:[^"\\]|\\(?:.|\Z))*(?:"|\Z)|[\[\]{},]', re.DOTALL)
_SECONDS = re.compile(r"\d{1,10}(?:\.\d{1,9})?")
_RETRY_AFTER_TEXT = re.compile(
    r"retry after (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d{1,9})?(?:Z|\+00:?00)", re.IGNORECASE
)
_LIMIT_TEXT = re.compile(r"\blimit '([^']{1,120})'")

_NO_METADATA: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorInfo:
    """``google.rpc.ErrorInfo`` (AIP-193): the machine-readable identity of an error."""

    reason: str | None
    domain: str | None
    metadata: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiError:
    """An error answer, taken apart. Every part is None where the answer did not have it.

    Nothing in here has been redacted: pass it through ``redaction`` before it leaves the process.
    """

    http_status: int | None = None
    reason: str | None = None
    """``errors[0].reason``, or the ``error`` code of an OAuth body."""
    subreason: str | None = None
    """``error_subtype`` of an OAuth body, ``invalid_rapt``."""
    domain: str | None = None
    location: str | None = None
    location_type: str | None = None
    status: str | None = None
    """The canonical status (google.rpc.Code), ``RESOURCE_EXHAUSTED``."""
    message: str | None = None
    error_info: ErrorInfo | None = None
    retry_after: float | datetime | None = None
    """The ``Retry-After`` header (RFC 9110, section 10.2.3): seconds, or a point in time."""
    retry_delay: float | None = None
    """``google.rpc.RetryInfo.retry_delay`` in seconds."""
    retry_time: datetime | None = None
    """The time in Gmail's message text, ``User-rate limit exceeded.  Retry after <ISO time>``."""

    is_of_an_api: bool = False
    """Whether the body was JSON with an error in it, and not a page of some server on the way."""
    is_page: bool = False
    """Whether the body was an HTML page."""
    field_violations: tuple[str, ...] = ()
    """The fields of ``google.rpc.BadRequest``: ``message.raw``."""
    preconditions: frozenset[str] = frozenset()
    """The types of the violations in ``google.rpc.PreconditionFailure``: ``TOS``."""
    resource_type: str | None = None
    """What ``google.rpc.ResourceInfo`` is about: ``google.pubsub.v1.Topic``. Never its name."""
    help_url: str | None = None
    """The first https link of ``google.rpc.Help`` that leads to a host of Google's."""

    @property
    def metadata(self) -> Mapping[str, str]:
        """The metadata of ``google.rpc.ErrorInfo``, empty where there is none."""
        return self.error_info.metadata if self.error_info else _NO_METADATA

    @property
    def limit(self) -> str | None:
        """The limit that was reached, as the server names it: ``Units per minute per user``.

        From the message text of Service Control, else from ErrorInfo's ``quota_limit``.
        """
        named = _LIMIT_TEXT.search(self.message) if self.message else None
        return named[1] if named else self.metadata.get("quota_limit")

    @property
    def limit_value(self) -> str | None:
        """The value of that limit, as the server gives it: ``6000``."""
        return self.metadata.get("quota_limit_value")

    def advised_wait(self, now: datetime) -> float | None:
        """How long the server asks to wait from ``now`` on, in seconds, never negative.

        The first that the answer has: ``Retry-After``, ``RetryInfo``, Gmail's message text.
        """
        for advice in (self.retry_after, self.retry_delay, self.retry_time):
            if isinstance(advice, datetime):
                return max(0.0, (advice - now).total_seconds())
            if advice is not None:
                return advice
        return None


NO_ANSWER = ApiError()
"""What is known of an error when no answer came."""


def parse_answer(http_status: int | None, headers: object, body: object) -> ApiError:
    """Read an answer. ``headers`` and ``body`` may be anything: what is no answer says nothing."""
    return parse_document(
        _load(body),
        http_status=http_status,
        retry_after=_parse_retry_after(_header(headers, "retry-after")),
    )


def parse_document(
    document: object,
    *,
    http_status: int | None = None,
    retry_after: float | datetime | None = None,
) -> ApiError:
    """Read the decoded JSON of an answer, of whatever type it is."""
    if isinstance(document, list):
        document = _first(cast("list[object]", document))
    body = _mapping(document)
    error = body.get("error")
    if isinstance(error, Mapping):
        return _parse_google_error(
            cast("Mapping[str, object]", error), http_status=http_status, retry_after=retry_after
        )
    return ApiError(
        http_status=http_status,
        is_of_an_api=bool(body),
        reason=_text(error),
        subreason=_text(body.get("error_subtype")),
        message=_text(body.get("error_description")),
        retry_after=retry_after,
    )


def _parse_google_error(
    error: Mapping[str, object], *, http_status: int | None, retry_after: float | datetime | None
) -> ApiError:
    errors = error.get("errors")
    first = _mapping(_first(cast("list[object]", errors)) if isinstance(errors, list) else errors)
    message = _text(error.get("message")) or _text(first.get("message"))
    details = _details(error.get("details"))
    return ApiError(
        http_status=http_status,
        is_of_an_api=True,
        reason=_text(first.get("reason")) or _text(error.get("reason")),
        domain=_text(first.get("domain")),
        location=_text(first.get("location")),
        location_type=_text(first.get("locationType")),
        status=_text(error.get("status")),
        message=message,
        error_info=details.error_info,
        retry_after=retry_after,
        retry_delay=details.retry_delay,
        retry_time=_parse_retry_time(message),
    )


@dataclass(slots=True)
class _Details:
    error_info: ErrorInfo | None = field(default=None)
    retry_delay: float | None = field(default=None)


def _details(details: object) -> _Details:
    found = _Details()
    if not isinstance(details, list):
        return found
    for entry in islice(cast("list[object]", details), _MAX_DETAILS):
        detail = _mapping(entry)
        kind = _text(detail.get("@type")) or ""
        if kind.endswith("/google.rpc.ErrorInfo") and found.error_info is None:
            found.error_info = ErrorInfo(
                reason=_text(detail.get("reason")),
                domain=_text(detail.get("domain")),
                metadata={
                    key: value
                    for key, value in islice(
                        _mapping(detail.get("metadata")).items(), _MAX_METADATA
                    )
                    if isinstance(value, str)
                },
            )
        elif kind.endswith("/google.rpc.RetryInfo") and found.retry_delay is None:
            found.retry_delay = _parse_duration(detail.get("retryDelay"))
    return found


def _parse_duration(value: object) -> float | None:
    """Read a ``google.protobuf.Duration``: ``"53.5s"``, or the object form that some servers send.

    A negative duration is no advice.
    """
    if isinstance(value, str):
        return float(value[:-1]) if value[-1:] == "s" and _SECONDS.fullmatch(value[:-1]) else None
    if isinstance(value, Mapping):
        duration = cast("Mapping[str, object]", value)
        seconds = _number(duration.get("seconds", 0))
        nanos = _number(duration.get("nanos", 0))
        if seconds is not None and nanos is not None:
            return seconds + nanos / 1e9
    return None


def _number(value: object) -> float | None:
    """A part of a duration: a number, or a string with one, of no more than ten digits."""
    if isinstance(value, str):
        return float(value) if _SECONDS.fullmatch(value) else None
    if isinstance(value, (int, float)) and 0 <= value < _MAX_DURATION:
        return float(value)
    return None


def _parse_retry_after(value: str | None) -> float | datetime | None:
    if value is None:
        return None
    value = value.strip()
    if _SECONDS.fullmatch(value):
        return float(value)
    try:
        moment = parsedate_to_datetime(value[:64])
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)


def _parse_retry_time(message: str | None) -> datetime | None:
    found = _RETRY_AFTER_TEXT.search(message) if message else None
    if found is None:
        return None
    try:
        moment = datetime.fromisoformat(found[1]).replace(tzinfo=timezone.utc)
        return moment + timedelta(seconds=float(found[2] or 0))
    except (ValueError, OverflowError):
        return None


def _header(headers: object, name: str) -> str | None:
    if not isinstance(headers, Mapping):
        return None
    for key, value in cast("Mapping[object, object]", headers).items():
        if isinstance(key, str) and key.lower() == name:
            return _text(value)
    return None


def _load(body: object) -> object:
    """Decode JSON as far as it can be understood; None where it can't."""
    if isinstance(body, str):
        body = body[:MAX_BODY_BYTES].encode("utf-8", "surrogatepass")
    if not isinstance(body, bytes) or not body:
        return None
    try:
        # Incremental, since the cut may go through the middle of a character.
        text = codecs.getincrementaldecoder("utf-8")().decode(body[:MAX_BODY_BYTES])
    except UnicodeDecodeError:
        return None
    if text.lstrip()[:1] not in ("{", "["):
        return None
    whole = _loads(text)
    return _loads(_mend(text, cut=len(body) > MAX_BODY_BYTES)) if whole is None else whole


def _loads(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _mend(text: str, *, cut: bool) -> str:
    """Take trailing commas out (Google's own error guide prints them); close what was cut off."""
    kept: list[str] = []
    closers: list[str] = []
    begin = 0
    comma: int | None = None
    last_whole: tuple[int, int, int, tuple[str, ...]] | None = None
    for token in _JSON_TOKEN.finditer(text):
        symbol = token[0]
        if symbol in ("}", "]"):
            if comma is not None and not text[comma + 1 : token.start()].strip():
                kept.append(text[begin:comma])
                begin = comma + 1
            if closers:
                closers.pop()
        elif symbol in ("{", "["):
            closers.append("}" if symbol == "{" else "]")
        elif symbol == "," and len(closers) <= _MAX_REPAIR_DEPTH:
            last_whole = (token.start(), begin, len(kept), tuple(closers))
        comma = token.start() if symbol == "," else None
    if not cut:
        return "".join((*kept, text[begin:]))
    if last_whole is None:
        return ""
    end, begin, pieces, open_brackets = last_whole
    return "".join((*kept[:pieces], text[begin:end], *reversed(open_brackets)))


def _mapping(value: object) -> Mapping[str, object]:
    return cast("Mapping[str, object]", value) if isinstance(value, Mapping) else {}


def _first(values: list[object]) -> object:
    return values[0] if values else None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
