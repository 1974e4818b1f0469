# SPDX-License-Identifier: Apache-2.0
"""What the diagnosis knows of causes, in the words of dashboards and alerts."""

from __future__ import annotations

from typing import Final

from opentelemetry.instrumentation.googleapiclient import causes
from opentelemetry.instrumentation.googleapiclient.causes import Cause
from opentelemetry.instrumentation.googleapiclient.diagnosis import written
from opentelemetry.instrumentation.googleapiclient.general_rules import GENERAL_RULES
from opentelemetry.instrumentation.googleapiclient.services import SERVICES, service_named

TOKEN_REFRESH: Final = (
    causes.TOKEN_REVOKED,
    causes.REAUTHENTICATION_REQUIRED,
    causes.CLOCK_SKEW,
    causes.OAUTH_CLIENT_INVALID,
    causes.DELEGATION_NOT_GRANTED,
    causes.TOKEN_EXPIRED,
)
"""No access token could be had."""

RATE_LIMITS: Final = (
    causes.RATE_LIMIT_PER_USER,
    causes.RATE_LIMIT_PER_PROJECT,
    causes.CONCURRENT_REQUESTS,
    causes.QUOTA_EXCEEDED,
)
"""Limits that hold for seconds or minutes."""

LONG_LIMITS: Final = (
    causes.DAILY_LIMIT,
    causes.MAIL_SENDING_LIMIT,
    causes.BANDWIDTH_LIMIT,
)
"""Limits that hold for hours: no repeat within a call outlasts them."""

UNANSWERED: Final = (causes.TIMEOUT, causes.CONNECTION_FAILED, causes.RESPONSE_UNREADABLE)
"""The server may have done what it was asked, but said nothing that could be read."""

PRECONDITIONS: Final = (
    causes.MAILBOX_UNAVAILABLE,
    causes.SERVICE_ACCOUNT_WITHOUT_SUBJECT,
    causes.PRECONDITION_FAILED,
)
"""What Gmail's failedPrecondition stands for."""


def any_of(chosen: tuple[Cause, ...]) -> str:
    """The causes as a regular expression."""
    return "|".join(cause.name for cause in chosen)


def remedy(cause: Cause, call: str = "the method") -> str:
    """What to do, where neither the limit nor the scopes of one failure are known."""
    return _written(cause.remedy, call)


def special_remedies(cause: Cause, call: str) -> tuple[str, ...]:
    """What else there may be to do, where the message of the server tells more."""
    tables = (*(service_named(name).rules for name in SERVICES), GENERAL_RULES)
    texts = (rule.remedy for rules in tables for rule in rules if rule.cause is cause)
    return tuple(dict.fromkeys(_written(text, call) for text in texts if text is not None))


def _written(text: str, call: str) -> str:
    return written(text, {"call": call})
