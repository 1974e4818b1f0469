# SPDX-License-Identifier: Apache-2.0
"""One ``Http.request``: what it is part of, and why what it sends goes out again."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any, Final

from .scope import RequestScope, current_scope
from .semconv import ResendCause
from .url import origin_in, redact_url, split_url

_NOTHING_ABOVE: Final = RequestScope()
_NOTHING_ABOVE.url = object()  # which no URL equals


class Exchange:
    """One ``Http.request``, or one redirect hop inside of it.

    Args:
        http: what sends it.
        url: where to.
        redirections: how many redirects may follow; what is no number is no hop.
    """

    silent: bool = False
    """Whether nothing below may make spans: excluded, suppressed, or watched as a whole."""
    cause: str | None = None
    """Of what httplib2 is about to send, where it is known."""
    is_own: bool = False
    """Whether it sends what the layer above has asked for, to where it said."""
    is_whole: bool = False
    """Whether its connections can't be watched: it makes one attempt."""
    attempts: int = 0
    """How many there have been, where it is no part of anything."""
    counted_by: Exchange | RequestScope | None = None
    """What its attempts are counted with, where it is a part of something."""

    def __init__(self, http: Any, url: str, redirections: object) -> None:
        self.http = http
        self.url = url
        self.redirections = redirections
        outer = current_exchange.get()
        if outer is not None and outer.http is http and _is_lower(redirections, outer.redirections):
            self.scope = outer.scope
            self.counted_by = outer.counted_by or outer
            self.silent = outer.silent
            self.cause = ResendCause.REDIRECT
            return
        self.scope = above = current_scope.get() or _NOTHING_ABOVE
        # A token request on the way has another URL. The method says nothing: googleapiclient can
        # send a PATCH as a POST (tunnel_patch).
        if above.url == url:
            self.counted_by = above
            self.is_own = True
            self.cause = above.begin_send()

    @property
    def template(self) -> str | None:
        """By which its URL was made, where that is known."""
        return self.scope.template if self.is_own else None

    def shown(self, url: str) -> tuple[str, str]:
        """What may leave the process of its URL or the one that goes out, and the origin's text."""
        if self.is_own:
            return self.scope.shown(url)
        return redact_url(url, self.scope.url_policy), origin_in(url)

    def wire_url(self, request_target: str | None) -> str:
        """The URL that goes out: httplib2 normalizes what it was given."""
        url = self.url
        if request_target is None or url.endswith(request_target):
            return url
        scheme, authority, _ = split_url(self.url)
        return f"{scheme}://{authority}{request_target}"


current_exchange: Final[ContextVar[Exchange | None]] = ContextVar("httplib2-exchange", default=None)


def exchange_of_connection(http: Any, connection: Any, request_target: str) -> Exchange:
    """Make up for an ``Http.request`` that went past us: oauth2client keeps the one it found."""
    host, port = getattr(connection, "host", ""), getattr(connection, "port", None)
    default_port = getattr(connection, "default_port", None)
    scheme = "https" if default_port == 443 else "http"  # noqa: PLR2004
    if ":" in host:
        host = f"[{host}]"
    authority = host if port in (None, default_port) else f"{host}:{port}"
    return Exchange(http, f"{scheme}://{authority}{request_target}", None)


def _is_lower(redirections: object, outer: object) -> bool:
    return isinstance(redirections, int) and isinstance(outer, int) and redirections < outer
