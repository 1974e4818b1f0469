# SPDX-License-Identifier: Apache-2.0
"""Each documented failure, from a realistic response over real HTTP to the exported attributes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httplib2
import pytest
from googleapiclient.errors import HttpError
from googleapiclient.http import HttpRequest

from local_gmail import LocalGmail, Response, documented
from support.contract import REFUSED_CALL
from support.corpus import IDS, ROWS, Row
from support.recording import Recording, attributes_of

GET = "gmail.users.messages.get"
LIST = "gmail.users.messages.list"
SEND = "gmail.users.messages.send"

# name in local_gmail's catalogue, method -> status, reason, domain, location, location type, cause
DOCUMENTED = [
    ("badRequest", LIST, 400, "badRequest", "global", "orderBy", "parameter", "invalid_argument"),
    ("authError", GET, 401, "authError", "global", "Authorization", "header", "token_expired"),
    ("dailyLimitExceeded", GET, 403, "dailyLimitExceeded", "usageLimits", None, None,
     "daily_limit"),
    ("domainPolicy", GET, 403, "domainPolicy", "global", None, None, "domain_policy"),
    ("rateLimitExceeded", GET, 403, "rateLimitExceeded", "usageLimits", None, None,
     "quota_exceeded"),
    ("userRateLimitExceeded", GET, 403, "userRateLimitExceeded", "usageLimits", None, None,
     "rate_limit_per_user"),
    ("backendError", GET, 500, "backendError", "global", None, None, "backend_error"),
    ("mailSending", SEND, 429, "userRateLimitExceeded", "usageLimits", None, None,
     "mail_sending_limit"),
    ("bandwidth", GET, 429, "rateLimitExceeded", "usageLimits", None, None, "bandwidth_limit"),
    ("concurrentRequests", GET, 429, "rateLimitExceeded", "global", None, None,
     "concurrent_requests"),
    ("internalError", GET, 500, "backendError", "global", None, None, "backend_error"),
    ("badGateway", GET, 502, None, None, None, None, "backend_unavailable"),
    ("serviceUnavailable", GET, 503, "backendError", "global", None, None, "backend_unavailable"),
    ("gatewayTimeout", GET, 504, "backendError", "global", None, None, "backend_unavailable"),
    ("failedPrecondition", GET, 400, "failedPrecondition", "global", None, None,
     "precondition_failed"),
    ("mailNotEnabled", GET, 400, "failedPrecondition", "global", None, None,
     "mailbox_unavailable"),
    ("insufficientPermissions", SEND, 403, "insufficientPermissions", "global", None, None,
     "scope_insufficient"),
    ("accessNotConfigured", GET, 403, "accessNotConfigured", "usageLimits", None, None,
     "api_disabled"),
    ("notFound", GET, 404, "notFound", "global", None, None, "not_found"),
    ("invalidId", GET, 400, "invalidArgument", "global", None, None, "invalid_id"),
    ("invalidTo", SEND, 400, "invalidArgument", "global", None, None, "invalid_recipient"),
    ("delegationDenied", GET, 403, "forbidden", "global", None, None, "delegation_denied"),
    ("perUserQuota", GET, 403, "rateLimitExceeded", "usageLimits", None, None,
     "rate_limit_per_user"),
    ("labelConflict", "gmail.users.labels.create", 409, "aborted", "global", None, None,
     "conflict"),
    ("uploadTooLarge", SEND, 413, "uploadTooLarge", "global", None, None, "message_too_large"),
    ("keyInvalid", GET, 400, "badRequest", "global", None, None, "api_key_invalid"),
    ("credentialsMissing", GET, 401, "required", "global", "Authorization", "header",
     "credentials_missing"),
]  # fmt: skip


def _call(users: Any, method: str) -> Any:
    body = {"raw": "VG86IGFAZXhhbXBsZS5jb20NCg0KaGk="}
    return {
        GET: lambda: users.messages().get(userId="me", id="18c"),
        LIST: lambda: users.messages().list(userId="me"),
        SEND: lambda: users.messages().send(userId="me", body=body),
        "gmail.users.labels.create": lambda: users.labels().create(userId="me", body={"name": "x"}),
    }[method]()


@pytest.mark.parametrize(
    ("name", "method", "status", "reason", "domain", "location", "location_type", "cause"),
    DOCUMENTED,
    ids=[row[0] for row in DOCUMENTED],
)
def test_a_documented_failure_explains_itself(
    name: str,
    method: str,
    status: int,
    reason: str | None,
    domain: str | None,
    location: str | None,
    location_type: str | None,
    cause: str,
    instrumented: Recording,
    build: Callable[..., Any],
    http: httplib2.Http,
    gmail: LocalGmail,
) -> None:
    gmail.script(method, documented(name))

    with pytest.raises(HttpError):
        _call(build(http).users(), method).execute()

    span = instrumented.only_span
    REFUSED_CALL.check(span)
    attributes = attributes_of(span)
    said = {
        "rpc.method": method,
        "http.response.status_code": status,
        "error.type": reason or str(status),
        "googleapiclient.error.reason": reason,
        "googleapiclient.error.domain": domain,
        "googleapiclient.error.location": location,
        "googleapiclient.error.location_type": location_type,
        "googleapiclient.error.cause": cause,
    }
    assert {key: attributes.get(key) for key in said} == said
    assert span.status.description


@pytest.mark.parametrize("row", ROWS, ids=IDS)
def test_every_row_of_the_corpus_gives_the_same_exception_and_a_span(
    row: Row,
    instrument: Callable[..., None],
    recording: Recording,
    gmail: LocalGmail,
    http: httplib2.Http,
) -> None:
    def attempt() -> tuple[type[BaseException], str]:
        gmail.script("*", Response(row.status, row.body, headers=row["headers"]))
        request = HttpRequest(
            http, lambda *_: None, f"{gmail.url}gmail/v1/users/me/profile", methodId="gmail.x"
        )
        with pytest.raises(Exception) as raised:  # noqa: PT011 - which one is what is compared
            request.execute()
        return raised.type, str(raised.value)

    without = attempt()
    instrument()
    assert attempt() == without

    attributes = attributes_of(recording.only_span)
    assert attributes["http.response.status_code"] == row.status
    assert attributes.get("googleapiclient.error.reason") == row["reason"]
    assert attributes.get("googleapiclient.error.status") == row["status"]


def test_what_error_info_says_stands_on_the_span(
    instrumented: Recording, messages: Callable[[], Any], gmail: LocalGmail
) -> None:
    metadata = {
        "service": "gmail.googleapis.com",
        "quota_metric": "gmail.googleapis.com/quota_units_2026_05",
        "quota_limit": "UnitsPerMinutePerUser",
        "quota_limit_value": "6000",
        "quota_unit": "1/min/{project}/{user}",
        "quota_location": "global",
        "consumer": "projects/123456789012",
        "email": "alice@example.com",
    }
    info = {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        "reason": "RATE_LIMIT_EXCEEDED",
        "domain": "googleapis.com",
        "metadata": metadata,
    }
    gmail.script("*", Response(429, {"error": {"code": 429, "details": [info]}}))

    with pytest.raises(HttpError):
        messages().get(userId="me", id="1").execute()

    attributes = attributes_of(instrumented.only_span)
    assert attributes["googleapiclient.error.info.reason"] == "RATE_LIMIT_EXCEEDED"
    assert attributes["gcp.errors.domain"] == "googleapis.com"
    prefix = "gcp.errors.metadata."
    assert {
        name.removeprefix(prefix): value
        for name, value in attributes.items()
        if name.startswith(prefix)
    } == {key: value for key, value in metadata.items() if key not in ("consumer", "email")}
    assert attributes["googleapiclient.error.cause"] == "rate_limit_per_user"
    assert "'UnitsPerMinutePerUser'" in str(attributes["googleapiclient.error.remedy"])
