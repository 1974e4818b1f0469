# SPDX-License-Identifier: Apache-2.0
"""One ``Http.request``: what it is part of, and why what it sends goes out again."""

from __future__ import annotations

from types import MethodType
from typing import Any, Final

from opentelemetry.context import get_current

from .scope import RequestScope, current_scope
from .semconv import ResendCause
from .suppression import is_http_suppressed, nothing_is_suppressed
from .telemetry import Telemetry
from .url import origin_in, redact_url, split_url

# Of ``Http.request``: what it takes for its argument if it is not given, and where that stands.
_REDIRECTIONS: Final = 5
_REDIRECTIONS_POSITION: Final = 4
# Looked up once: a name of a class costs ten times a global one.
_AUTH_REFRESH: Final = ResendCause.AUTH_REFRESH


class Exchange:
    """One ``Http.request``, or one redirect hop inside of it.

    Args:
        telemetry: where its attempts are written down.
        scope: what it is sent for.
        http: what sends it.
        url: where to.
        args: what the ``Http.request`` was given.
        kwargs: the same.
        conn_request: the function that has to be its ``_conn_request``, so that attempts are seen.
    """

    __slots__ = (
        "_args",
        "_kwargs",
        "attempts",
        "cause",
        "counted_by",
        "http",
        "is_own",
        "is_whole",
        "scope",
        "silent",
        "url",
    )

    attempts: int
    """How many there have been, where it is not counted by something else."""
    cause: str | None
    """Of what httplib2 is about to send, where it is known."""
    counted_by: Exchange | RequestScope | None
    """What its attempts are counted with, where it is a part of something."""
    is_own: bool
    """Whether it sends what the layer above has asked for, to where it said."""
    is_whole: bool
    """Whether its connections can't be watched: it makes one attempt."""
    silent: bool
    """Whether nothing below may make spans: excluded, suppressed, or watched as a whole."""

    def __init__(  # noqa: PLR0917 - a keyword makes each of them dearer
        self,
        telemetry: Telemetry,
        scope: RequestScope,
        http: Any,
        url: str,
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        conn_request: object,
    ) -> None:
        self.http = http
        self.url = url
        self._args = args
        self._kwargs = kwargs
        context = get_current()
        self.silent = (not nothing_is_suppressed(context) and is_http_suppressed(context)) or (
            telemetry.excludes_urls and telemetry.options.excludes(url)
        )
        # A subclass or the object itself may have one of its own, and a proxy around ours looks
        # like ours.
        bound = getattr(http, "_conn_request", None)
        self.is_whole = type(bound) is not MethodType or bound.__func__ is not conn_request
        self.scope = scope
        outer = scope.exchange
        if outer is not None and outer.http is http and self._is_hop_of(outer):
            self.is_own = False
            self.counted_by = outer.counted_by or outer
            self.silent = self.silent or outer.silent
            self.cause = ResendCause.REDIRECT
        # A token request on the way has another URL. The method says nothing: googleapiclient can
        # send a PATCH as a POST (tunnel_patch).
        elif scope.url == url:
            self.is_own = True
            self.counted_by = scope
            # A second send within a try comes from the credentials, which have renewed the token.
            self.cause, scope.cause = scope.cause, _AUTH_REFRESH
        else:
            self.is_own = False
            self.counted_by = self.cause = None
            self.attempts = 0

    def _is_hop_of(self, outer: Exchange) -> bool:
        mine, theirs = self._redirections(), outer._redirections()
        return isinstance(mine, int) and isinstance(theirs, int) and mine < theirs

    def _redirections(self) -> object:
        """How many redirects may follow; what is no number is no hop."""
        if len(self._args) > _REDIRECTIONS_POSITION:
            return self._args[_REDIRECTIONS_POSITION]
        return self._kwargs.get("redirections", _REDIRECTIONS)

    @property
    def template(self) -> str | None:
        """By which its URL was made, where that is known."""
        return self.scope.template if self.is_own else None

    def shown(self, url: str) -> tuple[str, str]:
        """What of its URL may leave the process, and the origin's text, where it is not its own."""
        return redact_url(url, self.scope.url_policy), origin_in(url)

    def wire_url(self, target: str | None) -> str:
        """The URL that goes out: httplib2 normalizes what it was given."""
        url = self.url
        if target is None or url.endswith(target):
            return url
        scheme, authority, _ = split_url(url)
        return f"{scheme}://{authority}{target}"


def exchange_of_connection(
    telemetry: Telemetry, http: Any, connection: Any, request_target: str
) -> Exchange:
    """Make up for an ``Http.request`` that went past us: oauth2client keeps the one it found."""
    host, port = getattr(connection, "host", ""), getattr(connection, "port", None)
    default_port = getattr(connection, "default_port", None)
    scheme = "https" if default_port == 443 else "http"  # noqa: PLR2004
    if ":" in host:
        host = f"[{host}]"
    authority = host if port in (None, default_port) else f"{host}:{port}"
    url = f"{scheme}://{authority}{request_target}"
    scope = current_scope() or RequestScope()
    return Exchange(telemetry, scope, http, url, (), {"redirections": None}, None)
