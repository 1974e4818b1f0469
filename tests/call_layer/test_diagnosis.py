# SPDX-License-Identifier: Apache-2.0
"""diagnosis.py: from the evidence of a failure to what caused it, who can fix it and how."""

from __future__ import annotations

import re
from typing import Any

import pytest
from opentelemetry.instrumentation.googleapiclient._diagnosis.causes import CAUSES, Cause
from opentelemetry.instrumentation.googleapiclient._diagnosis.diagnosis import diagnose
from opentelemetry.instrumentation.googleapiclient._diagnosis.rules import (
    API,
    COMPUTE,
    IAM_ENDPOINT,
    IMPERSONATED,
    METADATA_ENDPOINT,
    SERVICE_ACCOUNT,
    SERVICE_ACCOUNT_KINDS,
    SERVICE_ACCOUNT_WITH_SUBJECT,
    STS_ENDPOINT,
    TOKEN_ENDPOINT,
    USER,
    WORKLOAD_IDENTITY,
    Evidence,
)
from opentelemetry.instrumentation.googleapiclient._diagnosis.services import service_named
from opentelemetry.instrumentation.googleapiclient._errors.error import (
    ApiError,
    ErrorInfo,
    parse_response,
)

from support.corpus import BY_ID, IDS

# Design 4.3: cause -> (retry, owner).
VERDICTS = {
    "invalid_argument": ("never", "developer"),
    "invalid_id": ("never", "developer"),
    "invalid_recipient": ("never", "developer"),
    "message_too_large": ("never", "developer"),
    "api_key_invalid": ("never", "developer"),
    "credentials_missing": ("never", "developer"),
    "token_expired": ("never", "developer"),
    "token_revoked": ("never", "end_user"),
    "reauthentication_required": ("never", "end_user"),
    "clock_skew": ("never", "developer"),
    "oauth_client_invalid": ("never", "developer"),
    "scope_insufficient": ("never", "developer"),
    "delegation_not_granted": ("never", "domain_admin"),
    "delegation_denied": ("never", "developer"),
    "domain_policy": ("never", "domain_admin"),
    "forbidden": ("never", "developer"),
    "api_disabled": ("never", "project_owner"),
    "project_refused": ("never", "project_owner"),
    "not_found": ("never", "developer"),
    "history_expired": ("never", "developer"),
    "conflict": ("never", "developer"),
    "not_modified": ("never", "developer"),
    "mailbox_unavailable": ("never", "domain_admin"),
    "service_account_without_subject": ("never", "developer"),
    "precondition_failed": ("never", "developer"),
    "rate_limit_per_user": ("backoff", "developer"),
    "rate_limit_per_project": ("backoff", "project_owner"),
    "concurrent_requests": ("backoff", "developer"),
    "daily_limit": ("later", "project_owner"),
    "mail_sending_limit": ("later", "nobody"),
    "bandwidth_limit": ("later", "nobody"),
    "quota_exceeded": ("backoff", "developer"),
    "storage_full": ("never", "end_user"),
    "license_missing": ("never", "domain_admin"),
    "application_timeout": ("backoff", "developer"),
    "quota_project_refused": ("never", "developer"),
    "quota_not_granted": ("never", "project_owner"),
    "token_not_accepted": ("never", "developer"),
    "service_account_invalid": ("never", "project_owner"),
    "impersonation_denied": ("never", "project_owner"),
    "workload_identity_refused": ("never", "developer"),
    "account_unavailable": ("never", "domain_admin"),
    "account_lacks_service": ("never", "end_user"),
    "request_blocked": ("never", "developer"),
    "backend_error": ("backoff", "google"),
    "backend_unavailable": ("backoff", "google"),
    "timeout": ("backoff", "nobody"),
    "connection_failed": ("backoff", "nobody"),
    "tls_failed": ("never", "developer"),
    "response_unreadable": ("backoff", "nobody"),
    "client_error": ("never", "developer"),
    "unknown": ("never", "developer"),
}

