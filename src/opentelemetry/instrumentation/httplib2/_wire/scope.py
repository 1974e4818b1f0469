# SPDX-License-Identifier: Apache-2.0
"""What the layer above passes down.

A layer that knows what a request is for (a call of an API) can say so: which sends of this layer
belong to one request, by which template its URL was made, what of URLs may leave the process, and
whether baggage goes out.
"""

from __future__ import annotations

from contextvars import ContextVar
from typing import Final

from .._urls.origin import origin_in
from .._urls.redaction import DEFAULT_POLICY, UrlPolicy, redact_url
from ..semconv import ResendCause
from .resends import AttemptHistory

_UNAUTHORIZED: Final = 401


class RequestScope(AttemptHistory):
    """One request of the layer above, which it may try several times."""

    # What each one starts with.
    propagates_baggage: bool = True
    """Whether baggage goes out with trace context."""
    cause: str | None = None
    """Why this try is made, where it is not the first."""
    url: object = None
    """Where it is being tried."""
    exchange: object = None
    """The ``Http.request`` that is being sent for it. Here, and not in a context variable of its
    own, which would be the most expensive part of a request."""
    duplicate_risk: bool = False
    """Whether a POST or PATCH went out again though the server may have acted on it."""
    refusal: frozenset[str] = frozenset()
    """Names of the exception with which http.client refused to send the last attempt."""
    stale_response: bool = False
    """Whether what the last attempt returned is the response to another request."""
    other: tuple[str, AttemptHistory] | None = None
    """Where something else was sent last for it, a token request say, and the attempts at that."""
    _has_sent: bool = False
    """Whether this try has sent something."""

    @property
    def rpc_method(self) -> str | None:
        """The method of the API that is called, where there is one."""
        return None

    @property
    def url_policy(self) -> UrlPolicy:
        """What of URLs may leave the process."""
        return DEFAULT_POLICY

    @property
    def template(self) -> str | None:
        """By which its URL was made, ``/users/{userId}``, where that is known."""
        return None

    def shown(self, url: str) -> tuple[str, str]:
        """What of its URL may leave the process, and (which may not) the text of its origin."""
        return redact_url(url, self.url_policy, self.template), origin_in(url)

    def begin_try(self, url: object, *, again: bool) -> None:
        """A request is about to be tried: the last one again, or another one."""
        if not again:
            self.forget()
        self.url = url
        self.cause = ResendCause.RETRY if again else None
        self.other = None
        self._has_sent = False

    def cause_of_send(self) -> str | None:
        """Why its request is being sent, None for a first time or where that is not known."""
        if not self._has_sent:
            self._has_sent = True
            return self.cause
        # A second send within a try: the credentials have renewed the token, or a transport of the
        # application's own sends again by itself.
        previous = self.previous
        if previous is None:
            return None
        return (
            ResendCause.AUTH_REFRESH if previous.status == _UNAUTHORIZED else ResendCause.TRANSPORT
        )

    def is_sent_by_credentials(self) -> bool:
        """Whether it is the credentials that send just now, to get a token."""
        return False


_current: Final[ContextVar[RequestScope | None]] = ContextVar("httplib2-scope", default=None)

# Bound once: each of them is asked for several times by every call.
current_scope: Final = _current.get
"""Finds what the layer above has passed down. Inside of a request that has none above it, one that
knows nothing; None elsewhere."""
enter_scope: Final = _current.set
"""Passes it down. What was there before is put back by its value, not by a token."""
