# SPDX-License-Identifier: Apache-2.0
"""What a row of the diagnosis table is, and whether the evidence supports it.

This module is pure: it knows neither OpenTelemetry nor googleapiclient.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from .causes import Cause
from .error import NO_ANSWER, ApiError

UNREAD: Final = "an answer that the library could not read"
"""Stands among the names of exceptions where the exception's own name does not tell."""

_MAX_SEARCHED = 2048


def pattern(expression: str) -> re.Pattern[str]:
    """A pattern that does not care for case, which servers change."""
    return re.compile(expression, re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """All that is known about a failure."""

    error: ApiError = NO_ANSWER
    exception: frozenset[str] = frozenset()
    """Qualified names of the exception's class, its bases, and of what it wraps; errno names."""
    text: str = ""
    """The exception's own text, where no server message explains it."""
    method: str | None = None
    service: str | None = None
    service_account_without_subject: bool = False
    answered: bool = False
    """Whether the exception came after an answer that was no refusal."""
    in_upload_session: bool = False
    """Whether it was a chunk of an upload, sent to the upload's own address."""
    required_scopes: tuple[str, ...] = ()
    """The method accepts a token that has any one of these."""
    limit_may_be_named: bool = True
    """Whether nothing in the server's name of the limit has to stay in the process."""
    granted_scopes: tuple[str, ...] | None = None
    """What the token has; None where that is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One row: evidence of each named kind must be there for the cause to be diagnosed."""

    cause: Cause
    source: str
    """Where it is known from: a page, an AIP, a proto file, a thread, or ``run``."""
    statuses: frozenset[int] = field(default=frozenset())
    reasons: frozenset[str] = field(default=frozenset())
    """Any of errors[0].reason, ErrorInfo.reason, the OAuth error code or its subtype."""
    canonical: frozenset[str] = field(default=frozenset())
    message: re.Pattern[str] | None = None
    limit: re.Pattern[str] | None = None
    methods: frozenset[str] = field(default=frozenset())
    exceptions: frozenset[str] = field(default=frozenset())
    service_account_without_subject: bool = False
    unanswered: bool = False
    """Only where no answer had come: a broken pipe after one is the application's own."""
    unparsed: bool = False
    """Only where the answer was not an API's: a page, nothing at all."""
    in_upload_session: bool = False
    remedy: str | None = None
    """Instead of the cause's own remedy, where the evidence allows a better one."""
    help_url: str | None = None


class Facts:
    """The evidence in the form that rules ask for, worked out once for all of them."""

    __slots__ = ("evidence", "limit", "message", "reasons")

    def __init__(self, evidence: Evidence) -> None:
        error = evidence.error
        info_reason = error.error_info.reason if error.error_info else None
        self.evidence = evidence
        self.reasons = {error.reason, error.subreason, info_reason, error.status}
        self.message = (error.message or evidence.text)[:_MAX_SEARCHED]
        metadata = error.metadata
        self.limit = " ".join(
            part[:200] for part in (error.limit, metadata.get("quota_unit")) if part
        )

    def support(self, rule: Rule) -> bool:
        evidence = self.evidence
        return (
            (not rule.statuses or evidence.error.http_status in rule.statuses)
            and (not rule.reasons or not rule.reasons.isdisjoint(self.reasons))
            and (not rule.canonical or evidence.error.status in rule.canonical)
            and (not rule.methods or evidence.method in rule.methods)
            and (not rule.exceptions or not rule.exceptions.isdisjoint(evidence.exception))
            and (
                not rule.service_account_without_subject or evidence.service_account_without_subject
            )
            and not (rule.unanswered and evidence.answered)
            and not (rule.unparsed and evidence.error.is_of_an_api)
            and (not rule.in_upload_session or evidence.in_upload_session)
            and (rule.limit is None or rule.limit.search(self.limit) is not None)
            and (rule.message is None or rule.message.search(self.message) is not None)
        )