CAUSE_OF_CORPUS_ROW = {
    "seed-badRequest": "invalid_argument",
    "seed-authError": "token_expired",
    "seed-dailyLimitExceeded": "daily_limit",
    "seed-domainPolicy": "domain_policy",
    "seed-rateLimitExceeded": "quota_exceeded",
    "seed-userRateLimitExceeded": "rate_limit_per_user",
    "seed-backendError": "backend_error",
    "gargle-drive-automated-queries_429": "request_blocked",
    "gargle-drive-files-get-nonexistent-file-id_404": "not_found",
    "gargle-fitness-get-wrong-scope_403": "scope_insufficient",
    "gargle-sheets-spreadsheets-get-api-key-not-enabled_403": "api_disabled",
    "gargle-sheets-spreadsheets-get-bad-field-mask_400": "invalid_argument",
    "gargle-sheets-spreadsheets-get-nonexistent-range_400": "invalid_argument",
    "gargle-sheets-spreadsheets-get-nonexistent-sheet-id_404": "not_found",
    "gargle-sheets-spreadsheets-get-quota-exceeded-readgroup_429": "rate_limit_per_user",
    "gargle-sheets-spreadsheets-get-service-disabled_403": "api_disabled",
    "gargle-tokeninfo-bad-path_404": "not_found",
    "gargle-tokeninfo-stale_400": "invalid_argument",
    "gspread-1": "not_found",
    "gspread-2": "forbidden",
    "gspread-3": "invalid_argument",
    "gspread-4": "invalid_argument",
    "gspread-5": "invalid_argument",
    "gapyc-keyInvalid": "api_key_invalid",
    "gapyc-required-details-str": "invalid_argument",
    "gapyc-required": "invalid_argument",
    "gapyc-bad-json": "invalid_argument",
    "gapyc-empty-dict": "invalid_argument",
    "gapyc-non-json": "invalid_argument",
    "gapyc-userRate": "rate_limit_per_user",
    "gapyc-rate": "quota_exceeded",
    "gapyc-notconfigured": "api_disabled",
    "gapyc-list-notconfigured-INVALID": "api_disabled",
    "gapyc-batch-debugInfo": "api_disabled",
    "gapyc-batch-401": "token_expired",
    "java-error": "invalid_argument",
    "java-errorWithReasonInDetails": "invalid_argument",
    "java-errorResponseWithMultipleTypesInDetails": "invalid_argument",
    "java-accessNotConfigured": "api_disabled",
    "java-authError-me": "token_expired",
    "php-authError-unquoted-keys": "token_expired",
    "php-not-json-404": "not_found",
    "php-runner-rate": "quota_exceeded",
    "php-runner-userRate": "rate_limit_per_user",
    "nylas-accessNotConfigured": "api_disabled",
    "nylas-not-json": "forbidden",
    "gauth-invalid-request": "workload_identity_refused",
    "gauth-invalid-grant-subject": "workload_identity_refused",
    "gauth-rapt": "reauthentication_required",
    "gauth-internal-failure": "backend_unavailable",
    "gauth-desc-internal-failure": "invalid_argument",
    "gauth-error-dict-weird": "invalid_argument",
    "gauth-http-error": "backend_error",
    "gauth-impersonation-403": "forbidden",
    "gauth-unauthorized-403": "forbidden",
    "gws-toplevel-reason": "api_disabled",
    "gws-authError": "token_expired",
    "pystorage-batch-404": "not_found",
    "pydrive2-code-only": "not_found",
    "aip193-sample": "quota_exceeded",
    "gmail-mailNotEnabled-2017": "mailbox_unavailable",
    "gmail-labelConflict": "conflict",
    "gmail-invalidLabel-filter": "invalid_argument",
    "gmail-scope-classic": "scope_insufficient",
    "gmail-delegationDenied": "delegation_denied",
    "gmail-429-exhausted": "quota_exceeded",
    "gmail-403-queries-per-min-user": "rate_limit_per_user",
    "gmail-403-total-query-cost": "rate_limit_per_user",
    "gmail-403-total-query-cost-nolist": "rate_limit_per_user",
    "gmail-429-retryAfterText-2023": "bandwidth_limit",
    "gmail-403-retryAfterText-2026": "rate_limit_per_user",
    "gmail-403-retryAfterText-nomsg": "rate_limit_per_user",
    "gmail-429-concurrent": "concurrent_requests",
    "gmail-429-concurrent-2026": "concurrent_requests",
    "gmail-429-mailSending-doc": "mail_sending_limit",
    "gmail-429-bandwidth-swift": "bandwidth_limit",
    "gmail-429-rateLimit-2016": "quota_exceeded",
    "gmail-invalidId": "invalid_id",
    "gmail-cannotDeletePrimarySendAs": "invalid_argument",
    "any-401-activeSession": "domain_policy",
    "any-403-cannotAccessService": "domain_policy",
    "monitoring-list-403": "forbidden",
    "geminicli-list-429": "daily_limit",
    "genai-retryinfo-53s": "quota_exceeded",
    "drive-quotaExceeded": "storage_full",
    "drive-userRate-extendedHelp": "rate_limit_per_user",
    "drive-serviceDisabled-full": "api_disabled",
    "gmail-serviceDisabled-full": "api_disabled",
    "unreg-dailyLimit": "credentials_missing",
    "sheets-referrer-blocked": "project_refused",
    "iam-key-precondition": "precondition_failed",
    "bq-notFound": "not_found",
    "oauth-invalid-grant-revoked": "token_revoked",
    "oauth-invalid-grant-bad-request": "token_revoked",
    "oauth-unauthorized-client": "delegation_not_granted",
    "html-502-gfe": "backend_unavailable",
    "syn-empty-500": "backend_error",
    "syn-403-text-rate": "quota_exceeded",
    "syn-non-utf8": "backend_error",
    "syn-utf16": "backend_error",
    "syn-errors-dict": "quota_exceeded",
    "syn-errors-str-list": "forbidden",
    "syn-error-null": "forbidden",
    "syn-empty-list": "forbidden",
    "syn-json-number": "forbidden",
    "syn-oauth-403-status-word": "forbidden",
    "syn-retryinfo-obj": "quota_exceeded",
    "syn-retryinfo-bad": "quota_exceeded",
    "syn-retryinfo-empty": "quota_exceeded",
    "syn-admin-policy": "domain_policy",
    "syn-invalid-rapt": "reauthentication_required",
    "syn-creds-missing": "credentials_missing",
}


