# SPDX-License-Identifier: Apache-2.0
"""Names, ids, paths, domains and numbers that stand in a message without quotes.

Told by the word before them (``project harbor-mail``, ``user Nora``), and by how they look: letters
and digits mixed, a path of a resource (``people/c123``), a domain, a long number.

This module is pure: it knows neither OpenTelemetry nor googleapiclient.
"""

from __future__ import annotations

import re
from typing import Final

from opentelemetry.instrumentation.httplib2._support.lazy_pattern import lazy_pattern

from .plain_parts import is_known_host
from .server_words import OF_OWNERS, OF_THINGS, SERVER_WORDS

_PRIVATE_USE: Final = lazy_pattern("[\ue000-\uf8ff]")

_WORD: Final = lazy_pattern(r"(?<![\w-])[A-Za-z_]{2,16}(?![\w-])")
_NEXT: Final = lazy_pattern(r"(?:[ ]?[=#][ ]?#?|[ ]?:(?:[ ]|(?=\d))|[ ][#(\[]?)(?P<name>[^\s:=#]+)")
_MAX_PLAIN_DIGITS: Final = 5
_MAX_WORDS_OF_NAME: Final = 6
_PUNCTUATION: Final = ".,;:!?()[]{}\"'\u2019"
_ASSIGNED: Final = lazy_pattern(
    r"(?<=\w)=(?=[^\s=])(?!\d{1,3}(?!\w)|[\ue000-\uf8ff])[^\s,;()\[\]&]+"
)
_LONG_NUMBER: Final = lazy_pattern(
    r"(?<![\w.-])(?:\d{6,}|\(?\d{3}\)?[- .]\d{3}[- .]\d{4}|\d{3}-\d{4}|\d{1,3}(?:[ -]\d{2,4}){3,5})"
    r"(?![\w-])"
)
_IP_ADDRESS: Final = lazy_pattern(r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w.])")
_IP_ADDRESS_6: Final = lazy_pattern(r"(?:[0-9a-fA-F]{0,4}:){3,7}[0-9a-fA-F]{0,4}")
_MIN_COLONS: Final = 3
# Words, where letters and hyphens are not all; URLs as a whole.
_DELIMITERS: Final = r"\s\"'()\[\]{},;:<>=|&"
_TOKEN: Final = lazy_pattern(
    rf"(?<![^{_DELIMITERS}])(?:[a-z][a-z+.-]{{1,20}}://\S*"
    rf"|[A-Za-z-]*[^A-Za-z{_DELIMITERS}-][^{_DELIMITERS}]*)",
    re.IGNORECASE,
)
# ``Range (Payroll!A1:B2) exceeds``, ``within range ['Payroll 2026'!A1:B2]``.
_CELLS: Final = lazy_pattern(
    r"(?<=[(\[])(?:(?<=[Rr]ange \()[^()\[\]]{1,200}"
    r"|[^()\[\]!]{1,200}!\$?[A-Za-z\d][^()\[\]]{0,100})(?=[)\]])"
)
# ``table harbor-mail:letters.sent``, as BigQuery names what belongs to a project.
_OF_PROJECT: Final = lazy_pattern(
    r"\b(?P<kind>dataset|job|model|routine|table|view) (?:[a-z][a-z.]{0,60}:)?"
    "[a-z\uf8ff][\\w\uf8ff-]{0,62}:[\\w\uf8ff$*-]{1,400}(?:\\.[\\w\uf8ff$*-]{1,400})?",
    re.IGNORECASE,
)
# Behind a permission: ``storage.buckets.get access to harbor-mails``.
_ACCESS_TO: Final = lazy_pattern(
    "(?<=[\ue000-\uefff] access to )(?!(?:a|all|any|some|th[a-z]{1,3}|your)\\b)"
    "[^\ue000-\uefff]{1,200}?(?=[.;] [A-Z]| \\(|[.,;]?\\Z|[\ue000-\uefff])"
)
_RANGE: Final = lazy_pattern(r"!\$?[A-Za-z\d]")
_DOMAIN: Final = lazy_pattern(
    r"(?:[^\W_](?:[\w-]{0,62}[^\W_])?\.){1,6}"
    r"(?:[a-z]{2}|com|org|net|edu|gov|mil|int|info|biz|name|pro|aero|coop|museum|app|dev|cloud|goog"
    r"|google|online|site|store|shop|tech|xyz|email|school|academy|health|group|agency|example|test"
    r"|invalid|local|internal|lan|intranet|xn--[a-z\d-]{2,59}|[^\W\d_a-z]{2,20})",
    re.IGNORECASE,
)
# ``rfc822``, ``OAuth2``, ``base64url``, ``UTF-8``, ``v1beta1``, ``5xx``, ``60s``, ``1st``, ``2.0``.
_TECHNICAL: Final = lazy_pattern(
    r"rfc-?\d{3,4}|oauth-?\d(?:\.\d)?|base-?\d\d(?:url)?|utf-?\d{1,2}|sha-?\d{1,3}|[hrpe]s\d{3}"
    r"|ipv[46]|https?/?\d(?:\.\d)?|v\d{1,2}(?:(?:alpha|beta|p)\d{0,2}){0,2}|pkcs-?\d{1,2}|p12|x\.?509"
    r"|md5|tlsv?\d?(?:\.\d)?|iso-?8601|\d(?:st|nd|rd|th)|[1-5]xx|\d{1,6}(?:ms|[smhd])|[23]fa"
    r"|[23]lo|[23]sv|[23]-step|[23]-legged|\d{1,3}-(?:hour|minute|day|second|bit|byte)"
    r"|httplib2|oauth2client|urllib3|python-?\d(?:\.\d{1,2}){0,2}",
    re.IGNORECASE,
)
_SMALL_NUMBER: Final = lazy_pattern(r"\d{1,3}")
_ALPHABETIC: Final = lazy_pattern(r"[^\W\d_]+(?:['\u2019][a-z]{1,2})?")


