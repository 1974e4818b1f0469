# SPDX-License-Identifier: Apache-2.0
"""Limits: which one was reached, says the message or the metadata, seldom the reason."""

from __future__ import annotations

from typing import Final

from .. import causes
from ..rules import Pattern, Rule, one_of
from .renewal import TOKEN_GIVING

_GUIDE: Final = "Gmail API guide, Resolve errors"
_ERROR_REASON: Final = "google/api/error_reason.proto"
_QUOTA: Final = "google/api/quota.proto"
_LICENSES: Final = frozenset({400, 403, 409, 412})
_REFUSING: Final = frozenset({403, 429})
_PER_RATE: Final = Pattern(r"per ?(minute|second|100 ?seconds|hour)|/min/|/s/|/h/|\{project\}")

_VIEW_QUOTAS_URL: Final = "https://docs.cloud.google.com/docs/quotas/view-manage"
_RESOURCES: Final = (
    "Free up resources of the project or request more quota in the Google Cloud console: this "
    "limit counts existing resources, not calls, so waiting does not help."
)

_RATE: Final = one_of(
    "RATE_LIMIT_EXCEEDED",
    "concurrentLimitExceeded",
    "limitExceeded",
    "quotaExceeded",
    "rateLimitExceeded",
    "servingLimitExceeded",
    "userRateLimitExceeded",
    "variableTermLimitExceeded",
)

