# SPDX-License-Identifier: Apache-2.0
"""Keys, projects and quota projects: one remedy for each reason of ErrorInfo."""

from __future__ import annotations

from typing import Final

from .. import causes
from ..rules import Pattern, Rule, one_of

_ERROR_REASON: Final = "google/api/error_reason.proto"
_RECORDED: Final = "recorded responses without ErrorInfo"
_KEYS_URL: Final = "https://docs.cloud.google.com/docs/authentication/api-keys#securing"
_SUSPENDED_URL: Final = (
    "https://docs.cloud.google.com/resource-manager/docs/project-suspension-guidelines"
)
_QUOTA_PROJECT_URL: Final = (
    "https://docs.cloud.google.com/docs/authentication/adc-troubleshooting/user-creds"
)
_REFUSED: Final = frozenset({400, 403})

_OF_WEBSITES: Final = (
    "Use an API key that is restricted by IP address or not at all: this one is for websites "
    "(HTTP referrers), and a Python program sends no referrer."
)
_OF_APPS: Final = "Use an API key for servers: this one is restricted to an Android or iOS app."
_SET_QUOTA_PROJECT: Final = (
    "Set a quota project in which {api} is enabled: credentials.with_quota_project(...), or "
    "gcloud auth application-default set-quota-project. Otherwise gcloud's own project is "
    "charged, where nobody can enable the API."
)

_KEYS: Final = (
    Rule(
        cause=causes.API_KEY_INVALID,
        message=Pattern(r"api key expired|key (has|is) expired"),
        remedy="Renew the API key, or pass another developerKey to build(): the key has expired.",
        example="API key expired. Please renew the API key.",
        source=_ERROR_REASON,
    ),
    Rule(
        cause=causes.API_KEY_INVALID,
        statuses=_REFUSED,
        message=Pattern(r"api key was reported as leaked"),
        remedy="Create a new API key and keep it out of code and logs: Google has blocked this "
        "one because it was published.",
        example="Your API key was reported as leaked. Please use another API key.",
        source="recorded 403 of generativelanguage.googleapis.com",
    ),
    Rule(
        cause=causes.API_KEY_INVALID,
        reasons=one_of("API_KEY_INVALID", "keyExpired", "keyInvalid"),
        example="API key not valid. Please pass a valid API key.",
        source=_ERROR_REASON,
    ),
    Rule(
        cause=causes.API_KEY_INVALID,
        statuses=_REFUSED,
        message=Pattern(r"api key (not valid|not found)"),
        example="API Key not found. Please pass a valid API key.",
        source=_ERROR_REASON,
    ),
    Rule(
        cause=causes.PROJECT_REFUSED,
        reasons=one_of("API_KEY_SERVICE_BLOCKED"),
        remedy="Add {api} to the API restrictions of the API key, or use a key without "
        "restrictions: this key is not for this API.",
        help_url=_KEYS_URL,
        example="Requests to this API <API> method <method> are blocked.",
        source=_ERROR_REASON,
    ),
    Rule(
        cause=causes.PROJECT_REFUSED,
        statuses=_REFUSED,
        message=Pattern(r"requests to this api\b.{0,200}\b(is|are) blocked"),
        remedy="Add {api} to the API restrictions of the API key, or use a key without "
        "restrictions: this key is not for this API.",
        help_url=_KEYS_URL,
        example="Requests to this API <API> method <method> are blocked.",
        source=_RECORDED,
    ),
    Rule(
        cause=causes.PROJECT_REFUSED,
        reasons=one_of("API_KEY_HTTP_REFERRER_BLOCKED"),
        remedy=_OF_WEBSITES,
        help_url=_KEYS_URL,
        example="Requests from referer <empty> are blocked.",
        source=_ERROR_REASON,
    ),
    Rule(
        cause=causes.PROJECT_REFUSED,
        statuses=_REFUSED,
        message=Pattern(r"requests from referr?er .{0,200}\bare blocked"),
        remedy=_OF_WEBSITES,
        help_url=_KEYS_URL,
        example="Requests from referer <URL> are blocked.",
        source=_RECORDED,
    ),
    Rule(
        cause=causes.PROJECT_REFUSED,
        reasons=one_of("API_KEY_IP_ADDRESS_BLOCKED"),
        remedy="Add the IP address that this machine calls from (IPv6 addresses, too) to the "
        "restrictions of the API key, or use a key without restrictions.",
        help_url=_KEYS_URL,
        example="The provided API key has an IP address restriction. The originating IP address "
        "of the call violates this restriction.",
        source=_ERROR_REASON,
    ),
    Rule(
        cause=causes.PROJECT_REFUSED,
        reasons=one_of("API_KEY_ANDROID_APP_BLOCKED", "API_KEY_IOS_APP_BLOCKED"),
        remedy=_OF_APPS,
        help_url=_KEYS_URL,
        example="Requests from this Android client application <empty> are blocked.",
        source=_ERROR_REASON,
    ),
    Rule(
        cause=causes.PROJECT_REFUSED,
        statuses=_REFUSED,
        message=Pattern(
            r"requests from this (android|ios) client application .{0,200}\bare blocked"
        ),
        remedy=_OF_APPS,
        help_url=_KEYS_URL,
        example="Requests from this ios client application <application> are blocked.",
        source=_RECORDED,
    ),
    Rule(
        cause=causes.PROJECT_REFUSED,
        statuses=_REFUSED,
        message=Pattern(r"ip address restriction|per-ip or per-referer restriction"),
        remedy="Add the IP address that this machine calls from (IPv6 addresses, too) to the "
        "restrictions of the API key, or use a key without restrictions.",
        help_url=_KEYS_URL,
        example="There is a per-IP or per-Referer restriction configured on your API key and the "
        "request does not match these restrictions.",
        source="googleapis/google-api-php-client#856",
    ),
    Rule(
        cause=causes.PROJECT_REFUSED,
        reasons=one_of("ipRefererBlocked"),
        remedy="Change the restrictions of the API key: it is limited to IP addresses or "
        "referrers, and this call comes from a different one, or without a referrer.",
        help_url=_KEYS_URL,
        example="The request did not specify any referer. Please ensure that the client is "
        "sending referer or use the API Console to remove the referer restrictions.",
        source="recorded 403 with ipRefererBlocked",
    ),
)

