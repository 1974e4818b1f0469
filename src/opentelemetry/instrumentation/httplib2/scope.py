# SPDX-License-Identifier: Apache-2.0
"""What the layer above hands down.

A layer that knows what a request is for (a call of an API) can say so: which sends of this layer
are repeats of one request, by which template its URL was made, what of URLs may leave the
process, and that baggage stays at home.
"""

from __future__ import annotations

from contextvars import ContextVar
from typing import TYPE_CHECKING, Final

from .semconv import ResendCause
from .url import DEFAULT_POLICY, UrlPolicy, origin_in, redact_url

if TYPE_CHECKING:
    from .exchange import Exchange


class RequestScope:
    """One request of the layer above, which it may try several times."""

    # What each one starts with.
    propagates_baggage: bool = True
    """Whether baggage goes out with trace context."""
    attempts: int = 0
    """How many attempts it has needed so far, whatever their causes."""
    cause: str | None = None
    """Of what is about to be sent to ``url``; who sends it leaves that of the next here."""
    url: object = None
    """Where it is being tried."""
    exchange: Exchange | None = None
    """The ``Http.request`` that is being sent for it. Here, and not in a context variable of its
    own, which would be the dearest part of a request."""

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
            self.attempts = 0
        self.url = url
        self.cause = ResendCause.RETRY if again else None


_current: Final[ContextVar[RequestScope | None]] = ContextVar("httplib2-scope", default=None)

# Bound once: each of them is asked for several times by every call.
current_scope: Final = _current.get
"""Finds what the layer above has handed down. Inside of a request that has none above it, one that
knows nothing; None elsewhere."""
enter_scope: Final = _current.set
"""Hands it down; returns the token that :data:`leave_scope` wants."""
leave_scope: Final = _current.reset
"""Ends what :data:`enter_scope` has begun."""