def without_identifiers(text: str, replacement: str) -> str:
    """Replace what may be the name or id of somebody or something of theirs.

    Characters for private use stand for what was looked at before.
    """
    text = _OF_PROJECT.sub(lambda found: f"{found['kind']} {replacement}", text)
    text = _ACCESS_TO.sub(replacement, text)
    text = _without_names(text, replacement)
    text = _CELLS.sub(replacement, text)
    text = _ASSIGNED.sub(
        lambda found: found[0] if found[0][1:].lower() in SERVER_WORDS else f"={replacement}", text
    )
    text = _IP_ADDRESS.sub(replacement, text)
    if text.count(":") >= _MIN_COLONS:
        text = _IP_ADDRESS_6.sub(replacement, text)
    text = _LONG_NUMBER.sub(replacement, text)
    return _TOKEN.sub(lambda found: _shown(found, replacement), text)


def _without_names(text: str, replacement: str) -> str:
    """Replace what stands behind words like ``project``, as far as it is no word of servers."""
    parts: list[str] = []
    end = 0
    for found in _WORD.finditer(text):
        word = found[0].lower()
        if not (word in OF_OWNERS or word in OF_THINGS) or found.start() < end:
            continue
        position = found.end()
        for _ in range(_MAX_WORDS_OF_NAME):
            following = _NEXT.match(text, position)
            if following is None or _is_ordinary(following["name"], owned=word in OF_OWNERS):
                break
            start, stop = following.span("name")
            bare = following["name"].rstrip(_PUNCTUATION)
            parts.extend((text[end:start], replacement))
            end = start + len(bare)
            position = stop
            if stop > end:
                break
    parts.append(text[end:])
    return "".join(parts)


def _is_ordinary(word: str, *, owned: bool) -> bool:
    """Whether this names nobody, where a name may stand."""
    word = word.strip(_PUNCTUATION)
    if not word or _PRIVATE_USE.search(word) or "/" in word:
        return True
    if word.isdigit() and len(word) <= _MAX_PLAIN_DIGITS:
        return not owned
    if _ALPHABETIC.fullmatch(word) or not owned:
        return all(part in SERVER_WORDS for part in re.split(r"[-_]", word.lower()))
    return word.lower() in {"domain-wide", "per-user", "user-rate"}


def _shown(found: re.Match[str], replacement: str) -> str:
    token = found[0]
    scheme, is_url, rest = token.partition("://")
    if is_url:
        # In a sentence, a URL of somebody else's may be the customer's: a referrer, a callback.
        host = rest.partition("/")[0]
        shows = found.start() == 0 or is_known_host(host)
        return (
            token if shows and scheme.lower() in {"http", "https"} else f"{scheme}://{replacement}"
        )
    bare = token.rstrip(".!?")
    end = token[len(bare) :]
    if "/" in bare:
        return "/".join(_segments(bare, replacement)) + end
    if _PRIVATE_USE.search(bare):
        return token
    return (replacement if _is_identifier(bare) else bare) + end


def _is_identifier(word: str) -> bool:
    if _RANGE.search(word) or _DOMAIN.fullmatch(word):
        return True
    mixed = any(map(str.isdigit, word)) and any(map(str.isalpha, word))
    return mixed and not _TECHNICAL.fullmatch(word.strip("-"))


def _segments(path: str, replacement: str) -> list[str]:
    """A path, with what stands for a thing in it replaced: ``projects/[redacted]/topics/*``."""
    segments = path.split("/")
    before = ""
    for index, segment in enumerate(segments):
        if not _may_stand_behind(before, segment):
            segments[index] = replacement
        before = segment.lower()
    return segments


def _may_stand_behind(before: str, segment: str) -> bool:
    if segment in {"", "*", "-", "me"} or (_PRIVATE_USE.search(segment) and len(segment) == 1):
        return True
    if before.endswith("s") or before == "people":
        return False
    if _SMALL_NUMBER.fullmatch(segment) or is_known_host(segment):
        return True
    return not _is_identifier(segment) and all(
        part in SERVER_WORDS for part in re.split(r"[_.-]", segment.lower())
    )
