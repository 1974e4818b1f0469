# SPDX-License-Identifier: Apache-2.0
"""What a cause is; the causes themselves are in the modules beside this one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, NamedTuple

Owner = Literal["developer", "end_user", "domain_admin", "project_owner", "google", "nobody"]
Retry = Literal["backoff", "later", "never"]
"""Whether the same request, sent again later with nothing else changed, has a chance: within
seconds to minutes, only after hours or at the time that the server names, or not at all.
"""

WORDS: Final[Mapping[str, str]] = {
    "api": "the API",
    "call": "the method",
    "endpoint": "the endpoint",
    "granted": "a stored token keeps the scopes that it was granted",
    "label": "the label",
    "limit": "",
    "location": "the argument or field",
    "media_types": "one of those types",
    "permission": "the missing permission",
    "reason": "a specific reason",
    "scopes": "a scope that the method accepts",
}
"""What a remedy may name, and what stands there where it isn't known."""


class Cause(NamedTuple):
    """What made a call fail."""

    name: str
    when: str
    example: str
    """What the application sees: status or exception, reason, message."""
    retry: Retry
    owner: Owner
    remedy: str
    """One or two sentences with fields of :data:`WORDS`. Says nothing of the server's message:
    whether that is shown, and says anything, only a rule knows."""
    help_url: str

    @property
    def retryable(self) -> bool:
        """Whether a retry could help at any time."""
        return self.retry != "never"
