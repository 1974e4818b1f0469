# SPDX-License-Identifier: Apache-2.0
"""What the endpoints that give tokens say: metadata server, IAM Credentials, token endpoint."""

from __future__ import annotations

from typing import Final

from .. import causes
from ..rules import (
    IAM_ENDPOINT,
    METADATA_ENDPOINT,
    STS_ENDPOINT,
    TOKEN_ENDPOINT,
    WORKLOAD_IDENTITY,
    Pattern,
    Rule,
    one_of,
)

REFRESH: Final = one_of(
    "google.auth.exceptions.OAuthError",
    "google.auth.exceptions.RefreshError",
    "oauth2client.client.AccessTokenRefreshError",
)
"""What the credential libraries raise when a token could not be renewed."""
TOKEN_GIVING: Final = one_of(TOKEN_ENDPOINT, IAM_ENDPOINT, STS_ENDPOINT, METADATA_ENDPOINT)
"""Every endpoint that gives tokens."""

_IAM: Final = one_of(IAM_ENDPOINT)
_METADATA: Final = one_of(METADATA_ENDPOINT)
_TOKEN: Final = one_of(TOKEN_ENDPOINT)
_IMPERSONATION: Final = "Google Cloud, Use service account impersonation"
_METADATA_PAGE: Final = "Google Cloud, VM metadata; google-auth, compute_engine/_metadata.py"
_GKE: Final = "Google Kubernetes Engine, Troubleshoot Workload Identity Federation for GKE"
_GOOGLE_AUTH: Final = "google-auth, credentials.py"

_GIVE_SCOPES: Final = (
    "Give the credentials scopes (scopes=[...], or target_scopes for an impersonated account): "
    "without one, {endpoint} returns no access token."
)

_NOT_READY: Final = (
    "Retry {call} with exponential backoff: {endpoint} is not ready, as can happen right after a "
    "start. If the error persists, check that the service account of the machine exists and is "
    "enabled."
)
_ITS_OWN_FAULT: Final = (
    "Retry {call} with exponential backoff, starting at 1 s: {endpoint} has an error of its own. "
    "Nothing is wrong with the credentials."
)

# Before pages: the metadata server says much with a status and nothing else.
METADATA_RULES: Final = (
    Rule(
        cause=causes.IMPERSONATION_DENIED,
        endpoints=_METADATA,
        message=Pattern(r"getaccesstoken|iam returned 403"),
        remedy="Grant the Kubernetes service account the role Workload Identity User "
        "(roles/iam.workloadIdentityUser) on the Google service account that its annotation "
        "names, and wait a few minutes.",
        help_url="https://docs.cloud.google.com/kubernetes-engine/docs/how-to/workload-identity",
        example="Unable to generate access token; IAM returned 403 Forbidden: Permission "
        "'iam.serviceAccounts.getAccessToken' denied on resource (or it may not exist).",
        source=_GKE,
    ),
    Rule(
        cause=causes.SERVICE_ACCOUNT_INVALID,
        endpoints=one_of(METADATA_ENDPOINT, IAM_ENDPOINT),
        message=Pattern(r"gaia id not found|iam returned 404|(unknown|no such) service account"),
        remedy="Correct the address of the service account to impersonate, or create it: no "
        "service account with that address exists, or it was deleted.",
        example="Not found; Gaia id not found for email <address>",
        source=_GKE + "; recorded responses of iamcredentials.googleapis.com",
    ),
    Rule(
        cause=causes.SCOPE_INSUFFICIENT,
        endpoints=_METADATA,
        message=Pattern(r"no service account scopes"),
        remedy="Give this machine an access scope (cloud-platform, or those of the API), which "
        "requires stopping it: it has a service account, but no scope to get tokens for.",
        help_url="https://docs.cloud.google.com/compute/docs/access/service-accounts",
        example="No service account scopes specified.",
        source=_METADATA_PAGE,
    ),
    Rule(
        cause=causes.REQUEST_BLOCKED,
        endpoints=_METADATA,
        statuses=frozenset({403, 407, 502, 503, 504}),
        page=True,
        remedy="Exempt {endpoint} from the proxy (no_proxy, NO_PROXY): a proxy in front of it "
        "returned a page of its own instead of a token.",
        example="ERROR: The requested URL could not be retrieved",
        source="reports of Cloud Run jobs behind Squid",
    ),
    Rule(
        cause=causes.CREDENTIALS_MISSING,
        endpoints=_METADATA,
        statuses=frozenset({404}),
        remedy="Attach a service account to this machine (VM, pod or job), or use other "
        "credentials: its metadata server knows no service account, or none with that name.",
        help_url="https://docs.cloud.google.com/compute/docs/access/service-accounts",
        example="Failed to retrieve <URL> from the Google Compute Engine metadata service. "
        "Status: 404",
        source=_METADATA_PAGE,
    ),
    Rule(
        cause=causes.FORBIDDEN,
        endpoints=_METADATA,
        statuses=frozenset({400, 401, 403}),
        remedy="Check what is between this workload and {endpoint}, which refuses to issue a "
        "token: a network policy, metadata concealment, or a proxy that drops the header "
        "Metadata-Flavor: Google.",
        example="Failed to retrieve <URL> from the Google Compute Engine metadata service. "
        "Status: 403",
        source=_METADATA_PAGE,
    ),
    Rule(
        cause=causes.BACKEND_ERROR,
        endpoints=_METADATA,
        statuses=frozenset({500}),
        remedy=_NOT_READY,
        example="Compute Engine Metadata server unavailable. Response status: 500",
        source=_METADATA_PAGE,
    ),
    Rule(
        cause=causes.BACKEND_UNAVAILABLE,
        endpoints=_METADATA,
        statuses=frozenset({502, 503, 504}),
        remedy=_NOT_READY,
        example="Compute Engine Metadata server unavailable. Response status: 503",
        source=_METADATA_PAGE,
    ),
    Rule(
        cause=causes.RESPONSE_UNREADABLE,
        endpoints=_METADATA,
        message=Pattern(r"invalid json|unexpected response from metadata server|missing 'email'"),
        remedy="Check what responds in place of {endpoint} (a proxy, an emulator): this response "
        "did not come from a metadata server. Exempt it from the proxy (no_proxy).",
        example="Received invalid JSON from the Google Compute Engine metadata service",
        source=_METADATA_PAGE,
    ),
    Rule(
        cause=causes.CONNECTION_FAILED,
        endpoints=_METADATA,
        exceptions=one_of("google.auth.exceptions.TransportError"),
        remedy="Outside Google Cloud, use other credentials: there is no metadata server. Inside, "
        "exempt {endpoint} from the proxy (no_proxy) and retry: it can't be reached.",
        example="Compute Engine Metadata server unavailable. Last exception: <error>",
        source=_METADATA_PAGE,
    ),
)

