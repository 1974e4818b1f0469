# SPDX-License-Identifier: Apache-2.0
"""diagnosis.py: from the evidence of a failure to what caused it, who can fix it and how."""

from __future__ import annotations

import string
from typing import Any

import pytest
from opentelemetry.instrumentation.googleapiclient.causes import CAUSES, Cause
from opentelemetry.instrumentation.googleapiclient.diagnosis import diagnose
from opentelemetry.instrumentation.googleapiclient.error import ApiError, ErrorInfo, parse_answer
from opentelemetry.instrumentation.googleapiclient.general_rules import GENERAL_RULES
from opentelemetry.instrumentation.googleapiclient.rules import Evidence
from opentelemetry.instrumentation.googleapiclient.services import Service, service_named

from support.corpus import BY_ID, IDS

# Design 4.3: cause -> (retryable, owner).
VERDICTS = {
    "invalid_argument": (False, "developer"),
    "invalid_id": (False, "developer"),
    "invalid_recipient": (False, "developer"),
    "message_too_large": (False, "developer"),
    "api_key_invalid": (False, "developer"),
    "credentials_missing": (False, "developer"),
    "token_expired": (False, "developer"),
    "token_revoked": (False, "end_user"),
    "reauthentication_required": (False, "end_user"),
    "clock_skew": (False, "developer"),
    "oauth_client_invalid": (False, "developer"),
    "scope_insufficient": (False, "developer"),
    "delegation_not_granted": (False, "domain_admin"),
    "delegation_denied": (False, "developer"),
    "domain_policy": (False, "domain_admin"),
    "forbidden": (False, "developer"),
    "api_disabled": (False, "project_owner"),
    "project_refused": (False, "project_owner"),
    "not_found": (False, "developer"),
    "history_expired": (False, "developer"),
    "conflict": (False, "developer"),
    "not_modified": (False, "developer"),
    "mailbox_unavailable": (False, "domain_admin"),
    "service_account_without_subject": (False, "developer"),
    "precondition_failed": (False, "developer"),
    "rate_limit_per_user": (True, "developer"),
    "rate_limit_per_project": (True, "project_owner"),
    "concurrent_requests": (True, "developer"),
    "daily_limit": (True, "project_owner"),
    "mail_sending_limit": (True, "nobody"),
    "bandwidth_limit": (True, "nobody"),
    "quota_exceeded": (True, "developer"),
    "storage_full": (False, "end_user"),
    "backend_error": (True, "google"),
    "backend_unavailable": (True, "google"),
    "timeout": (True, "nobody"),
    "connection_failed": (True, "nobody"),
    "tls_failed": (False, "developer"),
    "response_unreadable": (True, "nobody"),
    "client_error": (False, "developer"),
    "unknown": (False, "developer"),
}

