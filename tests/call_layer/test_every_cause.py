# SPDX-License-Identifier: Apache-2.0
"""Each cause, from a realistic response over real HTTP to exported attributes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import google_auth_httplib2
import httplib2
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from google.auth.crypt._cryptography_rsa import RSASigner
from google.oauth2 import service_account
from google.oauth2.credentials import Credentials
from googleapiclient.discovery import build_from_document
from opentelemetry.instrumentation.googleapiclient._diagnosis.causes import CAUSES

from local_gmail import Fault, LocalGmail, Response, documented
from support import wild_cases
from support.recording import Recording, attributes_of


@dataclass(frozen=True)
class Case:
    """What the server does, and how it is asked."""

    outcome: Any
    target: str = "gmail.users.messages.get"
    credentials: str = "none"


def _quota(limit: str) -> Response:
    message = f"Quota exceeded for quota metric 'Total Query Cost' and limit '{limit}' of service"
    return Response(
        429, {"error": {"message": message, "errors": [{"reason": "rateLimitExceeded"}]}}
    )


def _error(status: int, **error: object) -> Response:
    return Response(status, {"error": {"code": status, **error}})


def _token(code: str, description: str) -> Response:
    return Response(400, {"error": code, "error_description": description})


GET, SEND = "gmail.users.messages.get", "gmail.users.messages.send"
CASES = {
    "invalid_argument": Case(documented("badRequest")),
    "invalid_id": Case(documented("invalidId")),
    "invalid_recipient": Case(documented("invalidTo"), SEND),
    "message_too_large": Case(documented("uploadTooLarge"), SEND),
    "api_key_invalid": Case(documented("keyInvalid")),
    "credentials_missing": Case(documented("credentialsMissing")),
    "token_expired": Case(documented("authError")),
    "token_revoked": Case(documented("invalidGrant"), "token", "user"),
    "reauthentication_required": Case(documented("invalidRapt"), "token", "user"),
    "clock_skew": Case(
        _token(
            "invalid_grant",
            "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable "
            "timeframe. Check your iat and exp values in the JWT claim.",
        ),
        "token",
        "robot",
    ),
    "oauth_client_invalid": Case(documented("invalidClient"), "token", "user"),
    "scope_insufficient": Case(documented("insufficientPermissions"), SEND),
    "delegation_not_granted": Case(documented("unauthorizedClient"), "token", "delegate"),
    "delegation_denied": Case(documented("delegationDenied")),
    "domain_policy": Case(documented("domainPolicy")),
    "forbidden": Case(_error(403, message="The caller does not have permission")),
    "api_disabled": Case(documented("accessNotConfigured")),
    "project_refused": Case(
        _error(403, message="This API method requires billing to be enabled.", details=[
            {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "BILLING_DISABLED"},
        ]),
    ),
    "not_found": Case(documented("notFound")),
    "history_expired": Case(documented("notFound"), "gmail.users.history.list"),
    "conflict": Case(documented("labelConflict"), "gmail.users.labels.create"),
    "not_modified": Case(Response(304)),
    "mailbox_unavailable": Case(documented("mailNotEnabled")),
    "service_account_without_subject": Case(documented("failedPrecondition"), GET, "robot"),
    "precondition_failed": Case(documented("failedPrecondition")),
    "rate_limit_per_user": Case(documented("perUserQuota")),
    "rate_limit_per_project": Case(_quota("Units per minute")),
    "concurrent_requests": Case(documented("concurrentRequests")),
    "daily_limit": Case(documented("dailyLimitExceeded")),
    "mail_sending_limit": Case(documented("mailSending"), SEND),
    "bandwidth_limit": Case(documented("bandwidth")),
    "quota_exceeded": Case(documented("rateLimitExceeded")),
    "storage_full": Case(
        _error(403, message="The user's Drive storage quota has been exceeded.",
               errors=[{"domain": "usageLimits", "reason": "storageQuotaExceeded"}]),
        "drive.files.get",
    ),
    "backend_error": Case(documented("backendError")),
    "backend_unavailable": Case(documented("badGateway")),
    "timeout": Case(Fault.hang(1.0)),
    "application_timeout": Case(None, credentials="hurried"),
    "connection_failed": Case(Fault.RESET),
    "tls_failed": Case(None, credentials="untrusted"),
    "response_unreadable": Case(Fault.TRUNCATE),
    "client_error": Case(_error(410, message="Gone")),
    "unknown": Case(_error(501, message="Not implemented")),
}  # fmt: skip


# As the worker of a queue raises it out of a signal handler, in whatever runs.
SoftTimeLimitExceeded = type("SoftTimeLimitExceeded", (Exception,), {})
SoftTimeLimitExceeded.__module__ = "billiard.exceptions"


class Hurried(httplib2.Http):
    """What a job's time limit ends."""

    def request(self, *_: Any, **__: Any) -> Any:
        raise SoftTimeLimitExceeded


