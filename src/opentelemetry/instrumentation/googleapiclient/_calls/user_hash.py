# SPDX-License-Identifier: Apache-2.0
"""Groups the failures of one mailbox without naming it."""

from __future__ import annotations

import hashlib
import hmac
from functools import lru_cache
from typing import Any, Final
from urllib.parse import unquote

from opentelemetry.instrumentation.httplib2._urls.origin import path_of

from .credentials import subject_of

_USER: Final = "{userId}"
_ME: Final = "me"


def owner_of(template: str, url: str, http: Any) -> str | None:
    """Whose mailbox a request is about: its ``userId``, or the credentials' owner for ``me``."""
    segments = template.split("/")
    if _USER not in segments:
        return None
    values = path_of(url).split("/")
    position = segments.index(_USER)
    owner = unquote(values[position]) if position < len(values) else ""
    return subject_of(http) if owner == _ME else owner or None


@lru_cache(maxsize=1024)
def hash_of(owner: str, key: str) -> str:
    """HMAC-SHA256 in hex; addresses that differ in case only are one mailbox."""
    return hmac.new(key.encode(), owner.strip().lower().encode(), hashlib.sha256).hexdigest()
