# SPDX-License-Identifier: Apache-2.0
"""One ``Http.request``: what it is part of, and why what it sends goes out again."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any, Final

from .scope import RequestScope, current_scope
from .semconv import ResendCause
from .url import split_url


class Exchange:
    """One ``Http.request``, or one redirect hop inside of it."""

    __slots__ = ("_cause", "_sends", "http", "redirections", "scope", "silent", "template", "url")

    def __init__(
        self,
        http: Any,
        url: str,
        redirections: object,
        scope: RequestScope,
        *,
        cause: str | None = None,
        template: str | None = None,
        silent: bool = False,
    ) -> None:
        self.http = http
        self.url = url
        self.redirections = redirections
        self.scope = scope
        self.template = template
        self.silent = silent
        """Whether nothing below may make spans: excluded, suppressed, or watched as a whole."""
        self._cause = cause
        self._sends = 0

    def count_attempt(self) -> int:
        """Count an attempt; how many there were before."""
        before = self.scope.attempts
        self.scope.attempts = before + 1
        return before

    def begin_send(self) -> str | None:
        """The cause of what httplib2 is about to send, where it is known.

        What it sends again within one hop answers a challenge (RFC 9110, section 11.6.1).
        """
        self._sends += 1
        return self._cause if self._sends == 1 else ResendCause.AUTH_CHALLENGE

    def wire_url(self, request_target: str) -> str:
        """The URL that goes out: httplib2 normalizes what it was given."""
        scheme, authority, _ = split_url(self.url)
        return f"{scheme}://{authority}{request_target}"


current_exchange: Final[ContextVar[Exchange | None]] = ContextVar("httplib2-exchange", default=None)


def open_exchange(http: Any, url: str, redirections: object) -> Exchange:
    """Find out what an ``Http.request`` is part of."""
    outer = current_exchange.get()
    if outer is not None and outer.http is http and _is_lower(redirections, outer.redirections):
        return Exchange(
            http,
            url,
            redirections,
            outer.scope,
            cause=ResendCause.REDIRECT,
            silent=outer.silent,
        )
    above = current_scope()
    if above is None:
        return Exchange(http, url, redirections, RequestScope())
    if above.owns(url):
        cause = above.begin_send()
        return Exchange(http, url, redirections, above, cause=cause, template=above.template)
    apart = RequestScope(url_policy=above.url_policy, propagates_baggage=above.propagates_baggage)
    return Exchange(http, url, redirections, apart)


def exchange_of_connection(http: Any, connection: Any, request_target: str) -> Exchange:
    """Make up for an ``Http.request`` that went past us: oauth2client keeps the one it found."""
    host, port = getattr(connection, "host", ""), getattr(connection, "port", None)
    default_port = getattr(connection, "default_port", None)
    scheme = "https" if default_port == 443 else "http"  # noqa: PLR2004
    if ":" in host:
        host = f"[{host}]"
    authority = host if port in (None, default_port) else f"{host}:{port}"
    return open_exchange(http, f"{scheme}://{authority}{request_target}", None)


def _is_lower(redirections: object, outer: object) -> bool:
    return isinstance(redirections, int) and isinstance(outer, int) and redirections < outer
