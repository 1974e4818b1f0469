# SPDX-License-Identifier: Apache-2.0
"""Causes that lie in who calls: keys, tokens, accounts."""

from __future__ import annotations

from typing import Final

from .cause import Cause

_OAUTH: Final = "https://developers.google.com/identity/protocols/oauth2"

CREDENTIALS_MISSING: Final = Cause(
    "credentials_missing",
    "no credentials were sent, or none could be found",
    example="401 required, Login Required.",
    retry="never",
    owner="developer",
    remedy="Build the service with credentials or with an authorized http object: {call} was sent "
    "without an access token.",
    help_url="https://developers.google.com/workspace/guides/create-credentials",
)
API_KEY_INVALID: Final = Cause(
    "api_key_invalid",
    "the API key is unknown, expired or malformed",
    example="400 badRequest with API_KEY_INVALID, API key not valid. Please pass a valid API key.",
    retry="never",
    owner="developer",
    remedy="Replace the developerKey passed to build(): the API key is unknown, expired or "
    "malformed.",
    help_url="https://docs.cloud.google.com/docs/authentication/api-keys",
)
TOKEN_EXPIRED: Final = Cause(
    "token_expired",
    "the access token was rejected (401) or has expired, and could not be renewed",
    example="401 authError, Invalid Credentials",
    retry="never",
    owner="developer",
    remedy="If the token was not renewed in this call, give the credentials a refresh token, "
    "client ID, client secret and token URI. If it was renewed and is still rejected, let the "
    "user authorize the application again.",
    help_url=_OAUTH + "/web-server#offline",
)
TOKEN_REVOKED: Final = Cause(
    "token_revoked",
    "the token endpoint rejected the refresh token: it was revoked, it expired, or the password "
    "was changed",
    example="RefreshError invalid_grant, Token has been expired or revoked.",
    retry="never",
    owner="end_user",
    remedy="Let the user authorize the application again: the refresh token was revoked, has "
    "expired (after 7 days while the OAuth app is in testing), or was invalidated by a password "
    "change.",
    help_url=_OAUTH + "#expiration",
)
TOKEN_NOT_ACCEPTED: Final = Cause(
    "token_not_accepted",
    "the API does not accept this kind of token, or its audience",
    example="401 authError with ACCESS_TOKEN_TYPE_UNSUPPORTED, Request had invalid authentication "
    "credentials.",
    retry="never",
    owner="developer",
    remedy="Send {call} with an OAuth 2.0 access token that has a scope of this API. It accepts "
    "no ID tokens, no self-signed JWTs and no tokens for another audience.",
    help_url="https://docs.cloud.google.com/docs/authentication/token-types",
)
REAUTHENTICATION_REQUIRED: Final = Cause(
    "reauthentication_required",
    "session control in the user's domain requires a new sign-in (invalid_rapt)",
    example="RefreshError, Reauthentication is needed.",
    retry="never",
    owner="end_user",
    remedy="Let the user sign in again. For unattended work, ask the Workspace administrator to "
    "exempt the application from session control, or use a service account.",
    help_url="https://support.google.com/a/answer/9368756",
)
CLOCK_SKEW: Final = Cause(
    "clock_skew",
    "the iat or exp of the signed assertion was rejected",
    example="RefreshError invalid_grant, Invalid JWT: Token must be a short-lived token and in a "
    "reasonable timeframe.",
    retry="never",
    owner="developer",
    remedy="Set the clock of this machine (NTP): the times in the signed assertion are outside "
    "the range that {endpoint} accepts.",
    help_url=_OAUTH + "/service-account#authorizingrequests",
)
OAUTH_CLIENT_INVALID: Final = Cause(
    "oauth_client_invalid",
    "the OAuth client is unknown, deleted or disabled, or its secret is wrong",
    example="RefreshError invalid_client, The OAuth client was not found.",
    retry="never",
    owner="developer",
    remedy="Check the client ID and client secret against the project's OAuth clients: the client "
    "is unknown, deleted or disabled, or the secret is wrong.",
    help_url="https://support.google.com/cloud/answer/6158849",
)
SERVICE_ACCOUNT_INVALID: Final = Cause(
    "service_account_invalid",
    "the service account or its key is unknown, deleted or disabled",
    example="RefreshError invalid_grant, Invalid JWT Signature.",
    retry="never",
    owner="project_owner",
    remedy="Check in the Google Cloud project that the service account exists and is enabled, and "
    "that its signing key has not been deleted. Otherwise create a new key.",
    help_url="https://docs.cloud.google.com/iam/docs/service-accounts-disable-enable",
)
IMPERSONATION_DENIED: Final = Cause(
    "impersonation_denied",
    "the source identity may not create tokens for the target service account",
    example="RefreshError, Permission 'iam.serviceAccounts.getAccessToken' denied on resource (or "
    "it may not exist).",
    retry="never",
    owner="project_owner",
    remedy="Grant the source identity the role Service Account Token Creator "
    "(roles/iam.serviceAccountTokenCreator) on the target service account itself, and check the "
    "account's address. A new role takes a few minutes to take effect.",
    help_url="https://docs.cloud.google.com/docs/authentication/use-service-account-impersonation",
)
WORKLOAD_IDENTITY_REFUSED: Final = Cause(
    "workload_identity_refused",
    "the workload's own token is stale, or the workload identity pool provider rejects it",
    example="RefreshError unauthorized_client, The given credential is rejected by the attribute "
    "condition.",
    retry="never",
    owner="developer",
    remedy="Check the workload's own token (fresh, right audience and issuer) and the "
    "workload identity pool provider in Google Cloud IAM: {endpoint} does not exchange the token.",
    help_url="https://docs.cloud.google.com/iam/docs/troubleshooting-workload-identity-federation",
)
ACCOUNT_UNAVAILABLE: Final = Cause(
    "account_unavailable",
    "the account that the call acts for is deleted, disabled or suspended",
    example="RefreshError invalid_grant, The account has been deleted",
    retry="never",
    owner="domain_admin",
    remedy="Restore the account in the Admin console, or stop making calls for it: the account is "
    "deleted, disabled or suspended.",
    help_url="https://support.google.com/a/answer/1110339",
)
