# SPDX-License-Identifier: Apache-2.0
"""The call that fetches a discovery document.

The library executes an ordinary request for it, without a method id, and only then reads what came:
the call lasts until it has.
"""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any, Final

from opentelemetry.instrumentation.httplib2._support.exceptions import lineage
from opentelemetry.instrumentation.httplib2._support.guard import guarded

from ..semconv import DISCOVERY_METHOD, Operation
from .call import Call
from .method import MethodDirectory

# Raised where the library reads the document; what else is raised there has come out of the
# application's cache for documents.
_UNREADABLE: Final = frozenset({"UnicodeDecodeError", "googleapiclient.errors.InvalidJsonError"})


class DiscoveryFetch:
    """One pass of the library through what fetches a document, if it is not in a cache."""

    def __init__(self) -> None:
        self._call: DiscoveryCall | None = None
        """The call whose response is being read."""

    def begin(self, request: Any, http: Any, methods: MethodDirectory) -> Call:
        """Make the call of the request that fetches it."""
        call = DiscoveryCall(request, http, Operation.DISCOVERY, methods)
        call.method = DISCOVERY_METHOD
        call.fetch = self
        return call

    def has_ended(self, call: DiscoveryCall) -> None:
        """A response has come, and is yet to be read."""
        self.end(None)
        self._call = call

    @guarded
    def end(self, error: BaseException | None) -> None:
        """The document is read, or this has been raised in the meantime."""
        call = self._call
        if call is not None:
            is_its_own = error is not None and not _UNREADABLE.isdisjoint(lineage(error))
            call.is_read(error if is_its_own else None)
            self._call = None


class DiscoveryCall(Call):
    """The call that fetches a discovery document."""

    fetch: DiscoveryFetch

    @guarded
    def end(self, error: BaseException | None) -> None:
        if error is None:
            self.fetch.has_ended(self)
        else:
            super().end(error)

    def is_read(self, error: BaseException | None) -> None:
        """The library has read the response, or could not."""
        super().end(error)


current_fetch: Final[ContextVar[DiscoveryFetch | None]] = ContextVar(
    "googleapiclient-discovery-fetch", default=None
)
"""The one that the library is in: its request has no method id."""