def test_the_list_of_causes_is_the_contracts() -> None:
    assert {name: (cause.retry, cause.owner) for name, cause in CAUSES.items()} == VERDICTS


@pytest.mark.parametrize("name", IDS)
def test_the_cause_of_every_row_of_the_corpus(name: str) -> None:
    row = BY_ID[name]
    service = row["api"]

    diagnosis = diagnose(
        Evidence(
            error=parse_response(row.status, row["headers"], row.body),
            service=service,
            method=f"{service}.users.messages.get",
        ),
        service_named(service),
    )

    cause = CAUSE_OF_CORPUS_ROW[name]
    assert (diagnosis.cause, diagnosis.retry, diagnosis.owner) == (cause, *VERDICTS[cause])


def _gmail(http_status: int, message: str, method: str, **error: Any) -> str:
    evidence = Evidence(
        error=ApiError(http_status=http_status, message=message, is_of_an_api=True, **error),
        method=method,
        service="gmail",
    )
    return diagnose(evidence, service_named("gmail")).cause


@pytest.mark.parametrize(
    ("status", "message", "method", "error", "cause"),
    [
        # The same words for unlike limits: the method tells.
        (429, "User-rate limit exceeded", "gmail.users.messages.send", {}, "mail_sending_limit"),
        (429, "User-rate limit exceeded.", "gmail.users.messages.get", {}, "bandwidth_limit"),
        (403, "User-rate limit exceeded.  Retry after 2026-09-11T20:00:00.000Z",
         "gmail.users.messages.list", {"reason": "rateLimitExceeded"}, "rate_limit_per_user"),
        # Wording that changes: dots, case, name of the metric, length of the window.
        (429, "TOO MANY CONCURRENT REQUESTS FOR USER..", "gmail.users.messages.get", {},
         "concurrent_requests"),
        (403, "Quota exceeded for metric 'Queries' and limit 'Queries per 100 seconds per user'",
         "gmail.users.messages.get", {"reason": "rateLimitExceeded"}, "rate_limit_per_user"),
        (429, "Quota exceeded for quota metric 'Total Query Cost' and limit 'Units per minute'",
         "gmail.users.messages.get", {"reason": "rateLimitExceeded"}, "rate_limit_per_project"),
        (429, "Quota exceeded for quota metric 'Queries' and limit 'Queries per day'",
         "gmail.users.messages.get", {"reason": "rateLimitExceeded"}, "daily_limit"),
        # What only the method tells.
        (404, "Requested entity was not found.", "gmail.users.history.list", {}, "history_expired"),
        (404, "Requested entity was not found.", "gmail.users.messages.get", {}, "not_found"),
        # 400s of Gmail.
        (400, "Invalid To header", "gmail.users.messages.send", {}, "invalid_recipient"),
        (400, "Recipient address required", "gmail.users.messages.send", {}, "invalid_recipient"),
        (400, "Invalid thread_id value", "gmail.users.threads.get", {}, "invalid_id"),
        (400, "Invalid attachment token", "gmail.users.messages.attachments.get", {}, "invalid_id"),
        (400, "Precondition check failed.", "gmail.users.messages.list",
         {"status": "FAILED_PRECONDITION"}, "precondition_failed"),
        (400, "Mail service not enabled", "gmail.users.messages.list",
         {"status": "FAILED_PRECONDITION"}, "mailbox_unavailable"),
        (400, "Precondition check failed.", "gmail.users.messages.list",
         {"reason": "failedPrecondition"}, "precondition_failed"),
        (403, "Metadata scope does not support 'q' parameter", "gmail.users.messages.list",
         {"reason": "forbidden"}, "scope_insufficient"),
        (413, "", "gmail.users.messages.send", {}, "message_too_large"),
        (403, "The authenticated user cannot access this service.", "gmail.users.getProfile", {},
         "mailbox_unavailable"),
    ],
)  # fmt: skip
def test_gmail_failures_are_told_by_message_and_method(
    status: int, message: str, method: str, error: dict[str, Any], cause: str
) -> None:
    assert _gmail(status, message, method, **error) == cause


