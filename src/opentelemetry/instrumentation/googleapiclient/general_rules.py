# SPDX-License-Identifier: Apache-2.0
"""The rows of the diagnosis table that hold for every API. The first that matches wins."""

from __future__ import annotations

from typing import Final

from . import causes
from .rules import UNREAD, Rule, pattern

_GUIDE: Final = "Gmail API guide, Resolve errors"
_ERROR_REASON: Final = "google/api/error_reason.proto"
_CODE: Final = "google/rpc/code.proto"
_RFC6749: Final = "RFC 6749, section 5.2"

_RATE: Final = frozenset(
    {
        "RATE_LIMIT_EXCEEDED",
        "limitExceeded",
        "quotaExceeded",
        "rateLimitExceeded",
        "servingLimitExceeded",
        "userRateLimitExceeded",
        "variableTermLimitExceeded",
    }
)
_REFRESH: Final = frozenset(
    {
        "google.auth.exceptions.OAuthError",
        "google.auth.exceptions.RefreshError",
        "oauth2client.client.AccessTokenRefreshError",
    }
)

GENERAL_RULES: Final = (
    # Token refresh: the OAuth error code says most, its description the rest.
    Rule(
        cause=causes.REAUTHENTICATION_REQUIRED,
        reasons=frozenset({"invalid_rapt", "rapt_required"}),
        source="google-auth, reauth.py",
    ),
    Rule(
        cause=causes.REAUTHENTICATION_REQUIRED,
        exceptions=frozenset({"google.auth.exceptions.ReauthFailError"}),
        source="google-auth, exceptions.py",
    ),
    Rule(
        cause=causes.CLOCK_SKEW,
        reasons=frozenset({"invalid_grant"}),
        message=pattern(r"\b(iat|exp)\b|reasonable timeframe|short-lived token"),
        source="Using OAuth 2.0 for Server to Server Applications, JWT error codes",
    ),
    Rule(
        cause=causes.INVALID_ARGUMENT,
        reasons=frozenset({"invalid_grant"}),
        message=pattern(r"invalid email|user id|not a valid email|account not found"),
        remedy="Correct the subject of the service account credentials: "
        "no user with that address exists.",
        source="Using OAuth 2.0 for Server to Server Applications, JWT error codes",
    ),
    Rule(
        cause=causes.OAUTH_CLIENT_INVALID,
        reasons=frozenset({"invalid_grant"}),
        message=pattern(r"invalid jwt signature"),
        remedy="Create a new key for the service account and use it: the key that signs is "
        "deleted, or belongs to another account.",
        source="Using OAuth 2.0 for Server to Server Applications, JWT error codes",
    ),
    Rule(cause=causes.TOKEN_REVOKED, reasons=frozenset({"invalid_grant"}), source=_RFC6749),
    Rule(
        cause=causes.OAUTH_CLIENT_INVALID,
        reasons=frozenset({"unauthorized_client"}),
        message=pattern(r"^\W*unauthorized\W*$"),
        remedy="Use the client id and secret that the refresh token was issued to, or let the user "
        "authorize again with these.",
        source="Using OAuth 2.0 to Access Google APIs; recorded answers for user credentials",
    ),
    Rule(
        cause=causes.DELEGATION_NOT_GRANTED,
        reasons=frozenset({"unauthorized_client", "access_denied"}),
        source="Using OAuth 2.0 for Server to Server Applications, JWT error codes; "
        "googleapis/google-cloud-php#5988",
    ),
    Rule(
        cause=causes.OAUTH_CLIENT_INVALID,
        reasons=frozenset({"deleted_client", "disabled_client", "invalid_client"}),
        source=_RFC6749,
    ),
    Rule(
        cause=causes.DOMAIN_POLICY,
        reasons=frozenset({"admin_policy_enforced"}),
        source="Using OAuth 2.0 to Access Google APIs, authorization errors",
    ),
    Rule(
        cause=causes.INVALID_ARGUMENT,
        reasons=frozenset({"invalid_request", "invalid_scope", "unsupported_grant_type"}),
        remedy="Correct the scopes and the kind of the credentials: the token endpoint does not "
        "accept the request that they make.",
        source=_RFC6749,
    ),
    Rule(
        cause=causes.BACKEND_UNAVAILABLE,
        reasons=frozenset({"internal_failure", "server_error", "temporarily_unavailable"}),
        source="google-auth, _client.py",
    ),
    Rule(
        cause=causes.BACKEND_UNAVAILABLE,
        exceptions=_REFRESH,
        message=pattern(
            r"internal_failure|server_error|temporarily_unavailable|<html|<!doctype"
            r"|invalid response 5\d\d"
        ),
        remedy="Retry {call} with exponential backoff. If it stays, look at what is between this "
        "machine and the token endpoint: a page came back instead of a token.",
        source="gspread PR #1564: an HTML page becomes the text of RefreshError",
    ),
    Rule(
        cause=causes.TOKEN_EXPIRED,
        exceptions=_REFRESH,
        message=pattern(r"do not contain the necessary fields|refresh[ _]token"),
        source="google-auth, credentials.py",
    ),
    # Limits: which one, says the message or the metadata, seldom the reason.
    Rule(
        cause=causes.CREDENTIALS_MISSING,
        reasons=frozenset({"dailyLimitExceededUnreg"}),
        source="googleapis/google-api-python-client#626",
    ),
    Rule(
        cause=causes.CONCURRENT_REQUESTS,
        message=pattern(r"too many concurrent requests"),
        source=_GUIDE,
    ),
    Rule(
        cause=causes.STORAGE_FULL,
        reasons=frozenset({"storageQuotaExceeded", "teamDriveFileLimitExceeded"}),
        source="Drive API guide, Resolve errors",
    ),
    Rule(
        cause=causes.STORAGE_FULL,
        reasons=frozenset({"quotaExceeded"}),
        message=pattern(r"storage quota"),
        source="iterative/PyDrive2#238",
    ),
    Rule(cause=causes.DAILY_LIMIT, reasons=frozenset({"dailyLimitExceeded"}), source=_GUIDE),
    Rule(
        cause=causes.DAILY_LIMIT,
        statuses=frozenset({403, 429}),
        limit=pattern(r"per ?day|/d/|/day"),
        source="google/api/quota.proto; a recorded 429 of cloudcode-pa",
    ),
    Rule(
        cause=causes.RATE_LIMIT_PER_USER,
        statuses=frozenset({403, 429}),
        limit=pattern(r"per ?user|\{user\}"),
        source="google/api/quota.proto; recorded answers of Gmail (2026) and Sheets",
    ),
    Rule(
        cause=causes.RATE_LIMIT_PER_PROJECT,
        statuses=frozenset({403, 429}),
        reasons=_RATE,
        limit=pattern(r"per ?(minute|second|100 ?seconds)|/min/|/s/|\{project\}"),
        source="google/api/quota.proto",
    ),
    Rule(
        cause=causes.RATE_LIMIT_PER_PROJECT,
        statuses=frozenset({429}),
        limit=pattern(r"per ?(minute|second|100 ?seconds)|/min/|/s/|\{project\}"),
        source="google/api/quota.proto",
    ),
    Rule(
        cause=causes.RATE_LIMIT_PER_USER,
        reasons=frozenset({"userRateLimitExceeded"}),
        source=_GUIDE,
    ),
    Rule(
        cause=causes.QUOTA_EXCEEDED,
        statuses=frozenset({403}),
        reasons=_RATE,
        source=_GUIDE + "; the quota page does not tie reasons to limits since 2026-05",
    ),
    Rule(
        cause=causes.QUOTA_EXCEEDED,
        statuses=frozenset({403}),
        canonical=frozenset({"RATE_LIMIT", "RESOURCE_EXHAUSTED"}),
        source=_CODE,
    ),
    Rule(
        cause=causes.QUOTA_EXCEEDED,
        statuses=frozenset({403}),
        message=pattern(r"request rate higher than configured|quota exceeded for quota metric"),
        source="GAM, plain-text answers of the Directory API",
    ),
    Rule(cause=causes.QUOTA_EXCEEDED, statuses=frozenset({429}), source="RFC 6585, section 4"),
    # Keys, projects, switches.
    Rule(
        cause=causes.API_KEY_INVALID,
        reasons=frozenset({"API_KEY_INVALID", "keyExpired", "keyInvalid"}),
        source=_ERROR_REASON,
    ),
    Rule(
        cause=causes.API_KEY_INVALID,
        statuses=frozenset({400}),
        message=pattern(r"api key (not valid|expired)"),
        source=_ERROR_REASON,
    ),
    Rule(
        cause=causes.API_DISABLED,
        reasons=frozenset({"SERVICE_DISABLED", "accessNotConfigured"}),
        source=_ERROR_REASON,
    ),
    Rule(
        cause=causes.API_DISABLED,
        statuses=frozenset({403}),
        message=pattern(r"api has not been used in project|access not configured"),
        source="recorded answers of Gmail, Drive and Sheets",
    ),
    Rule(
        cause=causes.DOMAIN_POLICY,
        reasons=frozenset({"ORG_RESTRICTION_VIOLATION", "USER_BLOCKED_BY_ADMIN", "domainPolicy"}),
        source=_GUIDE + "; " + _ERROR_REASON,
    ),
    Rule(
        cause=causes.DOMAIN_POLICY,
        statuses=frozenset({401, 403}),
        message=pattern(r"active session is invalid|cannot access this service"),
        remedy="Ask the user's Workspace administrator to turn this service on for the user; "
        "the account exists, the service is switched off for it.",
        source="GAM, checkGAPIError",
    ),
    Rule(
        cause=causes.PROJECT_REFUSED,
        reasons=frozenset(
            {
                "API_KEY_ANDROID_APP_BLOCKED",
                "API_KEY_HTTP_REFERRER_BLOCKED",
                "API_KEY_IOS_APP_BLOCKED",
                "API_KEY_IP_ADDRESS_BLOCKED",
                "API_KEY_SERVICE_BLOCKED",
                "BILLING_DISABLED",
                "CONSUMER_INVALID",
                "CONSUMER_SUSPENDED",
                "GCP_SUSPENDED",
                "LOCATION_ORG_POLICY_VIOLATED",
                "LOCATION_POLICY_VIOLATED",
                "RESOURCE_USAGE_RESTRICTION_VIOLATED",
                "SECURITY_POLICY_VIOLATED",
                "USER_PROJECT_DENIED",
                "billingNotEnabled",
                "ipRefererBlocked",
            }
        ),
        source=_ERROR_REASON,
    ),
    # Who is asking.
    Rule(
        cause=causes.CREDENTIALS_MISSING,
        reasons=frozenset({"CREDENTIALS_MISSING"}),
        source=_ERROR_REASON,
    ),
    Rule(
        cause=causes.CREDENTIALS_MISSING,
        statuses=frozenset({401}),
        reasons=frozenset({"required"}),
        source="recorded 401 without credentials",
    ),
    Rule(
        cause=causes.CREDENTIALS_MISSING,
        statuses=frozenset({401, 403}),
        message=pattern(
            r"login required|missing (a valid api key|required authentication credential)"
        ),
        source="recorded 401 and 403 without credentials",
    ),
    Rule(
        cause=causes.TOKEN_REVOKED,
        reasons=frozenset({"ACCOUNT_STATE_INVALID"}),
        remedy="Check the account that the token belongs to: it is disabled, deleted or in a "
        "state in which it can't be used.",
        source=_ERROR_REASON,
    ),
    Rule(
        cause=causes.FORBIDDEN,
        statuses=frozenset({403}),
        message=pattern(r"do(es)? not have (sufficient |enough )?permission"),
        source="Drive and Analytics answer so for an object, not for a scope",
    ),
    Rule(
        cause=causes.SCOPE_INSUFFICIENT,
        reasons=frozenset(
            {"ACCESS_TOKEN_SCOPE_INSUFFICIENT", "insufficientPermissions", "insufficientScopes"}
        ),
        source=_ERROR_REASON + "; kenn-io/msgvault#11",
    ),
    Rule(
        cause=causes.SCOPE_INSUFFICIENT,
        statuses=frozenset({401, 403}),
        message=pattern(r"insufficient (authentication scopes|permission)"),
        source="recorded answers of Fitness and Gmail",
    ),
    Rule(cause=causes.TOKEN_EXPIRED, statuses=frozenset({401}), source=_GUIDE),
    # The state of what was asked for.
    Rule(
        cause=causes.PRECONDITION_FAILED,
        reasons=frozenset({"FAILED_PRECONDITION", "failedPrecondition"}),
        statuses=frozenset({400}),
        source=_CODE,
    ),
    Rule(
        cause=causes.NOT_FOUND,
        statuses=frozenset({404}),
        in_upload_session=True,
        remedy="Begin the upload anew with a new request: its session has expired, and this "
        "request goes on asking for it.",
        source="Google API guides, Resumable uploads",
    ),
    Rule(
        cause=causes.CLIENT_ERROR,
        statuses=frozenset({410}),
        in_upload_session=True,
        remedy="Begin the upload anew with a new request: its session has ended.",
        source="Google API guides, Resumable uploads",
    ),
    Rule(
        cause=causes.NOT_FOUND,
        statuses=frozenset({404}),
        unparsed=True,
        remedy="Check the address of the API (api_endpoint, version) and any proxy before treating "
        "anything as gone: this 404 is not an API's answer.",
        source="recorded 404 page of Google's front end",
    ),
    Rule(
        cause=causes.BACKEND_UNAVAILABLE,
        statuses=frozenset({500, 502, 503, 504}),
        in_upload_session=True,
        remedy="Call next_chunk() again: it asks the server where to go on. num_retries alone does "
        "not help where the media is a stream, which the library does not rewind.",
        source="run: googleapiclient 2.202; Google API guides, Resumable uploads",
    ),
    # What the status alone supports.
    Rule(cause=causes.NOT_MODIFIED, statuses=frozenset({304}), source="RFC 9110, section 15.4.5"),
    Rule(cause=causes.INVALID_ARGUMENT, statuses=frozenset({400}), source=_GUIDE),
    Rule(cause=causes.FORBIDDEN, statuses=frozenset({403}), source="RFC 9110, section 15.5.4"),
    Rule(cause=causes.NOT_FOUND, statuses=frozenset({404}), source="RFC 9110, section 15.5.5"),
    Rule(cause=causes.TIMEOUT, statuses=frozenset({408}), source="RFC 9110, section 15.5.9"),
    Rule(cause=causes.CONFLICT, statuses=frozenset({409, 412}), source=_CODE),
    Rule(
        cause=causes.MESSAGE_TOO_LARGE,
        statuses=frozenset({413}),
        source="RFC 9110, section 15.5.14",
    ),
    Rule(cause=causes.BACKEND_ERROR, statuses=frozenset({500}), source=_GUIDE),
    Rule(cause=causes.BACKEND_UNAVAILABLE, statuses=frozenset({502, 503, 504}), source=_GUIDE),
    # No answer, or one that could not be read.
    Rule(
        cause=causes.CONNECTION_FAILED,
        unanswered=True,
        exceptions=frozenset({"ssl.SSLEOFError", "ssl.SSLZeroReturnError"}),
        source="Python, ssl: the peer closed the connection",
    ),
    Rule(
        cause=causes.TIMEOUT,
        unanswered=True,
        exceptions=frozenset(
            {
                "ETIMEDOUT",
                "TimeoutError",
                "requests.exceptions.Timeout",
                "urllib3.exceptions.TimeoutError",
            }
        ),
        source="Python, exceptions",
    ),
    Rule(
        cause=causes.TLS_FAILED,
        unanswered=True,
        exceptions=frozenset({"requests.exceptions.SSLError", "ssl.SSLError"}),
        source="Python, ssl",
    ),
    Rule(
        cause=causes.RESPONSE_UNREADABLE,
        exceptions=frozenset(
            {
                UNREAD,
                "UnicodeDecodeError",
                "googleapiclient.errors.BatchError",
                "googleapiclient.errors.ResumableUploadError",
                "googleapiclient.errors.InvalidJsonError",
                "http.client.IncompleteRead",
                "http.client.LineTooLong",
                "http.client.UnknownProtocol",
                "httplib2.error.FailedToDecompressContent",
                "json.decoder.JSONDecodeError",
                "zlib.error",
            }
        ),
        source="run: googleapiclient 2.202, httplib2 0.32",
    ),
    Rule(
        cause=causes.CONNECTION_FAILED,
        unanswered=True,
        exceptions=frozenset(
            {
                "ConnectionError",
                "EADDRNOTAVAIL",
                "ECONNABORTED",
                "ECONNREFUSED",
                "ECONNRESET",
                "EHOSTUNREACH",
                "ENETDOWN",
                "ENETUNREACH",
                "EPIPE",
                "http.client.HTTPException",
                "httplib2.error.ProxiesUnavailableError",
                "httplib2.error.ServerNotFoundError",
                "requests.exceptions.ConnectionError",
                "socket.gaierror",
                "socks.ProxyError",
                "urllib3.exceptions.HTTPError",
            }
        ),
        source="run: httplib2 0.32; Python, exceptions",
    ),
    Rule(
        cause=causes.CONNECTION_FAILED,
        unanswered=True,
        exceptions=frozenset({"google.auth.exceptions.TransportError"}),
        source="google-auth, exceptions.py",
    ),
    Rule(
        cause=causes.CLIENT_ERROR,
        exceptions=frozenset({"httplib2.error.RedirectMissingLocation"}),
        in_upload_session=True,
        remedy="Make the http object with googleapiclient.http.build_http(), or take 308 out of "
        "its redirect_codes: httplib2 takes the server's wish for the next chunk for a redirect.",
        source="run: googleapiclient 2.202, httplib2 0.32",
    ),
    Rule(
        cause=causes.CLIENT_ERROR,
        exceptions=frozenset(
            {"httplib2.error.RedirectLimit", "httplib2.error.RedirectMissingLocation"}
        ),
        remedy="Check the API's address (api_endpoint, rootUrl) and any proxy: "
        "the server's redirects lead nowhere.",
        source="httplib2, error.py",
    ),
)
