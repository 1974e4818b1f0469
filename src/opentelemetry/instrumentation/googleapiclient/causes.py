# SPDX-License-Identifier: Apache-2.0
"""The closed list of causes: what each means, whether a retry helps, who can fix it and how.

*retryable* answers: would the same request, sent again later with nothing else changed, have a
chance? *owner* is who can fix it; ``nobody`` where only waiting helps. A remedy may name ``{call}``
(the method), ``{limit}`` (the limit that was reached, where the server names it) , ``{api}`` (the
API's host name), ``{scopes}`` (what the method accepts) and ``{granted}`` (what the token has).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Owner = Literal["developer", "end_user", "domain_admin", "project_owner", "google", "nobody"]

_AIP_193: Final = "https://google.aip.dev/193"
_CONDITIONAL: Final = "https://www.rfc-editor.org/rfc/rfc9110#name-conditional-requests"
_CODE: Final = "https://github.com/googleapis/googleapis/blob/master/google/rpc/code.proto"
_CREDENTIALS: Final = "https://developers.google.com/workspace/guides/create-credentials"
_DELEGATION: Final = "https://support.google.com/a/answer/162106"
_ENABLE: Final = "https://support.google.com/googleapi/answer/6158841"
_KEYS: Final = "https://docs.cloud.google.com/docs/authentication/api-keys"
_OAUTH: Final = "https://developers.google.com/identity/protocols/oauth2"
_QUOTAS: Final = "https://docs.cloud.google.com/docs/quotas/overview"
_SCOPES: Final = "https://developers.google.com/identity/protocols/oauth2/scopes"
_SERVICE_ACCOUNT: Final = (
    "https://developers.google.com/identity/protocols/oauth2/service-account#authorizingrequests"
)
_THREADS: Final = (
    "https://github.com/googleapis/google-api-python-client/blob/main/docs/thread_safety.md"
)


@dataclass(frozen=True, slots=True)
class Cause:
    """What made a call fail."""

    name: str
    when: str
    example: str
    """What the application sees: status or exception, reason, message."""
    retryable: bool
    owner: Owner
    remedy: str
    help_url: str


INVALID_ARGUMENT = Cause(
    "invalid_argument",
    "400 for a bad or missing field",
    example="400 badRequest, Sorting is not supported for queries with fullText terms.",
    retryable=False,
    owner="developer",
    remedy="Correct the argument of {call} that the server's message names; "
    "sending it again unchanged fails again.",
    help_url=_AIP_193,
)
INVALID_ID = Cause(
    "invalid_id",
    "a message, thread, draft, label or attachment id is malformed",
    example="400 invalidArgument, Invalid id value",
    retryable=False,
    owner="developer",
    remedy="Pass {call} an id as the API itself returned it, for the same mailbox; "
    "ids from other mailboxes, e-mail headers or URLs of the web interface are not valid here.",
    help_url=_AIP_193,
)
INVALID_RECIPIENT = Cause(
    "invalid_recipient",
    "a To, Cc, Bcc or From header or a recipient was refused",
    example="400 invalidArgument, Recipient address required",
    retryable=False,
    owner="developer",
    remedy="Check the To, Cc, Bcc and From headers of the message given to {call}: "
    "at least one recipient, each a valid address, none with line breaks.",
    help_url="https://developers.google.com/workspace/gmail/api/guides/sending",
)
MESSAGE_TOO_LARGE = Cause(
    "message_too_large",
    "the request is over a size limit (413)",
    example="413 uploadTooLarge",
    retryable=False,
    owner="developer",
    remedy="Send less with {call}: share large attachments as links, "
    "or use its resumable upload where the method has one.",
    help_url=_AIP_193,
)
API_KEY_INVALID = Cause(
    "api_key_invalid",
    "the API key is unknown, expired or malformed",
    example="400 badRequest with API_KEY_INVALID, API key not valid. Please pass a valid API key.",
    retryable=False,
    owner="developer",
    remedy="Replace the developerKey given to build(): the API key is unknown, expired "
    "or malformed.",
    help_url=_KEYS,
)
CREDENTIALS_MISSING = Cause(
    "credentials_missing",
    "no credentials were sent",
    example="401 required, Login Required.",
    retryable=False,
    owner="developer",
    remedy="Build the service with credentials, or with an authorized http object: "
    "{call} was sent without an access token.",
    help_url=_CREDENTIALS,
)
TOKEN_EXPIRED = Cause(
    "token_expired",
    "401 for a token that was sent and could not be renewed",
    example="401 authError, Invalid Credentials",
    retryable=False,
    owner="developer",
    remedy="If the token was not renewed in this call, give the credentials a refresh token, "
    "client id, client secret and token URI; if it was and is still refused, let the user "
    "authorize the application again.",
    help_url=_OAUTH,
)
TOKEN_REVOKED = Cause(
    "token_revoked",
    "the refresh was answered invalid_grant: revoked, expired, or the password was changed",
    example="RefreshError invalid_grant, Token has been expired or revoked.",
    retryable=False,
    owner="end_user",
    remedy="Let the user authorize the application again: the refresh token was revoked, has "
    "expired (after 7 days while the OAuth app is in testing), or ended with a password change.",
    help_url=_OAUTH + "#expiration",
)
REAUTHENTICATION_REQUIRED = Cause(
    "reauthentication_required",
    "session control of the user's domain asks for a new sign-in (invalid_rapt)",
    example="RefreshError, Reauthentication is needed.",
    retryable=False,
    owner="end_user",
    remedy="Let the user sign in again; for unattended work ask the Workspace administrator to "
    "exempt the application from session control, or use a service account.",
    help_url="https://support.google.com/a/answer/9368756",
)
CLOCK_SKEW = Cause(
    "clock_skew",
    "the iat or exp of the assertion was refused",
    example="RefreshError invalid_grant, Invalid JWT: Token must be a short-lived token and in "
    "a reasonable timeframe.",
    retryable=False,
    owner="developer",
    remedy="Set the clock of this machine (NTP): the times in the signed assertion are not in the "
    "range that the token endpoint accepts.",
    help_url=_SERVICE_ACCOUNT,
)
OAUTH_CLIENT_INVALID = Cause(
    "oauth_client_invalid",
    "the OAuth client is unknown, deleted or disabled, or its secret is wrong",
    example="RefreshError invalid_client, The OAuth client was not found.",
    retryable=False,
    owner="developer",
    remedy="Check client id and client secret against the project's OAuth clients: the client is "
    "unknown, deleted or disabled, or the secret is wrong.",
    help_url="https://support.google.com/cloud/answer/6158849",
)
SCOPE_INSUFFICIENT = Cause(
    "scope_insufficient",
    "the token lacks a scope",
    example="403 insufficientPermissions, Request had insufficient authentication scopes.",
    retryable=False,
    owner="developer",
    remedy="Request {scopes} and let the user authorize again; {granted}.",
    help_url=_SCOPES,
)
DELEGATION_NOT_GRANTED = Cause(
    "delegation_not_granted",
    "unauthorized_client: domain-wide delegation, or one of its scopes, is missing",
    example="RefreshError unauthorized_client, Client is unauthorized to retrieve access "
    "tokens using this method.",
    retryable=False,
    owner="domain_admin",
    remedy="In the Admin console under API controls, grant domain-wide delegation to the service "
    "account's client id with exactly the scopes that the application requests.",
    help_url=_DELEGATION,
)
DELEGATION_DENIED = Cause(
    "delegation_denied",
    "userId is neither the authenticated user nor delegated to it",
    example="403 forbidden, Delegation denied for <address>",
    retryable=False,
    owner="developer",
    remedy="Call {call} with userId='me' or with the authenticated user's own address; to act for "
    "another mailbox, impersonate its user with a service account (with_subject).",
    help_url=_DELEGATION,
)
DOMAIN_POLICY = Cause(
    "domain_policy",
    "the administrator has disabled the apps, or admin_policy_enforced",
    example="403 domainPolicy, The domain administrators have disabled Gmail apps.",
    retryable=False,
    owner="domain_admin",
    remedy="Ask the user's Workspace administrator to allow this API and this application for the "
    "user (Admin console, API controls and service status).",
    help_url="https://support.google.com/a/answer/7281227",
)
FORBIDDEN = Cause(
    "forbidden",
    "403 with no finer evidence",
    example="403 forbidden, The caller does not have permission",
    retryable=False,
    owner="developer",
    remedy="Check that the authenticated identity may do what {call} asks for; "
    "the server's message is the only further evidence.",
    help_url=_AIP_193,
)
API_DISABLED = Cause(
    "api_disabled",
    "the API is not enabled in the project",
    example="403 accessNotConfigured, Gmail API has not been used in project <number> before "
    "or it is disabled.",
    retryable=False,
    owner="project_owner",
    remedy="Enable {api} in the Google Cloud project that owns the credentials, "
    "then wait some minutes; or use credentials of a project where it is enabled.",
    help_url=_ENABLE,
)
PROJECT_REFUSED = Cause(
    "project_refused",
    "project suspended or deleted, billing off, key restrictions, organisation policy",
    example="403 with API_KEY_HTTP_REFERRER_BLOCKED, Requests from referer <URL> are blocked.",
    retryable=False,
    owner="project_owner",
    remedy="Check the Google Cloud project of the credentials: suspended or deleted, billing "
    "off, API key restrictions, or an organisation policy.",
    help_url=_AIP_193,
)
NOT_FOUND = Cause(
    "not_found",
    "404",
    example="404 notFound, Requested entity was not found.",
    retryable=False,
    owner="developer",
    remedy="Treat the resource as gone, or check its id and that this identity can see it: "
    "{call} found nothing.",
    help_url=_AIP_193,
)
HISTORY_EXPIRED = Cause(
    "history_expired",
    "404 on users.history.list: the start history id is too old",
    example="404 notFound on gmail.users.history.list",
    retryable=False,
    owner="developer",
    remedy="Do a full synchronization and go on from its newest historyId; history is kept for "
    "about a week, sometimes for hours only.",
    help_url="https://developers.google.com/workspace/gmail/api/guides/sync",
)
CONFLICT = Cause(
    "conflict",
    "409 or 412: the state on the server is another one",
    example="409 aborted, Label name exists or conflicts",
    retryable=False,
    owner="developer",
    remedy="Read the resource again and decide anew: it exists already, or has been changed since "
    "it was read.",
    help_url=_AIP_193,
)
NOT_MODIFIED = Cause(
    "not_modified",
    "304, which the library raises as HttpError",
    example="304 after If-None-Match",
    retryable=False,
    owner="developer",
    remedy="Use the copy that the etag belongs to: nothing has changed. The library raises "
    "HttpError for 304, so catch it where If-None-Match is sent.",
    help_url=_CONDITIONAL,
)
MAILBOX_UNAVAILABLE = Cause(
    "mailbox_unavailable",
    "the account has no Gmail, or the mail service is off",
    example="400 failedPrecondition, Mail service not enabled",
    retryable=False,
    owner="domain_admin",
    remedy="Give the account a Gmail mailbox or turn the service on for it (licence and service "
    "status in the Admin console); a Google account on a foreign address has none.",
    help_url="https://support.google.com/a/answer/57919",
)
SERVICE_ACCOUNT_WITHOUT_SUBJECT = Cause(
    "service_account_without_subject",
    "failedPrecondition for a service account that acts as itself",
    example="400 failedPrecondition, Precondition check failed.",
    retryable=False,
    owner="developer",
    remedy="Impersonate a mailbox owner: credentials.with_subject('user@domain'), with domain-wide "
    "delegation granted. A service account has no mailbox of its own.",
    help_url=_SERVICE_ACCOUNT,
)
PRECONDITION_FAILED = Cause(
    "precondition_failed",
    "failedPrecondition otherwise",
    example="400 failedPrecondition, Precondition check failed.",
    retryable=False,
    owner="developer",
    remedy="Bring the resource into the state that {call} needs before sending it again; "
    "the server's message is the only evidence of which.",
    help_url=_CODE,
)
RATE_LIMIT_PER_USER = Cause(
    "rate_limit_per_user",
    "the per-user rate",
    example="403 rateLimitExceeded, Quota exceeded for quota metric 'Total Query Cost' and "
    "limit 'Units per minute per user'",
    retryable=True,
    owner="developer",
    remedy="Slow down for this user: fewer or cheaper calls than {call}, exponential backoff from "
    "1 s on. All processes that serve the user in this project share the limit{limit}.",
    help_url=_QUOTAS,
)
RATE_LIMIT_PER_PROJECT = Cause(
    "rate_limit_per_project",
    "the per-project rate",
    example="429 rateLimitExceeded, Quota exceeded for quota metric 'Total Query Cost' and "
    "limit 'Units per minute'",
    retryable=True,
    owner="project_owner",
    remedy="Spread the calls over time with exponential backoff, or ask for more quota in the "
    "Google Cloud console. All users of the project share the limit{limit}.",
    help_url=_QUOTAS,
)
CONCURRENT_REQUESTS = Cause(
    "concurrent_requests",
    "too many requests at once for one user",
    example="429 rateLimitExceeded, Too many concurrent requests for user.",
    retryable=True,
    owner="developer",
    remedy="Send fewer requests for one user at the same time: fewer threads, smaller batches "
    "(10 to 25 parts). All clients of the mailbox share this limit.",
    help_url=_QUOTAS,
)
DAILY_LIMIT = Cause(
    "daily_limit",
    "the daily cap of the project",
    example="403 dailyLimitExceeded, Daily Limit Exceeded",
    retryable=True,
    owner="project_owner",
    remedy="Wait for the next quota day (it begins at midnight Pacific time), or raise the daily "
    "limit{limit} of the project in the Google Cloud console; retrying today fails again.",
    help_url=_QUOTAS,
)
MAIL_SENDING_LIMIT = Cause(
    "mail_sending_limit",
    "the daily sending limit of the mailbox",
    example="429 userRateLimitExceeded, Too many requests: User-rate limit exceeded (Mail sending)",
    retryable=True,
    owner="nobody",
    remedy="Stop sending from this mailbox until the time that the server gives, up to 24 hours; "
    "web, SMTP and API share the limit. Spread the mail over mailboxes or days.",
    help_url="https://support.google.com/a/answer/166852",
)
BANDWIDTH_LIMIT = Cause(
    "bandwidth_limit",
    "the upload or download limit of the mailbox",
    example="429 rateLimitExceeded, User-rate limit exceeded",
    retryable=True,
    owner="nobody",
    remedy="Pause this mailbox until the time that the server gives, which can be hours; then "
    "fetch less: format='metadata', a fields mask, no attachments twice.",
    help_url="https://support.google.com/a/answer/1071518",
)
QUOTA_EXCEEDED = Cause(
    "quota_exceeded",
    "a limit that the answer doesn't name",
    example="403 rateLimitExceeded, Rate Limit Exceeded",
    retryable=True,
    owner="developer",
    remedy="Back off exponentially from 1 s on and send fewer calls at once; the answer does not "
    "say whether the limit of the user or of the project was reached, the quota page of the "
    "Google Cloud console does.",
    help_url=_QUOTAS,
)
STORAGE_FULL = Cause(
    "storage_full",
    "the storage quota",
    example="403 quotaExceeded, The user has exceeded their Drive storage quota",
    retryable=False,
    owner="end_user",
    remedy="Free or buy storage for the account that owns the data; nothing can be added to it "
    "until then.",
    help_url="https://support.google.com/drive/answer/6374270",
)
BACKEND_ERROR = Cause(
    "backend_error",
    "500",
    example="500 backendError, Backend Error",
    retryable=True,
    owner="google",
    remedy="Retry {call} a few times with exponential backoff (num_retries); if it keeps failing "
    "for one request only, suspect the request.",
    help_url=_AIP_193,
)
BACKEND_UNAVAILABLE = Cause(
    "backend_unavailable",
    "502, 503, 504, HTML robot pages",
    example="503 backendError, The service is currently unavailable.",
    retryable=True,
    owner="google",
    remedy="Retry {call} with exponential backoff (num_retries), from 1 s on; "
    "nothing in the request is wrong.",
    help_url=_AIP_193,
)
TIMEOUT = Cause(
    "timeout",
    "no answer in time",
    example="TimeoutError, timed out",
    retryable=True,
    owner="nobody",
    remedy="Retry {call} if it may run twice: the server may have carried it out. "
    "If it repeats, ask for less at once or raise the timeout of the http object.",
    help_url="https://httplib2.readthedocs.io/en/latest/libhttplib2.html",
)
CONNECTION_FAILED = Cause(
    "connection_failed",
    "DNS, refused, reset",
    example="ConnectionResetError, Connection reset by peer",
    retryable=True,
    owner="nobody",
    remedy="Check name resolution, proxy and firewall between this machine and {api}; "
    "a single broken connection is cured by a retry (num_retries).",
    help_url="https://httplib2.readthedocs.io/en/latest/libhttplib2.html",
)
TLS_FAILED = Cause(
    "tls_failed",
    "handshake or certificate",
    example="ssl.SSLCertVerificationError, certificate verify failed: self-signed certificate",
    retryable=False,
    owner="developer",
    remedy="Check CA certificates (HTTPLIB2_CA_CERTS), clock and TLS-inspecting proxies; if it "
    "comes at random, one http object is used by several threads, which httplib2 does not allow.",
    help_url=_THREADS,
)
RESPONSE_UNREADABLE = Cause(
    "response_unreadable",
    "the answer is truncated, undecodable, or not JSON",
    example="http.client.IncompleteRead",
    retryable=True,
    owner="nobody",
    remedy="Retry {call} if it may run twice; if it repeats, look for a proxy that alters answers, "
    "or for one http object used by several threads.",
    help_url=_THREADS,
)
CLIENT_ERROR = Cause(
    "client_error",
    "any other 3xx or 4xx",
    example="410 gone",
    retryable=False,
    owner="developer",
    remedy="Change the request: the server refuses {call} as it was sent.",
    help_url="https://www.rfc-editor.org/rfc/rfc9110#name-client-error-4xx",
)
UNKNOWN = Cause(
    "unknown",
    "anything else",
    example="an exception of the application's own in a response callback",
    retryable=False,
    owner="developer",
    remedy="Look at error.type and the status description of this span: "
    "there is no more evidence than that.",
    help_url=_AIP_193,
)

CAUSES: Final = {cause.name: cause for cause in list(vars().values()) if isinstance(cause, Cause)}
"""Every cause by its name."""
