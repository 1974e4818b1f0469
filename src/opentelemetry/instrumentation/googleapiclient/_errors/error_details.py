# SPDX-License-Identifier: Apache-2.0
"""The ``details`` of a ``google.rpc.Status``: all types of google/rpc/error_details.proto.

``DebugInfo`` is left alone: it holds stack traces, which tell nothing to a caller.

This module is pure: it knows neither OpenTelemetry nor googleapiclient.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Final, NamedTuple, cast
from urllib.parse import urlsplit

from opentelemetry.instrumentation.httplib2._support.lazy_pattern import lazy_pattern

_MAX_DETAILS: Final = 64
_MAX_DURATION: Final = 1e10
_MAX_METADATA: Final = 64
_MAX_VIOLATIONS: Final = 16
_MAX_URL: Final = 512

_SECONDS: Final = lazy_pattern(r"\d{1,10}(?:\.\d{1,9})?")
_HELP_HOST: Final = lazy_pattern(
    r"(?:[a-z0-9-]{1,63}\.){0,4}(?:google\.com|googleapis\.com|google\.dev|aip\.dev)"
)
# Without names of projects, folders and organizations.
_HELP_PATH: Final = lazy_pattern(
    r"(?:/(?!projects?/|folders?/|organizations?/)[A-Za-z0-9._~-]{1,80}){0,12}/?", re.IGNORECASE
)


class ErrorInfo(NamedTuple):
    """``google.rpc.ErrorInfo`` (AIP-193): the machine-readable identity of an error."""

    reason: str | None
    domain: str | None
    metadata: Mapping[str, str]


class Details:
    """What the details say; of each type what the first of it does."""

    error_info: ErrorInfo | None = None
    retry_delay: float | None = None
    """``RetryInfo.retry_delay`` in seconds."""
    field_violations: tuple[str, ...] = ()
    """Fields of ``BadRequest``: ``message.raw``."""
    preconditions: frozenset[str] = frozenset()
    """Types of the violations of ``PreconditionFailure``: ``TOS``."""
    resource_type: str | None = None
    """``ResourceInfo.resource_type``: ``google.pubsub.v1.Topic``."""
    quota_id: str | None = None
    """The limit that ``QuotaFailure`` names: ``UnitsPerMinutePerUser``."""
    quota_value: str | None = None
    """The value of that limit: ``6000``."""
    help_url: str | None = None
    """The first https link of ``Help`` to a host of Google's, without its query."""
    localized_message: str | None = None
    request_id: str | None = None
    """``RequestInfo.request_id``, which Google's support asks for."""
    descriptions: tuple[str, ...] = ()
    """What violations say of themselves, in the server's words."""


def parse_details(details: object) -> Details:
    """Read the details of an error, whatever they are."""
    found = Details()
    if not isinstance(details, list):
        return found
    seen: set[str] = set()
    for entry in islice(cast("list[object]", details), _MAX_DETAILS):
        detail = mapping(entry)
        name = (text(detail.get("@type")) or "").rpartition("/google.rpc.")[2]
        read = _READERS.get(name)
        if read is not None and name not in seen:
            seen.add(name)
            read(detail, found)
    return found


def _read_error_info(detail: Mapping[str, object], found: Details) -> None:
    found.error_info = ErrorInfo(
        reason=text(detail.get("reason")),
        domain=text(detail.get("domain")),
        metadata={
            key: value
            for key, value in islice(mapping(detail.get("metadata")).items(), _MAX_METADATA)
            if isinstance(value, str)
        },
    )


def _read_retry_info(detail: Mapping[str, object], found: Details) -> None:
    found.retry_delay = _parse_duration(detail.get("retryDelay"))


def _read_bad_request(detail: Mapping[str, object], found: Details) -> None:
    violations = list(_violations(detail.get("fieldViolations")))
    found.field_violations = tuple(_texts(violations, "field"))
    found.descriptions += tuple(_texts(violations, "description"))


def _read_precondition_failure(detail: Mapping[str, object], found: Details) -> None:
    violations = list(_violations(detail.get("violations")))
    found.preconditions = frozenset(_texts(violations, "type"))
    found.descriptions += tuple(_texts(violations, "description"))


def _read_quota_failure(detail: Mapping[str, object], found: Details) -> None:
    violations = list(_violations(detail.get("violations")))
    found.quota_id = next(_texts(violations, "quotaId"), None)
    # An int64, which JSON carries as a string; some servers send a number.
    value = next((one.get("quotaValue") for one in violations if "quotaValue" in one), None)
    found.quota_value = str(value) if type(value) is int and value < _MAX_DURATION else text(value)
    found.descriptions += tuple(_texts(violations, "description"))


def _read_resource_info(detail: Mapping[str, object], found: Details) -> None:
    found.resource_type = text(detail.get("resourceType"))
    found.descriptions += tuple(_texts([detail], "description"))


def _read_help(detail: Mapping[str, object], found: Details) -> None:
    for url in _texts(_violations(detail.get("links")), "url"):
        found.help_url = _google_page(url)
        if found.help_url is not None:
            return


def _read_localized_message(detail: Mapping[str, object], found: Details) -> None:
    found.localized_message = text(detail.get("message"))


def _read_request_info(detail: Mapping[str, object], found: Details) -> None:
    found.request_id = text(detail.get("requestId"))


_READERS: Final[Mapping[str, Callable[[Mapping[str, object], Details], None]]] = {
    "BadRequest": _read_bad_request,
    "ErrorInfo": _read_error_info,
    "Help": _read_help,
    "LocalizedMessage": _read_localized_message,
    "PreconditionFailure": _read_precondition_failure,
    "QuotaFailure": _read_quota_failure,
    "RequestInfo": _read_request_info,
    "ResourceInfo": _read_resource_info,
    "RetryInfo": _read_retry_info,
}


def _google_page(url: str) -> str | None:
    """The address of a page of Google's, without query and fragment, which may name a project."""
    try:
        parts = urlsplit(url[:_MAX_URL])
    except ValueError:
        return None
    known = _HELP_HOST.fullmatch(parts.netloc) and _HELP_PATH.fullmatch(parts.path)
    return f"https://{parts.netloc}{parts.path}" if parts.scheme == "https" and known else None


def _violations(values: object) -> Iterator[Mapping[str, object]]:
    if isinstance(values, list):
        yield from map(mapping, islice(cast("list[object]", values), _MAX_VIOLATIONS))


def _texts(
    entries: Iterator[Mapping[str, object]] | list[Mapping[str, object]], key: str
) -> Iterator[str]:
    return (value for entry in entries if (value := text(entry.get(key))) is not None)


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


def mapping(value: object) -> Mapping[str, object]:
    """A JSON object, empty where the value is none."""
    return cast("Mapping[str, object]", value) if isinstance(value, Mapping) else {}


def text(value: object) -> str | None:
    """A text that says something, None where the value is none."""
    return value if isinstance(value, str) and value else None