# After limits and projects, whose reasons say more.
ENDPOINT_RULES: Final = (
    Rule(
        cause=causes.SCOPE_INSUFFICIENT,
        endpoints=_IAM,
        message=Pattern(r"insufficient authentication scopes"),
        remedy="Create the source credentials with the scope cloud-platform: without it, "
        "{endpoint} issues them no token for another service account.",
        example="Request had insufficient authentication scopes.",
        source=_IMPERSONATION,
    ),
    Rule(
        cause=causes.INVALID_ARGUMENT,
        endpoints=_IAM,
        statuses=frozenset({400}),
        message=Pattern(r"lifetime"),
        remedy="Request a lifetime of at most 3600 s: a longer one requires the organization "
        "policy constraints/iam.allowServiceAccountCredentialLifetimeExtension.",
        example="The max lifetime of the token is 3600 seconds",
        source=_IMPERSONATION,
    ),
    Rule(
        cause=causes.INVALID_ARGUMENT,
        endpoints=_IAM,
        statuses=frozenset({400}),
        remedy="Check target_scopes of the impersonated credentials (missing or misspelled scopes "
        "are rejected), then delegates and lifetime: {endpoint} does not accept one of them.",
        example="Request contains an invalid argument.",
        source=_IMPERSONATION + "; googleapis/google-cloud-python#15186",
    ),
    Rule(
        cause=causes.IMPERSONATION_DENIED,
        endpoints=_IAM,
        statuses=frozenset({403}),
        example="Permission 'iam.serviceAccounts.getAccessToken' denied on resource (or it may "
        "not exist).",
        source=_IMPERSONATION,
    ),
    Rule(
        cause=causes.SERVICE_ACCOUNT_INVALID,
        endpoints=_IAM,
        statuses=frozenset({404}),
        remedy="Correct the target service account of the impersonated credentials, or create it: "
        "{endpoint} does not find it.",
        source=_IMPERSONATION,
    ),
    Rule(
        cause=causes.TOKEN_NOT_ACCEPTED,
        endpoints=_IAM,
        statuses=frozenset({401}),
        remedy="Check the source credentials: {endpoint} does not accept their token. It must be "
        "an OAuth 2.0 access token with the scope cloud-platform, of an enabled account.",
        source=_IMPERSONATION,
    ),
    Rule(
        cause=causes.INVALID_ARGUMENT,
        message=Pattern(r"^no (access|id) token in response"),
        without_scopes=True,
        remedy=_GIVE_SCOPES,
        example="No access token in response.",
        source="googleapis/google-auth-library-python#1066",
    ),
    Rule(
        cause=causes.INVALID_ARGUMENT,
        message=Pattern(r"\bno (access|id) token\b.{0,30} in response"),
        remedy="Check that the credentials request scopes, then their token URI and any proxy: "
        "the response of {endpoint} is a success, but contains no access token.",
        example="Unable to acquire impersonated credentials: No access token or invalid "
        "expiration in response.",
        source="google-auth, _client.py, impersonated_credentials.py",
    ),
    Rule(
        cause=causes.RESPONSE_UNREADABLE,
        endpoints=TOKEN_GIVING,
        exceptions=one_of("AttributeError", "KeyError", "TypeError", "ValueError"),
        remedy="Find out what responds in place of {endpoint}, such as the sign-in page of a "
        "network or a proxy: its response is not a token, and the library can't read it.",
        example="string indices must be integers, not 'str'",
        source="run: google-auth 2.63, a page with status 200 from the token endpoint",
    ),
    Rule(
        cause=causes.CLIENT_ERROR,
        endpoints=_TOKEN,
        statuses=frozenset({404, 405}),
        remedy="Correct the token URI of the credentials: {endpoint} issues no tokens there.",
        source=_GOOGLE_AUTH,
    ),
    Rule(
        cause=causes.FORBIDDEN,
        endpoints=_TOKEN,
        statuses=frozenset({401, 403}),
        remedy="Check the credentials and the network: {endpoint} refuses to issue a token, for "
        "{reason}. The API itself was not reached.",
        source="RFC 6749, section 5.2",
    ),
    Rule(
        cause=causes.INVALID_ARGUMENT,
        endpoints=_TOKEN,
        statuses=frozenset({400}),
        remedy="Check all parts of the credentials: {endpoint} does not accept the request that "
        "they make, for {reason}. The API itself was not reached.",
        source="RFC 6749, section 5.2",
    ),
    Rule(
        cause=causes.BACKEND_ERROR,
        endpoints=TOKEN_GIVING,
        statuses=frozenset({500}),
        remedy=_ITS_OWN_FAULT,
        source="google-auth, transport/__init__.py",
    ),
    Rule(
        cause=causes.BACKEND_UNAVAILABLE,
        endpoints=TOKEN_GIVING,
        statuses=frozenset({408, 502, 503, 504}),
        remedy=_ITS_OWN_FAULT,
        source="google-auth, transport/__init__.py",
    ),
    Rule(
        cause=causes.TOKEN_EXPIRED,
        exceptions=REFRESH,
        message=Pattern(r"do not contain the necessary fields"),
        remedy="Give the credentials a refresh token, client ID, client secret and token URI: "
        "their access token has expired and can't be renewed without them.",
        example="The credentials do not contain the necessary fields need to refresh the access "
        "token. You must specify refresh_token, token_uri, client_id, and client_secret.",
        source=_GOOGLE_AUTH,
    ),
    Rule(
        cause=causes.TOKEN_EXPIRED,
        exceptions=REFRESH,
        message=Pattern(r"refresh_handler"),
        remedy="Fix the refresh_handler of the credentials: it must return a new access token and "
        "its expiry, which must be later than now.",
        example="The credentials returned by the refresh_handler are already expired.",
        source=_GOOGLE_AUTH,
    ),
    Rule(
        cause=causes.TOKEN_EXPIRED,
        exceptions=one_of("oauth2client.client.AccessTokenCredentialsError"),
        remedy="Give the credentials a refresh token: without one the access token can't be "
        "renewed.",
        example="The access_token is expired or invalid and can't be refreshed.",
        source="oauth2client, client.py",
    ),
    Rule(
        cause=causes.WORKLOAD_IDENTITY_REFUSED,
        exceptions=REFRESH,
        credentials=one_of(WORKLOAD_IDENTITY),
        before_response=True,
        remedy="Check the credential configuration of this workload (credential_source, token "
        "URL): its own token could not be obtained or exchanged.",
        source="google-auth, external_account.py",
    ),
    Rule(
        cause=causes.CREDENTIALS_MISSING,
        exceptions=one_of("google.auth.exceptions.MalformedError"),
        message=Pattern(r"service account info was not in the expected format"),
        remedy="Load the JSON key of a service account: what was loaded is something else, such "
        "as the client secrets of an OAuth client, or incomplete.",
        example="Service account info was not in the expected format, missing fields token_uri, "
        "client_email.",
        source="google-auth, _service_account_info.py",
    ),
    Rule(
        cause=causes.CREDENTIALS_MISSING,
        exceptions=one_of("ValueError"),
        message=Pattern(r"authorized user info was not in the expected format"),
        remedy="Run the authorization flow again with access_type='offline' and prompt='consent', "
        "and store what it returns: the stored credentials have no refresh token, or are of "
        "another kind.",
        example="Authorized user info was not in the expected format, missing fields "
        "refresh_token.",
        source="google-auth, oauth2/credentials.py",
    ),
    Rule(
        cause=causes.CREDENTIALS_MISSING,
        exceptions=one_of("google.auth.exceptions.DefaultCredentialsError"),
        remedy="Set up Application Default Credentials (GOOGLE_APPLICATION_CREDENTIALS, or gcloud "
        "auth application-default login), or pass credentials to build(): none were found.",
        help_url="https://docs.cloud.google.com/docs/authentication/provide-credentials-adc",
        example="Your default credentials were not found.",
        source="google-auth, _default.py",
    ),
)
