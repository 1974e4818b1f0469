# SPDX-License-Identifier: Apache-2.0
"""What only the Admin SDK knows: Directory, Reports and Data Transfer."""

from __future__ import annotations

from typing import Final

from .. import causes
from ..rules import Pattern, Rule, one_of
from .service import Service
from .workspace import PRECONDITION_OF_ITSELF, acting_as_itself, refused_to_itself

_LIMITS_URL: Final = "https://developers.google.com/workspace/admin/directory/v1/limits"
_GUIDE: Final = "Directory API, Limits and quotas; Troubleshoot error codes"
_GAM: Final = "GAM, checkGAPIError"
_ROLES_URL: Final = "https://support.google.com/a/answer/33325"
_PREREQUISITES_URL: Final = (
    "https://developers.google.com/workspace/admin/directory/v1/guides/prerequisites"
)
_BAD: Final = frozenset({400})
_REFUSED: Final = frozenset({401, 403})
_ITSELF: Final = (
    "Impersonate an administrator of the domain: credentials.with_subject('admin@domain'), with "
    "domain-wide delegation for the scopes. The service account acts as itself, and {call} is for "
    "administrators."
)
_ADMINISTRATOR: Final = (
    "Send {call} as an administrator of this customer whose role has the required privilege (a "
    "super administrator has them all), and only for the customer's own domains. Scopes alone "
    "grant no rights."
)

_RULES: Final = (
    Rule(
        cause=causes.SERVICE_ACCOUNT_WITHOUT_SUBJECT,
        reasons=one_of("insufficientAdministratorPrivileges", "queryRequiresAdminCredentials"),
        service_account_without_subject=True,
        remedy=_ITSELF,
        source=_GAM,
    ),
    *acting_as_itself(_ITSELF),
    PRECONDITION_OF_ITSELF,
    Rule(
        cause=causes.FORBIDDEN,
        statuses=_REFUSED,
        message=Pattern(r"not authorized to access this resource|you are not authorized"),
        remedy=_ADMINISTRATOR,
        help_url=_ROLES_URL,
        example="Not Authorized to access this resource/api",
        source="googleapis/google-api-nodejs-client#1884; googleworkspace/python-samples#21",
    ),
    Rule(
        cause=causes.FORBIDDEN,
        reasons=one_of("insufficientAdministratorPrivileges", "queryRequiresAdminCredentials"),
        remedy=_ADMINISTRATOR,
        help_url=_ROLES_URL,
        source=_GAM,
    ),
    Rule(
        cause=causes.LICENSE_MISSING,
        reasons=one_of("limitExceeded"),
        methods=one_of("directory.users.insert", "directory.users.undelete"),
        example="Domain user limit reached. Start paid subscription.",
        source=_GUIDE,
    ),
    Rule(
        cause=causes.LICENSE_MISSING,
        reasons=one_of("insufficientArchivedUserLicenses"),
        remedy="Ask the Workspace administrator to buy or free up an archived user license: none "
        "is left for what {call} asks for.",
        example="Insufficient archived user licenses",
        source=_GAM,
    ),
    Rule(
        cause=causes.PRECONDITION_FAILED,
        reasons=one_of("CUSTOMER_EXCEEDED_ROLE_ASSIGNMENTS_LIMIT", "limitExceeded"),
        statuses=frozenset({400, 409, 412}),
        remedy="Remove some existing entries first (aliases, members, groups, roles, domains): "
        "{call} would exceed a limit of the directory. Waiting does not help.",
        help_url=_LIMITS_URL,
        example="limitExceeded",
        source=_GUIDE,
    ),
    Rule(
        cause=causes.CONFLICT,
        statuses=frozenset({400, 409, 412}),
        message=Pattern(r"user creation is not complete"),
        retry="backoff",
        remedy="Retry {call} after a few seconds, with exponential backoff: the user was just "
        "created and is not ready for changes yet.",
        example="User creation is not complete.",
        source=_GAM,
    ),
    Rule(
        cause=causes.CONFLICT,
        statuses=frozenset({409}),
        reasons=one_of("duplicate", "ALREADY_EXISTS"),
        remedy="Use the existing user, group, member or alias: the address is taken, possibly as "
        "an alias or by an account deleted less than 20 days ago. After a retry, the first try "
        "may have created it.",
        example="Entity already exists.",
        source=_GUIDE,
    ),
    Rule(
        cause=causes.ACCOUNT_UNAVAILABLE,
        reasons=one_of("adminCannotUnsuspend"),
        remedy="Ask Google support to restore the user: the account was suspended for abuse, and "
        "an administrator can't lift that with {call}.",
        example="Cannot restore a user suspended for abuse.",
        source=_GUIDE,
    ),
    Rule(
        cause=causes.INVALID_ARGUMENT,
        statuses=_BAD,
        methods=one_of("directory.users.list", "directory.groups.list", "directory.users.watch"),
        bare=True,
        remedy="Pass customer='my_customer' or domain=... to {call}: it requires one of them. If "
        "one is set, check query and orderBy. The server gives no reason.",
        help_url="https://developers.google.com/workspace/admin/directory/v1/guides/manage-users",
        example="Bad Request",
        source="Directory API reference, users.list",
    ),
    Rule(
        cause=causes.INVALID_ARGUMENT,
        statuses=_BAD,
        message=Pattern(r"data for dates? later than|not yet available"),
        retry="later",
        remedy="Ask {call} for an earlier date, or try again in a few days: reports are available "
        "after one to three days.",
        help_url="https://support.google.com/a/answer/7061566",
        example="Data for dates later than <date> is not yet available. Please check back later",
        source="recorded 400 of the Reports API",
    ),
    Rule(
        cause=causes.INVALID_ARGUMENT,
        statuses=_BAD,
        message=Pattern(r"^\W{0,3}invalid (input|value)\b[:. ]"),
        remedy="Correct the body and the keys of {call}: a field is invalid, has the wrong format "
        "(addresses, names of 1 to 60 characters, passwords of 8 to 100), or names an "
        "organizational unit, domain or schema that does not exist.",
        example="Invalid Input: primary_user_email",
        source=_GUIDE,
    ),
    Rule(
        cause=causes.NOT_FOUND,
        statuses=frozenset({403, 404}),
        message=Pattern(r"domain not found|invalid domain"),
        remedy="Check the domain of the address or argument passed to {call}: it belongs to no "
        "customer, or not to the customer of the calling administrator.",
        example="Domain not found.",
        source=_GAM,
    ),
    Rule(
        cause=causes.NOT_FOUND,
        statuses=frozenset({404}),
        remedy="Check the key passed to {call} (address, alias or ID): this customer has no such "
        "user, group, member or unit. A new one can't be found immediately.",
        example="Resource Not Found: userKey",
        source=_GUIDE,
    ),
)

SERVICE: Final = Service(
    rules=_RULES,
    last_rules=refused_to_itself(_ITSELF),
    help_urls={
        causes.FORBIDDEN.name: _PREREQUISITES_URL,
        **dict.fromkeys(
            (
                causes.CONFLICT.name,
                causes.NOT_FOUND.name,
                causes.QUOTA_EXCEEDED.name,
                causes.RATE_LIMIT_PER_USER.name,
            ),
            _LIMITS_URL,
        ),
    },
)
