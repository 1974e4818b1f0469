# SPDX-License-Identifier: Apache-2.0
"""What an HTML page says that came where an API's response was expected.

Front ends, proxies and firewalls respond with pages. Their text is untrusted and is never shown:
rules look for known phrases in it.

This module is pure: it knows neither OpenTelemetry nor googleapiclient.
"""

from __future__ import annotations

import html
import re
from typing import Final

from opentelemetry.instrumentation.httplib2._support.lazy_pattern import lazy_pattern

_MAX_READ: Final = 16 * 1024
_MAX_TEXT: Final = 2048
_INVISIBLE: Final = ("script", "style")
_BEGINNING: Final = lazy_pattern(
    r"\s{0,1000}<(?:!doctype html|html|head|meta|title|body|h1|(\?xml|!--))", re.IGNORECASE
)
_STATUS: Final = lazy_pattern(
    r"^\W{0,8}(?:error|http)?\W{0,8}([3-5]\d\d)\b|\b(?:error|status)(?: code)?\W{1,3}([45]\d\d)\b",
    re.IGNORECASE,
)


def is_page(body: str) -> bool:
    """Whether a body begins like an HTML page."""
    found = _BEGINNING.match(body)
    # Other documents begin with a declaration or a comment, too.
    return found is not None and (found[1] is None or "<html" in body[:_MAX_TEXT].lower())


def text_of_page(body: str) -> str:
    """What a reader of the page sees, on one line."""
    pieces: list[str] = []
    invisible = ""
    head, *parts = body[:_MAX_READ].split("<")
    pieces.append(head)
    for part in parts:
        markup, _, text = part.partition(">")
        name = markup[:8].lower()
        if invisible:
            if not name.startswith(f"/{invisible}"):
                continue
            invisible = ""
        else:
            invisible = next((one for one in _INVISIBLE if name.startswith(one)), "")
            if invisible:
                continue
        pieces.append(text)
    return " ".join(html.unescape(" ".join(pieces)).split())[:_MAX_TEXT]


def status_in(page_text: str) -> int | None:
    """The HTTP status that a page names: ``Error 403 (Forbidden)!!1``, ``502 Bad Gateway``."""
    found = _STATUS.search(page_text)
    return int(found[1] or found[2]) if found else None
