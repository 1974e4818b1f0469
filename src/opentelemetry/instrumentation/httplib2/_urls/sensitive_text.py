# SPDX-License-Identifier: Apache-2.0
"""Credentials and addresses in text of any kind, told by how they look, for both layers.

This module is pure: it knows neither OpenTelemetry nor httplib2.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from .._support.lazy_pattern import lazy_pattern

CREDENTIAL: Final = lazy_pattern(
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

_BEGINS_CREDENTIAL: Final = lazy_pattern("bearer|basic|oauth|ya29|aiza|1//|gocspx|eyj|-----begin")
"""What every one of them has in it, in lower case: much sooner found than they are ruled out."""

_CREDENTIAL_HEADER: Final = lazy_pattern(
    r"(?:set-)?cookie2?|.*(?:api-?key|auth|token|secret|password|signature|assertion|jwt|cert"
    r"|session|upload-?id).*",
    re.IGNORECASE,
)

USERINFO: Final = lazy_pattern(
    r"(?<=//)[^\s/?#@\"'<>]{1,512}@"
    # Without a scheme: but mailto:, and who is who in IAM, come before addresses.
    r"|(?<![^\s/\"'<>(),;=\[{])"
    r"(?!(?:mailto|to|from|cc|bcc|user|serviceaccount|group|domain|principal|member|email)(?::|%3a))"
    r"[^\s/?#@:\"'<>(),;=\[\]{}]{1,256}:[^\s/?#@\"'<>(),;]{1,256}@(?=\w)",
    re.IGNORECASE,
)
"""``user:password@`` before a host."""

ADDRESS: Final = lazy_pattern(r".[@\uff20\ufe6b].|%(?:25)*40", re.IGNORECASE)
"""What a word with an e-mail address in it has, percent-encoded or not."""

_AT: Final = lazy_pattern(
    r"[@\uff20\ufe6b]|%(?:25)*40|(?:(?<=\S)|(?<=\S ))[\[({<] ?at ?[\])}>]", re.IGNORECASE
)
"""What stands between the two parts of an address, also where people write it out."""

_SIGN: Final = lazy_pattern(r"[@%\[({<\uff20\ufe6b]")
_WRITTEN_OUT: Final = lazy_pattern(
    r" ?[\w-]{1,63}(?: ?(?:\.|[\[({<] ?dot ?[\])}>]) ?[\w-]{1,63}){0,5}", re.IGNORECASE
)
_PART_OF_ADDRESS: Final = lazy_pattern(r"\w[._+-]\w")
_DELIMITERS: Final = frozenset("<>\"',;:()[]{}|\\`\u201c\u201d\u201e\u2018\u2019\u00ab\u00bb")
_BRACKETS: Final = "([{<"
_MAX_BRACKETED: Final = 128
_MAX_NAME: Final = 128
# Initials and particles are parts of a name, other words in lower case are not.
_NAME_BEFORE: Final = lazy_pattern(
    r"(?:\b[^\W\d_a-z][^\W\d_]*(?:['\u2019.-][^\W\d_]+)*[.,]?\s+"
    r"|\b(?:al|bin|da|de|del|della|den|der|di|dos|du|el|la|le|ten|van|von|y|zu)\s+"
    r"|\"[^\"]{1,100}\"\s*|'[^']{1,100}'\s*){1,8}\Z"
)
_NAME_BEHIND: Final = lazy_pattern(r"\s?\((?:[^\W\d_a-z][^\W\d_]*['\u2019.,-]?\s?){1,6}\)")


class Span:
    """Where something stands in a text."""

    __slots__ = ("end", "start")

    def __init__(self, start: int, end: int) -> None:
        self.start = start
        self.end = end


def has_credential(text: str) -> bool:
    """Whether there is a credential in it that is known by its shape."""
    if text.isascii() and not _BEGINS_CREDENTIAL.search(text.lower()):
        return False
    return CREDENTIAL.search(text) is not None


def addresses_in(text: str) -> list[Span]:
    """Where e-mail addresses stand, each with the name of the person that is written beside it.

    Whole addresses: the local part may be quoted, the domain an IP address in brackets, either in
    any script, and the sign between them percent-encoded, any number of times, or written out.
    """
    found: list[Span] = []
    if not _SIGN.search(text):
        return found
    for sign in _AT.finditer(text):
        last = found[-1].end if found else 0
        if sign.start() < last:
            continue
        span = _address_at(text, sign, last)
        if span is not None:
            found.append(span)
    return found


def without_addresses(text: str, replacement: str) -> str:
    """Replace every e-mail address, and the name of the person that is written beside it."""
    return without_spans(text, addresses_in(text), replacement)


def without_spans(text: str, spans: Iterable[Span], replacement: str) -> str:
    """Replace parts of a text, given in the order in which they stand there."""
    parts: list[str] = []
    end = 0
    for span in spans:
        parts.extend((text[end : span.start], replacement))
        end = span.end
    return "".join((*parts, text[end:])) if parts else text


def without_credentials(text: str, replacement: str) -> str:
    """Replace every credential that is known by its shape, and userinfo."""
    if "@" in text:
        text = USERINFO.sub(f"{replacement}@", text)
    return CREDENTIAL.sub(replacement, text) if has_credential(text) else text


def _address_at(text: str, sign: re.Match[str], least: int) -> Span | None:
    start = _start_of_local_part(text, sign.start(), least)
    end = _end_of_domain(text, sign.end())
    written_out = _WRITTEN_OUT.match(text, sign.end()) if sign[0][0] in _BRACKETS else None
    if written_out or start == sign.start() or end == sign.end():
        # With spaces around the sign: only where one of the two looks like its part.
        last = len(text[:start].rstrip(" "))
        before = start if start < sign.start() else _start_of_local_part(text, last, least)
        after = max(end, _end_of_domain(text, sign.end() + 1))
        if written_out:
            start, end = before, written_out.end()
        elif _PART_OF_ADDRESS.search(text[before:after]):
            start, end = before, after
    if start == sign.start() and "." not in text[sign.end() : end]:
        return None
    return _with_name(text, Span(start, end), least)


def _start_of_local_part(text: str, end: int, least: int) -> int:
    start = end
    while start > least:
        before = text[start - 1]
        if before in '")' and (start == end or before == ")"):
            opening = text.rfind("(" if before == ")" else '"', max(least, start - 65), start - 1)
            if opening < 0:
                break
            start = opening
            if before == '"':
                break
            continue
        if before.isspace() or (
            before in _DELIMITERS and not _is_apostrophe(text, start - 1, least)
        ):
            break
        start -= 1
    return start


def _end_of_domain(text: str, start: int) -> int:
    if text[start : start + 1] == "[":
        closing = text.find("]", start, start + 65)
        return start if closing < 0 else closing + 1
    end = start
    while end < len(text) and not text[end].isspace() and text[end] not in _DELIMITERS:
        end += 1
    return start + len(text[start:end].rstrip(".!?\u2026"))


def _is_apostrophe(text: str, index: int, least: int) -> bool:
    """Whether it stands inside of a word: ``o'brien``."""
    return (
        text[index] in "'\u2019"
        and index > least
        and text[index - 1].isalnum()
        and text[index + 1 : index + 2].isalnum()
    )


def _with_name(text: str, span: Span, least: int) -> Span:
    start, end = span.start, span.end
    if text[start - 1 : start] == "<" and start > least:
        start -= 1
        end += text[end : end + 1] == ">"
        before = text[max(least, start - _MAX_NAME) : start]
        name = _NAME_BEFORE.search(before)
        if name is not None:
            start -= len(before) - name.start()
    behind = _NAME_BEHIND.match(text, end, end + _MAX_BRACKETED)
    return Span(start, behind.end() if behind else end)


@lru_cache(maxsize=256)
def is_credential_header(name: str) -> bool:
    """Whether a header of this name holds a credential."""
    return _CREDENTIAL_HEADER.fullmatch(name) is not None
