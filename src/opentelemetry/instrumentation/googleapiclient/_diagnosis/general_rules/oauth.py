# SPDX-License-Identifier: Apache-2.0
"""OAuth error codes of a refused token: what each means, says the kind of the credentials."""

from __future__ import annotations

from typing import Final

from .. import causes
from ..rules import USER_KINDS, Pattern, Rule, one_of
from .grants import ALONE, DELEGATED, SUBJECT

_JWT_CODES: Final = "Using OAuth 2.0 for Server to Server Applications, JWT error codes"
_OAUTH: Final = "Using OAuth 2.0 to Access Google APIs"
_GAM: Final = "GAM, OAUTH2_TOKEN_ERRORS"
_RECORDED: Final = "recorded responses of oauth2.googleapis.com"
_RFC6749: Final = "RFC 6749, section 5.2"

_REFUSED: Final = one_of("access_denied", "unauthorized_client")
_ISSUED_TO_ANOTHER: Final = (
    "Use the client ID and secret that the refresh token was issued to, or let the user authorize "
    "again with the current ones."
)

_CLIENTS: Final = (
    Rule(
        cause=causes.OAUTH_CLIENT_INVALID,
        reasons=one_of("unauthorized_client"),
        credentials=USER_KINDS,
        remedy=_ISSUED_TO_ANOTHER,
        example="unauthorized_client: Unauthorized",
        source=_OAUTH + "; recorded responses for user credentials",
    ),
    Rule(
        cause=causes.FORBIDDEN,
        reasons=_REFUSED,
        credentials=ALONE,
        remedy="Correct the scopes of the service account: {endpoint} issues no token for them. "
        "For a user's data, the service account must impersonate the user (with_subject), with "
        "domain-wide delegation.",
        example="unauthorized_client: Client is unauthorized to retrieve access tokens using this "
        "method, or client not authorized for any of the scopes requested.",
        source=_JWT_CODES,
    ),
    Rule(
        cause=causes.DELEGATION_NOT_GRANTED,
        reasons=_REFUSED,
        credentials=DELEGATED,
        example="unauthorized_client: Client is unauthorized to retrieve access tokens using this "
        "method, or client not authorized for any of the scopes requested.",
        source=_JWT_CODES,
    ),
    Rule(
        cause=causes.DELEGATION_NOT_GRANTED,
        reasons=_REFUSED,
        message=Pattern(
            r"using this method|client or scope in request|requested client not authorized"
        ),
        example="access_denied: Requested client not authorized.",
        source=_JWT_CODES + "; googleapis/google-cloud-php#5988",
    ),
    Rule(
        cause=causes.OAUTH_CLIENT_INVALID,
        reasons=one_of("unauthorized_client"),
        message=Pattern(r"^\W{0,3}unauthorized\W{0,3}$"),
        remedy=_ISSUED_TO_ANOTHER,
        example="Unauthorized",
        source=_OAUTH + "; recorded responses for user credentials",
    ),
    Rule(
        cause=causes.FORBIDDEN,
        reasons=_REFUSED,
        remedy="Check the requested scopes: {endpoint} issues no token, for {reason}. If a "
        "service account acts for a user, the administrator must grant it domain-wide delegation. "
        "If a user's token is renewed, the client must be the one that it was issued to.",
        source=_RFC6749,
    ),
    Rule(
        cause=causes.OAUTH_CLIENT_INVALID,
        reasons=one_of("deleted_client"),
        remedy="Create a new OAuth client and let the users authorize the application with it: "
        "the client that issued the refresh token was deleted.",
        example="deleted_client: The OAuth client was deleted.",
        source="xyou365/AutoRclone#76",
    ),
    Rule(
        cause=causes.OAUTH_CLIENT_INVALID,
        reasons=one_of("disabled_client"),
        remedy="Enable the OAuth client again in the Google Cloud console, or create a new one "
        "and let the users authorize the application with it: the client is disabled.",
        example="disabled_client: The OAuth client was disabled.",
        source=_OAUTH + ", authorization errors",
    ),
    Rule(
        cause=causes.OAUTH_CLIENT_INVALID,
        reasons=one_of("org_internal"),
        remedy="Use an account in the organization that the OAuth client is restricted to, or "
        "make the app external in its consent configuration.",
        example="org_internal",
        source=_OAUTH + ", authorization errors",
    ),
    Rule(
        cause=causes.OAUTH_CLIENT_INVALID,
        reasons=one_of("invalid_client"),
        message=Pattern(r"client was not found"),
        remedy="Correct the client ID of the credentials: no OAuth client has it. The client may "
        "have been deleted.",
        example="invalid_client: The OAuth client was not found.",
        source=_OAUTH,
    ),
    Rule(
        cause=causes.OAUTH_CLIENT_INVALID,
        reasons=one_of("invalid_client"),
        message=Pattern(r"secret"),
        remedy="Correct the client secret of the credentials, or create a new one for the OAuth "
        "client in the Google Cloud console.",
        example="invalid_client: The provided client secret is invalid.",
        source=_OAUTH,
    ),
    Rule(
        cause=causes.OAUTH_CLIENT_INVALID,
        reasons=one_of("invalid_client"),
        example="invalid_client: Unauthorized",
        source=_RFC6749,
    ),
    Rule(
        cause=causes.OAUTH_CLIENT_INVALID,
        reasons=one_of("invalid_request"),
        message=Pattern(r"client[ _]?id"),
        remedy="Give the credentials the client ID of the OAuth client that issued the refresh "
        "token: it is empty or missing (is the environment variable or file loaded?).",
        example="invalid_request: Could not determine client ID from request.",
        source=_RECORDED,
    ),
    Rule(
        cause=causes.OAUTH_CLIENT_INVALID,
        reasons=one_of("invalid_request"),
        message=Pattern(r"client[ _]?secret"),
        remedy="Give the credentials the client secret of the OAuth client that issued the "
        "refresh token: it is empty or missing.",
        example="invalid_request: client_secret is missing.",
        source=_RECORDED,
    ),
)

