# SPDX-License-Identifier: Apache-2.0
"""One ``Http.request``: what it is part of, and why what it sends goes out again."""

from __future__ import annotations

from types import CodeType, MethodType
from typing import Any, Final

from opentelemetry.instrumentation.utils import is_http_instrumentation_enabled

from .._urls.origin import origin_in, split_url
from .._urls.redaction import redact_url
from ..semconv import ResendCause
from .resends import AttemptHistory
from .scope import RequestScope, current_scope
from .telemetry import Telemetry

# Of ``Http.request``: what it takes for its argument if it is not given, and where that stands.
_REDIRECTIONS: Final = 5
_REDIRECTIONS_POSITION: Final = 4


class Exchange:
    """One ``Http.request``, or one redirect hop inside of it.

    Args:
        telemetry: where its attempts are written down.
        scope: what it is sent for.
        http: what sends it.
        url: where to.
        args: what the ``Http.request`` was given.
        kwargs: the same.
        is_whole: whether its connections may not be seen: it makes one attempt, until one is.
    """

    __slots__ = (
        "_args",
        "_kwargs",
        "cause",
        "history",
        "http",
        "is_own",
        "is_whole",
        "scope",
        "silent",
        "url",
        "whole",
    )

    cause: str | None
    """Of what httplib2 is about to send, where it is known."""
    history: AttemptHistory
    """With which its attempts are counted."""
    is_own: bool
    """Whether it sends what the layer above has asked for, to where it said."""
    is_whole: bool
    whole: object
    """That one attempt, as long as no connection was seen."""
    silent: bool
    """Whether nothing below may make spans: excluded, suppressed, or watched as a whole."""

    def __init__(
        self,
        telemetry: Telemetry,
        scope: RequestScope,
        http: Any,
        *,
        url: str,
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        is_whole: bool,
    ) -> None:
        self.http = http
        self.url = url
        self._args = args
        self._kwargs = kwargs
        self.silent = not is_http_instrumentation_enabled() or (
            telemetry.excludes_urls and telemetry.options.excludes(url)
        )
        self.is_whole = is_whole
        self.whole = None
        self.scope = scope
        self.is_own = False
        self.cause = None
        outer = scope.exchange
        if isinstance(outer, Exchange):
            if outer.http is http and self._is_hop_of(outer):
                self.history = outer.history
                self.silent = self.silent or outer.silent or outer.whole is not None
                self.cause = ResendCause.REDIRECT
            else:
                # A signal handler's, or a connection's own: no resend of what is being sent.
                self.history = AttemptHistory()
        # A token request on the way has another URL. The method says nothing: googleapiclient can
        # send a PATCH as a POST (tunnel_patch).
        elif scope.url == url:
            self.is_own = True
            self.history = scope
            self.cause = scope.cause_of_send()
        else:
            self.history = self._history_of_other()

    def _history_of_other(self) -> AttemptHistory:
        """Of a request that is not what the layer above asked for: most get a token."""
        scope = self.scope
        last, history = scope.other or ("", None)
        if (
            history is not None
            and last == self.url
            and history.has_failed
            and scope.is_sent_by_credentials()
        ):
            self.cause = ResendCause.TOKEN_RETRY
        else:
            history = AttemptHistory()
        scope.other = self.url, history
        return history

    def _is_hop_of(self, outer: Exchange) -> bool:
        mine, theirs = self._redirections(), outer._redirections()
        return isinstance(mine, int) and isinstance(theirs, int) and mine < theirs

    def _redirections(self) -> object:
        """How many redirects may follow; what is no number is no hop."""
        if len(self._args) > _REDIRECTIONS_POSITION:
            return self._args[_REDIRECTIONS_POSITION]
        return self._kwargs.get("redirections", _REDIRECTIONS)

    @property
    def is_of_call(self) -> bool:
        """Whether it sends what the layer above has asked for, there or where a redirect leads."""
        return self.history is self.scope

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


def leads_to(conn_request: object, bound: object) -> bool:
    """Whether an object's ``_conn_request`` is ours, or names the one that it stands for.

    ``super()._conn_request(...)`` in a subclass that measures or logs. What a proxy does can't be
    told from outside.
    """
    if type(bound) is not MethodType:
        return False
    function = bound.__func__
    if function is conn_request:
        return True
    code = getattr(function, "__code__", None)
    return isinstance(code, CodeType) and "_conn_request" in code.co_names


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
    return Exchange(
        telemetry, scope, http, url=url, args=(), kwargs={"redirections": None}, is_whole=False
    )
