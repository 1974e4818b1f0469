# SPDX-License-Identifier: Apache-2.0
"""What the layer above hands down through the OpenTelemetry context.

A layer that knows what a request is for (a call of an API) can say so: which sends of this layer
are repeats of one request, by which template its URL was made, what of URLs may leave the
process, and that baggage stays at home.
"""

from __future__ import annotations

from typing import Final

from opentelemetry import context

from .semconv import ResendCause
from .url import DEFAULT_POLICY, UrlPolicy

_SCOPE_KEY: Final = context.create_key("httplib2-request-scope")


class RequestScope:
    """One request of the layer above, which it may try several times."""

    __slots__ = (
        "_expected",
        "_sent",
        "attempts",
        "propagates_baggage",
        "template",
        "tries",
        "url_policy",
    )

    def __init__(
        self,
        *,
        template: str | None = None,
        url_policy: UrlPolicy = DEFAULT_POLICY,
        propagates_baggage: bool = True,
    ) -> None:
        self.template = template
        self.url_policy = url_policy
        self.propagates_baggage = propagates_baggage
        self.attempts = 0
        """How many attempts it has needed so far, whatever their causes."""
        self._expected: object = None
        self.tries = 0
        """How often the layer above has tried it so far."""
        self._sent = False

    def begin_request(self) -> None:
        """What is sent from now on is another request, not a repeat of the last one."""
        self.attempts = 0
        self.tries = 0
        self._expected = None

    def begin_try(self, url: object) -> None:
        """The request is about to be tried, for the first time or again."""
        self._expected = url
        self.tries += 1
        self._sent = False

    def owns(self, url: object) -> bool:
        """Whether a send is of this request: a token request on the way has another URL.

        Its method says nothing: googleapiclient can send a PATCH as a POST (tunnel_patch).
        """
        return self._expected == url

    def begin_send(self) -> str | None:
        """The cause of a send that this request owns: None for the first.

        A second send within one try comes from the credentials, which have renewed the token.
        """
        again, self._sent = self._sent, True
        if again:
            return ResendCause.AUTH_REFRESH
        return ResendCause.RETRY if self.tries > 1 else None


def current_scope() -> RequestScope | None:
    """What the layer above has handed down, if there is one."""
    scope = context.get_value(_SCOPE_KEY)
    return scope if isinstance(scope, RequestScope) else None


def with_scope(scope: RequestScope, parent: context.Context) -> context.Context:
    """A context that hands ``scope`` down."""
    return context.set_value(_SCOPE_KEY, scope, parent)
