# SPDX-License-Identifier: Apache-2.0
"""What a span says, grouped by what it is about: failure, retries, batch, transfer, attempt."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal
from urllib.parse import urlsplit

from opentelemetry.instrumentation.httplib2.semconv import (
    HTTPLIB2_CONNECTION_SHARED,
    HTTPLIB2_FAILED_PHASE,
    HTTPLIB2_RESEND_CAUSE,
    HTTPLIB2_RESPONSE_STALE,
)
from opentelemetry.semconv.attributes.error_attributes import ERROR_TYPE
from opentelemetry.semconv.attributes.http_attributes import (
    HTTP_REQUEST_METHOD,
    HTTP_REQUEST_METHOD_ORIGINAL,
    HTTP_RESPONSE_STATUS_CODE,
)
from opentelemetry.semconv.attributes.url_attributes import URL_FULL
from opentelemetry.trace import SpanKind

from .. import semconv
from ..semconv import Operation
from .spans import Event, Span

_WIRE_LAYER: Final = "opentelemetry.instrumentation.httplib2"
_SCOPE_PREFIX: Final = "https://www.googleapis.com/auth/"
_OUTLOOKS: Final = {
    "backoff": "retry with backoff",
    "later": "retry later",
    "never": "not retryable",
}


def operation_of(span: Span) -> str | None:
    """Return the shape of a call of a Google API; None where the span is none."""
    return span.attributes.text(semconv.GOOGLEAPICLIENT_OPERATION)


def is_call(span: Span) -> bool:
    """Tell whether the span is a call of a Google API, or one part of a batch of calls."""
    return operation_of(span) is not None


def is_batch_part(span: Span) -> bool:
    """Tell whether the span is one part of a batch."""
    return operation_of(span) == Operation.BATCH_PART


def is_attempt(span: Span) -> bool:
    """Tell whether the span is a request that httplib2 sent."""
    return span.kind is SpanKind.CLIENT and span.scope == _WIRE_LAYER


def shape(name: str, operation: str | None) -> str:
    """Return what sets a call apart from an ordinary one, such as ``batch part``, if anything."""
    if operation in {None, Operation.EXECUTE} or name.endswith(f".{operation}"):
        return ""
    return str(operation).replace("_", " ")


def status_code(span: Span) -> int | None:
    """Return the HTTP status of the last response."""
    return span.attributes.whole(HTTP_RESPONSE_STATUS_CODE)


def may_be_done_twice(span: Span) -> bool:
    """Tell whether a call changed something, and the server may have carried it out twice."""
    return span.attributes.flag(semconv.GOOGLEAPICLIENT_DUPLICATE_RISK) is True


@dataclass(frozen=True, slots=True)
class Scopes:
    """The authorization that a method needs, beside what the token has."""

    required_any_of: tuple[str, ...] | None
    requested: tuple[str, ...] | None
    granted: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a call failed, who can fix it, and how."""

    error_type: str | None
    message: str
    evidence: tuple[str, ...]
    """Reason, domain, location and status, each once, most telling first."""
    cause: str | None
    owner: str | None
    remedy: str | None
    retry: str | None
    """Whether to send the same request again: ``backoff``, ``later`` or ``never``."""
    retryable: bool | None
    """The same in short, which spans of older versions say alone."""
    help_url: str | None
    credentials: str | None
    scopes: Scopes
    advised_wait: float | None

    @property
    def outlook(self) -> str | None:
        """Whether to send the same request again, in words."""
        if self.retry is not None:
            return _OUTLOOKS.get(self.retry, self.retry)
        if self.retryable is None:
            return None
        return "retryable" if self.retryable else "not retryable"

    @classmethod
    def of(cls, span: Span) -> Failure | None:
        """Return the failure that a span tells of; None where it did not fail."""
        if not span.failed:
            return None
        attributes = span.attributes
        location = attributes.text(semconv.GOOGLEAPICLIENT_ERROR_LOCATION)
        location_type = attributes.text(semconv.GOOGLEAPICLIENT_ERROR_LOCATION_TYPE)
        if location and location_type:
            location = f"{location_type} {location}"
        evidence = (
            attributes.text(semconv.GOOGLEAPICLIENT_ERROR_REASON),
            attributes.text(semconv.GOOGLEAPICLIENT_ERROR_DOMAIN),
            location,
            attributes.text(semconv.GOOGLEAPICLIENT_ERROR_STATUS),
            attributes.text(semconv.GOOGLEAPICLIENT_ERROR_INFO_REASON),
            attributes.text(f"{semconv.GCP_ERRORS_METADATA}.quota_limit"),
        )
        return cls(
            error_type=attributes.text(ERROR_TYPE),
            message=span.message,
            evidence=tuple(dict.fromkeys(part for part in evidence if part)),
            cause=attributes.text(semconv.GOOGLEAPICLIENT_ERROR_CAUSE),
            owner=attributes.text(semconv.GOOGLEAPICLIENT_ERROR_OWNER),
            remedy=attributes.text(semconv.GOOGLEAPICLIENT_ERROR_REMEDY),
            retry=attributes.text(semconv.GOOGLEAPICLIENT_ERROR_RETRY),
            retryable=attributes.flag(semconv.GOOGLEAPICLIENT_ERROR_RETRYABLE),
            help_url=attributes.text(semconv.GOOGLEAPICLIENT_ERROR_HELP_URL),
            credentials=attributes.text(semconv.GOOGLEAPICLIENT_CREDENTIALS_KIND),
            scopes=Scopes(
                required_any_of=_scopes(span, semconv.GOOGLEAPICLIENT_ERROR_SCOPES_REQUIRED),
                requested=_scopes(span, semconv.GOOGLEAPICLIENT_ERROR_SCOPES_REQUESTED),
                granted=_scopes(span, semconv.GOOGLEAPICLIENT_ERROR_SCOPES_GRANTED),
            ),
            advised_wait=_seconds(span, semconv.GOOGLEAPICLIENT_RETRY_ADVISED_WAIT),
        )


