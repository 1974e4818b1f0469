# SPDX-License-Identifier: Apache-2.0
"""Parts of URLs, for both layers."""

from __future__ import annotations

from functools import lru_cache
from typing import Final, NamedTuple
from urllib.parse import urlsplit

_DEFAULT_PORTS: Final = {"http": 80, "https": 443}


class Origin(NamedTuple):
    """Where a URL points to: ``server.address`` and ``server.port``."""

    host: str
    port: int | None


def origin_of(url: str) -> Origin | None:
    """The origin of an absolute URL, without userinfo; None where it is none.

    The port is the scheme's own where the URL names none.
    """
    scheme, separator, rest = url.partition("://")
    if not separator:
        return None
    end = min((at for at in map(rest.find, "/?#") if at >= 0), default=len(rest))
    return _parse_origin(scheme, rest[:end])


# A program talks to few hosts; parsing them again for every call would cost more than the look-up.
@lru_cache(maxsize=256)
def _parse_origin(scheme: str, authority: str) -> Origin | None:
    try:
        parts = urlsplit(f"{scheme}://{authority}")
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    return Origin(host, port or _DEFAULT_PORTS.get(scheme.lower())) if host else None


def path_of(url: str) -> str:
    """The path of an absolute URL, as it is written there: neither decoded nor normalized."""
    rest = url.partition("://")[2]
    path = rest[rest.find("/") :] if "/" in rest else ""
    return path.partition("?")[0].partition("#")[0]