GRANT, CLIENT, DENIED = "invalid_grant", "unauthorized_client", "access_denied"
NOT_AUTHORIZED = "Client is unauthorized to retrieve access tokens using this method."
DELETED = "The account has been deleted"


@pytest.mark.parametrize(
    ("kind", "code", "description", "cause"),
    [
        # One code, one description: what it means depends on whose grant it was.
        (USER, GRANT, "Bad Request", "token_revoked"),
        (None, GRANT, "Bad Request", "token_revoked"),
        (SERVICE_ACCOUNT, GRANT, "Bad Request", "service_account_invalid"),
        (SERVICE_ACCOUNT_WITH_SUBJECT, GRANT, "Bad Request", "service_account_invalid"),
        (WORKLOAD_IDENTITY, GRANT, "Bad Request", "workload_identity_refused"),
        (USER, GRANT, DELETED, "account_unavailable"),
        (SERVICE_ACCOUNT_WITH_SUBJECT, GRANT, DELETED, "account_unavailable"),
        (SERVICE_ACCOUNT, GRANT, DELETED, "service_account_invalid"),
        (USER, CLIENT, "Unauthorized", "oauth_client_invalid"),
        (None, CLIENT, "Unauthorized", "oauth_client_invalid"),
        (SERVICE_ACCOUNT_WITH_SUBJECT, CLIENT, "Unauthorized", "delegation_not_granted"),
        (SERVICE_ACCOUNT_WITH_SUBJECT, CLIENT, NOT_AUTHORIZED, "delegation_not_granted"),
        (None, CLIENT, NOT_AUTHORIZED, "delegation_not_granted"),
        (SERVICE_ACCOUNT, CLIENT, NOT_AUTHORIZED, "forbidden"),
        (None, CLIENT, None, "forbidden"),
        (SERVICE_ACCOUNT_WITH_SUBJECT, DENIED, None, "delegation_not_granted"),
        (SERVICE_ACCOUNT, DENIED, None, "forbidden"),
        (USER, DENIED, None, "forbidden"),
        (None, DENIED, "Requested client not authorized.", "delegation_not_granted"),
        (SERVICE_ACCOUNT_WITH_SUBJECT, DENIED, "Account restricted", "account_unavailable"),
        # What the description tells, whoever it is.
        (USER, GRANT, "Token has been expired or revoked.", "token_revoked"),
        (USER, GRANT, "reauth related error (rapt_required)", "reauthentication_required"),
        (SERVICE_ACCOUNT, GRANT, "Invalid JWT: Token must be a short-lived token", "clock_skew"),
        (SERVICE_ACCOUNT_WITH_SUBJECT, GRANT, "Invalid email or User ID", "invalid_argument"),
        (None, GRANT, "Invalid email or User ID", "invalid_argument"),
        (SERVICE_ACCOUNT, GRANT, "Invalid email or User ID", "service_account_invalid"),
        (SERVICE_ACCOUNT, GRANT, "Invalid grant: account not found", "service_account_invalid"),
        (SERVICE_ACCOUNT_WITH_SUBJECT, GRANT, "Invalid JWT Signature.", "service_account_invalid"),
        (None, GRANT, "Invalid JWT: No valid verifier found for issuer.",
         "service_account_invalid"),
        (WORKLOAD_IDENTITY, GRANT, "ID Token issued at 1713260741 is stale to sign-in.",
         "workload_identity_refused"),
        (WORKLOAD_IDENTITY, CLIENT, "The given credential is rejected by the attribute condition.",
         "workload_identity_refused"),
        (WORKLOAD_IDENTITY, "invalid_target", "The target service is invalid.",
         "workload_identity_refused"),
        (USER, "invalid_client", "The OAuth client was not found.", "oauth_client_invalid"),
        (USER, "invalid_client", "The provided client secret is invalid.", "oauth_client_invalid"),
        (USER, "deleted_client", None, "oauth_client_invalid"),
        (USER, "admin_policy_enforced", None, "domain_policy"),
        (USER, "invalid_request", "client_secret is missing.", "oauth_client_invalid"),
        (USER, "invalid_request", "Missing required parameter: refresh_token", "token_expired"),
        (SERVICE_ACCOUNT_WITH_SUBJECT, "invalid_request", 'Invalid impersonation "sub" field.',
         "invalid_argument"),
        (SERVICE_ACCOUNT, "invalid_scope", "Empty or missing scope not allowed.",
         "invalid_argument"),
        (USER, "temporarily_unavailable", None, "backend_unavailable"),
        (USER, "rate_limit_exceeded", "Rate Limit Exceeded", "quota_exceeded"),
    ],
)  # fmt: skip
def test_a_refused_token_is_read_by_the_kind_of_the_credentials(
    kind: str | None, code: str, description: str | None, cause: str
) -> None:
    endpoint = STS_ENDPOINT if kind == WORKLOAD_IDENTITY else TOKEN_ENDPOINT
    evidence = Evidence(
        error=ApiError(http_status=400, reason=code, message=description),
        endpoint=endpoint,
        credentials=kind,
        shown_message=description or "",
        shown_reason=code,
    )

    diagnosis = diagnose(evidence)

    assert diagnosis.cause == cause
    if kind in SERVICE_ACCOUNT_KINDS:
        assert not re.search(r"let the users? authorize|authorize .{0,20}again", diagnosis.remedy)
    if cause == "forbidden" and kind != SERVICE_ACCOUNT:
        assert f"'{code}'" in diagnosis.remedy


