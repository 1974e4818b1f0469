# SPDX-License-Identifier: Apache-2.0
"""What an error response of a Google API says, in parts.

Google's APIs report errors in several shapes: the ``errors`` list of the older JSON APIs, the
``google.rpc.Status`` of AIP-193 (with ``details``), both at once, the OAuth 2.0 body of RFC 6749,
a list around any of them, an HTML page, nothing. :func:`parse_response` reads them all. Bodies are
untrusted: whatever the bytes, it returns, within milliseconds, what could be understood.

This module is pure: it knows neither OpenTelemetry nor googleapiclient.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from typing import NamedTuple, cast

from opentelemetry.instrumentation.httplib2._support.lazy_pattern import lazy_pattern

from .error_details import ErrorInfo, mapping, parse_details, text
from .html_page import is_page, text_of_page

__all__ = [
    "MAX_BODY_BYTES",
    "NO_RESPONSE_ERROR",
    "ApiError",
    "ErrorInfo",
    "parse_document",
    "parse_response",
]

MAX_BODY_BYTES = 64 * 1024
"""How much of a body is read. Real error bodies have well under 8 KiB."""

_MAX_REPAIR_DEPTH = 64
_MAX_TEXT = 2048
_FAILING = range(300, 600)

# Always matches once it has begun: an unterminated string runs to the end of the text, so that no
# input makes the search start again inside it.
_JSON_TOKEN = lazy_pattern(r'"(?:[^"\\]|\\(?:.|\Z))*(?:"|\Z)|[\[\]{},]', re.DOTALL)
_SECONDS = lazy_pattern(r"\d{1,10}(?:\.\d{1,9})?")
_RETRY_AFTER_TEXT = lazy_pattern(
    r"retry after (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d{1,9})?(?:Z|\+00:?00)", re.IGNORECASE
)
_LIMIT_TEXT = lazy_pattern(r"\blimit '([^']{1,120})'")

_NO_METADATA: Mapping[str, str] = {}


class ApiError(NamedTuple):
    """An error response, taken apart. Every part is None where the response did not have it.

    Nothing in here has been redacted: pass it through ``redaction`` before it leaves the process.
    """

    http_status: int | None = None
    """Of the response; where that is lost, the ``code`` in its body."""
    reason: str | None = None
    """``errors[0].reason``, or the ``error`` code of an OAuth body."""
    subreason: str | None = None
    """``error_subtype`` of an OAuth body, ``invalid_rapt``."""
    domain: str | None = None
    location: str | None = None
    """``errors[0].location``, or the first field of ``google.rpc.BadRequest``."""
    location_type: str | None = None
    """``errors[0].locationType``, or ``field``."""
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
    body_text: str | None = None
    """What a body says that is no JSON: a page without its markup, or plain text. For rules only;
    it is never shown.
    """
    field_violations: tuple[str, ...] = ()
    """The fields of ``google.rpc.BadRequest``: ``message.raw``."""
    preconditions: frozenset[str] = frozenset()
    """The types of the violations in ``google.rpc.PreconditionFailure``: ``TOS``."""
    resource_type: str | None = None
    """What ``google.rpc.ResourceInfo`` is about: ``google.pubsub.v1.Topic``. Never its name."""
    quota_id: str | None = None
    """The limit that ``google.rpc.QuotaFailure`` names: ``UnitsPerMinutePerUser``."""
    quota_value: str | None = None
    """The value of that limit: ``6000``."""
    help_url: str | None = None
    """The first https link of ``google.rpc.Help`` to a host of Google's, without its query."""
    request_id: str | None = None
    """``google.rpc.RequestInfo.request_id``, which Google's support asks for."""
    descriptions: tuple[str, ...] = ()
    """What the details say in the server's words, beside the message. For rules only."""

    @property
    def metadata(self) -> Mapping[str, str]:
        """The metadata of ``google.rpc.ErrorInfo``, empty where there is none."""
        return self.error_info.metadata if self.error_info else _NO_METADATA

    @property
    def limit(self) -> str | None:
        """The limit that was reached, as the server names it: ``Units per minute per user``.

        From the message text of Service Control, else from ErrorInfo or QuotaFailure.
        """
        named = _LIMIT_TEXT.search(self.message) if self.message else None
        return named[1] if named else self.metadata.get("quota_limit") or self.quota_id

    @property
    def limit_value(self) -> str | None:
        """The value of that limit, as the server gives it: ``6000``."""
        return self.metadata.get("quota_limit_value") or self.quota_value

    def advised_wait(self, now: datetime) -> float | None:
        """How long the server asks to wait from ``now`` on, in seconds, never negative.

        The first that the response has: ``Retry-After``, ``RetryInfo``, Gmail's message text.
        """
        for advice in (self.retry_after, self.retry_delay, self.retry_time):
            if isinstance(advice, datetime):
                return max(0.0, (advice - now).total_seconds())
            if advice is not None:
                return advice
        return None


NO_RESPONSE_ERROR = ApiError()
"""What is known of an error when no response came."""


