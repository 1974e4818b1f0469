# SPDX-License-Identifier: Apache-2.0
"""The order in which attributes are set."""

from __future__ import annotations

from typing import Final

from opentelemetry.semconv.attributes.error_attributes import ERROR_TYPE
from opentelemetry.semconv.attributes.http_attributes import HTTP_RESPONSE_STATUS_CODE
from opentelemetry.util.types import AttributeValue

from .. import semconv

_MATTER_MOST: Final = (
    semconv.GOOGLEAPICLIENT_ERROR_REASON,
    HTTP_RESPONSE_STATUS_CODE,
    ERROR_TYPE,
    semconv.GOOGLEAPICLIENT_ERROR_CAUSE,
)


def set_last(attributes: dict[str, AttributeValue], status: int | None) -> None:
    """Move what matters most to the end: a limit on attributes drops the oldest.

    Args:
        attributes: are changed.
        status: of the response, None where there was none.
    """
    if status is not None:
        attributes[HTTP_RESPONSE_STATUS_CODE] = status
    for name in _MATTER_MOST:
        if name in attributes:
            attributes[name] = attributes.pop(name)
