# SPDX-License-Identifier: Apache-2.0
"""Causes that lie in a limit: of a rate, a day, a mailbox, storage, licenses."""

from __future__ import annotations

from typing import Final

from .cause import Cause

_QUOTAS: Final = "https://docs.cloud.google.com/docs/quotas/overview"

RATE_LIMIT_PER_USER: Final = Cause(
    "rate_limit_per_user",
    "too many requests for one user",
    example="403 rateLimitExceeded, Quota exceeded for quota metric 'Total Query Cost' and limit "
    "'Units per minute per user'",
    retry="backoff",
    owner="developer",
    remedy="Slow down for this user: send {call} less often or use cheaper methods, and back off "
    "exponentially, starting at 1 s. All processes that serve the user in this project share the "
    "limit{limit}.",
    help_url=_QUOTAS,
)
RATE_LIMIT_PER_PROJECT: Final = Cause(
    "rate_limit_per_project",
    "too many requests for the project",
    example="429 rateLimitExceeded, Quota exceeded for quota metric 'Total Query Cost' and limit "
    "'Units per minute'",
    retry="backoff",
    owner="project_owner",
    remedy="Spread the calls over time with exponential backoff, or request more quota in the "
    "Google Cloud console. All users of the project share the limit{limit}.",
    help_url=_QUOTAS,
)
CONCURRENT_REQUESTS: Final = Cause(
    "concurrent_requests",
    "too many simultaneous requests for one user",
    example="429 rateLimitExceeded, Too many concurrent requests for user.",
    retry="backoff",
    owner="developer",
    remedy="Send fewer requests for one user at the same time: use fewer threads and smaller "
    "batches (10 to 25 parts). All clients of the mailbox share this limit.",
    help_url=_QUOTAS,
)
QUOTA_EXCEEDED: Final = Cause(
    "quota_exceeded",
    "a limit is reached that the response does not name",
    example="403 rateLimitExceeded, Rate Limit Exceeded",
    retry="backoff",
    owner="developer",
    remedy="Back off exponentially, starting at 1 s, and send fewer calls at once. The response "
    "does not say whether the limit of the user or of the project was reached; the quota page of "
    "the Google Cloud console does.",
    help_url=_QUOTAS,
)
DAILY_LIMIT: Final = Cause(
    "daily_limit",
    "the daily limit of the project is reached",
    example="403 dailyLimitExceeded, Daily Limit Exceeded",
    retry="later",
    owner="project_owner",
    remedy="Wait for the next quota day, which begins at midnight Pacific time, or raise the "
    "daily limit{limit} of the project in the Google Cloud console. Retries fail until then.",
    help_url=_QUOTAS,
)
MAIL_SENDING_LIMIT: Final = Cause(
    "mail_sending_limit",
    "the daily sending limit of the mailbox is reached",
    example="429 userRateLimitExceeded, Too many requests: User-rate limit exceeded (Mail sending)",
    retry="later",
    owner="nobody",
    remedy="Stop sending from this mailbox until the time that the server gives, up to 24 hours. "
    "The web interface, SMTP and the API share the limit. Spread the mail over several mailboxes "
    "or days.",
    help_url="https://support.google.com/a/answer/166852",
)
BANDWIDTH_LIMIT: Final = Cause(
    "bandwidth_limit",
    "the upload or download limit of a mailbox or file is reached",
    example="429 rateLimitExceeded, User-rate limit exceeded",
    retry="later",
    owner="nobody",
    remedy="Pause this mailbox until the time that the server gives, which can be hours away. "
    "Then fetch less: format='metadata', a fields mask, no attachment twice.",
    help_url="https://support.google.com/a/answer/1071518",
)
QUOTA_NOT_GRANTED: Final = Cause(
    "quota_not_granted",
    "the limit is 0: access was never granted, or it is turned off",
    example="429 with RATE_LIMIT_EXCEEDED and quota_limit_value 0, Quota exceeded for quota "
    "metric 'Requests' and limit 'Requests per minute'",
    retry="never",
    owner="project_owner",
    remedy="Apply for access to {api}, or request quota in the Google Cloud console: the "
    "project's limit{limit} is 0, so neither waiting nor fewer calls help.",
    help_url="https://docs.cloud.google.com/docs/quotas/view-manage",
)
STORAGE_FULL: Final = Cause(
    "storage_full",
    "the storage quota is exhausted",
    example="403 quotaExceeded, The user has exceeded their Drive storage quota",
    retry="never",
    owner="end_user",
    remedy="Free up or buy storage for the account that owns the data: nothing can be added to it "
    "until then.",
    help_url="https://support.google.com/drive/answer/6374270",
)
LICENSE_MISSING: Final = Cause(
    "license_missing",
    "the user has no license, or none is left",
    example="412 limitExceeded, Domain user limit reached.",
    retry="never",
    owner="domain_admin",
    remedy="Ask the Workspace administrator to buy or free up a license: the subscription has no "
    "seat left for what {call} asks for.",
    help_url="https://support.google.com/a/answer/1727173",
)