def parse_response(http_status: int | None, headers: object, body: object) -> ApiError:
    """Read a response. ``headers`` and ``body`` may be anything: nonsense says nothing."""
    source = _decoded(body)
    document = _load(source, cut=_is_cut(body)) if source else None
    retry_after = _parse_retry_after(_header(headers, "retry-after"))
    if document is not None or not source:
        return parse_document(document, http_status=http_status, retry_after=retry_after)
    page = is_page(source)
    shown = text_of_page(source) if page else source[:_MAX_TEXT]
    return ApiError(
        http_status=http_status,
        is_page=page,
        body_text=shown,
        retry_after=retry_after,
    )


def parse_document(
    document: object,
    *,
    http_status: int | None = None,
    retry_after: float | datetime | None = None,
) -> ApiError:
    """Read the decoded JSON of a response, of whatever type it is."""
    if isinstance(document, list):
        document = _first(cast("list[object]", document))
    body = mapping(document)
    error = body.get("error")
    if isinstance(error, Mapping):
        return _parse_google_error(
            cast("Mapping[str, object]", error), http_status=http_status, retry_after=retry_after
        )
    return ApiError(
        http_status=http_status,
        is_of_an_api=bool(body),
        reason=text(error),
        subreason=text(body.get("error_subtype")),
        message=text(body.get("error_description")),
        retry_after=retry_after,
    )


def _parse_google_error(
    error: Mapping[str, object], *, http_status: int | None, retry_after: float | datetime | None
) -> ApiError:
    errors = error.get("errors")
    first = mapping(_first(cast("list[object]", errors)) if isinstance(errors, list) else errors)
    details = parse_details(error.get("details"))
    message = text(error.get("message")) or text(first.get("message")) or details.localized_message
    location, location_type = text(first.get("location")), text(first.get("locationType"))
    if location is None and details.field_violations:
        location, location_type = details.field_violations[0], "field"
    code = error.get("code")
    if http_status is None and type(code) is int and code in _FAILING:
        http_status = code
    return ApiError(
        http_status=http_status,
        is_of_an_api=True,
        reason=text(first.get("reason")) or text(error.get("reason")),
        domain=text(first.get("domain")),
        location=location,
        location_type=location_type,
        status=text(error.get("status")),
        message=message,
        error_info=details.error_info,
        field_violations=details.field_violations,
        preconditions=details.preconditions,
        resource_type=details.resource_type,
        quota_id=details.quota_id,
        quota_value=details.quota_value,
        help_url=details.help_url,
        request_id=details.request_id,
        descriptions=tuple(
            said
            for said in (details.localized_message, *details.descriptions)
            if said and said != message
        ),
        retry_after=retry_after,
        retry_delay=details.retry_delay,
        retry_time=_parse_retry_time(message),
    )


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
            return text(value)
    return None


def _decoded(body: object) -> str | None:
    """The beginning of a body as text, None where it is none."""
    if isinstance(body, str):
        body = body[:MAX_BODY_BYTES].encode("utf-8", "surrogatepass")
    if not isinstance(body, bytes):
        return None
    try:
        # Incremental, since the cut may go through the middle of a character.
        return codecs.getincrementaldecoder("utf-8")().decode(body[:MAX_BODY_BYTES])
    except UnicodeDecodeError:
        return None


def _is_cut(body: object) -> bool:
    return isinstance(body, (str, bytes)) and len(body) > MAX_BODY_BYTES


def _load(source: str, *, cut: bool) -> object:
    """Decode JSON as far as it can be understood; None where it can't."""
    if source.lstrip()[:1] not in ("{", "["):
        return None
    whole = _loads(source)
    return _loads(_mend(source, cut=cut)) if whole is None else whole


def _loads(source: str) -> object:
    try:
        return json.loads(source)
    except (ValueError, RecursionError):
        return None


def _mend(source: str, *, cut: bool) -> str:
    """Take trailing commas out (Google's own error guide prints them); close what was cut off."""
    kept: list[str] = []
    closers: list[str] = []
    begin = 0
    comma: int | None = None
    last_whole: tuple[int, int, int, tuple[str, ...]] | None = None
    for token in _JSON_TOKEN.finditer(source):
        symbol = token[0]
        if symbol in ("}", "]"):
            if comma is not None and not source[comma + 1 : token.start()].strip():
                kept.append(source[begin:comma])
                begin = comma + 1
            if closers:
                closers.pop()
        elif symbol in ("{", "["):
            closers.append("}" if symbol == "{" else "]")
        elif symbol == "," and len(closers) <= _MAX_REPAIR_DEPTH:
            last_whole = (token.start(), begin, len(kept), tuple(closers))
        comma = token.start() if symbol == "," else None
    if not cut:
        return "".join((*kept, source[begin:]))
    if last_whole is None:
        return ""
    end, begin, pieces, open_brackets = last_whole
    return "".join((*kept[:pieces], source[begin:end], *reversed(open_brackets)))


def _first(values: list[object]) -> object:
    return values[0] if values else None
