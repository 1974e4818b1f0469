# SPDX-License-Identifier: Apache-2.0
"""A failed try or call, from what was seen of it to the attributes that explain it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timezone
from http import HTTPStatus
from itertools import islice
from typing import Any, Final, NamedTuple

from opentelemetry.semconv.attributes.error_attributes import ERROR_TYPE
from opentelemetry.util.types import AttributeValue

from ..httplib2.exceptions import lineage, qualified_name, text_of
from . import semconv
from .causes import SCOPE_INSUFFICIENT
from .credentials import Scopes, acts_as_itself, refresh_failure, scopes_of, secrets_of
from .diagnosis import Diagnosis, diagnose
from .error import NO_ANSWER, ApiError, parse_answer
from .general_rules import GENERAL_RULES
from .redaction import Redaction
from .request_values import RequestValues, values_of_all, values_of_request
from .rules import UNREAD, Evidence
from .services import service_named
from .subject import Subject

_FIRST_FAILING_STATUS: Final = 300
_CARRY_SERVER_TEXT: Final = (
    "google.",
    "googleapiclient.",
    "http.client.",  # BadStatusLine: what stood there instead
    "httplib2.",
    "oauth2client.",
    "socks.",
)
_MAX_BATCH_PARTS: Final = 20
_AUTHORIZATION: Final = frozenset({401, 403})
_METADATA_KEYS: Final = (
    "service",
    "method",
    "quota_metric",
    "quota_limit",
    "quota_limit_value",
    "quota_unit",
    "quota_location",
)


class Answer(NamedTuple):
    """What came back over HTTP: an ``httplib2.Response`` (or what stands for it) and its body."""

    response: Any
    body: Any

    @property
    def status(self) -> int | None:
        status = getattr(self.response, "status", None)
        return status if isinstance(status, int) else None

    @property
    def failed(self) -> bool:
        status = self.status
        return status is not None and status >= _FIRST_FAILING_STATUS


@dataclass(frozen=True, slots=True)
class Failure:
    """What is known of a failure, with everything redacted that leaves the process."""

    error: ApiError
    error_type: str
    description: str
    diagnosis: Diagnosis
    advised_wait: float | None
    required_scopes: tuple[str, ...]
    scopes: Scopes
    values: RequestValues

    def attributes(self, redaction: Redaction) -> dict[str, AttributeValue]:
        """All that a span says of it."""
        error, diagnosis = self.error, self.diagnosis
        attributes: dict[str, AttributeValue] = {
            ERROR_TYPE: self.error_type,
            semconv.GOOGLEAPICLIENT_ERROR_CAUSE: diagnosis.cause,
            semconv.GOOGLEAPICLIENT_ERROR_RETRYABLE: diagnosis.retryable,
            semconv.GOOGLEAPICLIENT_ERROR_OWNER: diagnosis.owner,
            semconv.GOOGLEAPICLIENT_ERROR_REMEDY: diagnosis.remedy,
            semconv.GOOGLEAPICLIENT_ERROR_HELP_URL: diagnosis.help_url,
        }
        info = error.error_info
        for name, value in (
            (semconv.GOOGLEAPICLIENT_ERROR_REASON, error.reason),
            (semconv.GOOGLEAPICLIENT_ERROR_DOMAIN, error.domain),
            (semconv.GOOGLEAPICLIENT_ERROR_LOCATION, error.location),
            (semconv.GOOGLEAPICLIENT_ERROR_LOCATION_TYPE, error.location_type),
            (semconv.GOOGLEAPICLIENT_ERROR_STATUS, error.status),
            (semconv.GOOGLEAPICLIENT_ERROR_INFO_REASON, info.reason if info else None),
            (semconv.GCP_ERRORS_DOMAIN, info.domain if info else None),
            *(
                (f"{semconv.GCP_ERRORS_METADATA}.{key}", error.metadata.get(key))
                for key in _METADATA_KEYS
            ),
        ):
            if value:
                attributes[name] = redaction.identifier(value, self.values)
        if self.advised_wait is not None:
            attributes[semconv.GOOGLEAPICLIENT_RETRY_ADVISED_WAIT] = self.advised_wait
        if diagnosis.cause == SCOPE_INSUFFICIENT.name:
            for name, scopes in (
                (semconv.GOOGLEAPICLIENT_ERROR_SCOPES_REQUIRED, self.required_scopes),
                (semconv.GOOGLEAPICLIENT_ERROR_SCOPES_REQUESTED, self.scopes.requested),
                (semconv.GOOGLEAPICLIENT_ERROR_SCOPES_GRANTED, self.scopes.granted),
            ):
                if scopes:
                    attributes[name] = [redaction.scope(scope) for scope in scopes]
        return attributes


def failure_of_answer(answer: Answer, subject: Subject, redaction: Redaction) -> Failure:
    """Understand an answer with a status of 300 or more."""
    error = parse_answer(answer.status, answer.response, answer.body)
    values = _values_of(subject)
    return _failure(
        error,
        subject,
        redaction,
        values,
        error_type=next(_admitted(error, values), str(answer.status)),
        description=redaction.message(error.message, values, subject.names)
        if error.message
        else _reason_phrase(answer, redaction, values),
    )


def failure_of_exception(
    error: BaseException,
    subject: Subject,
    redaction: Redaction,
    *,
    answered: bool = False,
    unread: bool = False,
) -> Failure:
    """Understand an exception that came instead of an answer, or after one.

    Args:
        error: the exception.
        subject: what failed.
        redaction: what of it may be said.
        answered: whether an answer had come that was no refusal.
        unread: whether the library itself could not make sense of that answer.
    """
    refusal = refresh_failure(error)
    text = text_of(error)
    values = _values_of(subject)
    return _failure(
        refusal or NO_ANSWER,
        subject,
        redaction,
        values,
        error_type=next(_admitted(refusal or NO_ANSWER, values), qualified_name(type(error))),
        description=redaction.message(refusal.message, values, subject.names)
        if refusal and refusal.message
        else _description(error, text, redaction, values),
        exception=lineage(error) | {UNREAD} if unread else lineage(error),
        text=text,
        answered=answered,
    )


def _description(
    error: BaseException, text: str, redaction: Redaction, values: RequestValues
) -> str:
    if isinstance(error, OSError) and error.filename is not None:
        # The name of a file is somebody's.
        text = text_of(OSError(error.errno, error.strerror))
    # These carry what a server said, which may echo anything.
    if qualified_name(type(error)).startswith(_CARRY_SERVER_TEXT):
        return redaction.message(text, values)
    return redaction.exception_text(text, values)


def _failure(
    error: ApiError,
    subject: Subject,
    redaction: Redaction,
    values: RequestValues,
    *,
    error_type: str,
    description: str,
    exception: frozenset[str] = frozenset(),
    text: str = "",
    answered: bool = False,
) -> Failure:
    scopes = scopes_of(subject.http) if error.http_status in _AUTHORIZATION else Scopes()
    granted, limit = scopes.granted, error.limit
    evidence = Evidence(
        error=error,
        exception=exception,
        text=text,
        method=subject.method,
        service=subject.service,
        service_account_without_subject=not _PRECONDITION.isdisjoint({error.reason, error.status})
        and acts_as_itself(subject.http),
        answered=answered,
        in_upload_session=subject.in_upload_session,
        required_scopes=subject.scopes,
        granted_scopes=None if granted is None else tuple(map(redaction.scope, granted)),
        limit_may_be_named=limit is not None and redaction.message(limit, values) == limit,
    )
    return Failure(
        error=error,
        error_type=error_type,
        description=description,
        diagnosis=diagnose(evidence, service_named(subject.service)),
        advised_wait=error.advised_wait(datetime.now(timezone.utc)),
        required_scopes=subject.scopes,
        scopes=scopes,
        values=values,
    )


def _values_of(subject: Subject) -> RequestValues:
    """What was sent and may come back: what the requests carried, and with which credentials."""
    subjects = (subject, *islice(subject.parts, _MAX_BATCH_PARTS))
    return values_of_all(
        values_of_request(
            uri,
            getattr(one.request, "body", None),
            one.template,
            headers=getattr(one.request, "headers", None),
            secrets=secrets_of(one.http),
        )
        for one in subjects
        for uri in (getattr(one.request, name, None) for name in ("uri", "resumable_uri"))
    )


def _reason_phrase(answer: Answer, redaction: Redaction, values: RequestValues) -> str:
    """Say something readable where the body says nothing."""
    phrase = getattr(answer.response, "reason", None)
    if not isinstance(phrase, str) or not phrase:
        try:
            phrase = HTTPStatus(answer.status or 0).phrase
        except ValueError:
            phrase = ""
    return redaction.message(f"{answer.status} {phrase}".rstrip(), values)


# Canonical statuses (google/rpc/code.proto) and the reasons of the guides' own lists.
_CANONICAL_STATUSES: Final = (
    "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND",
    "ALREADY_EXISTS", "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED",
    "OUT_OF_RANGE", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS", "UNAUTHENTICATED",
)  # fmt: skip
_COMMON_REASONS: Final = (
    "aborted", "authError", "backendError", "badRequest", "conditionNotMet", "conflict",
    "duplicate", "failedPrecondition", "forbidden", "gone", "internalError", "invalid",
    "invalidArgument", "invalidParameter", "notFound", "parseError", "required", "uploadTooLarge",
)  # fmt: skip
_PRECONDITION: Final = frozenset({"failedPrecondition", "FAILED_PRECONDITION"})
_WELL_KNOWN: Final = frozenset((*_CANONICAL_STATUSES, *_COMMON_REASONS)).union(
    *(rule.reasons | rule.canonical for rule in GENERAL_RULES)
)


class _ErrorTypes:
    """Server-given values that ``error.type`` may take, which also stands on metrics.

    Nothing that a server sends may make metrics grow without bound: beside the well-known values
    one must look like a name, and only the first 200 of a process count.
    """

    _SHAPE: Final = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,63}")
    _MAX: Final = 200
    _REDACTION: Final = Redaction()

    def __init__(self) -> None:
        self._admitted: set[str] = set()

    def admits(self, value: str, values: RequestValues) -> bool:
        if value in _WELL_KNOWN:
            return True
        if self._REDACTION.identifier(value, values) != value:
            return False
        if value in self._admitted:
            return True
        if len(self._admitted) >= self._MAX or not self._SHAPE.fullmatch(value):
            return False
        self._admitted.add(value)
        return True


_error_types = _ErrorTypes()


def _admitted(error: ApiError, values: RequestValues) -> Iterator[str]:
    info_reason = error.error_info.reason if error.error_info else None
    for value in (error.reason, info_reason, error.status):
        if value is not None and _error_types.admits(value, values):
            yield value