_QUOTA_PROJECTS: Final = (
    Rule(
        cause=causes.QUOTA_PROJECT_REFUSED,
        statuses=_REFUSED,
        message=Pattern(
            r"requires a quota project|local application default credentials"
            r"|end user credentials from the google cloud sdk"
        ),
        remedy=_SET_QUOTA_PROJECT,
        help_url=_QUOTA_PROJECT_URL,
        example="Your application is authenticating by using local Application Default "
        "Credentials. The <API> API requires a quota project, which is not set by default.",
        source="agno-agi/agno#4658; googleapis/google-auth-library-python#1459",
    ),
    Rule(
        cause=causes.QUOTA_PROJECT_REFUSED,
        statuses=_REFUSED,
        message=Pattern(r"\bprojects?[ /#]{1,2}(764086051850|32555940559)\b"),
        remedy=_SET_QUOTA_PROJECT,
        help_url=_QUOTA_PROJECT_URL,
        example="<API> has not been used in project 764086051850 before or it is disabled.",
        source="client IDs of the Google Cloud CLI (google-auth, _cloud_sdk.py)",
    ),
    Rule(
        cause=causes.QUOTA_PROJECT_REFUSED,
        statuses=frozenset({400, 403}),
        message=Pattern(r"requester pays|no user project provided"),
        remedy="Pass userProject to {call}, or give the credentials a quota project, with "
        "billing: whoever reads from this bucket pays for it.",
        help_url="https://docs.cloud.google.com/storage/docs/requester-pays",
        example="Bucket is a requester pays bucket but no user project provided.",
        source="Cloud Storage, Requester Pays",
    ),
    Rule(
        cause=causes.QUOTA_PROJECT_REFUSED,
        reasons=one_of("USER_PROJECT_DENIED"),
        example="Caller does not have required permission to use project <project>.",
        source=_ERROR_REASON,
    ),
    Rule(
        cause=causes.QUOTA_PROJECT_REFUSED,
        statuses=_REFUSED,
        message=Pattern(
            r"serviceusage\.services\.use\b|serviceusageconsumer|permission to use project"
        ),
        example="Grant the caller the roles/serviceusage.serviceUsageConsumer role, or a custom "
        "role with the serviceusage.services.use permission",
        source="googleapis/google-api-dotnet-client#1602",
    ),
)

