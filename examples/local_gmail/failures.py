# SPDX-License-Identifier: Apache-2.0
"""The failures that Gmail documents, or is known to respond with, as data."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

from local_gmail.google_errors import (
    error_info,
    google_error,
    html_page,
    oauth_error,
)
from local_gmail.google_errors import (
    retry_info as retry_info_detail,
)

if TYPE_CHECKING:
    from local_gmail.responses import Json, Response

GUIDE = "https://developers.google.com/workspace/gmail/api/guides/handle-errors"
GAPIC = "https://github.com/googleapis/googleapis/blob/master/google/api/error_reason.proto"
RPC_CODE = "https://github.com/googleapis/googleapis/blob/master/google/rpc/code.proto"

_CONSUMER = "projects/123456789012"
_ACTIVATION_URL = (
    "https://console.developers.google.com/apis/api/gmail.googleapis.com/overview"
    "?project=123456789012"
)
_NOT_ENABLED = (
    "Gmail API has not been used in project 123456789012 before or it is disabled. Enable it by "
    f"visiting {_ACTIVATION_URL} then retry. If you enabled this API recently, wait a few minutes "
    "for the action to propagate to our systems and retry."
)
_REALM = 'Bearer realm="https://accounts.google.com/"'
_AUTHORIZATION = {"location": "Authorization", "locationType": "header"}


@dataclass(frozen=True)
class Failure:
    """One failure. `source` says where its body was seen or is documented."""

    name: str
    response: Response
    source: str
    retry_after_text: bool = False
    """Whether the message ends in the time to retry at, which is reckoned when it is asked for."""


def _guide(name: str, response: Response) -> Failure:
    return Failure(name, response, GUIDE)


_FAILURES = (
    # The seven of the Gmail guide "Resolve errors". Three of its samples have trailing commas and
    # are not valid JSON; these are the valid forms. None of the seven has a `status`.
    _guide(
        "badRequest",
        google_error(
            400,
            "Sorting is not supported for queries with fullText terms. Results are always in "
            "descending relevance order.",
            reason="badRequest",
            item={"location": "orderBy", "locationType": "parameter"},
        ),
    ),
    _guide(
        "authError",
        google_error(
            401,
            "Invalid Credentials",
            reason="authError",
            item=_AUTHORIZATION,
            headers={"WWW-Authenticate": f'{_REALM}, error="invalid_token"'},
        ),
    ),
    _guide(
        "dailyLimitExceeded",
        google_error(
            403, "Daily Limit Exceeded", reason="dailyLimitExceeded", domain="usageLimits"
        ),
    ),
    _guide(
        "domainPolicy",
        google_error(
            403, "The domain administrators have disabled Gmail apps.", reason="domainPolicy"
        ),
    ),
    _guide(
        "rateLimitExceeded",
        google_error(403, "Rate Limit Exceeded", reason="rateLimitExceeded", domain="usageLimits"),
    ),
    _guide(
        "userRateLimitExceeded",
        google_error(
            403, "User Rate Limit Exceeded", reason="userRateLimitExceeded", domain="usageLimits"
        ),
    ),
    _guide("backendError", google_error(500, "Backend Error", reason="backendError")),
    # Limits.
    Failure(
        "mailSending",
        google_error(
            429,
            "Too many requests: User-rate limit exceeded (Mail sending)",
            reason="userRateLimitExceeded",
            domain="usageLimits",
            status="RESOURCE_EXHAUSTED",
        ),
        f"{GUIDE} (wording of the section on 429; no capture of the body is public)",
    ),
    Failure(
        "bandwidth",
        google_error(
            429,
            "User-rate limit exceeded",
            reason="rateLimitExceeded",
            domain="usageLimits",
            status="RESOURCE_EXHAUSTED",
            headers={"Retry-After": "7200"},
        ),
        f"{GUIDE} (section on 429); the header as in a public fake server of 2026",
    ),
    Failure(
        "concurrentRequests",
        google_error(
            429,
            "Too many concurrent requests for user.",
            reason="rateLimitExceeded",
            status="RESOURCE_EXHAUSTED",
        ),
        "https://github.com/elie222/inbox-zero/issues/1880",
    ),
    Failure(
        "retryAfterText",
        google_error(
            429,
            "User-rate limit exceeded.",
            reason="rateLimitExceeded",
            domain="usageLimits",
        ),
        "https://github.com/taers232c/GAMADV-XTD3/issues/337",
        retry_after_text=True,
    ),
    Failure(
        "perUserQuota",
        google_error(
            403,
            "Quota exceeded for quota metric 'Total Query Cost' and limit 'Units per minute per "
            "user' of service 'gmail.googleapis.com' for consumer 'project_number:123456789012'.",
            reason="rateLimitExceeded",
            domain="usageLimits",
            status="PERMISSION_DENIED",
        ),
        "https://github.com/mxngls/gmail-cleaner/issues/5 (shape), public tests of 2026 (metric)",
    ),
    # Server faults.
    Failure(
        "internalError",
        google_error(500, "Internal error encountered.", reason="backendError", status="INTERNAL"),
        RPC_CODE,
    ),
    Failure(
        "badGateway",
        html_page(
            502,
            "Server Error",
            "The server encountered a temporary error and could not complete your request."
            "<p>Please try again in 30 seconds.",
        ),
        "https://github.com/esi/esi-issues/issues/530",
    ),
    Failure(
        "serviceUnavailable",
        google_error(
            503,
            "The service is currently unavailable.",
            reason="backendError",
            status="UNAVAILABLE",
        ),
        RPC_CODE,
    ),
    Failure(
        "gatewayTimeout",
        google_error(
            504,
            "Deadline expired before operation could complete.",
            reason="backendError",
            status="DEADLINE_EXCEEDED",
        ),
        RPC_CODE,
    ),
    # Preconditions and bad input.
    Failure(
        "failedPrecondition",
        google_error(
            400,
            "Precondition check failed.",
            reason="failedPrecondition",
            status="FAILED_PRECONDITION",
        ),
        "https://github.com/googleapis/google-api-python-client/issues/984",
    ),
    Failure(
        "mailNotEnabled",
        google_error(
            400,
            "Mail service not enabled",
            reason="failedPrecondition",
            status="FAILED_PRECONDITION",
        ),
        "https://github.com/FlowCrypt/flowcrypt-browser/issues/435",
    ),
    Failure(
        "invalidId",
        google_error(400, "Invalid id value", reason="invalidArgument", status="INVALID_ARGUMENT"),
        "public test of 2026 that quotes a production record (message)",
    ),
    Failure(
        "invalidTo",
        google_error(400, "Invalid To header", reason="invalidArgument", status="INVALID_ARGUMENT"),
        "https://stackoverflow.com/questions/tagged/gmail-api (message in many threads)",
    ),
    Failure(
        "notFound",
        google_error(404, "Requested entity was not found.", reason="notFound", status="NOT_FOUND"),
        RPC_CODE,
    ),
    Failure(
        "labelConflict",
        google_error(409, "Label name exists or conflicts", reason="aborted", status="ABORTED"),
        "https://github.com/GAM-team/got-your-back/issues/105",
    ),
    Failure(
        "uploadTooLarge",
        google_error(
            413,
            "Request is too large. Maximum allowed upload size is 36700160 bytes.",
            reason="uploadTooLarge",
        ),
        "Gmail discovery document, mediaUpload.maxSize of messages.send (message is ours)",
    ),
    # Permission.
    Failure(
        "credentialsMissing",
        google_error(
            401,
            "Request is missing required authentication credential. Expected OAuth 2 access "
            "token, login cookie or other valid authentication credential. See "
            "https://developers.google.com/identity/sign-in/web/devconsole-project.",
            reason="required",
            status="UNAUTHENTICATED",
            item_message="Login Required.",
            item=_AUTHORIZATION,
            details=[error_info("CREDENTIALS_MISSING", service="gmail.googleapis.com")],
            headers={"WWW-Authenticate": _REALM},
        ),
        GAPIC,
    ),
    Failure(
        "insufficientPermissions",
        google_error(
            403,
            "Request had insufficient authentication scopes.",
            reason="insufficientPermissions",
            status="PERMISSION_DENIED",
            item_message="Insufficient Permission",
            details=[error_info("ACCESS_TOKEN_SCOPE_INSUFFICIENT", service="gmail.googleapis.com")],
            headers={
                "WWW-Authenticate": f'{_REALM}, error="insufficient_scope", '
                'scope="https://mail.google.com/ https://www.googleapis.com/auth/gmail.modify"'
            },
        ),
        f"https://github.com/r-lib/gargle (recorded response without the detail); {GAPIC}",
    ),
    Failure(
        "accessNotConfigured",
        google_error(
            403,
            _NOT_ENABLED,
            reason="accessNotConfigured",
            domain="usageLimits",
            status="PERMISSION_DENIED",
            item={"extendedHelp": "https://console.developers.google.com"},
            details=[
                error_info(
                    "SERVICE_DISABLED",
                    service="gmail.googleapis.com",
                    serviceTitle="Gmail API",
                    consumer=_CONSUMER,
                    containerInfo="123456789012",
                    activationUrl=_ACTIVATION_URL,
                ),
                {
                    "@type": "type.googleapis.com/google.rpc.LocalizedMessage",
                    "locale": "en-US",
                    "message": _NOT_ENABLED,
                },
                {
                    "@type": "type.googleapis.com/google.rpc.Help",
                    "links": [
                        {
                            "description": "Google developers console API activation",
                            "url": _ACTIVATION_URL,
                        }
                    ],
                },
            ],
        ),
        f"a recorded Drive response with Gmail's names in it; {GAPIC}",
    ),
    Failure(
        "delegationDenied",
        google_error(
            403,
            "Delegation denied for alex@example.com",
            reason="forbidden",
            status="PERMISSION_DENIED",
        ),
        "public migration guide that quotes the body",
    ),
    Failure(
        "keyInvalid",
        google_error(
            400,
            "API key not valid. Please pass a valid API key.",
            reason="badRequest",
            status="INVALID_ARGUMENT",
            details=[error_info("API_KEY_INVALID", service="gmail.googleapis.com")],
        ),
        GAPIC,
    ),
    # The token endpoint.
    Failure(
        "invalidGrant",
        oauth_error(400, "invalid_grant", "Token has been expired or revoked."),
        "https://github.com/dolfim/django-gmailapi-backend/issues/9",
    ),
    Failure(
        "invalidRapt",
        oauth_error(
            400,
            "invalid_grant",
            "reauth related error (invalid_rapt)",
            error_uri="https://support.google.com/a/answer/9368756",
            error_subtype="invalid_rapt",
        ),
        "https://support.google.com/a/answer/9368756",
    ),
    Failure(
        "unauthorizedClient",
        oauth_error(
            401,
            "unauthorized_client",
            "Client is unauthorized to retrieve access tokens using this method.",
        ),
        "https://github.com/googleapis/google-cloud-php/issues/5988",
    ),
    Failure(
        "invalidClient",
        oauth_error(401, "invalid_client", "The OAuth client was not found."),
        "https://www.rfc-editor.org/rfc/rfc6749#section-5.2",
    ),
    Failure(
        "adminPolicyEnforced",
        oauth_error(400, "admin_policy_enforced", "Account restricted by admin policy"),
        "https://developers.google.com/identity/protocols/oauth2/web-server",
    ),
)

CATALOGUE: Mapping[str, Failure] = {failure.name: failure for failure in _FAILURES}
"""Every documented failure by its name."""


def documented(
    name: str,
    *,
    message: str | None = None,
    retry_after: int | str | None = None,
    retry_info: float | None = None,
    seconds: float = 900.0,
    http_status: int | None = None,
    headers: Mapping[str, str] | None = None,
    delay: float = 0.0,
    close_after: bool = False,
) -> Response:
    """Return the response of a documented failure, by its name in `CATALOGUE`.

    `message` replaces the text. `retry_after` adds that header (seconds, or an HTTP date),
    `retry_info` a google.rpc.RetryInfo detail of so many seconds. `seconds` is how far from now
    the time in the message of `retryAfterText` lies. `http_status` replaces the status and the
    `code`, for the failures that Gmail gives under two (429 and 403). `headers` are added.
    """
    failure = CATALOGUE.get(name)
    if failure is None:
        raise ValueError(f"no documented failure {name!r}; there are {', '.join(CATALOGUE)}")
    response = failure.response
    if failure.retry_after_text and message is None:
        at = datetime.now(timezone.utc) + timedelta(seconds=seconds)
        first: str = _error_of(response, name)["message"]
        # Two blanks: so does Gmail.
        message = f"{first}  Retry after {at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z"
    body = response.body
    if message is not None or retry_info is not None or http_status is not None:
        body = _edited(response, name, message, retry_info, http_status)
    added = {} if retry_after is None else {"Retry-After": str(retry_after)}
    return dataclasses.replace(
        response,
        status=response.status if http_status is None else http_status,
        body=body,
        headers={**response.headers, **added, **(headers or {})},
        delay=delay,
        close_after=close_after,
    )


def _error_of(response: Response, name: str) -> Json:
    body = response.body
    if isinstance(body, Mapping) and isinstance(body["error"], dict):
        return body["error"]  # pyright: ignore[reportUnknownVariableType]
    raise ValueError(f"{name} doesn't have the shape of a Gmail error: nothing to override in it")


def _edited(
    response: Response,
    name: str,
    message: str | None,
    retry_delay: float | None,
    http_status: int | None,
) -> Json:
    if message is not None and isinstance(response.body, Mapping) and _is_oauth(response.body):
        return {**response.body, "error_description": message}
    error = dict(_error_of(response, name))
    if message is not None:
        error["message"] = message
        error["errors"] = [{**entry, "message": message} for entry in error["errors"]]
    if retry_delay is not None:
        error["details"] = [*error.get("details", []), retry_info_detail(retry_delay)]
    if http_status is not None:
        error["code"] = http_status
    return {"error": error}


def _is_oauth(body: Mapping[str, object]) -> bool:
    return isinstance(body["error"], str)
