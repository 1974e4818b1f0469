# SPDX-License-Identifier: Apache-2.0
"""401 and 403 of an API: who calls, with which token, and what that one may do."""

from __future__ import annotations

from typing import Final

from .. import causes
from ..rules import (
    API_KEY,
    COMPUTE,
    IMPERSONATED,
    NO_CREDENTIALS,
    SELF_SIGNED_JWT,
    SERVICE_ACCOUNT,
    SERVICE_ACCOUNT_KINDS,
    SERVICE_ACCOUNT_WITH_SUBJECT,
    USER_WITHOUT_REFRESH_TOKEN,
    WORKLOAD_IDENTITY,
    Pattern,
    Rule,
    one_of,
)

_ERROR_REASON: Final = "google/api/error_reason.proto"
_UNAUTHORIZED: Final = frozenset({401})
_FORBIDDEN: Final = frozenset({403})
_BOTH: Final = frozenset({401, 403})
_SCOPE_REASONS: Final = one_of(
    "ACCESS_TOKEN_SCOPE_INSUFFICIENT", "insufficientPermissions", "insufficientScopes"
)
_SCOPE_MESSAGE: Final = Pattern(
    r"insufficient authentication scopes|^\W{0,3}insufficient permissions?\b"
)
_NO_PERMISSION: Final = Pattern(
    r"do(es)? not have (sufficient |enough )?permission|\bha(s|ve) insufficient permission"
)
_SCOPES_SOURCE: Final = _ERROR_REASON + "; kenn-io/msgvault#11"
_OWN: Final = one_of(SERVICE_ACCOUNT, SELF_SIGNED_JWT, COMPUTE, IMPERSONATED, WORKLOAD_IDENTITY)
"""Kinds that act as a service account, not as a user."""
_IAM_URL: Final = "https://docs.cloud.google.com/iam/docs/permission-error-messages"

_SHARE: Final = (
    "Give the service account itself what {call} requires: add its address to the users of the "
    "object (file, site, property, project), or grant it a role there. Its scopes are not the "
    "problem."
)

_MISSING: Final = (
    Rule(
        cause=causes.CREDENTIALS_MISSING,
        statuses=_BOTH,
        message=Pattern(r"api keys are not supported"),
        remedy="Use OAuth credentials instead of the API key: {api} needs to know who calls, and "
        "an API key does not say that.",
        example="API keys are not supported by this API. Expected OAuth2 access token or other "
        "authentication credentials that assert a principal.",
        source="recorded 401 with CREDENTIALS_MISSING",
    ),
    Rule(
        cause=causes.CREDENTIALS_MISSING,
        reasons=one_of("CREDENTIALS_MISSING", "authorizationRequired"),
        credentials=one_of(API_KEY),
        remedy="Use OAuth credentials of a user instead of the API key: {call} needs to know who "
        "calls, and an API key does not say that.",
        source=_ERROR_REASON + "; YouTube Data API, Errors",
    ),
    Rule(
        cause=causes.CREDENTIALS_MISSING,
        reasons=one_of("CREDENTIALS_MISSING", "authorizationRequired"),
        example="Request is missing required authentication credential.",
        source=_ERROR_REASON,
    ),
    Rule(
        cause=causes.CREDENTIALS_MISSING,
        statuses=_UNAUTHORIZED,
        reasons=one_of("required"),
        example="Login Required.",
        source="recorded 401 without credentials",
    ),
    Rule(
        cause=causes.CREDENTIALS_MISSING,
        statuses=_BOTH,
        message=Pattern(
            r"login required|missing (a valid api key|required authentication credential)"
            r"|unregistered callers|anonymous caller|cannot be identified with a project"
        ),
        example="Method doesn't allow unregistered callers (callers without established identity).",
        source="recorded 401 and 403 without credentials",
    ),
)