@pytest.mark.parametrize(
    ("source", "code", "cause"),
    [
        # The token endpoint gives the target's token for a user: its delegation is missing.
        (SERVICE_ACCOUNT, CLIENT, "delegation_not_granted"),
        (COMPUTE, CLIENT, "delegation_not_granted"),
        # It gave the source no token of its own.
        (USER, GRANT, "token_revoked"),
    ],
)
def test_an_impersonated_account_with_a_subject_asks_the_token_endpoint_twice(
    source: str, code: str, cause: str
) -> None:
    evidence = Evidence(
        error=ApiError(http_status=401, reason=code, message="Unauthorized"),
        endpoint=TOKEN_ENDPOINT,
        credentials=IMPERSONATED,
        source_credentials=source,
    )

    assert diagnose(evidence).cause == cause


@pytest.mark.parametrize(
    "name", ["gmail", "calendar", "drive", "sheets", "people", "admin", "chat"]
)
@pytest.mark.parametrize(
    ("status", "message", "cause"),
    [
        (400, "Precondition check failed.", "service_account_without_subject"),
        (401, "Access denied. You are not authorized.", "service_account_without_subject"),
        (403, "The caller does not have permission", "service_account_without_subject"),
        (403, "Forbidden", "service_account_without_subject"),
        # What is so for every caller comes first.
        (403, "Request had insufficient authentication scopes.", "scope_insufficient"),
        (403, "API has not been used in project 1 before", "api_disabled"),
        (403, "Permission denied: Consumer 'x' has been suspended.", "project_refused"),
        (403, "Rate Limit Exceeded", "quota_exceeded"),
        (400, "Invalid value for field", "invalid_argument"),
    ],
)
def test_a_service_account_without_subject_is_looked_for(
    name: str, status: int, message: str, cause: str
) -> None:
    status_name = "FAILED_PRECONDITION" if status == 400 and "Precondition" in message else None
    evidence = Evidence(
        error=ApiError(http_status=status, message=message, status=status_name, is_of_an_api=True),
        credentials=SERVICE_ACCOUNT,
        service_account_without_subject=True,
        shown_message=message,
        endpoint=API,
        service=name,
    )

    assert diagnose(evidence, service_named(name)).cause == cause