def _scopes(span: Span, name: str) -> tuple[str, ...] | None:
    scopes = span.attributes.texts(name)
    return scopes and tuple(scope.removeprefix(_SCOPE_PREFIX) for scope in scopes)


def _seconds(span: Span | Event, name: str) -> float | None:
    seconds = span.attributes.number(name)
    return None if seconds is None else max(seconds, 0.0)


@dataclass(frozen=True, slots=True)
class Retries:
    """How often a call was tried again, and how long it waited for that.

    The library retries within a call; an application executes the same request again.
    """

    count: int
    limit: int | None
    wait: float | None
    """Seconds."""
    exhausted: bool
    failed_before: int
    """How often in a row the application had executed the same request, and it failed."""
    too_early: bool
    """Whether the application waited for less time than the server had advised then."""

    @classmethod
    def of(cls, span: Span) -> Retries:
        """Return the retries of one call."""
        attributes = span.attributes
        return cls(
            count=attributes.whole(semconv.GOOGLEAPICLIENT_RETRY_COUNT) or 0,
            limit=attributes.whole(semconv.GOOGLEAPICLIENT_RETRY_LIMIT),
            wait=_seconds(span, semconv.GOOGLEAPICLIENT_RETRY_WAIT),
            exhausted=attributes.flag(semconv.GOOGLEAPICLIENT_RETRY_EXHAUSTED) is True,
            failed_before=attributes.whole(semconv.GOOGLEAPICLIENT_REEXECUTION_COUNT) or 0,
            too_early=attributes.flag(semconv.GOOGLEAPICLIENT_RETRY_TOO_EARLY) is True,
        )


@dataclass(frozen=True, slots=True)
class Wait:
    """One wait before a retry."""

    begin: float
    attempt: int | None
    limit: int | None
    delay: float | None
    advised_wait: float | None
    too_early: bool
    status_code: int | None
    error_type: str | None
    cause: str | None

    @classmethod
    def of(cls, event: Event) -> Wait | None:
        """Return the wait that an event tells of; None for events of other kinds."""
        if event.name != semconv.EVENT_RETRY:
            return None
        attributes = event.attributes
        return cls(
            begin=event.time,
            attempt=attributes.whole(semconv.GOOGLEAPICLIENT_RETRY_ATTEMPT),
            limit=attributes.whole(semconv.GOOGLEAPICLIENT_RETRY_LIMIT),
            delay=_seconds(event, semconv.GOOGLEAPICLIENT_RETRY_DELAY),
            advised_wait=_seconds(event, semconv.GOOGLEAPICLIENT_RETRY_ADVISED_WAIT),
            too_early=attributes.flag(semconv.GOOGLEAPICLIENT_RETRY_TOO_EARLY) is True,
            status_code=attributes.whole(HTTP_RESPONSE_STATUS_CODE),
            error_type=attributes.text(ERROR_TYPE),
            cause=attributes.text(semconv.GOOGLEAPICLIENT_ERROR_CAUSE),
        )


