# SPDX-License-Identifier: Apache-2.0
"""Policies of organizations and domains: who may be called, from where and by whom."""

from __future__ import annotations

from typing import Final

from .. import causes
from ..rules import Pattern, Rule, one_of

_ERROR_REASON: Final = "google/api/error_reason.proto"
_RECORDED: Final = "recorded responses without ErrorInfo"
_GAM: Final = "GAM, checkGAPIError"
_POLICY_URL: Final = (
    "https://docs.cloud.google.com/resource-manager/docs/organization-policy/overview"
)
_PREREQUISITES_URL: Final = (
    "https://developers.google.com/workspace/admin/directory/v1/guides/prerequisites"
)
_NO_API_ACCESS: Final = (
    "Have the domain's administrator allow API access (Admin console, API controls), and check "
    "that its edition includes it and that its subscription is active: the domain can't use this "
    "API."
)
_REFUSED: Final = frozenset({400, 403})

RULES: Final = (
    Rule(
        cause=causes.PROJECT_REFUSED,
        reasons=one_of("SECURITY_POLICY_VIOLATED"),
        remedy="Ask the security administrator of the organization to allow this caller or API: "
        "VPC Service Controls reject it. The audit log has the request under its unique ID.",
        help_url="https://docs.cloud.google.com/vpc-service-controls/docs/troubleshooting",
        example="Request is prohibited by organization's policy. "
        "vpcServiceControlsUniqueIdentifier: <id>",
        source=_ERROR_REASON,
    ),
    Rule(
        cause=causes.PROJECT_REFUSED,
        statuses=_REFUSED,
        message=Pattern(r"prohibited by organization's policy|vpcservicecontrols"),
        remedy="Ask the security administrator of the organization to allow this caller or API: "
        "VPC Service Controls reject it. The audit log has the request under its unique ID.",
        help_url="https://docs.cloud.google.com/vpc-service-controls/docs/troubleshooting",
        example="Request is prohibited by organization's policy.",
        source=_RECORDED,
    ),
    Rule(
        cause=causes.PROJECT_REFUSED,
        reasons=one_of(
            "LOCATION_ORG_POLICY_VIOLATED",
            "LOCATION_POLICY_VIOLATED",
            "LOCATION_TAX_POLICY_VIOLATED",
        ),
        remedy="Choose a location that the organization's policies allow, or have its "
        "administrator allow this one.",
        help_url=_POLICY_URL,
        example="Constraint constraints/gcp.resourceLocations violated.",
        source=_ERROR_REASON,
    ),
    Rule(
        cause=causes.PROJECT_REFUSED,
        reasons=one_of("RESOURCE_USAGE_RESTRICTION_VIOLATED"),
        remedy="Have the administrator of the organization allow {api} in this project: its "
        "policy on service usage forbids it.",
        help_url=_POLICY_URL,
        example="Request is disallowed by organization's constraints/gcp.restrictServiceUsage "
        "constraint.",
        source=_ERROR_REASON,
    ),
    Rule(
        cause=causes.PROJECT_REFUSED,
        reasons=one_of("TLS_ORG_POLICY_VIOLATED"),
        remedy="Use TLS 1.2 or later: a policy of the organization forbids the version that this "
        "program uses.",
        help_url=_POLICY_URL,
        example="Request is disallowed by constraints/gcp.restrictTLSVersion.",
        source=_ERROR_REASON,
    ),
    Rule(
        cause=causes.PROJECT_REFUSED,
        statuses=frozenset({400, 403, 412}),
        message=Pattern(r"\bconstraints/[a-z]{2,30}\.[a-za-z]{2,60}|organization policy"),
        remedy="Have the administrator of the organization change the policy, or avoid what it "
        "forbids: a constraint of the organization rejects {call}.",
        help_url=_POLICY_URL,
        example="Constraint constraints/compute.vmExternalIpAccess violated for <project>.",
        source="Google Cloud, Organization Policy; recorded 412 of Compute Engine",
    ),
    Rule(
        cause=causes.DOMAIN_POLICY,
        reasons=one_of("ORG_RESTRICTION_HEADER_INVALID", "ORG_RESTRICTION_VIOLATION"),
        remedy="Ask the administrator of this network to allow the organization of the resource: "
        "a proxy adds a header (X-Goog-Allowed-Resources) that limits what can be reached.",
        example="Access denied by organization restriction.",
        source=_ERROR_REASON,
    ),
    Rule(
        cause=causes.DOMAIN_POLICY,
        reasons=one_of("USER_BLOCKED_BY_ADMIN"),
        remedy="Ask the user's Workspace administrator to turn on the service of {api} for the "
        "user: it is blocked for the user's organization.",
        help_url="https://support.google.com/a/answer/9197205",
        example="Access blocked by administrator.",
        source=_ERROR_REASON,
    ),
    Rule(
        cause=causes.DOMAIN_POLICY,
        reasons=one_of("domainPolicy"),
        example="The domain administrators have disabled Gmail apps.",
        source="Gmail API guide, Resolve errors",
    ),
    Rule(
        cause=causes.DOMAIN_POLICY,
        reasons=one_of("domainCannotUseApis"),
        remedy=_NO_API_ACCESS,
        help_url=_PREREQUISITES_URL,
        example="Domain cannot use apis.",
        source=_GAM,
    ),
    Rule(
        cause=causes.DOMAIN_POLICY,
        statuses=_REFUSED,
        message=Pattern(r"domain cannot use apis"),
        remedy=_NO_API_ACCESS,
        help_url=_PREREQUISITES_URL,
        example="Domain cannot use apis.",
        source=_GAM,
    ),
    Rule(
        cause=causes.DOMAIN_POLICY,
        statuses=frozenset({401, 403}),
        message=Pattern(r"active session is invalid|cannot access this service"),
        remedy="Ask the user's Workspace administrator to turn on this service for the user: the "
        "account exists, but the service is off for it.",
        example="The authenticated user cannot access this service.",
        source=_GAM,
    ),
    Rule(
        cause=causes.DOMAIN_POLICY,
        statuses=frozenset({401, 403}),
        message=Pattern(
            r"\b(user|account) is not (permitted|allowed|authorized) to (access|use) "
            r"the \w{1,40} api\b"
        ),
        remedy="Ask the user's Workspace administrator to let applications use this API for the "
        "user (for Classroom: data access): it is turned off.",
        example="@ClassroomApiDisabled The user is not permitted to access the Classroom API.",
        source="Classroom API, Access errors",
    ),
    Rule(
        cause=causes.DOMAIN_POLICY,
        reasons=one_of("SESSION_COOKIE_INVALID"),
        remedy="Ask the user's Workspace administrator to turn on this service for the user: the "
        "account exists, but the service is off for it.",
        example="Active session is invalid. Error code: 4",
        source=_ERROR_REASON + "; GAM, checkGAPIError",
    ),
)
