# SPDX-License-Identifier: Apache-2.0
"""Which headers become attributes, and what of them may leave the process."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, NamedTuple

from .._support.lazy_pattern import lazy_pattern
from .._urls.redaction import REDACTED, UrlPolicy, redact_url
from .._urls.sensitive_text import (
    CREDENTIAL,
    is_credential_header,
    without_addresses,
    without_credentials,
)

_WORD: Final = lazy_pattern(r"[^\s<>\"']+")


class HeaderCapture(NamedTuple):
    """Picks headers by name; replaces the values of those that are secret."""

    captured: re.Pattern[str] | None = None
    sanitized: re.Pattern[str] | None = None

    def attributes(
        self, headers: Mapping[str, str], prefix: str, policy: UrlPolicy
    ) -> dict[str, list[str]]:
        """``prefix.name`` to the values of each header that the user wants to see."""
        if self.captured is None:
            return {}
        return {
            f"{prefix}.{name.lower()}": [self._shown(name, str(value), policy)]
            for name, value in headers.items()
            if self.captured.fullmatch(name)
        }

    def _shown(self, name: str, value: str, policy: UrlPolicy) -> str:
        if is_credential_header(name) or (self.sanitized and self.sanitized.fullmatch(name)):
            return REDACTED
        if "://" not in value and not policy.capture_personal_data:
            # As a whole: a name may stand beside an address.
            value = without_addresses(value, REDACTED)
        shown = _WORD.sub(lambda found: _shown_word(found[0], policy), value)
        return CREDENTIAL.sub(REDACTED, shown)


def _shown_word(word: str, policy: UrlPolicy) -> str:
    # Location, Link, Referer and their like carry upload sessions and keys.
    if "://" in word or "?" in word:
        return redact_url(word, policy)
    word = without_credentials(word, REDACTED)
    return word if policy.capture_personal_data else without_addresses(word, REDACTED)
