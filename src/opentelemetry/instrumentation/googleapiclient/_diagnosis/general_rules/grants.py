# SPDX-License-Identifier: Apache-2.0
"""``invalid_grant``: what it means depends on whose grant it was."""

from __future__ import annotations

from typing import Final

from .. import causes
from ..rules import (
    COMPUTE,
    IMPERSONATED,
    SELF_SIGNED_JWT,
    SERVICE_ACCOUNT,
    SERVICE_ACCOUNT_WITH_SUBJECT,
    USER_KINDS,
    WORKLOAD_IDENTITY,
    Pattern,
    Rule,
    one_of,
)

_JWT_CODES: Final = "Using OAuth 2.0 for Server to Server Applications, JWT error codes"
_OAUTH: Final = "Using OAuth 2.0 to Access Google APIs"
_GAM: Final = "GAM, OAUTH2_TOKEN_ERRORS"
_RFC6749: Final = "RFC 6749, section 5.2"

_GRANT: Final = one_of("invalid_grant")
_REFUSED: Final = one_of("access_denied", "invalid_grant", "unauthorized_client")
ALONE: Final = one_of(SERVICE_ACCOUNT, SELF_SIGNED_JWT, COMPUTE, IMPERSONATED)
"""Service accounts that no user stands behind."""
DELEGATED: Final = one_of(SERVICE_ACCOUNT_WITH_SUBJECT)
"""Service accounts that act for a user."""

_KEYS_URL: Final = "https://docs.cloud.google.com/iam/docs/keys-create-delete"

SUBJECT: Final = (
    "Correct the subject of the service account credentials: it must be the address of an "
    "existing user in the Workspace domain that granted the delegation."
)
"""What to do where a service account acts for nobody that Google knows."""

_REAUTHENTICATION: Final = (
    Rule(
        cause=causes.REAUTHENTICATION_REQUIRED,
        reasons=one_of("invalid_rapt", "rapt_required"),
        example="invalid_grant: reauth related error (invalid_rapt)",
        source="google-auth, reauth.py",
    ),
    Rule(
        cause=causes.REAUTHENTICATION_REQUIRED,
        exceptions=one_of("google.auth.exceptions.ReauthFailError"),
        example="Reauthentication failed. Reauthentication challenge could not be answered.",
        source="google-auth, exceptions.py",
    ),
    Rule(
        cause=causes.REAUTHENTICATION_REQUIRED,
        reasons=_GRANT,
        message=Pattern(r"\breauth|\brapt\b|invalid_rapt|rapt_required"),
        example="invalid_grant: reauth related error (rapt_required)",
        source=_GAM,
    ),
)

_ACCOUNTS: Final = (
    Rule(
        cause=causes.SERVICE_ACCOUNT_INVALID,
        reasons=_REFUSED,
        message=Pattern(r"account\b.{0,20}\b(deleted|disabled|restricted|suspended)"),
        credentials=ALONE,
        example="invalid_grant: The account has been deleted",
        source=_GAM,
    ),
    Rule(
        cause=causes.ACCOUNT_UNAVAILABLE,
        reasons=_REFUSED,
        message=Pattern(r"(account|user)\b.{0,20}\bdeleted"),
        remedy="Stop making calls for this account, or have the administrator restore it within "
        "20 days: it has been deleted, so it gets no new token.",
        help_url="https://support.google.com/a/answer/1397578",
        example="invalid_grant: The account has been deleted",
        source="GAM-team/GAM#1171",
    ),
    Rule(
        cause=causes.ACCOUNT_UNAVAILABLE,
        reasons=_REFUSED,
        message=Pattern(r"(account|user)\b.{0,20}\b(disabled|restricted|suspended)"),
        remedy="Have the administrator lift the suspension or restriction of the account that the "
        "call acts for, or stop making calls for it: it gets no token until then.",
        example="access_denied: Account restricted",
        source=_GAM,
    ),
)

