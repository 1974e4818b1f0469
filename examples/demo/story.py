# SPDX-License-Identifier: Apache-2.0
"""What a span tells, read from the attribute names that users of any backend would search for.

The names are written out here, as a dashboard would have them: what the demo shows is what arrived
on the wire, and nothing of the instrumentation is imported.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

from opentelemetry.trace import SpanKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from demo.spans import Event, Span

HARMLESS = {"GET", "HEAD", "OPTIONS", "PUT", "DELETE"}
"""Methods that do no more when they are repeated (RFC 9110, section 9.2.2)."""
_SCOPE_PREFIX = "https://www.googleapis.com/auth/"


def is_call(span: Span) -> bool:
    """Tell whether the span is a call of a Google API, or one part of a batch of calls."""
    return "googleapiclient.operation" in span.attributes


def shape(name: str, operation: str | None) -> str:
    """Return what sets a call apart from an ordinary one, such as ``batch part``, if anything."""
    if operation in {None, "execute"} or name.endswith(f".{operation}"):
        return ""
    return str(operation).replace("_", " ")


def status_code(span: Span) -> int | None:
    """Return the HTTP status of the last answer."""
    return span.attributes.whole("http.response.status_code")


@dataclass(frozen=True, slots=True)
class Scopes:
    """The authorization that a method needs, beside what the token has."""

    required_any_of: tuple[str, ...] | None
    requested: tuple[str, ...] | None
    granted: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a call failed, who can put it right, and how."""

    error_type: str | None
    message: str
    evidence: tuple[str, ...]
    """Reason, domain, location and status, each once, most telling first."""
    cause: str | None
    owner: str | None
    remedy: str | None
    retryable: bool | None
    help_url: str | None
    scopes: Scopes
    advised_wait: float | None

    @classmethod
    def of(cls, span: Span) -> Failure | None:
        """Return the failure that a span tells of; None where it did not fail."""
        if not span.failed:
            return None
        attributes = span.attributes
        error = "googleapiclient.error"
        location = attributes.text(f"{error}.location")
        if location and (location_type := attributes.text(f"{error}.location_type")):
            location = f"{location_type} {location}"
        evidence = (
            attributes.text(f"{error}.reason"),
            attributes.text(f"{error}.domain"),
            location,
            attributes.text(f"{error}.status"),
            attributes.text(f"{error}.info.reason"),
            attributes.text("gcp.errors.metadata.quota_limit"),
        )
        return cls(
            error_type=attributes.text("error.type"),
            message=span.message,
            evidence=tuple(dict.fromkeys(part for part in evidence if part)),
            cause=attributes.text(f"{error}.cause"),
            owner=attributes.text(f"{error}.owner"),
            remedy=attributes.text(f"{error}.remedy"),
            retryable=attributes.flag(f"{error}.retryable"),
            help_url=attributes.text(f"{error}.help_url"),
            scopes=Scopes(
                required_any_of=_scopes(span, "required_any_of"),
                requested=_scopes(span, "requested"),
                granted=_scopes(span, "granted"),
            ),
            advised_wait=attributes.number("googleapiclient.retry.advised_wait"),
        )


def _scopes(span: Span, which: str) -> tuple[str, ...] | None:
    scopes = span.attributes.texts(f"googleapiclient.error.scopes.{which}")
    return scopes and tuple(scope.removeprefix(_SCOPE_PREFIX) for scope in scopes)


@dataclass(frozen=True, slots=True)
class Repeats:
    """How often a call was repeated, and how long it waited for that.

    The library repeats within a call; an application repeats by another one.
    """

    count: int
    limit: int | None
    wait: float | None
    exhausted: bool
    failed_before: int
    """How often in a row the application had executed the same request, and it failed."""
    too_early: bool
    """Whether the application did not wait for as long as the server had asked for then."""

    @classmethod
    def of(cls, span: Span) -> Repeats:
        """Return the repeats of one call."""
        attributes = span.attributes
        return cls(
            count=attributes.whole("googleapiclient.retry.count") or 0,
            limit=attributes.whole("googleapiclient.retry.limit"),
            wait=attributes.number("googleapiclient.retry.wait"),
            exhausted=attributes.flag("googleapiclient.retry.exhausted") is True,
            failed_before=attributes.whole("googleapiclient.reexecution.count") or 0,
            too_early=attributes.flag("googleapiclient.retry.too_early") is True,
        )


@dataclass(frozen=True, slots=True)
class Wait:
    """One wait before a repeat."""

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
        if event.name != "googleapiclient.retry":
            return None
        attributes = event.attributes
        return cls(
            begin=event.time,
            attempt=attributes.whole("googleapiclient.retry.attempt"),
            limit=attributes.whole("googleapiclient.retry.limit"),
            delay=attributes.number("googleapiclient.retry.delay"),
            advised_wait=attributes.number("googleapiclient.retry.advised_wait"),
            too_early=attributes.flag("googleapiclient.retry.too_early") is True,
            status_code=attributes.whole("http.response.status_code"),
            error_type=attributes.text("error.type"),
            cause=attributes.text("googleapiclient.error.cause"),
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
    oversized: bool

    @classmethod
    def of(cls, span: Span) -> Batch | None:
        """Return the batch that a span stands for; None for other spans."""
        attributes = span.attributes
        size = attributes.whole("googleapiclient.batch.size")
        if size is None:
            return None
        return cls(
            size=size,
            answered=attributes.whole("googleapiclient.batch.answered_count"),
            failed=attributes.whole("googleapiclient.batch.failed_count"),
            oversized=attributes.flag("googleapiclient.batch.oversized") is True,
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
        names = [f"googleapiclient.{direction}.{name}" for name in ("offset", "chunk_size", "size")]
        offset, length, size = map(span.attributes.whole, names)
        if offset is None and size is None:
            return None
        return cls(offset, length, size)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One request on the wire."""

    method: str
    path: str
    host: str | None
    error_type: str | None
    resend_count: int
    resend_cause: str | None
    failed_phase: str | None

    @property
    def may_act_twice(self) -> bool:
        """Whether this repeats a change, after a request that may have arrived."""
        return self.resend_cause == "no_response" and self.method not in HARMLESS

    @classmethod
    def of(cls, span: Span) -> Attempt | None:
        """Return the attempt that a span stands for; None where it is no HTTP client span."""
        attributes = span.attributes
        method = attributes.text("http.request.method")
        if span.kind is not SpanKind.CLIENT or method is None:
            return None
        url = attributes.text("url.full") or ""
        try:
            path = urlsplit(url).path
        except ValueError:
            path = url
        return cls(
            method=attributes.text("http.request.method_original") or method,
            path=path,
            host=attributes.text("server.address"),
            error_type=attributes.text("error.type"),
            resend_count=attributes.whole("http.request.resend_count") or 0,
            resend_cause=attributes.text("httplib2.resend.cause"),
            failed_phase=attributes.text("httplib2.failed_phase"),
        )