def waits(span: Span) -> Iterator[Wait]:
    """Yield the waits of a call, in order."""
    for event in span.events:
        if wait := Wait.of(event):
            yield wait


@dataclass(frozen=True, slots=True)
class Batch:
    """How the parts of a batch fared."""

    size: int
    answered: int | None
    failed: int | None
    resent: int | None
    """Parts that were refused with 401 and sent once more."""
    oversized: bool

    @classmethod
    def of(cls, span: Span) -> Batch | None:
        """Return the batch that a span stands for; None for other spans."""
        attributes = span.attributes
        size = attributes.whole(semconv.GOOGLEAPICLIENT_BATCH_SIZE)
        if size is None:
            return None
        return cls(
            size=size,
            answered=attributes.whole(semconv.GOOGLEAPICLIENT_BATCH_ANSWERED_COUNT),
            failed=attributes.whole(semconv.GOOGLEAPICLIENT_BATCH_FAILED_COUNT),
            resent=attributes.whole(semconv.GOOGLEAPICLIENT_BATCH_RESENT_COUNT),
            oversized=attributes.flag(semconv.GOOGLEAPICLIENT_BATCH_OVERSIZED) is True,
        )


@dataclass(frozen=True, slots=True)
class Transfer:
    """The bytes that a call moved, or was about to."""

    offset: int | None
    """Where they begin in the whole; None where they are the whole."""
    length: int | None
    size: int | None
    """Of the whole, where it is known."""

    @classmethod
    def of(cls, span: Span, direction: Literal["upload", "download"]) -> Transfer | None:
        """Return what a span moved; None where it moved nothing in that direction."""
        names = {
            "upload": (
                semconv.GOOGLEAPICLIENT_UPLOAD_OFFSET,
                semconv.GOOGLEAPICLIENT_UPLOAD_CHUNK_SIZE,
                semconv.GOOGLEAPICLIENT_UPLOAD_SIZE,
            ),
            "download": (
                semconv.GOOGLEAPICLIENT_DOWNLOAD_OFFSET,
                semconv.GOOGLEAPICLIENT_DOWNLOAD_CHUNK_SIZE,
                semconv.GOOGLEAPICLIENT_DOWNLOAD_SIZE,
            ),
        }[direction]
        offset, length, size = map(span.attributes.whole, names)
        if offset is None and size is None:
            return None
        return cls(offset, length, size)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One request on the wire."""

    method: str
    path: str
    error_type: str | None
    resend_cause: str | None
    failed_phase: str | None
    connection_shared: bool
    stale: bool
    """Whether the response is that of an earlier request."""

    @classmethod
    def of(cls, span: Span) -> Attempt | None:
        """Return the attempt that a span stands for; None where it is no HTTP client span."""
        attributes = span.attributes
        method = attributes.text(HTTP_REQUEST_METHOD)
        if span.kind is not SpanKind.CLIENT or method is None:
            return None
        url = attributes.text(URL_FULL) or ""
        try:
            path = urlsplit(url).path
        except ValueError:
            path = url
        return cls(
            method=attributes.text(HTTP_REQUEST_METHOD_ORIGINAL) or method,
            path=path,
            error_type=attributes.text(ERROR_TYPE),
            resend_cause=attributes.text(HTTPLIB2_RESEND_CAUSE),
            failed_phase=attributes.text(HTTPLIB2_FAILED_PHASE),
            connection_shared=attributes.flag(HTTPLIB2_CONNECTION_SHARED) is True,
            stale=attributes.flag(HTTPLIB2_RESPONSE_STALE) is True,
        )