CAUSE_OF_CORPUS_ROW = {
    "seed-badRequest": "invalid_argument",
    "seed-authError": "token_expired",
    "seed-dailyLimitExceeded": "daily_limit",
    "seed-domainPolicy": "domain_policy",
    "seed-rateLimitExceeded": "quota_exceeded",
    "seed-userRateLimitExceeded": "rate_limit_per_user",
    "seed-backendError": "backend_error",
    "gargle-drive-automated-queries_429": "quota_exceeded",
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
    "gapyc-list-notconfigured-INVALID": "forbidden",
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
    "gauth-invalid-request": "invalid_argument",
    "gauth-invalid-grant-subject": "token_revoked",
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
    "syn-403-text-rate": "forbidden",
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
    assert {name: (cause.retryable, cause.owner) for name, cause in CAUSES.items()} == VERDICTS


@pytest.mark.parametrize("name", IDS)
def test_the_cause_of_every_row_of_the_corpus(name: str) -> None:
    row = BY_ID[name]
    service = row["api"]

    diagnosis = diagnose(
        Evidence(
            error=parse_answer(row.status, row["headers"], row.body),
            service=service,
            method=f"{service}.users.messages.get",
        ),
        service_named(service),
    )

    cause = CAUSE_OF_CORPUS_ROW[name]
    assert (diagnosis.cause, diagnosis.retryable, diagnosis.owner) == (cause, *VERDICTS[cause])


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


@pytest.mark.parametrize(
    ("error", "cause"),
    [
        ({"reason": "invalid_grant", "message": "Token has been expired or revoked."},
         "token_revoked"),
        ({"reason": "invalid_grant", "message": "Invalid JWT: Token must be a short-lived token "
          "and in a reasonable timeframe. Check your iat and exp values in the JWT claim."},
         "clock_skew"),
        ({"reason": "invalid_grant", "message": "Invalid email or User ID"}, "invalid_argument"),
        ({"reason": "invalid_grant", "message": "Invalid grant: account not found"},
         "invalid_argument"),
        ({"reason": "invalid_grant", "message": "Invalid JWT Signature."}, "oauth_client_invalid"),
        ({"reason": "unauthorized_client", "message": "Unauthorized"}, "oauth_client_invalid"),
        ({"reason": "invalid_grant", "subreason": "invalid_rapt"}, "reauthentication_required"),
        ({"reason": "unauthorized_client"}, "delegation_not_granted"),
        ({"reason": "access_denied", "message": "Requested client not authorized."},
         "delegation_not_granted"),
        ({"reason": "invalid_client", "message": "The OAuth client was not found."},
         "oauth_client_invalid"),
        ({"reason": "deleted_client"}, "oauth_client_invalid"),
        ({"reason": "admin_policy_enforced"}, "domain_policy"),
        ({"reason": "temporarily_unavailable"}, "backend_unavailable"),
    ],
)  # fmt: skip
def test_a_refused_token_refresh(error: dict[str, Any], cause: str) -> None:
    assert diagnose(Evidence(error=ApiError(**error))).cause == cause


@pytest.mark.parametrize(
    ("status", "cause"),
    [(301, "client_error"), (304, "not_modified"), (400, "invalid_argument"),
     (401, "token_expired"), (402, "client_error"), (403, "forbidden"), (404, "not_found"),
     (405, "client_error"), (408, "timeout"), (409, "conflict"), (410, "client_error"),
     (412, "conflict"), (413, "message_too_large"), (416, "client_error"), (418, "client_error"),
     (429, "quota_exceeded"), (500, "backend_error"), (501, "unknown"),
     (502, "backend_unavailable"), (503, "backend_unavailable"), (504, "backend_unavailable"),
     (599, "unknown"), (None, "unknown")],
)  # fmt: skip
def test_what_the_status_alone_supports(status: int | None, cause: str) -> None:
    evidence = Evidence(error=ApiError(http_status=status, reason="somethingNew", message="Oh."))

    assert diagnose(evidence).cause == cause


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
def test_a_404_that_is_no_apis_answer_is_not_taken_for_one(method: str) -> None:
    page = parse_answer(404, {}, b"<!DOCTYPE html><title>Error 404 (Not Found)!!1</title>")
    evidence = Evidence(error=page, method=method, service="gmail")

    diagnosis = diagnose(evidence, service_named("gmail"))

    assert diagnosis.cause == "not_found"
    assert "proxy" in diagnosis.remedy


@pytest.mark.parametrize("name", ["BrokenPipeError", "ConnectionError", "TimeoutError"])
def test_what_breaks_after_an_answer_is_not_the_networks_fault(name: str) -> None:
    exception = frozenset({name, "EPIPE"})

    assert diagnose(Evidence(exception=exception)).cause in ("connection_failed", "timeout")
    assert diagnose(Evidence(exception=exception, answered=True)).cause == "unknown"


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


RULES = [*GENERAL_RULES, *service_named("gmail").rules, *service_named("drive").rules]


@pytest.mark.parametrize("cause", CAUSES.values(), ids=CAUSES)
def test_every_cause_can_be_told_to_a_person(cause: Cause) -> None:
    assert cause.help_url.startswith("https://")
    assert cause.when
    for remedy in (cause.remedy, *(rule.remedy for rule in RULES if rule.cause is cause)):
        if remedy is not None:
            assert remedy.endswith(".")
            assert len(remedy) < 320
            fields = {field for _, field, _, _ in string.Formatter().parse(remedy) if field}
            assert fields <= {"call", "limit", "api", "scopes", "granted"}


def test_every_rule_says_where_it_is_known_from_and_asks_for_some_evidence() -> None:
    for rule in RULES:
        assert rule.source
        assert (
            rule.statuses
            or rule.reasons
            or rule.canonical
            or rule.exceptions
            or rule.message is not None
        )
        assert not (rule.unanswered and not rule.exceptions)


def test_an_api_without_knowledge_of_its_own_has_no_rules() -> None:
    assert service_named("calendar") == service_named(None) == Service()
