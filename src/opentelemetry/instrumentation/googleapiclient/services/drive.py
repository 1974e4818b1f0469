# SPDX-License-Identifier: Apache-2.0
"""What only the Drive API knows."""

from __future__ import annotations

from typing import Final

from .. import causes
from ..rules import Rule, pattern
from .service import Service

_GUIDE: Final = "Drive API guide, Resolve errors"
_GUIDE_URL: Final = "https://developers.google.com/workspace/drive/api/guides/handle-errors"

_RULES: Final = (
    Rule(
        cause=causes.STORAGE_FULL,
        reasons=frozenset({"storageQuotaExceeded", "teamDriveFileLimitExceeded"}),
        source=_GUIDE,
    ),
    Rule(
        cause=causes.STORAGE_FULL,
        reasons=frozenset({"quotaExceeded"}),
        message=pattern(r"storage"),
        source="iterative/PyDrive2#238",
    ),
    Rule(
        cause=causes.RATE_LIMIT_PER_USER,
        reasons=frozenset({"sharingRateLimitExceeded"}),
        remedy="Share less at once for this user and send no notification mails "
        "(sendNotificationEmail=False): the sharing limit of {call} is reached. "
        "Wait with exponential backoff, if need be until the next day.",
        source=_GUIDE,
    ),
    Rule(
        cause=causes.FORBIDDEN,
        reasons=frozenset({"insufficientFilePermissions", "insufficientParentPermissions"}),
        remedy="Let the owner share the file or folder with this identity, with the role that "
        "{call} needs; it is not a matter of scopes.",
        source=_GUIDE,
    ),
    Rule(
        cause=causes.FORBIDDEN,
        reasons=frozenset({"appNotAuthorizedToFile"}),
        remedy="Open the file once with this application (Picker), or use a scope wider than "
        "drive.file: the application has no access to this file.",
        source=_GUIDE,
    ),
    Rule(
        cause=causes.INVALID_ARGUMENT,
        reasons=frozenset({"numChildrenInNonRootLimitExceeded", "cannotAddParent"}),
        remedy="Put fewer items into this folder, or one parent only: {call} asks for what the "
        "structure of Drive does not allow.",
        source=_GUIDE,
    ),
)

_HELP_URLS: Final = {
    cause.name: _GUIDE_URL
    for cause in (
        causes.STORAGE_FULL,
        causes.RATE_LIMIT_PER_USER,
        causes.QUOTA_EXCEEDED,
        causes.FORBIDDEN,
        causes.DOMAIN_POLICY,
        causes.INVALID_ARGUMENT,
        causes.NOT_FOUND,
    )
}

SERVICE: Final = Service(rules=_RULES, help_urls=_HELP_URLS)