RULES: Final = (
    Rule(
        cause=causes.CREDENTIALS_MISSING,
        reasons=one_of(
            "dailyLimitExceededUnreg", "rateLimitExceededUnreg", "userRateLimitExceededUnreg"
        ),
        remedy="Send {call} with credentials or an API key: without them, Google allows almost no "
        "calls. This is not a limit of the project.",
        example="Daily Limit for Unauthenticated Use Exceeded. Continued use requires signup.",
        source="googleapis/google-api-python-client#626",
    ),
    Rule(
        cause=causes.QUOTA_NOT_GRANTED,
        statuses=_REFUSING,
        limit_is_zero=True,
        example="Quota exceeded for quota metric 'Requests' and limit 'Requests per minute', with "
        "quota_limit_value 0",
        source=_ERROR_REASON + "; Business Profile APIs, quota 0 before access is granted",
    ),
    Rule(
        cause=causes.QUOTA_NOT_GRANTED,
        statuses=_REFUSING,
        message=Pattern(r"\blimit:\s{0,2}0(\.0{1,3})?(?![.\d])"),
        remedy="Apply for access to {api}, turn billing on, or request quota in the Google Cloud "
        "console: the project's limit is 0, so neither waiting nor fewer calls help.",
        example="Quota exceeded for metric: <metric>, limit: 0",
        source="google-gemini/deprecated-generative-ai-python#206; Compute Engine",
    ),
    Rule(
        cause=causes.QUOTA_EXCEEDED,
        endpoints=TOKEN_GIVING,
        reasons=one_of("rate_limit_exceeded", "slow_down"),
        remedy="Keep the credentials object and share it between all calls, so that a token is "
        "renewed once an hour: {endpoint} gets too many requests for new tokens. Back off.",
        example="rate_limit_exceeded: Rate Limit Exceeded",
        source="Using OAuth 2.0 to Access Google APIs, token request limits",
    ),
    Rule(
        cause=causes.QUOTA_EXCEEDED,
        endpoints=TOKEN_GIVING,
        statuses=frozenset({429}),
        remedy="Keep the credentials object and share it between all calls, so that a token is "
        "renewed once an hour: {endpoint} gets too many requests for new tokens. Back off.",
        source="Using OAuth 2.0 to Access Google APIs, token request limits; IAM quotas",
    ),
    Rule(
        cause=causes.CONCURRENT_REQUESTS,
        message=Pattern(r"too many concurrent requests"),
        example="Too many concurrent requests for user.",
        source=_GUIDE,
    ),
    Rule(
        cause=causes.STORAGE_FULL,
        reasons=one_of("storageQuotaExceeded"),
        example="The user's Drive storage quota has been exceeded.",
        source="Drive API guide, Resolve errors",
    ),
    Rule(
        cause=causes.STORAGE_FULL,
        reasons=one_of("quotaExceeded"),
        message=Pattern(r"storage quota"),
        example="The user has exceeded their Drive storage quota",
        source="iterative/PyDrive2#238",
    ),
    Rule(
        cause=causes.LICENSE_MISSING,
        statuses=_LICENSES,
        message=Pattern(
            r"\b(not|n't|no) (enough|more|available|sufficient).{0,20}\blicen[cs]es?\b"
            r"|insufficient.{0,30}\blicen[cs]es?\b|user limit reached|\bno (more )?seats?\b"
            r"|\bseats? limit\b"
        ),
        example="Domain user limit reached. Start paid subscription.",
        source="Admin SDK and Enterprise License Manager, recorded 412; GAM",
    ),
    Rule(
        cause=causes.LICENSE_MISSING,
        statuses=_LICENSES,
        message=Pattern(r"\b(not|n't) (have|hold|own).{0,40}\blicen[cs]e\b|\bunlicensed\b"),
        remedy="Ask the Workspace administrator to assign the user a license that includes what "
        "{call} asks for: the user has none.",
        example="User does not have a Google Vault license.",
        source="Vault and Meet APIs, recorded 403",
    ),
    Rule(
        cause=causes.QUOTA_EXCEEDED,
        reasons=one_of("RESOURCE_QUOTA_EXCEEDED"),
        retry="never",
        remedy=_RESOURCES,
        help_url=_VIEW_QUOTAS_URL,
        example="Quota 'CPUS' exceeded. Limit: 24.0 in region us-central1.",
        source=_ERROR_REASON,
    ),
    Rule(
        cause=causes.QUOTA_EXCEEDED,
        message=Pattern(r"quota '[a-z_]{2,60}' exceeded"),
        statuses=_REFUSING,
        retry="never",
        remedy=_RESOURCES,
        help_url=_VIEW_QUOTAS_URL,
        example="Quota 'CPUS' exceeded. Limit: 24.0 in region us-central1.",
        source="Compute Engine, recorded 403",
    ),
    Rule(
        cause=causes.QUOTA_EXCEEDED,
        message=Pattern(
            r"\bmaximum number of (?!.{0,60}\b(request|quer|call))[a-z ]{1,60} reached"
            r"|\binsufficient ('[a-z0-9_]{2,60}'|regional|zonal|project) quota\b"
            r"|\b(billing|project) quota\b.{0,20}\bexceeded"
        ),
        statuses=frozenset({400, 403, 409, 429}),
        retry="never",
        remedy=_RESOURCES,
        help_url=_VIEW_QUOTAS_URL,
        example="Insufficient 'N2_CPUS' quota. Requested 12.0, available 0.0.",
        source="Dataproc, recorded 409; Cloud Billing, QuotaFailure in a recorded 400",
    ),
    Rule(
        cause=causes.DAILY_LIMIT,
        reasons=one_of("dailyLimitExceeded"),
        example="Daily Limit Exceeded",
        source=_GUIDE,
    ),
    Rule(
        cause=causes.DAILY_LIMIT,
        statuses=_REFUSING,
        limit=Pattern(r"per ?day|/d/|/day"),
        example="Quota exceeded for quota metric 'Queries' and limit 'Queries per day'",
        source=_QUOTA + "; a recorded 429 of cloudcode-pa",
    ),
    Rule(
        cause=causes.DAILY_LIMIT,
        statuses=_REFUSING,
        message=Pattern(
            r"\b(tokens|requests|queries|quota) per day\b|\bdaily (requests? )?(limit|quota)\b"
        ),
        example="Exhausted property tokens per day.",
        source="Google Analytics Data API, Limits and quotas",
    ),
    Rule(
        cause=causes.RATE_LIMIT_PER_USER,
        statuses=_REFUSING,
        limit=Pattern(r"per ?user|\{user\}|^user-\d"),
        example="Quota exceeded for quota metric 'Total Query Cost' and limit 'Units per minute "
        "per user'",
        source=_QUOTA + "; recorded responses of Gmail (2026) and Sheets",
    ),
    Rule(
        cause=causes.RATE_LIMIT_PER_PROJECT,
        statuses=frozenset({403}),
        reasons=_RATE,
        limit=_PER_RATE,
        example="Quota exceeded for quota metric 'Total Query Cost' and limit 'Units per minute'",
        source=_QUOTA,
    ),
    Rule(
        cause=causes.RATE_LIMIT_PER_PROJECT,
        statuses=frozenset({429}),
        limit=_PER_RATE,
        example="Quota exceeded for quota metric 'Read requests' and limit 'Read requests per "
        "minute'",
        source=_QUOTA,
    ),
    Rule(
        cause=causes.RATE_LIMIT_PER_USER,
        reasons=one_of("userRateLimitExceeded"),
        example="User Rate Limit Exceeded",
        source=_GUIDE,
    ),
    Rule(
        cause=causes.QUOTA_EXCEEDED,
        statuses=frozenset({403}),
        reasons=_RATE,
        example="Rate Limit Exceeded",
        source=_GUIDE + "; the quota page does not tie reasons to limits since 2026-05",
    ),
    Rule(
        cause=causes.QUOTA_EXCEEDED,
        statuses=frozenset({403}),
        canonical=one_of("RATE_LIMIT", "RESOURCE_EXHAUSTED"),
        source="google/rpc/code.proto",
    ),
    Rule(
        cause=causes.QUOTA_EXCEEDED,
        statuses=frozenset({403, 503}),
        message=Pattern(
            r"request rate higher than configured|quota exceeded for (quota metric|the current)"
            r"|^\W{0,3}(quota error: )?(user )?rate limit exceeded"
            r"|^(?!.*storage).{0,80}\b(quota\b.{0,20}\bexceeded|exceed(ed|s)\b.{0,40}\bquota)\b"
        ),
        example="Request rate higher than configured.",
        source="GAM, plain-text responses of the Directory API",
    ),
    Rule(
        cause=causes.QUOTA_EXCEEDED,
        statuses=frozenset({400}),
        reasons=one_of("jobRateLimitExceeded"),
        example="Job exceeded rate limits: Your project_and_region exceeded quota for concurrent "
        "queries.",
        source="BigQuery, Error messages",
    ),
    Rule(
        cause=causes.QUOTA_EXCEEDED,
        statuses=frozenset({429}),
        source="RFC 6585, section 4",
    ),
)