_GRANTS: Final = (
    Rule(
        cause=causes.CLOCK_SKEW,
        reasons=_GRANT,
        message=Pattern(r"\b(iat|exp)\b|reasonable timeframe|short-lived token"),
        example="invalid_grant: Invalid JWT: Token must be a short-lived token (60 minutes) and "
        "in a reasonable timeframe. Check your iat and exp values in the JWT claim.",
        source=_JWT_CODES,
    ),
    Rule(
        cause=causes.SERVICE_ACCOUNT_INVALID,
        reasons=_GRANT,
        message=Pattern(r"invalid jwt signature"),
        remedy="Create a new key for the service account and use it: the signing key was deleted, "
        "or belongs to another account.",
        help_url=_KEYS_URL,
        example="invalid_grant: Invalid JWT Signature.",
        source=_JWT_CODES,
    ),
    Rule(
        cause=causes.SERVICE_ACCOUNT_INVALID,
        reasons=_GRANT,
        message=Pattern(r"no valid verifier"),
        remedy="Check in the Google Cloud project that the service account exists and is enabled, "
        "then create a new key: Google knows no valid key for it. A new key takes a few seconds "
        "to work.",
        help_url=_KEYS_URL,
        example="invalid_grant: Invalid JWT: No valid verifier found for issuer.",
        source=_GAM,
    ),
    Rule(
        cause=causes.INVALID_ARGUMENT,
        reasons=_GRANT,
        message=Pattern(r"audience"),
        remedy="Correct the token URI of the service account credentials: the assertion that they "
        "sign names a different audience than {endpoint}.",
        example="invalid_grant: Invalid JWT: Failed audience check.",
        source=_JWT_CODES,
    ),
    Rule(
        cause=causes.SERVICE_ACCOUNT_INVALID,
        reasons=_GRANT,
        message=Pattern(r"account not found"),
        credentials=DELEGATED,
        remedy="Check that the service account itself exists and is enabled in its Google Cloud "
        "project (client_email of the key). If it does, check that the user it acts for exists.",
        example="invalid_grant: Invalid grant: account not found",
        source="googleapis/google-cloud-php#3622",
    ),
    Rule(
        cause=causes.SERVICE_ACCOUNT_INVALID,
        reasons=_GRANT,
        message=Pattern(r"account not found"),
        remedy="Check in the Google Cloud project that the service account exists and is enabled, "
        "and that client_email in the key file is its address. The service account acts as "
        "itself; no user is involved.",
        example="invalid_grant: Invalid grant: account not found",
        source="googleapis/google-cloud-php#3622",
    ),
    Rule(
        cause=causes.SERVICE_ACCOUNT_INVALID,
        reasons=_GRANT,
        credentials=ALONE,
        remedy="Check in the Google Cloud project that the service account exists and is enabled "
        "and that its key has not been deleted, and check the clock of this machine. No user is "
        "involved.",
        source=_JWT_CODES,
    ),
    Rule(
        cause=causes.INVALID_ARGUMENT,
        reasons=_GRANT,
        message=Pattern(r"invalid email|user id|not a valid email|impersonation"),
        remedy=SUBJECT,
        example="invalid_grant: Invalid email or User ID",
        source=_JWT_CODES,
    ),
    Rule(
        cause=causes.SERVICE_ACCOUNT_INVALID,
        reasons=_GRANT,
        credentials=DELEGATED,
        remedy="Check the user that the service account acts for (exists, not suspended, has the "
        "service), then the service account and its key. No user can renew a service account's "
        "token.",
        source=_GAM,
    ),
    Rule(
        cause=causes.WORKLOAD_IDENTITY_REFUSED,
        reasons=_GRANT,
        credentials=one_of(WORKLOAD_IDENTITY),
        source="Google Cloud, Troubleshoot Workload Identity Federation",
    ),
    Rule(
        cause=causes.TOKEN_REVOKED,
        reasons=_GRANT,
        credentials=USER_KINDS,
        example="invalid_grant: Token has been expired or revoked.",
        source=_OAUTH + ", Refresh token expiration",
    ),
    Rule(
        cause=causes.TOKEN_REVOKED,
        reasons=_GRANT,
        remedy="If a user authorized the application, let the user do so again: the refresh token "
        "was revoked or has expired. If a service account signs, check the account and its key.",
        example="invalid_grant: Bad Request",
        source=_RFC6749,
    ),
)

RULES: Final = (*_REAUTHENTICATION, *_ACCOUNTS, *_GRANTS)
