# SPDX-License-Identifier: Apache-2.0
"""What a text says, whatever it is written in: percent-encoding, HTML, JSON escapes, base64.

This module is pure: it knows neither OpenTelemetry nor googleapiclient.
"""

from __future__ import annotations

import base64
import binascii
import html
import re
from functools import lru_cache
from typing import Final, NamedTuple
from urllib.parse import unquote

from opentelemetry.instrumentation.httplib2._support.lazy_pattern import lazy_pattern
from opentelemetry.instrumentation.httplib2._urls.sensitive_text import has_credential

_MAX_DECODINGS: Final = 3
_MAX_REMEMBERED: Final = 128

_CONTROL: Final = lazy_pattern(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_ESCAPE: Final = lazy_pattern(
    r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z]{2,8});|\\(?:u[0-9a-f]{4}|[\"nrt])", re.IGNORECASE
)
_JSON_ESCAPE: Final = lazy_pattern(r"\\(?:u([0-9a-fA-F]{4})|([\"nrt]))")
_BASE64: Final = lazy_pattern(r"[A-Za-z0-9+/_-]{6,}")
_PLAIN_ADDRESS: Final = lazy_pattern(r"[\w.+-]{2,64}@\w[\w-]{0,62}\.\w")


class Hidden(NamedTuple):
    """What a word says in base64."""

    folded: str
    """In lower case."""
    credential: bool
    """Whether a credential that is known by its shape is in it."""
    address: bool
    """Whether an e-mail address is in it."""


def clean(text: str) -> str:
    """Make text that every exporter can encode and no terminal obeys."""
    return _CONTROL.sub(" ", text.encode("utf-8", "replace").decode("utf-8"))


def unescaped(text: str) -> str:
    """Take the escapes of HTML and JSON away, which hide what they stand for."""
    for _ in range(_MAX_DECODINGS):
        if not _ESCAPE.search(text):
            break
        text = _JSON_ESCAPE.sub(_unescape, html.unescape(text))
    return text


def _unescape(found: re.Match[str]) -> str:
    if found[1]:
        return chr(int(found[1], 16))
    return '"' if found[2] == '"' else " "


def percent_decoded(text: str) -> str:
    """Take percent-encoding away, as often as it was put on."""
    for _ in range(_MAX_DECODINGS):
        if "%" not in text:
            break
        text = unquote(text)
    return text


def hidden_in(word: str) -> Hidden | None:
    """What a word says in base64; None where it says nothing."""
    return _remembered(word) if len(word) <= _MAX_REMEMBERED else _hidden_in(word)


def _hidden_in(word: str) -> Hidden | None:
    # What stands before it, a path or a name, may shift it.
    plains = [
        plain
        for found in _BASE64.finditer(word)
        for shift in range(4)
        if (plain := _from_base64(found[0][shift:]))
    ]
    if not plains:
        return None
    return Hidden(
        folded="\n".join(plains).lower(),
        credential=any(map(has_credential, plains)),
        address=any(map(_PLAIN_ADDRESS.search, plains)),
    )


# Servers say the same few words again and again.
_remembered: Final = lru_cache(maxsize=1024)(_hidden_in)


def _from_base64(text: str) -> str:
    """What of a text can be read once decoded, empty where it is no base64."""
    whole = text[: len(text) // 4 * 4] or text
    try:
        decoded = base64.b64decode(whole.replace("-", "+").replace("_", "/"))
    except (binascii.Error, ValueError):
        return ""
    return decoded.decode("utf-8", "ignore")
