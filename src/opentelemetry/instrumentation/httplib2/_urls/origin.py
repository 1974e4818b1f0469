# SPDX-License-Identifier: Apache-2.0
"""Parts of URLs. Pure: it knows neither OpenTelemetry nor httplib2."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final
from urllib.parse import urlsplit

from .._support.lazy_pattern import lazy_pattern

_ORIGIN: Final = lazy_pattern(r"[^:/?#]*://[^/?#]+")
_SPLIT: Final = lazy_pattern(r"(.*?)://([^/?#]*)(.*)", re.DOTALL)
_DEFAULT_PORTS: Final = {"http": 80, "https": 443}


class Origin:
    """Where a URL points to: ``server.address`` and ``server.port``."""

    __slots__ = ("host", "port")

    def __init__(self, host: str, port: int | None) -> None:
        self.host = host
        self.port = port


def origin_of(url: str) -> Origin | None:
    """The origin of an absolute URL, without userinfo; None where it is none.

    The port is the scheme's own where the URL names none.
    """
    return parse_origin(origin_in(url))


def origin_in(url: str) -> str:
    """The part of an absolute URL that tells its origin; empty where it is none."""
    found = _ORIGIN.match(url)
    return found[0] if found else ""


def path_of(url: str) -> str:
    """The path of an absolute URL, as it is written there: neither decoded nor normalized."""
    return split_url(url)[2].partition("?")[0].partition("#")[0]


def split_url(url: str) -> tuple[str, str, str]:
    """Scheme, authority, and all that follows, which together with ``://`` are the URL."""
    found = _SPLIT.match(url)
    return (found[1], found[2], found[3]) if found else ("", "", url)


# A program talks to few hosts; parsing them again for every call would cost more than the look-up.
@lru_cache(maxsize=256)
def parse_origin(url: str) -> Origin | None:
    """The origin of a URL that has no path, as :func:`origin_in` finds it."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    return Origin(host, port or _DEFAULT_PORTS.get(parts.scheme)) if host else None
