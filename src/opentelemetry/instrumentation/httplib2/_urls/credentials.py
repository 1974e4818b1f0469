# SPDX-License-Identifier: Apache-2.0
"""Credentials in parts of URLs, told by the names of parameters and by how values look.

This module is pure: it knows neither OpenTelemetry nor httplib2.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import unquote

from .._support.lazy_pattern import lazy_pattern
from .sensitive_text import has_credential

# The conventions' own list (AWSAccessKeyId, Signature, sig, X-Goog-Signature), Google's, OAuth's.
_NAME: Final = lazy_pattern(
    r"(?:.*[_-])?(?:api_?key|key|token|secret|password|passwd|sig|signature|assertion|credential)"
    r"|(?:access|refresh|id|auth)token|jwt|pwd|(?:j|php)?sess(?:ion)?(?:_?id)?|[^\[]*\[(?:key|token)\]"
    r"|awsaccesskeyid|upload_id|x-(?:goog|amz)-.*|code|client_assertion|authorization",
    re.IGNORECASE,
)
_MAX_DECODINGS: Final = 3


def names_credential(name: str) -> bool:
    """Whether a parameter of this name holds a credential, however its name is encoded."""
    return _NAME.fullmatch(_decoded(name)) is not None


def holds_credential(value: str) -> bool:
    """Whether a value is a credential by its looks, or a URL or query with one inside."""
    plain = _decoded(value)
    return has_credential(plain) or any(
        equals and _NAME.fullmatch(name)
        for name, equals, _ in (part.partition("=") for part in re.split(r"[&;?#]", plain))
    )


def _decoded(text: str) -> str:
    """Take percent-encoding away, as often as it was put on."""
    text = text.replace("+", " ")
    for _ in range(_MAX_DECODINGS):
        if "%" not in text:
            break
        text = unquote(text)
    return text
