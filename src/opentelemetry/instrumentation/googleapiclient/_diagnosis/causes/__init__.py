# SPDX-License-Identifier: Apache-2.0
"""The closed list of causes: what each means, whether a retry helps, who can fix it and how.

To add one: a constant in the module of its group, then its name below, in ``GROUPS`` and in
``__all__``; then a rule that finds it, in ``general_rules`` or ``services``.

This package is pure: it knows neither OpenTelemetry nor googleapiclient.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from .cause import WORDS, Cause, Owner, Retry
from .credentials import (
    ACCOUNT_UNAVAILABLE,
    API_KEY_INVALID,
    CLOCK_SKEW,
    CREDENTIALS_MISSING,
    IMPERSONATION_DENIED,
    OAUTH_CLIENT_INVALID,
    REAUTHENTICATION_REQUIRED,
    SERVICE_ACCOUNT_INVALID,
    TOKEN_EXPIRED,
    TOKEN_NOT_ACCEPTED,
    TOKEN_REVOKED,
    WORKLOAD_IDENTITY_REFUSED,
)
from .limits import (
    BANDWIDTH_LIMIT,
    CONCURRENT_REQUESTS,
    DAILY_LIMIT,
    LICENSE_MISSING,
    MAIL_SENDING_LIMIT,
    QUOTA_EXCEEDED,
    QUOTA_NOT_GRANTED,
    RATE_LIMIT_PER_PROJECT,
    RATE_LIMIT_PER_USER,
    STORAGE_FULL,
)
from .permissions import (
    ACCOUNT_LACKS_SERVICE,
    API_DISABLED,
    DELEGATION_DENIED,
    DELEGATION_NOT_GRANTED,
    DOMAIN_POLICY,
    FORBIDDEN,
    MAILBOX_UNAVAILABLE,
    PROJECT_REFUSED,
    QUOTA_PROJECT_REFUSED,
    SCOPE_INSUFFICIENT,
    SERVICE_ACCOUNT_WITHOUT_SUBJECT,
)
from .request import (
    CLIENT_ERROR,
    CONFLICT,
    HISTORY_EXPIRED,
    INVALID_ARGUMENT,
    INVALID_ID,
    INVALID_RECIPIENT,
    MESSAGE_TOO_LARGE,
    NOT_FOUND,
    NOT_MODIFIED,
    PRECONDITION_FAILED,
)
from .server import (
    APPLICATION_TIMEOUT,
    BACKEND_ERROR,
    BACKEND_UNAVAILABLE,
    CONNECTION_FAILED,
    REQUEST_BLOCKED,
    RESPONSE_UNREADABLE,
    TIMEOUT,
    TLS_FAILED,
    UNKNOWN,
)

GROUPS: Final[Mapping[str, tuple[Cause, ...]]] = {
    "Credentials": (
        CREDENTIALS_MISSING,
        API_KEY_INVALID,
        TOKEN_EXPIRED,
        TOKEN_REVOKED,
        TOKEN_NOT_ACCEPTED,
        REAUTHENTICATION_REQUIRED,
        CLOCK_SKEW,
        OAUTH_CLIENT_INVALID,
        SERVICE_ACCOUNT_INVALID,
        IMPERSONATION_DENIED,
        WORKLOAD_IDENTITY_REFUSED,
        ACCOUNT_UNAVAILABLE,
    ),
    "Permissions": (
        SCOPE_INSUFFICIENT,
        DELEGATION_NOT_GRANTED,
        DELEGATION_DENIED,
        SERVICE_ACCOUNT_WITHOUT_SUBJECT,
        DOMAIN_POLICY,
        ACCOUNT_LACKS_SERVICE,
        MAILBOX_UNAVAILABLE,
        FORBIDDEN,
        API_DISABLED,
        PROJECT_REFUSED,
        QUOTA_PROJECT_REFUSED,
    ),
    "Limits": (
        RATE_LIMIT_PER_USER,
        RATE_LIMIT_PER_PROJECT,
        CONCURRENT_REQUESTS,
        QUOTA_EXCEEDED,
        DAILY_LIMIT,
        MAIL_SENDING_LIMIT,
        BANDWIDTH_LIMIT,
        QUOTA_NOT_GRANTED,
        STORAGE_FULL,
        LICENSE_MISSING,
    ),
    "Request": (
        INVALID_ARGUMENT,
        INVALID_ID,
        INVALID_RECIPIENT,
        MESSAGE_TOO_LARGE,
        NOT_FOUND,
        HISTORY_EXPIRED,
        CONFLICT,
        PRECONDITION_FAILED,
        NOT_MODIFIED,
        CLIENT_ERROR,
    ),
    "Server and network": (
        BACKEND_ERROR,
        BACKEND_UNAVAILABLE,
        TIMEOUT,
        APPLICATION_TIMEOUT,
        CONNECTION_FAILED,
        TLS_FAILED,
        REQUEST_BLOCKED,
        RESPONSE_UNREADABLE,
        UNKNOWN,
    ),
}
"""The causes by what they are about."""

CAUSES: Final[Mapping[str, Cause]] = {
    cause.name: cause for causes in GROUPS.values() for cause in causes
}
"""Every cause by its name."""

__all__ = [
    "ACCOUNT_LACKS_SERVICE",
    "ACCOUNT_UNAVAILABLE",
    "API_DISABLED",
    "API_KEY_INVALID",
    "APPLICATION_TIMEOUT",
    "BACKEND_ERROR",
    "BACKEND_UNAVAILABLE",
    "BANDWIDTH_LIMIT",
    "CAUSES",
    "CLIENT_ERROR",
    "CLOCK_SKEW",
    "CONCURRENT_REQUESTS",
    "CONFLICT",
    "CONNECTION_FAILED",
    "CREDENTIALS_MISSING",
    "DAILY_LIMIT",
    "DELEGATION_DENIED",
    "DELEGATION_NOT_GRANTED",
    "DOMAIN_POLICY",
    "FORBIDDEN",
    "GROUPS",
    "HISTORY_EXPIRED",
    "IMPERSONATION_DENIED",
    "INVALID_ARGUMENT",
    "INVALID_ID",
    "INVALID_RECIPIENT",
    "LICENSE_MISSING",
    "MAILBOX_UNAVAILABLE",
    "MAIL_SENDING_LIMIT",
    "MESSAGE_TOO_LARGE",
    "NOT_FOUND",
    "NOT_MODIFIED",
    "OAUTH_CLIENT_INVALID",
    "PRECONDITION_FAILED",
    "PROJECT_REFUSED",
    "QUOTA_EXCEEDED",
    "QUOTA_NOT_GRANTED",
    "QUOTA_PROJECT_REFUSED",
    "RATE_LIMIT_PER_PROJECT",
    "RATE_LIMIT_PER_USER",
    "REAUTHENTICATION_REQUIRED",
    "REQUEST_BLOCKED",
    "RESPONSE_UNREADABLE",
    "SCOPE_INSUFFICIENT",
    "SERVICE_ACCOUNT_INVALID",
    "SERVICE_ACCOUNT_WITHOUT_SUBJECT",
    "STORAGE_FULL",
    "TIMEOUT",
    "TLS_FAILED",
    "TOKEN_EXPIRED",
    "TOKEN_NOT_ACCEPTED",
    "TOKEN_REVOKED",
    "UNKNOWN",
    "WORDS",
    "WORKLOAD_IDENTITY_REFUSED",
    "Cause",
    "Owner",
    "Retry",
]
