# SPDX-License-Identifier: Apache-2.0
"""Causes that lie in what the caller, the project or the account may do."""

from __future__ import annotations

from typing import Final

from .cause import Cause

_DELEGATION: Final = "https://support.google.com/a/answer/162106"

SCOPE_INSUFFICIENT: Final = Cause(
    "scope_insufficient",
    "the token lacks a scope",
    example="403 insufficientPermissions, Request had insufficient authentication scopes.",
    retry="never",
    owner="developer",
    remedy="Request {scopes} and let the user authorize again; {granted}.",
    help_url="https://developers.google.com/identity/protocols/oauth2/scopes",
)
DELEGATION_NOT_GRANTED: Final = Cause(
    "delegation_not_granted",
    "domain-wide delegation, or one of its scopes, is missing",
    example="RefreshError unauthorized_client, Client is unauthorized to retrieve access tokens "
    "using this method.",
    retry="never",
    owner="domain_admin",
    remedy="In the Admin console under API controls, grant domain-wide delegation to the service "
    "account's client ID with exactly the scopes that the application requests.",
    help_url=_DELEGATION,
)
DELEGATION_DENIED: Final = Cause(
    "delegation_denied",
    "userId is neither the authenticated user nor a mailbox delegated to that user",
    example="403 forbidden, Delegation denied for <address>",
    retry="never",
    owner="developer",
    remedy="Send {call} with userId='me' or with the authenticated user's own address. To act for "
    "another mailbox, impersonate its user with a service account (with_subject).",
    help_url=_DELEGATION,
)
SERVICE_ACCOUNT_WITHOUT_SUBJECT: Final = Cause(
    "service_account_without_subject",
    "a service account acts as itself, but the call is for users",
    example="400 failedPrecondition, Precondition check failed.",
    retry="never",
    owner="developer",
    remedy="Impersonate a user: credentials.with_subject('user@domain'), with domain-wide "
    "delegation. A service account that acts as itself is rejected, because {call} is for users.",
    help_url="https://developers.google.com/identity/protocols/oauth2/service-account"
    "#authorizingrequests",
)
DOMAIN_POLICY: Final = Cause(
    "domain_policy",
    "the administrator or a policy of the domain has disabled the app or the API",
    example="403 domainPolicy, The domain administrators have disabled Gmail apps.",
    retry="never",
    owner="domain_admin",
    remedy="Ask the user's Workspace administrator to allow this API and this application for the "
    "user (Admin console, API controls and service status).",
    help_url="https://support.google.com/a/answer/7281227",
)
ACCOUNT_LACKS_SERVICE: Final = Cause(
    "account_lacks_service",
    "the account has no Calendar, no YouTube channel, or no access to another product behind the "
    "API",
    example="403 notACalendarUser, The user must be signed up for Google Calendar.",
    retry="never",
    owner="end_user",
    remedy="Use an account that has the service of {api}, or sign this one up for it. In a "
    "Workspace domain, the administrator turns the service on.",
    help_url="https://support.google.com/a/answer/182442",
)
MAILBOX_UNAVAILABLE: Final = Cause(
    "mailbox_unavailable",
    "the account has no Gmail, or the mail service is off",
    example="400 failedPrecondition, Mail service not enabled",
    retry="never",
    owner="domain_admin",
    remedy="Give the account a Gmail mailbox, or turn the service on for it (license and service "
    "status in the Admin console). A Google account with an address from another provider has no "
    "mailbox.",
    help_url="https://support.google.com/a/answer/57919",
)
FORBIDDEN: Final = Cause(
    "forbidden",
    "the identity may not do this, and no more specific cause is known (usually 403)",
    example="403 forbidden, The caller does not have permission",
    retry="never",
    owner="developer",
    remedy="Check that the authenticated identity may do what {call} asks for: that the object is "
    "shared with it, or that it has the required role.",
    help_url="https://docs.cloud.google.com/iam/docs/permission-error-messages",
)
API_DISABLED: Final = Cause(
    "api_disabled",
    "the API is not enabled in the project",
    example="403 accessNotConfigured, Gmail API has not been used in project <number> before or "
    "it is disabled.",
    retry="never",
    owner="project_owner",
    remedy="Enable {api} in the Google Cloud project that owns the credentials, then wait a few "
    "minutes; or use credentials of a project where it is enabled.",
    help_url="https://support.google.com/googleapi/answer/6158841",
)
PROJECT_REFUSED: Final = Cause(
    "project_refused",
    "the API rejects the project: suspended, deleted, without billing, or restricted by its API "
    "key or a policy",
    example="403 with API_KEY_HTTP_REFERRER_BLOCKED, Requests from referer <URL> are blocked.",
    retry="never",
    owner="project_owner",
    remedy="Check the Google Cloud project of the credentials: {api} rejects the project, not the "
    "caller.",
    help_url="https://docs.cloud.google.com/resource-manager/docs/creating-managing-projects",
)
QUOTA_PROJECT_REFUSED: Final = Cause(
    "quota_project_refused",
    "the quota project is missing, or the caller may not use it",
    example="403 with USER_PROJECT_DENIED, Caller does not have required permission to use "
    "project <project>.",
    retry="never",
    owner="developer",
    remedy="Remove the quota project (quota_project_id, x-goog-user-project), or grant the caller "
    "the role Service Usage Consumer (roles/serviceusage.serviceUsageConsumer) on it and wait a "
    "few minutes.",
    help_url="https://docs.cloud.google.com/docs/quotas/quota-project",
)
