# SPDX-License-Identifier: Apache-2.0
"""Redaction of URLs, for both layers.

Redaction replaces values in place: order, encoding and everything that may stay are kept. It knows
credentials everywhere, and for Google's APIs what is personal: there only query parameters of a
list keep their values, and path segments that name a person are replaced.

This module is pure: it knows neither OpenTelemetry nor httplib2.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from .._support.lazy_pattern import lazy_pattern
from .credentials import holds_credential, names_credential
from .origin import split_url
from .path import (
    LABEL,
    LONGEST_SEGMENT,
    REDACTED,
    is_label,
    redact_path,
    unsuspicious_path,
    without_credential_segments,
)
from .sensitive_text import ADDRESS, has_credential

MAX_URL: Final = 4096
MAX_QUERY: Final = 512
"""The longest query that shows without a look at how long the whole URL is."""

_SEPARATOR: Final = lazy_pattern("([&;])")

# Downloads are redirected to googleusercontent.com.
_GOOGLE_HOST: Final = lazy_pattern(
    r"(?:.*\.)?(?:google|googleapis|googleusercontent)\.com", re.IGNORECASE
)

GOOGLE_PARAMETERS: Final = frozenset(
    {
        "$.xgafv",
        "alt",
        "corpora",
        "deleted",
        "fields",
        "format",
        "historyTypes",
        "includeSpamTrash",
        "internalDateSource",
        "maxResults",
        "metadataHeaders",
        "neverMarkSpam",
        "orderBy",
        "pageSize",
        "prettyPrint",
        "processForCalendar",
        "projection",
        "showDeleted",
        "singleEvents",
        "spaces",
        "startHistoryId",
        "supportsAllDrives",
        "uploadType",
        "version",
        "view",
    }
)
"""Query parameters of Google's APIs that hold settings, not data of a person."""


class UrlPolicy:
    """What of a URL may leave the process.

    Args:
        google: whether the URL is of a Google API; None to tell by its host.
        capture_personal_data: keep what is personal. Credentials go in any case.
    """

    __slots__ = ("capture_personal_data", "google")

    def __init__(self, *, google: bool | None = None, capture_personal_data: bool = False) -> None:
        self.google = google
        self.capture_personal_data = capture_personal_data


DEFAULT_POLICY: Final = UrlPolicy()


_WORD: Final = "A-Za-z0-9_"
_UNSUSPICIOUS_ORIGIN: Final = lazy_pattern(rf"https?://[{_WORD}.-]+(?::[0-9]+)?")
_NEVER: Final = lazy_pattern(r"(?!)")


# A program uses few templates, and most of its URLs hold nothing to redact: one match tells.
@lru_cache(maxsize=128)
def unsuspicious(template: str | None) -> re.Pattern[str]:
    """Matches URLs that may leave the process as they are, by whatever policy.

    Longer ones than ``MAX_URL`` may not.

    Args:
        template: the path that they were made from, ``/users/{userId}``; None where that is not
            known. What stands for one of its variables is an id, anything may stand elsewhere:
            then the URL must be searched for credentials, too.
    """
    return re.compile(
        rf"{_UNSUSPICIOUS_ORIGIN.pattern}(?=[/?]|\Z)"
        rf"{unsuspicious_path(template)}(?:\?{_UNSUSPICIOUS_QUERY})?"
    )


def unsuspicious_before_query(template: str, origin: str) -> re.Pattern[str]:
    """Matches what stands before the ``?`` of such URLs at one origin, if that is as it may be.

    With ``MAX_QUERY`` characters behind it, it is not too long.
    """
    longest = len(origin) + len(template) + LONGEST_SEGMENT * template.count("{")
    if not _UNSUSPICIOUS_ORIGIN.fullmatch(origin) or longest + 1 + MAX_QUERY > MAX_URL:
        return _NEVER
    return re.compile(re.escape(origin) + unsuspicious_path(template))


_UNSUSPICIOUS_QUERY: Final = (
    rf"(?:(?:labelIds={LABEL}|(?:{'|'.join(map(re.escape, sorted(GOOGLE_PARAMETERS)))})"
    rf"=[{_WORD}.,:~*/()-]*)(?:&|\Z))*"
)
unsuspicious_query: Final = lazy_pattern(_UNSUSPICIOUS_QUERY)
"""Matches what stands behind the ``?`` of a Google API's URL where there is nothing to redact."""


def redact_url(url: str, policy: UrlPolicy = DEFAULT_POLICY, template: str | None = None) -> str:
    """Redact in a URL what must not leave the process.

    Args:
        url: an absolute URL.
        policy: what may stay.
        template: the path that it was made from, ``/users/{userId}``, where that is known.
    """
    if (
        len(url) <= MAX_URL
        and unsuspicious(template).fullmatch(url)
        and (template is not None or not has_credential(url))
    ):
        return url
    if not url.isascii():
        # A lone surrogate can't be exported.
        url = url.encode("utf-8", "replace").decode("utf-8")
    scheme, authority, target = split_url(url)
    if "@" in authority:
        userinfo, _, authority = authority.rpartition("@")
        shown = f"{REDACTED}:{REDACTED}" if ":" in userinfo else REDACTED
        authority = f"{shown}@{authority}"
    target, hash_sign, fragment = target.partition("#")
    path, question_mark, query = target.partition("?")
    google = policy.google if policy.google is not None else _is_google(authority)
    personal = policy.capture_personal_data
    if not personal:
        path = redact_path(path, template, google=google)
    else:
        path = without_credential_segments(path)
    if query:
        query = _redact_query(query, allow_list=google and not personal, personal=personal)
    separator = "://" if scheme else ""
    # A fragment is never sent, and tokens travel in fragments.
    fragment = REDACTED if fragment else ""
    return f"{scheme}{separator}{authority}{path}{question_mark}{query}{hash_sign}{fragment}"[
        :MAX_URL
    ]


@lru_cache(maxsize=256)
def _is_google(authority: str) -> bool:
    return _GOOGLE_HOST.fullmatch(authority.rpartition("@")[2].partition(":")[0]) is not None


def _redact_query(query: str, *, allow_list: bool, personal: bool) -> str:
    # Some servers take ``;`` for ``&``: it parts what may stay from what may not.
    parts = _SEPARATOR.split(query) if ";" in query else query.split("&")
    pairs = [_redact_pair(part, allow_list=allow_list, personal=personal) for part in parts]
    return ("" if ";" in query else "&").join(pairs)


def _redact_pair(pair: str, *, allow_list: bool, personal: bool) -> str:
    name, equals, value = pair.partition("=")
    if value and not _keeps(name, value, allow_list=allow_list, personal=personal):
        return f"{name}{equals}{REDACTED}"
    if not allow_list and not personal and ADDRESS.search(pair):
        return REDACTED
    return pair


def _keeps(name: str, value: str, *, allow_list: bool, personal: bool) -> bool:
    if allow_list:
        if name == "labelIds":
            return is_label(value)
        return name in GOOGLE_PARAMETERS and not ADDRESS.search(value)
    if names_credential(name) or holds_credential(value):
        return False
    return personal or not ADDRESS.search(value)