_TOKENS: Final = (
    Rule(
        cause=causes.TOKEN_NOT_ACCEPTED,
        statuses=_BOTH,
        credentials=one_of(SELF_SIGNED_JWT),
        reasons=one_of("authError", "ACCESS_TOKEN_TYPE_UNSUPPORTED", "UNAUTHENTICATED"),
        remedy="Use service_account.Credentials without always_use_jwt_access, and with_subject "
        "for a user's data: {api} accepts only OAuth 2.0 access tokens, not JWTs that the account "
        "signs itself.",
        example="Request had invalid authentication credentials. Expected OAuth 2 access token, "
        "login cookie or other valid authentication credential.",
        source="googleapis/google-auth-library-python#395",
    ),
    Rule(
        cause=causes.TOKEN_NOT_ACCEPTED,
        reasons=one_of(
            "ACCESS_TOKEN_TYPE_UNSUPPORTED", "CREDENTIAL_TYPE_UNSUPPORTED", "JWT_TOKEN_INVALID"
        ),
        example="Request had invalid authentication credentials.",
        source=_ERROR_REASON,
    ),
    Rule(
        cause=causes.ACCOUNT_LACKS_SERVICE,
        reasons=one_of("ACCOUNT_TYPE_UNSUPPORTED"),
        remedy="Send {call} with an account of another kind (consumer, Workspace or service "
        "account): {api} does not support this one.",
        example="Account type is not supported.",
        source=_ERROR_REASON,
    ),
    Rule(
        cause=causes.INVALID_ARGUMENT,
        reasons=one_of("OVERLOADED_CREDENTIALS"),
        remedy="Send only one kind of credentials: the request has an OAuth token and an API key, "
        "and either would be enough.",
        example="The request contains more than one kind of credentials.",
        source=_ERROR_REASON,
    ),
    Rule(
        cause=causes.SERVICE_ACCOUNT_INVALID,
        reasons=one_of("ACCOUNT_STATE_INVALID"),
        credentials=_OWN,
        example="The account is disabled or deleted.",
        source=_ERROR_REASON,
    ),
    Rule(
        cause=causes.ACCOUNT_UNAVAILABLE,
        reasons=one_of("ACCOUNT_STATE_INVALID", "accountDeleted", "accountDisabled"),
        example="The account is disabled or deleted.",
        source=_ERROR_REASON,
    ),
    Rule(
        cause=causes.ACCOUNT_UNAVAILABLE,
        statuses=_BOTH,
        message=Pattern(r"\b(account|user)\b.{0,20}\b(disabled|suspended|deleted)\b"),
        remedy="Check the account that the call acts for or asks about: it is suspended, disabled "
        "or deleted. Have the administrator restore it, or skip it.",
        example="The user account has been suspended.",
        source="recorded 401 and 403 of Workspace APIs",
    ),
)


def _lacking_scope(kind: str, remedy: str) -> tuple[Rule, ...]:
    """A scope is added in another place for each kind of credentials."""
    return tuple(
        Rule(
            cause=causes.SCOPE_INSUFFICIENT,
            statuses=_BOTH,
            reasons=reasons,
            message=message,
            credentials=one_of(kind),
            remedy=remedy,
            example="Request had insufficient authentication scopes.",
            source=_SCOPES_SOURCE,
        )
        for reasons, message in ((_SCOPE_REASONS, None), (one_of(), _SCOPE_MESSAGE))
    )


_SCOPES: Final = (
    Rule(
        cause=causes.ACCOUNT_LACKS_SERVICE,
        statuses=_BOTH,
        message=Pattern(r"(do(es)? not|doesn't) have an?y? .{0,40}account"),
        remedy="Use an account that has access to the product behind {api}, or sign this one up "
        "for it: it has no account there. Another scope does not change that.",
        example="User does not have any Google Analytics account.",
        source="recorded 403 of the Analytics API",
    ),
    Rule(
        cause=causes.FORBIDDEN,
        statuses=_BOTH,
        credentials=_OWN,
        message=_NO_PERMISSION,
        remedy=_SHARE,
        example="The caller does not have permission",
        source="Sheets, Drive, Analytics and Search Console use it for objects, not for scopes",
    ),
    Rule(
        cause=causes.FORBIDDEN,
        statuses=_BOTH,
        message=_NO_PERMISSION,
        example="User does not have sufficient permissions for this profile.",
        source="Drive and Analytics use it for objects, not for scopes",
    ),
    *_lacking_scope(
        SERVICE_ACCOUNT_WITH_SUBJECT,
        "Give the service account credentials {scopes}, and have the Workspace administrator add "
        "it to the domain-wide delegation of the account.",
    ),
    *_lacking_scope(
        SERVICE_ACCOUNT,
        "Give the service account credentials {scopes} when you create them (scopes=[...], "
        "with_scopes).",
    ),
    *_lacking_scope(
        IMPERSONATED,
        "Add {scopes} to target_scopes of the impersonated credentials.",
    ),
    *_lacking_scope(
        WORKLOAD_IDENTITY,
        "Give the credentials {scopes} when you create them (scopes=[...], with_scopes).",
    ),
    *_lacking_scope(
        COMPUTE,
        "Give this machine {scopes} as an access scope, or use credentials of the service account "
        "with scopes of their own: the metadata server gives no scope that the machine was not "
        "created with.",
    ),
    Rule(
        cause=causes.SCOPE_INSUFFICIENT,
        reasons=_SCOPE_REASONS,
        example="Request had insufficient authentication scopes.",
        source=_SCOPES_SOURCE,
    ),
    Rule(
        cause=causes.SCOPE_INSUFFICIENT,
        statuses=_BOTH,
        message=_SCOPE_MESSAGE,
        example="Insufficient Permission: Request had insufficient authentication scopes.",
        source="recorded responses of Fitness and Gmail",
    ),
)