_PROJECTS: Final = (
    Rule(
        cause=causes.PROJECT_REFUSED,
        reasons=one_of("BILLING_DISABLED", "accountDisabled", "billingNotEnabled"),
        remedy="Enable billing for the Google Cloud project, or pay the balance of its closed "
        "billing account, then wait a few minutes: {api} requires billing.",
        help_url="https://docs.cloud.google.com/billing/docs/how-to/modify-project",
        example="This API method requires billing to be enabled. Please enable billing on project "
        "<project>",
        source=_ERROR_REASON,
    ),
    Rule(
        cause=causes.PROJECT_REFUSED,
        statuses=frozenset({400, 402, 403, 429}),
        message=Pattern(
            r"billing (to be |must be |is not |has not been )?(enabled|disabled|closed)"
            r"|billing account.{0,60}(disabled|closed|absent)|enable billing"
        ),
        remedy="Enable billing for the Google Cloud project, or pay the balance of its closed "
        "billing account, then wait a few minutes: {api} requires billing.",
        help_url="https://docs.cloud.google.com/billing/docs/how-to/modify-project",
        example="The billing account for the owning project is disabled in state closed",
        source=_RECORDED,
    ),
    Rule(
        cause=causes.PROJECT_REFUSED,
        reasons=one_of("CONSUMER_SUSPENDED", "GCP_SUSPENDED"),
        remedy="Appeal the suspension in the Google Cloud console, or use a key or credentials of "
        "another project: Google has suspended this one.",
        help_url=_SUSPENDED_URL,
        example="Permission denied: Consumer '<consumer>' has been suspended.",
        source=_ERROR_REASON,
    ),
    Rule(
        cause=causes.PROJECT_REFUSED,
        statuses=_REFUSED,
        message=Pattern(r"\b(consumer|project)\b.{0,120}\bsuspended\b"),
        remedy="Appeal the suspension in the Google Cloud console, or use a key or credentials of "
        "another project: Google has suspended this one.",
        help_url=_SUSPENDED_URL,
        example="Project '<project>' has been suspended.",
        source=_RECORDED,
    ),
    Rule(
        cause=causes.PROJECT_REFUSED,
        reasons=one_of("CONSUMER_INVALID", "RESOURCE_PROJECT_INVALID"),
        remedy="Correct the project ID, or restore the project within 30 days: the Google Cloud "
        "project of the credentials, key or request is misspelled or deleted.",
        example="Project '<project>' not found or deleted.",
        source=_ERROR_REASON,
    ),
    Rule(
        cause=causes.PROJECT_REFUSED,
        statuses=_REFUSED,
        message=Pattern(
            r"\bproject\b.{0,80}\b(not found or deleted|has been deleted|scheduled for deletion"
            r"|is not found and cannot be used)|unknown project id"
        ),
        remedy="Correct the project ID, or restore the project within 30 days: the Google Cloud "
        "project of the credentials, key or request is misspelled or deleted.",
        example="Project <project> is not found and cannot be used for API calls.",
        source=_RECORDED,
    ),
    Rule(
        cause=causes.PROJECT_REFUSED,
        statuses=_REFUSED,
        message=Pattern(
            r"\bproject is not (permitted|allowed|authorized|eligible)\b"
            r"|\bproject does not have (the )?access\b"
            r"|\bproject\b.{0,40}\bnot (on the )?(allow|white)-?list"
        ),
        remedy="Request access for the Google Cloud project of the key or credentials, or use a "
        "project that has it: {api} allows {call} only for certain projects. Nobody's permissions "
        "are the problem.",
        example="This project does not have the access to <API>.",
        source=_RECORDED,
    ),
    Rule(
        cause=causes.API_DISABLED,
        reasons=one_of("SERVICE_DISABLED", "accessNotConfigured"),
        example="<API> has not been used in project <project> before or it is disabled.",
        source=_ERROR_REASON,
    ),
    Rule(
        cause=causes.API_DISABLED,
        statuses=frozenset({403}),
        message=Pattern(r"api has not been used in project|access not configured"),
        example="Access Not Configured. <API> has not been used in project <project> before or it "
        "is disabled.",
        source="recorded responses of Gmail, Drive and Sheets",
    ),
)

RULES: Final = (*_KEYS, *_QUOTA_PROJECTS, *_PROJECTS)
