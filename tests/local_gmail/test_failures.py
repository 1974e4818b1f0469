# SPDX-License-Identifier: Apache-2.0
"""The catalogue of documented failures says what Gmail says."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest
from google.rpc import code_pb2
from googleapiclient.errors import HttpError

from local_gmail import CATALOGUE, LocalGmail, Response, documented

if TYPE_CHECKING:
    from support.ask import Ask

GMAIL_FAILURES = [
    # The seven of the guide, which have no status.
    ("badRequest", 400, "badRequest", "global", None),
    ("authError", 401, "authError", "global", None),
    ("dailyLimitExceeded", 403, "dailyLimitExceeded", "usageLimits", None),
    ("domainPolicy", 403, "domainPolicy", "global", None),
    ("rateLimitExceeded", 403, "rateLimitExceeded", "usageLimits", None),
    ("userRateLimitExceeded", 403, "userRateLimitExceeded", "usageLimits", None),
    ("backendError", 500, "backendError", "global", None),
    ("mailSending", 429, "userRateLimitExceeded", "usageLimits", "RESOURCE_EXHAUSTED"),
    ("bandwidth", 429, "rateLimitExceeded", "usageLimits", "RESOURCE_EXHAUSTED"),
    ("concurrentRequests", 429, "rateLimitExceeded", "global", "RESOURCE_EXHAUSTED"),
    ("retryAfterText", 429, "rateLimitExceeded", "usageLimits", None),
    ("perUserQuota", 403, "rateLimitExceeded", "usageLimits", "PERMISSION_DENIED"),
    ("internalError", 500, "backendError", "global", "INTERNAL"),
    ("serviceUnavailable", 503, "backendError", "global", "UNAVAILABLE"),
    ("gatewayTimeout", 504, "backendError", "global", "DEADLINE_EXCEEDED"),
    ("failedPrecondition", 400, "failedPrecondition", "global", "FAILED_PRECONDITION"),
    ("mailNotEnabled", 400, "failedPrecondition", "global", "FAILED_PRECONDITION"),
    ("invalidId", 400, "invalidArgument", "global", "INVALID_ARGUMENT"),
    ("invalidTo", 400, "invalidArgument", "global", "INVALID_ARGUMENT"),
    ("notFound", 404, "notFound", "global", "NOT_FOUND"),
    ("labelConflict", 409, "aborted", "global", "ABORTED"),
    ("uploadTooLarge", 413, "uploadTooLarge", "global", None),
    ("credentialsMissing", 401, "required", "global", "UNAUTHENTICATED"),
    ("insufficientPermissions", 403, "insufficientPermissions", "global", "PERMISSION_DENIED"),
    ("accessNotConfigured", 403, "accessNotConfigured", "usageLimits", "PERMISSION_DENIED"),
    ("delegationDenied", 403, "forbidden", "global", "PERMISSION_DENIED"),
    ("keyInvalid", 400, "badRequest", "global", "INVALID_ARGUMENT"),
]
OAUTH_FAILURES = [
    ("invalidGrant", 400, "invalid_grant", None),
    ("invalidRapt", 400, "invalid_grant", "invalid_rapt"),
    ("unauthorizedClient", 401, "unauthorized_client", None),
    ("invalidClient", 401, "invalid_client", None),
    ("adminPolicyEnforced", 400, "admin_policy_enforced", None),
]
PAGES = [("badGateway", 502)]
ERROR_INFOS = {
    "credentialsMissing": "CREDENTIALS_MISSING",
    "insufficientPermissions": "ACCESS_TOKEN_SCOPE_INSUFFICIENT",
    "accessNotConfigured": "SERVICE_DISABLED",
    "keyInvalid": "API_KEY_INVALID",
}


def error_in(response: Response) -> Any:
    body: Any = response.body
    return body["error"]


def error_of(name: str, **overrides: Any) -> Any:
    return error_in(documented(name, **overrides))


def test_these_tables_are_the_whole_catalogue() -> None:
    listed = [row[0] for table in (GMAIL_FAILURES, OAUTH_FAILURES, PAGES) for row in table]
    assert sorted(listed) == sorted(CATALOGUE)
    assert all(failure.source for failure in CATALOGUE.values())


@pytest.mark.parametrize(("name", "http_status", "reason", "domain", "status"), GMAIL_FAILURES)
def test_the_real_client_reads_the_failure(
    *,
    gmail: LocalGmail,
    service: Any,
    name: str,
    http_status: int,
    reason: str,
    domain: str,
    status: str | None,
) -> None:
    response = documented(name)
    gmail.script("gmail.users.getProfile", response)
    with pytest.raises(HttpError) as caught:
        service.users().getProfile(userId="me").execute()
    assert caught.value.resp.status == http_status
    error = error_in(response)
    [entry] = error["errors"]
    assert caught.value.reason == error["message"]
    assert (error["code"], entry["reason"], entry["domain"]) == (http_status, reason, domain)
    assert error.get("status") == status
    assert status is None or hasattr(code_pb2, status)
    infos = [d["reason"] for d in error.get("details", []) if d["@type"].endswith(".ErrorInfo")]
    assert infos == ([ERROR_INFOS[name]] if name in ERROR_INFOS else [])


@pytest.mark.parametrize(("name", "http_status", "error", "subtype"), OAUTH_FAILURES)
def test_oauth_failures_have_the_shape_of_rfc_6749(
    *,
    gmail: LocalGmail,
    ask: Ask,
    name: str,
    http_status: int,
    error: str,
    subtype: str | None,
) -> None:
    gmail.script("token", documented(name))
    reply = ask("POST", "/token", "")
    assert (reply.status, reply.json()["error"]) == (http_status, error)
    assert reply.json().get("error_subtype") == subtype


@pytest.mark.parametrize(("name", "http_status"), PAGES)
def test_the_front_end_responses_with_a_page(
    gmail: LocalGmail, ask: Ask, name: str, http_status: int
) -> None:
    gmail.script("*", documented(name))
    reply = ask("GET", "/anything")
    assert (reply.status, reply.headers["Content-Type"]) == (
        http_status,
        "text/html; charset=UTF-8",
    )
    assert b"<title>" in reply.body


def test_a_message_override_is_in_both_places() -> None:
    error = error_of("userRateLimitExceeded", message="Slow down")
    assert (error["message"], error["errors"][0]["message"]) == ("Slow down", "Slow down")
    body: Any = documented("invalidGrant", message="Bad Request").body
    assert body == {"error": "invalid_grant", "error_description": "Bad Request"}


def test_times_to_wait_may_be_added() -> None:
    response = documented("bandwidth", retry_after=30, retry_info=7.5)
    assert response.headers["Retry-After"] == "30"
    body: Any = response.body
    assert body["error"]["details"] == [
        {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "7.5s"}
    ]
    assert documented("bandwidth").headers["Retry-After"] == "7200"


def test_the_time_to_retry_at_is_reckoned_from_now() -> None:
    before = datetime.now(timezone.utc)
    error = error_of("retryAfterText", seconds=60, http_status=403)
    assert error["code"] == 403
    match = re.fullmatch(
        r"User-rate limit exceeded\.  Retry after (\S+)Z", error["errors"][0]["message"]
    )
    assert match
    at = datetime.fromisoformat(match[1]).replace(tzinfo=timezone.utc)
    assert timedelta(seconds=59) < at - before < timedelta(seconds=61)


def test_asking_leaves_the_catalogue_as_it_was() -> None:
    documented("notFound", message="Gone", retry_info=1, headers={"X-A": "b"}, http_status=410)
    assert error_of("notFound")["message"] == "Requested entity was not found."


@pytest.mark.parametrize(
    ("name", "overrides", "complaint"),
    [
        ("backendEror", {}, "no documented failure 'backendEror'; there are badRequest"),
        ("badGateway", {"retry_info": 1}, "nothing to override"),
        ("invalidGrant", {"http_status": 403, "retry_info": 1}, "nothing to override"),
    ],
)
def test_what_cannot_be_is_refused(name: str, overrides: Any, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        documented(name, **overrides)
