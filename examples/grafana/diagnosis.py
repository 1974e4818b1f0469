# SPDX-License-Identifier: Apache-2.0
"""What the diagnosis knows of causes, in the words of dashboards and alerts."""

from __future__ import annotations

from typing import Final

from opentelemetry.instrumentation.googleapiclient._diagnosis import causes
from opentelemetry.instrumentation.googleapiclient._diagnosis.causes import (
    CAUSES,
    GROUPS,
    WORDS,
    Cause,
)

DEVELOPER: Final = "developer"
OUTSIDERS: Final = ("domain_admin", "end_user")
"""Owners who are not of the team that runs the service: waking it helps nobody."""

TOKEN_REFRESH: Final = (
    causes.TOKEN_EXPIRED,
    causes.TOKEN_REVOKED,
    causes.REAUTHENTICATION_REQUIRED,
    causes.CLOCK_SKEW,
    causes.OAUTH_CLIENT_INVALID,
    causes.DELEGATION_NOT_GRANTED,
    causes.SERVICE_ACCOUNT_INVALID,
    causes.IMPERSONATION_DENIED,
    causes.WORKLOAD_IDENTITY_REFUSED,
    causes.ACCOUNT_UNAVAILABLE,
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
"""Limits that hold for hours: no retry within a call outlasts them."""

PRECONDITIONS: Final = (
    causes.MAILBOX_UNAVAILABLE,
    causes.SERVICE_ACCOUNT_WITHOUT_SUBJECT,
    causes.PRECONDITION_FAILED,
)
"""What Gmail's failedPrecondition stands for."""

DOMAIN_POLICIES: Final = (causes.DOMAIN_POLICY,)

EXPECTED: Final = (causes.NOT_FOUND, causes.HISTORY_EXPIRED, causes.CONFLICT)
"""Responses that an application has to expect, and that tell it what to do next."""

NO_FAILURE: Final = (causes.NOT_MODIFIED,)
"""The library raises an exception, but nothing has failed."""

_PLAIN: Final = {
    causes.BACKEND_ERROR: "Google's servers fail (500)",
    causes.BACKEND_UNAVAILABLE: "Google's servers are unavailable (502, 503, 504)",
    causes.BANDWIDTH_LIMIT: "a mailbox or file is over its limit for uploads or downloads",
    causes.CLIENT_ERROR: "the API refuses the request (another 4xx)",
    causes.CLOCK_SKEW: "the clock of the machine is wrong, so its signed assertion is refused",
    causes.CONCURRENT_REQUESTS: "too many requests at once for one user",
    causes.CONFLICT: "the resource exists already or has changed (409, 412)",
    causes.CONNECTION_FAILED: "no connection: name resolution failed, refused, or reset",
    causes.DAILY_LIMIT: "the project is over its daily limit",
    causes.DELEGATION_DENIED: "the user may not act for another mailbox",
    causes.DELEGATION_NOT_GRANTED: "a domain has not granted delegation to the service account",
    causes.DOMAIN_POLICY: "a domain's administrator has switched the API or the app off",
    causes.FORBIDDEN: "the API forbids it (403) without saying why",
    causes.HISTORY_EXPIRED: "the start of the synchronization is too far back; it has to be full",
    causes.INVALID_ARGUMENT: "an argument is wrong or missing (400)",
    causes.MAIL_SENDING_LIMIT: "a mailbox is over its daily limit for sending",
    causes.NOT_FOUND: "what is asked for does not exist or can't be seen (404)",
    causes.PRECONDITION_FAILED: "account or resource are not in the state that the call needs",
    causes.PROJECT_REFUSED: "the project is refused: suspended, billing off, or restricted",
    causes.QUOTA_EXCEEDED: "a limit is reached; the response doesn't say which",
    causes.RATE_LIMIT_PER_PROJECT: "the project makes too many calls a minute",
    causes.RATE_LIMIT_PER_USER: "too many calls a minute for one user",
    causes.STORAGE_FULL: "the storage of an account is full",
    causes.TIMEOUT: "no response in time",
    causes.TLS_FAILED: "no secure connection: TLS handshake or certificate",
    causes.TOKEN_EXPIRED: "the access token is refused and could not be renewed (401)",
    causes.TOKEN_REVOKED: "users have revoked their consent, or changed their password",
    causes.UNKNOWN: "for no known reason; look at error.type",
}
"""Where ``when``, which explains the diagnosis, would not tell a stranger what has happened."""


def any_of(chosen: tuple[Cause, ...]) -> str:
    """The causes as a regular expression."""
    return "|".join(cause.name for cause in chosen)


def plain(cause: Cause) -> str:
    """What has happened, for somebody who has never heard of it."""
    return _PLAIN.get(cause, cause.when)


def remedy(cause: Cause, call: str = WORDS["call"]) -> str:
    """What to do, where neither the limit nor the scopes of one failure are known."""
    return cause.remedy.format_map({**WORDS, "call": call})


def owner(cause: Cause) -> str:
    """Who is told. What only time can fix goes to developers: they can slow down or wait."""
    return DEVELOPER if cause.owner == "nobody" else cause.owner


def group(cause: Cause) -> str:
    """What the cause is about."""
    return next(name for name, members in GROUPS.items() if cause in members)


FAILURES: Final = tuple(cause for cause in CAUSES.values() if cause not in NO_FAILURE)
"""Every cause that an alert is about."""


def concerns_whole_api(cause: Cause) -> bool:
    """Whether it is the same for all methods: one alert then, not one for each of them."""
    return group(cause) == "Credentials" or cause.owner not in {DEVELOPER, "nobody"}