_PERMISSIONS: Final = (
    Rule(
        cause=causes.FORBIDDEN,
        statuses=frozenset({400, 403}),
        message=Pattern(r"iam\.serviceaccountuser|iam\.serviceaccounts\.actas"),
        remedy="Grant the calling identity the role Service Account User "
        "(roles/iam.serviceAccountUser) on the service account that {call} uses to run something.",
        help_url="https://docs.cloud.google.com/iam/docs/service-account-permissions",
        example="Permission 'iam.serviceAccounts.actAs' denied on service account <account>",
        source="Google Cloud, Attach service accounts to resources",
    ),
    Rule(
        cause=causes.FORBIDDEN,
        statuses=_BOTH,
        shown=Pattern(
            r"\b(permission:?|have|required|missing|lacks) '?"
            r"(?P<permission>[a-z]{2,40}\.[A-Za-z]{2,40}\.[A-Za-z]{2,40})\b",
            keeps_case=True,
        ),
        remedy="Grant the calling identity a role that includes {permission} on the resource "
        "(IAM), and check the resource's name: an unknown resource causes the same error.",
        help_url=_IAM_URL,
        example="Permission 'pubsub.topics.get' denied on resource '<resource>' (or it may not "
        "exist).",
        source="Google Cloud, Troubleshoot permission error messages",
    ),
    Rule(
        cause=causes.FORBIDDEN,
        reasons=one_of("IAM_PERMISSION_DENIED", "accessDenied", "notAuthorized"),
        remedy="Grant the calling identity a role that includes the missing permission on the "
        "resource (IAM), and check the resource's name: an unknown resource causes the same error.",
        help_url=_IAM_URL,
        example="Access Denied: Dataset <dataset>: Permission denied on dataset <dataset> (or it "
        "may not exist).",
        source=_ERROR_REASON + "; BigQuery, Error messages",
    ),
    Rule(
        cause=causes.INVALID_ARGUMENT,
        reasons=one_of("sslRequired"),
        remedy="Send {call} over https: the address of the API (rootUrl, api_endpoint) begins "
        "with http://.",
        example="SSL is required to perform this operation.",
        source="Google APIs, standard error messages",
    ),
)

_LAST: Final = (
    Rule(
        cause=causes.FORBIDDEN,
        statuses=_BOTH,
        specific_reason=True,
        remedy="Look up the error in the reference of {api}: {call} is rejected for {reason}. A "
        "new token or a retry alone does not help.",
        source="a reason that no other row knows",
    ),
    Rule(
        cause=causes.FORBIDDEN,
        statuses=_UNAUTHORIZED,
        credentials=_OWN,
        message=Pattern(r"not authorized|access denied|permission"),
        remedy=_SHARE,
        example="Access denied. You are not authorized to read activity records.",
        source="recorded 401 of the Reports API",
    ),
    Rule(
        cause=causes.FORBIDDEN,
        statuses=_UNAUTHORIZED,
        message=Pattern(r"not authorized|access denied|permission"),
        example="Access denied. You are not authorized to read activity records.",
        source="recorded 401 of the Reports API; googleworkspace/python-samples#21",
    ),
    Rule(
        cause=causes.TOKEN_EXPIRED,
        statuses=_UNAUTHORIZED,
        credentials=one_of(USER_WITHOUT_REFRESH_TOKEN),
        remedy="Give the credentials a refresh token, client ID, client secret and token URI, or "
        "let the user authorize again: the access token is not valid, or no longer valid, and "
        "these credentials can't renew it.",
        example="Invalid Credentials",
        source="google-auth, credentials.py",
    ),
    Rule(
        cause=causes.TOKEN_EXPIRED,
        statuses=_UNAUTHORIZED,
        credentials=SERVICE_ACCOUNT_KINDS,
        remedy="Check that the service account is enabled and that its token is an OAuth access "
        "token with a scope of {api}, which does not accept the one that was sent. No user has to "
        "do anything.",
        example="Invalid Credentials",
        source="google-auth-httplib2: a 401 is followed by a new token, twice",
    ),
    Rule(
        cause=causes.TOKEN_EXPIRED,
        statuses=_UNAUTHORIZED,
        example="Invalid Credentials",
        source="Gmail API guide, Resolve errors",
    ),
    Rule(
        cause=causes.FORBIDDEN,
        statuses=_FORBIDDEN,
        credentials=_OWN,
        remedy=_SHARE,
        example="Forbidden",
        source="RFC 9110, section 15.5.4",
    ),
    Rule(
        cause=causes.FORBIDDEN,
        statuses=_FORBIDDEN,
        credentials=one_of(API_KEY, NO_CREDENTIALS),
        remedy="Send {call} with OAuth credentials of an identity that may do this: without them, "
        "only public data can be read.",
        example="Forbidden",
        source="RFC 9110, section 15.5.4",
    ),
    Rule(
        cause=causes.FORBIDDEN,
        statuses=_FORBIDDEN,
        example="Forbidden",
        source="RFC 9110, section 15.5.4",
    ),
)

RULES: Final = (*_MISSING, *_TOKENS, *_SCOPES, *_PERMISSIONS)
LAST_RULES: Final = _LAST
"""What is left of 401 and 403: the status and the kind of the credentials."""
