# SPDX-License-Identifier: Apache-2.0
"""Which headers become attributes, and what of them may leave the process."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from .url import REDACTED, redact_url

_CREDENTIALS: Final = re.compile(
    r"(?:set-)?cookie2?|.*(?:api-?key|auth|token|secret|password|signature|assertion|jwt|cert"
    r"|session|upload-?id).*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class HeaderCapture:
    """Picks headers by name; replaces the values of those that are secret."""

    captured: re.Pattern[str] | None = None
    sanitized: re.Pattern[str] | None = None

    def attributes(self, headers: Mapping[str, str], prefix: str) -> dict[str, list[str]]:
        """``prefix.name`` to the values of each header that the user wants to see."""
        if self.captured is None:
            return {}
        return {
            f"{prefix}.{name.lower()}": [self._shown(name, str(value))]
            for name, value in headers.items()
            if self.captured.fullmatch(name)
        }

    def _shown(self, name: str, value: str) -> str:
        if _CREDENTIALS.fullmatch(name) or (self.sanitized and self.sanitized.fullmatch(name)):
            return REDACTED
        # Location, Referer and their like carry upload sessions and keys.
        return redact_url(value) if "://" in value or "?" in value else value
