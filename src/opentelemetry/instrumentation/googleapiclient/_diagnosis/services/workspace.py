# SPDX-License-Identifier: Apache-2.0
"""What the APIs of Google Workspace share: their data belongs to users, not to projects."""

from __future__ import annotations

from typing import Final

from .. import causes
from ..rules import (
    COMPUTE,
    IMPERSONATED,
    SERVICE_ACCOUNT,
    WORKLOAD_IDENTITY,
    Pattern,
    Rule,
    one_of,
)
from .service import Service

_PRECONDITION: Final = one_of("FAILED_PRECONDITION", "failedPrecondition")
_REFUSED: Final = frozenset({400, 401, 403})

ITSELF: Final = one_of(SERVICE_ACCOUNT, COMPUTE, IMPERSONATED, WORKLOAD_IDENTITY)
"""Kinds of credentials that act as a service account, as a rule."""
IMPERSONATE: Final = (
    "Impersonate a user: credentials.with_subject('user@domain'), with domain-wide delegation for "
    "the scopes. The service account acts as itself, and {call} is for users."
)
SHARE_OR_IMPERSONATE: Final = (
    "Share the file with the service account's own address, or impersonate a user who has access: "
    "credentials.with_subject('user@domain'), with domain-wide delegation. The service account "
    "acts as itself, and what {call} asks for is not shared with it."
)


def acting_as_itself(remedy: str) -> tuple[Rule, ...]:
    """Rows for a service account that does what only a user may.

    Args:
        remedy: what to do instead.
    """
    return (
        Rule(
            cause=causes.SERVICE_ACCOUNT_WITHOUT_SUBJECT,
            reasons=one_of("forbiddenForServiceAccounts"),
            remedy=remedy,
            example="<what is refused>, with reason forbiddenForServiceAccounts",
            source="spatie/laravel-google-calendar#242",
        ),
        Rule(
            cause=causes.SERVICE_ACCOUNT_WITHOUT_SUBJECT,
            statuses=_REFUSED,
            message=Pattern(
                r"do(es)? not have (sufficient |enough )?permission|not authorized to access"
                r"|you are not authorized|access restricted to service accounts|delegation denied"
            ),
            service_account_without_subject=True,
            remedy=remedy,
            example="Not Authorized to access this resource/api",
            source="googleapis/google-api-nodejs-client#1884; burnash/gspread, 403 of Sheets",
        ),
    )


def refused_to_itself(remedy: str) -> tuple[Rule, ...]:
    """Rows for whatever else speaks of permissions, when projects and scopes were no reason.

    Args:
        remedy: what to do instead.
    """
    return (
        Rule(
            cause=causes.SERVICE_ACCOUNT_WITHOUT_SUBJECT,
            statuses=_REFUSED,
            message=Pattern(
                r"permission|authori[sz]ed|forbidden|\baccess\b|delegation|service accounts?\b"
                r"|login required|not allowed"
            ),
            service_account_without_subject=True,
            remedy=remedy,
            example="Forbidden",
            source="recorded 401 and 403 of Workspace APIs to service accounts",
        ),
    )


PRECONDITION_OF_ITSELF: Final = Rule(
    cause=causes.SERVICE_ACCOUNT_WITHOUT_SUBJECT,
    reasons=_PRECONDITION,
    statuses=frozenset({400}),
    service_account_without_subject=True,
    bare=True,
    remedy=IMPERSONATE,
    example="Precondition check failed.",
    source="googleworkspace/cli#753; googleapis/google-api-go-client#764",
)
"""A precondition that the server does not name, and that no service account meets by itself."""

_SWITCHES: Final = (
    Rule(
        cause=causes.ACCOUNT_LACKS_SERVICE,
        statuses=frozenset({403}),
        message=Pattern(r"user has not enabled the .{0,40}\bapi"),
        remedy="Let the user turn on this API for the account (for Apps Script at "
        "script.google.com/home/usersettings), then wait a few minutes. Each user does this, in "
        "addition to enabling it in the project.",
        example="User has not enabled the Apps Script API.",
        source="Apps Script API, Enable the API",
    ),
    Rule(
        cause=causes.NOT_FOUND,
        statuses=frozenset({404}),
        message=Pattern(r"chat app not found"),
        remedy="Configure a Chat app for the Google Cloud project of the credentials (Chat API, "
        "Configuration): {call} requires one.",
        help_url="https://developers.google.com/workspace/chat/configure-chat-api",
        example="Google Chat app not found. To create a Chat app, you must turn on the Chat API "
        "and configure the app in the Google Cloud console.",
        source="Google Chat API, Configure the API",
    ),
)

SERVICE: Final = Service(
    rules=(*_SWITCHES, *acting_as_itself(IMPERSONATE), PRECONDITION_OF_ITSELF),
    last_rules=refused_to_itself(IMPERSONATE),
)