@pytest.fixture(scope="session")
def signer() -> Any:
    return RSASigner(generate_private_key(public_exponent=65537, key_size=2048))


def _requests(users: Any) -> dict[str, Callable[[], Any]]:
    return {
        "token": lambda: users.messages().get(userId="me", id="1"),
        GET: lambda: users.messages().get(userId="me", id="1"),
        SEND: lambda: users.messages().send(userId="me", body={"raw": "VG86IGENCg0KaGk="}),
        "gmail.users.history.list": lambda: users.history().list(userId="me", startHistoryId="1"),
        "gmail.users.labels.create": lambda: users.labels().create(userId="me", body={}),
    }


def _http(kind: str, gmail: LocalGmail, signer: Any, timeout: float) -> Any:
    plain = Hurried() if kind == "hurried" else httplib2.Http(timeout=timeout)
    if kind == "user":
        user = Credentials(None, refresh_token="r", token_uri=gmail.token_uri,
                           client_id="c", client_secret="s")  # fmt: skip
        return google_auth_httplib2.AuthorizedHttp(user, plain)
    if kind in ("robot", "delegate"):
        robot = service_account.Credentials(
            signer, "robot@project.iam.gserviceaccount.com", gmail.token_uri, scopes=["s"],
            subject="alice@example.com" if kind == "delegate" else None,
        )  # fmt: skip
        return google_auth_httplib2.AuthorizedHttp(robot, plain)
    return plain


@pytest.mark.parametrize(("cause", "case"), CASES.items(), ids=CASES)
def test_the_cause_is_told(
    cause: str, case: Case, instrumented: Recording, gmail: LocalGmail, signer: Any
) -> None:
    http = _http(case.credentials, gmail, signer, timeout=0.3 if cause == "timeout" else 10)
    if case.credentials == "untrusted":
        with LocalGmail(tls=True) as secured:
            service = build_from_document(secured.discovery_document(), http=http)
            request = service.users().getProfile(userId="me")
            with pytest.raises(OSError, match="CERTIFICATE"):
                request.execute()
    else:
        if case.target == "drive.files.get":
            document = gmail.discovery_document("drive", "v3")
            request = build_from_document(document, http=http).files().get(fileId="1")
        else:
            service = build_from_document(gmail.discovery_document(), http=http)
            request = _requests(service.users())[case.target]()
        gmail.script(case.target, case.outcome)
        with pytest.raises(Exception):  # noqa: B017, PT011 - as many kinds as causes
            request.execute()
    http.close()

    attributes = attributes_of(instrumented.only_span)
    known = CAUSES[cause]
    assert attributes["googleapiclient.error.cause"] == cause
    assert attributes["googleapiclient.error.retryable"] is known.retryable
    assert attributes["googleapiclient.error.owner"] == known.owner
    assert attributes["googleapiclient.error.retry"] == known.retry
    assert str(attributes["googleapiclient.error.help_url"]).startswith("https://")
    assert attributes["googleapiclient.error.remedy"]
    assert attributes["error.type"]


def test_no_cause_is_without_a_case() -> None:
    """Those that need other endpoints than Gmail's are told in test_wild_cases."""
    told = {row["expect"]["causes"][0] for row in wild_cases.read()}

    assert CASES.keys() | told == CAUSES.keys()
