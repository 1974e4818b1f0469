# SPDX-License-Identifier: Apache-2.0
"""What spans and metrics say of an attempt: how it begins, and how it ended.

Every attempt asks for these, and few of them differ: they are built once.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from operator import eq
from typing import Any, Final

from opentelemetry.semconv.attributes.error_attributes import ERROR_TYPE
from opentelemetry.semconv.attributes.http_attributes import (
    HTTP_REQUEST_METHOD,
    HTTP_REQUEST_METHOD_ORIGINAL,
    HTTP_RESPONSE_STATUS_CODE,
)
from opentelemetry.semconv.attributes.network_attributes import NETWORK_PROTOCOL_VERSION
from opentelemetry.semconv.attributes.server_attributes import SERVER_ADDRESS, SERVER_PORT
from opentelemetry.semconv.attributes.url_attributes import URL_FULL
from opentelemetry.util.types import AttributeValue

from .. import semconv
from .._support.bounded_cache import BoundedCache
from .._support.guard import quietly
from .._urls.origin import parse_origin

OTHER_METHOD: Final = "_OTHER"
"""What stands for a method that the conventions do not know."""
_FIRST_ERROR_STATUS: Final = 400
_VERSIONS: Final = {9: "0.9", 10: "1.0", 11: "1.1", 20: "2"}


class Outcome:
    """How an attempt ended, in the terms of spans and metrics.

    Args:
        status: of the response.
        error_type: what failed, if anything did.
        version: of the protocol.
        attributes: all of it.
    """

    __slots__ = ("attributes", "error_type", "status", "version")

    def __init__(
        self,
        status: int | None,
        error_type: str | None,
        version: str | None,
        attributes: Mapping[str, AttributeValue],
    ) -> None:
        self.status = status
        self.error_type = error_type
        self.version = version
        self.attributes = attributes


def _outcome_of(known: tuple[int | None, int | None, str | None]) -> Outcome:
    """Of status, version and exception; a cancellation is an exception without a name."""
    status, version, exception = known
    error_type = exception
    if exception is None and status is not None and status >= _FIRST_ERROR_STATUS:
        error_type = str(status)
    error_type = error_type or None
    number = _VERSIONS.get(version or 0)
    known_values: dict[str, AttributeValue | None] = {
        NETWORK_PROTOCOL_VERSION: number,
        HTTP_RESPONSE_STATUS_CODE: status,
        ERROR_TYPE: error_type,
    }
    attributes = {name: value for name, value in known_values.items() if value is not None}
    return Outcome(status, error_type, number, attributes)


class _Outcomes(BoundedCache["tuple[int | None, int | None, str | None]", Outcome]):
    def __missing__(self, key: tuple[int | None, int | None, str | None]) -> Outcome:
        status, version, exception = key
        plain = number_of(status), number_of(version), exception
        # What only equals a number must not be remembered in its place.
        if [type(one) for one in plain] != [type(one) for one in key]:
            return self[plain]
        return super().__missing__(key)


def outcome_of(response: Any, exception: str | None) -> Outcome:
    """How an attempt ended.

    Args:
        response: an ``http.client.HTTPResponse``, or what stands for it; None where there was none.
        exception: the name of what ended it; empty for a cancellation, None where nothing did.
    """
    try:
        return _outcomes[response.status, response.version, exception]
    except (AttributeError, TypeError):  # none, or something that only stands for one
        return _outcomes[
            number_of(getattr(response, "status", None)),
            number_of(getattr(response, "version", None)),
            exception,
        ]


def number_of(value: Any) -> int | None:
    """The number that this equals, None where it equals none."""
    # What stands for a response may hold anything.
    number = quietly(int, value)
    return number if quietly(eq, number, value) else None


_outcomes: Final = _Outcomes(_outcome_of, limit=256)


def _request_attributes_of(
    known: tuple[str, str, str, bool | None],
) -> dict[str, AttributeValue]:
    """Of the known method, the method as it was given, the origin's text, and ``reused``.

    The URL has its place in there: a copy that must grow takes twice as long.
    """
    known_method, method, origin_text, reused = known
    attributes: dict[str, AttributeValue] = {HTTP_REQUEST_METHOD: known_method, URL_FULL: ""}
    if known_method is OTHER_METHOD:
        attributes[HTTP_REQUEST_METHOD_ORIGINAL] = method
    origin = parse_origin(origin_text)
    if origin:
        attributes[SERVER_ADDRESS] = origin.host
        if origin.port:
            attributes[SERVER_PORT] = origin.port
    if reused is not None:
        attributes[semconv.HTTPLIB2_CONNECTION_REUSED] = reused
    return attributes


request_attributes: Final = BoundedCache(_request_attributes_of, limit=256)


@lru_cache(maxsize=1024)
def metric_attributes(
    known_method: str, origin_text: str, outcome: Outcome, template: str | None
) -> Mapping[str, AttributeValue]:
    """What metrics say of an attempt that has ended.

    Args:
        known_method: the method, or what stands for one that the conventions do not know.
        origin_text: of the URL.
        outcome: how it ended.
        template: by which the URL was made, where the user wants that.
    """
    attributes = {
        **request_attributes[known_method, known_method, origin_text, None],
        **outcome.attributes,
    }
    for name in (HTTP_REQUEST_METHOD_ORIGINAL, URL_FULL):
        attributes.pop(name, None)
    if template is not None:
        attributes[semconv.URL_TEMPLATE] = template
    return attributes