@pytest.mark.parametrize(
    ("endpoint", "host", "status", "message", "cause", "words"),
    [
        (METADATA_ENDPOINT, "metadata.google.internal", 404, "", "credentials_missing",
         "service account"),
        (METADATA_ENDPOINT, "metadata.google.internal", 500, "", "backend_error",
         "metadata.google.internal"),
        (METADATA_ENDPOINT, "metadata.google.internal", 403,
         "IAM returned 403: Permission 'iam.serviceAccounts.getAccessToken' denied",
         "impersonation_denied",
         "roles/iam.workloadIdentityUser"),
        (METADATA_ENDPOINT, "metadata.google.internal", 404,
         "IAM returned 404 Not Found: Not found; Gaia id not found for email x",
         "service_account_invalid", "address"),
        (IAM_ENDPOINT, "iamcredentials.googleapis.com", 403,
         "Permission 'iam.serviceAccounts.getAccessToken' denied", "impersonation_denied",
         "Token Creator"),
        (IAM_ENDPOINT, "iamcredentials.googleapis.com", 404,
         "Not found; Gaia id not found for email x", "service_account_invalid", "address"),
        (IAM_ENDPOINT, "iamcredentials.googleapis.com", 400,
         "Request contains an invalid argument.", "invalid_argument", "target_scopes"),
        (IAM_ENDPOINT, "iamcredentials.googleapis.com", 401, "Unauthorized", "token_not_accepted",
         "iamcredentials.googleapis.com"),
        (STS_ENDPOINT, "sts.googleapis.com", 403, "Odd", "workload_identity_refused",
         "sts.googleapis.com"),
        (TOKEN_ENDPOINT, "oauth2.googleapis.com", 503, "", "backend_unavailable",
         "oauth2.googleapis.com"),
        (TOKEN_ENDPOINT, "oauth2.googleapis.com", 403, "Odd", "forbidden",
         "oauth2.googleapis.com"),
        (TOKEN_ENDPOINT, "oauth2.googleapis.com", 429, "", "quota_exceeded",
         "oauth2.googleapis.com"),
    ],
)  # fmt: skip
def test_the_endpoint_that_refused_is_the_one_that_is_named(
    endpoint: str, host: str, status: int, message: str, cause: str, words: str
) -> None:
    evidence = Evidence(
        error=ApiError(http_status=status, message=message or None),
        endpoint=endpoint,
        endpoint_host=host,
        service="gmail",
        method="gmail.users.messages.list",
    )

    diagnosis = diagnose(evidence, service_named("gmail"))

    assert diagnosis.cause == cause
    assert words in diagnosis.remedy
    assert "gmail.googleapis.com" not in diagnosis.remedy


@pytest.mark.parametrize(
    ("status", "cause"),
    [(301, "client_error"), (304, "not_modified"), (400, "invalid_argument"),
     (401, "token_expired"), (402, "client_error"), (403, "forbidden"), (404, "not_found"),
     (405, "client_error"), (408, "timeout"), (409, "conflict"), (410, "client_error"),
     (411, "client_error"), (412, "conflict"), (413, "message_too_large"), (416, "client_error"),
     (418, "client_error"), (429, "quota_exceeded"), (500, "backend_error"), (501, "unknown"),
     (502, "backend_unavailable"), (503, "backend_unavailable"), (504, "backend_unavailable"),
     (599, "unknown"), (None, "unknown")],
)  # fmt: skip
def test_what_the_status_alone_supports(status: int | None, cause: str) -> None:
    assert diagnose(Evidence(error=ApiError(http_status=status, message="Oh."))).cause == cause