_REQUESTS: Final = (
    Rule(
        cause=causes.DOMAIN_POLICY,
        reasons=one_of("admin_policy_enforced"),
        remedy="Ask the user's Workspace administrator to trust this application, or the scopes "
        "that it requests (Admin console, API controls, app access control).",
        example="admin_policy_enforced",
        source=_OAUTH + ", authorization errors",
    ),
    Rule(
        cause=causes.TOKEN_EXPIRED,
        reasons=one_of("invalid_request"),
        message=Pattern(r"refresh[ _]token"),
        remedy="Give the credentials a refresh token: theirs is empty. Google issues one only for "
        "access_type=offline, at the first consent or with prompt=consent.",
        example="invalid_request: Missing required parameter: refresh_token",
        source=_RECORDED,
    ),
    Rule(
        cause=causes.INVALID_ARGUMENT,
        reasons=one_of("invalid_request"),
        message=Pattern(r"impersonation|\bprn\b|\bsub\b"),
        remedy=SUBJECT,
        example='invalid_request: Invalid impersonation "sub" field.',
        source=_GAM,
    ),
    Rule(
        cause=causes.INVALID_ARGUMENT,
        reasons=one_of("invalid_scope"),
        without_scopes=True,
        remedy="Give the credentials scopes: they request none, and {endpoint} issues no access "
        "token without one.",
        example="invalid_scope: Empty or missing scope not allowed.",
        source=_RFC6749,
    ),
    Rule(
        cause=causes.INVALID_ARGUMENT,
        reasons=one_of("invalid_scope"),
        credentials=USER_KINDS,
        remedy="Request only scopes that the user has granted, spelled correctly, or let the user "
        "authorize again for the new ones: a refresh token keeps the scopes that it was issued "
        "for.",
        example="invalid_scope: Bad Request",
        source="RFC 6749, section 6; recorded responses of oauth2.googleapis.com",
    ),
    Rule(
        cause=causes.INVALID_ARGUMENT,
        reasons=one_of("invalid_scope"),
        remedy="Correct the scopes of the credentials, which {endpoint} does not accept: there is "
        "none, one is misspelled, or one is not allowed for this kind of credentials.",
        example="invalid_scope: Invalid OAuth scope or ID token audience provided.",
        source=_RFC6749,
    ),
    Rule(
        cause=causes.INVALID_ARGUMENT,
        reasons=one_of("invalid_request"),
        message=Pattern(r"\bscopes?\b"),
        remedy="Correct the scopes of the credentials: {endpoint} does not accept them.",
        example="invalid_request: Missing required parameter: scope",
        source=_RFC6749,
    ),
    Rule(
        cause=causes.INVALID_ARGUMENT,
        reasons=one_of("unsupported_grant_type"),
        remedy="Correct the token URI and the kind of the credentials: {endpoint} issues no "
        "tokens for their grant type.",
        example="unsupported_grant_type: Invalid grant_type",
        source=_RFC6749,
    ),
    Rule(
        cause=causes.INVALID_ARGUMENT,
        reasons=one_of("invalid_request"),
        remedy="Check that the credentials have everything that {endpoint} expects (refresh token "
        "or assertion, client ID and secret, token URI): it calls the request malformed.",
        example="invalid_request: Bad Request",
        source=_RFC6749,
    ),
    Rule(
        cause=causes.BACKEND_UNAVAILABLE,
        reasons=one_of("internal_failure", "server_error", "temporarily_unavailable"),
        remedy="Retry {call} with exponential backoff, starting at 1 s: {endpoint} has an error "
        "of its own. Nothing is wrong with the credentials.",
        example="internal_failure: Backend Error",
        source="google-auth, _client.py",
    ),
)

RULES: Final = (*_CLIENTS, *_REQUESTS)
