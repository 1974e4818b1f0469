# SPDX-License-Identifier: Apache-2.0
"""What a call or a part of a batch is of: its request, and what is known of that without sending.

Most of it is looked up when it is asked for: a call that nobody looks at needs none of it.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from functools import lru_cache
from typing import Any, Final

from opentelemetry.instrumentation.httplib2._urls.origin import origin_in, parse_origin
from opentelemetry.semconv.attributes.server_attributes import SERVER_ADDRESS, SERVER_PORT
from opentelemetry.util.types import AttributeValue

from .. import semconv
from .method import Endpoint, MethodDescription, MethodDirectory, service_by_prefix

_NOTHING: Final[Mapping[str, AttributeValue]] = {}


class ApiRequest:
    """What something is of.

    Args:
        request: googleapiclient's request object, or the batch.
        http: what it is sent through, where the caller gave one; else the request's own.
        operation: the shape of the call, one of :class:`semconv.Operation`.
        methods: where the method's description is found.
    """

    # What each one starts with. In the class: most calls change little of it.
    in_upload_session = False
    """Whether it is a chunk of an upload, sent to the upload's own address."""
    endpoint: Endpoint | None = None
    """What its URL belongs to, where that is known and has been looked for."""
    _looked_for = False
    """Whether it was not found."""

    def __init__(self, request: Any, http: Any, operation: str, methods: MethodDirectory) -> None:
        self.request = request
        self.operation = operation
        self._given_http = http
        self._methods = methods
        method = getattr(request, "methodId", None)
        self.method: str | None = method if isinstance(method, str) and method else None

    @property
    def http(self) -> Any:
        """What it is sent through."""
        given = self._given_http
        return getattr(self.request, "http", None) if given is None else given

    @property
    def description(self) -> MethodDescription | None:
        """What discovery says of its method, where that is known."""
        if self.endpoint is None and not self._looked_for:
            self.endpoint = self._methods.endpoint(self.method, str(self.request.uri))
            self._looked_for = True
        return self.endpoint.description if self.endpoint is not None else None

    @property
    def service(self) -> str | None:
        """The discovery document's name of its API, ``gmail``."""
        description, method = self.description, self.method
        if description is not None:
            return description.service
        return service_by_prefix(method) if method is not None and "." in method else None

    @property
    def template(self) -> str | None:
        """The path of its URL with the variables, ``/gmail/v1/users/{userId}/messages``."""
        description = self.description
        return description.template if description is not None else None

    @property
    def scopes(self) -> tuple[str, ...]:
        """The method accepts a token that has any one of these."""
        description = self.description
        return description.scopes if description is not None else ()

    @property
    def names(self) -> Container[str]:
        """Of the fields and parameters of its API, as far as they are known."""
        return self._methods.documents.names_of(self.service)

    def attributes(
        self, user_hash_key: str | None, more: Mapping[str, AttributeValue] = _NOTHING
    ) -> Mapping[str, AttributeValue]:
        """What its span says from the start on, with more that the caller knows."""
        url = str(self.request.uri)
        self.endpoint = endpoint = self._methods.endpoint(self.method, url)
        if endpoint is None:
            self._looked_for = True
            attributes = attributes_of(self.method, None, origin_in(url), self.operation)
        else:
            try:
                attributes = endpoint.attributes[self.operation]
            except KeyError:
                attributes = attributes_of(
                    self.method, endpoint.description, endpoint.origin, self.operation
                )
                endpoint.attributes[self.operation] = attributes
        if more:
            attributes = {**attributes, **more}
        if user_hash_key is not None:
            attributes = self._with_user(attributes, user_hash_key)
        return attributes

    def _with_user(
        self, attributes: Mapping[str, AttributeValue], key: str
    ) -> Mapping[str, AttributeValue]:
        template = self.template
        if template is None:
            return attributes
        from .user_hash import hash_of, owner_of  # noqa: PLC0415 - an option that few use

        owner = owner_of(template, str(self.request.uri), self.http)
        if owner is None:
            return attributes
        return {**attributes, semconv.USER_HASH: hash_of(owner, key)}

    @property
    def parts(self) -> Iterable[ApiRequest]:
        """What a batch consists of; nothing else consists of anything."""
        return ()


# Built once per method: the SDK copies what it is given.
@lru_cache(maxsize=256)
def attributes_of(
    method: str | None,
    description: MethodDescription | None,
    origin_text: str,
    operation: str,
) -> Mapping[str, AttributeValue]:
    """What a span says from the start on.

    Args:
        method: the id of the method, where there is one.
        description: of the method, where that is known.
        origin_text: of the URL; empty where that tells none.
        operation: one of :class:`semconv.Operation`.
    """
    attributes: dict[str, AttributeValue] = {
        semconv.RPC_SYSTEM_NAME: "http",
        semconv.GOOGLEAPICLIENT_OPERATION: operation,
    }
    if method:
        attributes[semconv.RPC_METHOD] = method
    if description:
        attributes[semconv.GCP_CLIENT_SERVICE] = description.service
        attributes[semconv.URL_TEMPLATE] = description.template
    elif method and "." in method:
        attributes[semconv.GCP_CLIENT_SERVICE] = service_by_prefix(method)
    origin = parse_origin(origin_text)
    if origin:
        attributes[SERVER_ADDRESS] = origin.host
        if origin.port:
            attributes[SERVER_PORT] = origin.port
    return attributes
