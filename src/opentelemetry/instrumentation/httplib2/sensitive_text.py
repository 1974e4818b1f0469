# SPDX-License-Identifier: Apache-2.0
"""Credentials and addresses in text of any kind, told by how they look, for both layers.

This module is pure: it knows neither OpenTelemetry nor httplib2.
"""

from __future__ import annotations

import re
from typing import Final

CREDENTIAL: Final = re.compile(
    r"\b(?:Bearer|Basic)[\s+]+[^\s,;]{6,}"
    r"|\bOAuth\s+(?=[^\s,;]{0,64}[\d._])[^\s,;]{6,}"
    r"|\b(?i:ya29\.)[\w.~+/=-]+"
    r"|\b(?i:AIza)[\w-]{10,}"
    r"|\b1//[\w-]{8,}"
    r"|\b(?i:GOCSPX-)[\w-]+"
    r"|(?<![\w-])(?i:eyJ)[\w-]{6,2000}\.[\w.-]+"
    r"|-----BEGIN [^-]{1,40}-----.*",
    re.DOTALL,
)
"""Tokens, keys and secrets whose shape is known."""

_BEGINS_CREDENTIAL: Final = re.compile("bearer|basic|oauth|ya29|aiza|1//|gocspx|eyj|-----begin")
"""What every one of them has in it, in lower case: much sooner found than they are ruled out."""

USERINFO: Final = re.compile(
    r"(?<=//)[^\s/?#@\"'<>]{1,512}@"
    # Without a scheme: but mailto:, and who is who in IAM, come before addresses.
    r"|(?<![^\s/\"'<>(),;=])"
    r"(?!(?:mailto|to|from|cc|bcc|user|serviceaccount|group|domain|principal|member|email)(?::|%3a))"
    r"[^\s/?#@:\"'<>(),;=]{1,256}:[^\s/?#@\"'<>(),;]{1,256}@(?=\w)",
    re.IGNORECASE,
)
"""``user:password@`` before a host."""

ADDRESS: Final = re.compile(r".[@\uff20\ufe6b].|%(?:25)*40", re.IGNORECASE)
"""What a word with an e-mail address in it has, percent-encoded or not."""

_WORD: Final = re.compile(r"[^\s<>\"',;:()\[\]{}]+")


def has_credential(text: str) -> bool:
    """Whether there is a credential in it that is known by its shape."""
    if text.isascii() and not _BEGINS_CREDENTIAL.search(text.lower()):
        return False
    return CREDENTIAL.search(text) is not None


def without_addresses(text: str, replacement: str) -> str:
    """Replace every word that has an e-mail address in it."""
    if not ADDRESS.search(text):
        return text
    return _WORD.sub(lambda found: replacement if ADDRESS.search(found[0]) else found[0], text)


def without_credentials(text: str, replacement: str) -> str:
    """Replace every credential that is known by its shape, and userinfo."""
    if "@" in text:
        text = USERINFO.sub(f"{replacement}@", text)
    return CREDENTIAL.sub(replacement, text) if has_credential(text) else text