@pytest.mark.parametrize("status", [400, 401, 402, 403, 409, 410, 412, 500])
@pytest.mark.parametrize("name", [None, "gmail", "calendar", "youtube"])
def test_a_specific_reason_that_no_row_knows_is_quoted(status: int, name: str | None) -> None:
    error = ApiError(http_status=status, reason="somethingNew", message="Oh.", is_of_an_api=True)
    evidence = Evidence(error=error, shown_reason="somethingNew", shown_message="Oh.", service=name)

    diagnosis = diagnose(evidence, service_named(name))

    assert "'somethingNew'" in diagnosis.remedy
    assert "authorize" not in diagnosis.remedy
    assert diagnosis.cause != "token_expired"


def test_a_reason_that_may_not_be_shown_is_not_quoted() -> None:
    error = ApiError(http_status=403, reason="somethingNew")

    assert "somethingNew" not in diagnose(Evidence(error=error)).remedy


def test_a_quota_unit_tells_the_limit_where_no_name_does() -> None:
    for unit, cause in (
        ("1/min/{project}/{user}", "rate_limit_per_user"),
        ("1/min/{project}", "rate_limit_per_project"),
        ("1/d/{project}", "daily_limit"),
    ):
        info = ErrorInfo(reason="RATE_LIMIT_EXCEEDED", domain=None, metadata={"quota_unit": unit})
        assert diagnose(Evidence(error=ApiError(http_status=429, error_info=info))).cause == cause


def test_a_service_account_that_acts_as_itself_has_no_mailbox() -> None:
    error = ApiError(
        http_status=400, reason="failedPrecondition", message="Precondition check failed."
    )
    evidence = Evidence(error=error, service="gmail", service_account_without_subject=True)

    assert diagnose(evidence, service_named("gmail")).cause == "service_account_without_subject"


@pytest.mark.parametrize("method", ["gmail.users.history.list", "gmail.users.messages.get"])
def test_a_404_that_is_no_apis_response_is_not_taken_for_one(method: str) -> None:
    page = parse_response(404, {}, b"<!DOCTYPE html><title>Error 404 (Not Found)!!1</title>")
    evidence = Evidence(error=page, method=method, service="gmail")

    diagnosis = diagnose(evidence, service_named("gmail"))

    assert diagnosis.cause == "not_found"
    assert "proxy" in diagnosis.remedy


@pytest.mark.parametrize("name", ["BrokenPipeError", "ConnectionError", "TimeoutError"])
def test_what_breaks_after_a_response_is_not_the_networks_fault(name: str) -> None:
    exception = frozenset({name, "EPIPE"})

    assert diagnose(Evidence(exception=exception)).cause in ("connection_failed", "timeout")
    assert diagnose(Evidence(exception=exception, responded=True)).cause == "unknown"


def test_a_remedy_names_the_method_and_the_limit() -> None:
    error = ApiError(
        http_status=403,
        reason="rateLimitExceeded",
        message="Quota exceeded for quota metric 'Q' and limit 'Units per minute per user' of",
    )

    remedy = diagnose(Evidence(error=error, method="gmail.users.messages.get")).remedy

    assert "gmail.users.messages.get" in remedy
    assert "'Units per minute per user'" in remedy


@pytest.mark.parametrize("name", ["alice@example.com per day", "{call.__class__} per", "x" * 500])
def test_a_remedy_repeats_nothing_of_a_server_that_is_not_the_name_of_a_limit(name: str) -> None:
    error = ApiError(http_status=429, message=f"Quota exceeded and limit '{name}' of service")

    assert name not in diagnose(Evidence(error=error)).remedy


@pytest.mark.parametrize("cause", CAUSES.values(), ids=CAUSES)
def test_every_cause_can_be_told_to_a_person(cause: Cause) -> None:
    assert cause.help_url.startswith("https://")
    assert cause.help_url != "https://google.aip.dev/193"
    assert cause.when
    assert cause.remedy.endswith(".")


def test_an_api_without_knowledge_of_its_own_has_no_rules() -> None:
    assert service_named("bigquery") is service_named(None)
    assert service_named(None).rules == service_named(None).last_rules == ()


def test_what_the_apis_of_workspace_share_holds_for_those_without_a_module() -> None:
    assert service_named("tasks") is service_named("chat")
    assert service_named("docs") is service_named("slides")
