# SPDX-License-Identifier: Apache-2.0
"""What a caught error is about, as the call layer would know it."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, cast

from .._calls.api_request import ApiRequest
from .._calls.credentials import attribute_of
from .._calls.method import LEARNED, MethodDescription
from ..semconv import DISCOVERY_METHOD, Operation
from .caught import Caught
from .documents import Api, api_of


class UnknownRequest(NamedTuple):
    """In place of a request of which no more than this is known."""

    uri: str = ""
    methodId: str | None = None  # noqa: N815 - as the library's request has it
    http: None = None


class CaughtRequest(ApiRequest):
    """What a call is of that was not seen, or is over."""

    may_be: Sequence[str] = ()
    """IDs of the methods that it may be of: their URLs look alike."""

    def __init__(self, request: Any, http: Any, operation: str, api: Api | None = None) -> None:
        super().__init__(request, http, operation, api.methods if api else LEARNED)
        self._api = api

    @property
    def template(self) -> str | None:
        return super().template or next((one.template for one in self._descriptions()), None)

    @property
    def scopes(self) -> tuple[str, ...]:
        """Those that are enough, whichever of the methods it is of."""
        each = [one.scopes for one in self._descriptions()] or [super().scopes]
        return tuple(scope for scope in each[0] if all(scope in scopes for scopes in each))

    def _descriptions(self) -> Iterator[MethodDescription]:
        for method in self.may_be:
            endpoint = self._methods.endpoint(method, str(self.request.uri))
            if endpoint is not None:
                yield endpoint.description

    @property
    def service(self) -> str | None:
        return super().service or (self._api.service if self._api else None)

    @property
    def names(self) -> Container[str]:
        return self._api.names if self._api else super().names


class _CaughtBatch(CaughtRequest):
    """What a batch is of: its service is that of its parts, if they have one in common."""

    # It is of no method, and has no URL of its own.
    _looked_for = True

    @property
    def parts(self) -> Iterable[ApiRequest]:
        requests = attribute_of(self.request, "_requests")
        if isinstance(requests, Mapping):
            for one in cast("Mapping[str, Any]", requests).values():
                yield subject_of(one, None, Operation.BATCH_PART)

    @property
    def http(self) -> Any:
        first = next(iter(self.parts), None)
        return first.http if self._given_http is None and first else self._given_http

    @property
    def service(self) -> str | None:
        services = {one.service for one in self.parts}
        return next(iter(services)) if len(services) == 1 else None


def request_of_caught(found: Caught) -> ApiRequest:
    """What a caught error is about, where its request is known."""
    subject = subject_of(found.request, found.http, found.operation)
    subject.in_upload_session = found.in_upload_session
    return subject


def subject_of(request: Any, http: Any, operation: str) -> ApiRequest:
    """What a request is about; where its service was not seen being built, documents tell."""
    if operation == Operation.BATCH:
        return _CaughtBatch(request, http, operation)
    method, url = attribute_of(request, "methodId"), str(attribute_of(request, "uri") or "")
    if method is None and LEARNED.endpoint(DISCOVERY_METHOD, url):
        return CaughtRequest(UnknownRequest(url, DISCOVERY_METHOD), http, Operation.DISCOVERY)
    known = LEARNED.endpoint(method if isinstance(method, str) else None, url)
    return CaughtRequest(request, http, operation, None if known else api_of(_text(method), url))


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
