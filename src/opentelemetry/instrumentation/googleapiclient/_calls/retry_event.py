# SPDX-License-Identifier: Apache-2.0
"""What is said of a retry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opentelemetry.semconv.attributes.error_attributes import ERROR_TYPE
from opentelemetry.semconv.attributes.http_attributes import HTTP_RESPONSE_STATUS_CODE
from opentelemetry.util.types import AttributeValue

from .. import semconv

if TYPE_CHECKING:
    from .failure import Failure


def retry_attributes(
    attempt: int, limit: int, delay: object, failure: Failure, status: int | None
) -> dict[str, AttributeValue]:
    """What an event says of a retry that is about to be waited for.

    Args:
        attempt: the number of the retry, from 1.
        limit: ``num_retries``.
        delay: seconds that the library is about to sleep.
        failure: why.
        status: of the failed try's response, None where there was none.
    """
    attributes: dict[str, AttributeValue] = {
        semconv.GOOGLEAPICLIENT_RETRY_ATTEMPT: attempt,
        semconv.GOOGLEAPICLIENT_RETRY_LIMIT: limit,
        ERROR_TYPE: failure.error_type,
        semconv.GOOGLEAPICLIENT_ERROR_CAUSE: failure.diagnosis.cause,
    }
    if status is not None:
        attributes[HTTP_RESPONSE_STATUS_CODE] = status
    seconds = float(delay) if isinstance(delay, (int, float)) else None
    if seconds is not None:
        attributes[semconv.GOOGLEAPICLIENT_RETRY_DELAY] = seconds
    if failure.advised_wait is not None:
        attributes[semconv.GOOGLEAPICLIENT_RETRY_ADVISED_WAIT] = failure.advised_wait
        if seconds is not None and seconds < failure.advised_wait:
            attributes[semconv.GOOGLEAPICLIENT_RETRY_TOO_EARLY] = True
    return attributes


def number_of_retries(limit: object) -> int:
    """``num_retries`` as the library understands it, 0 for what is no number of retries."""
    return int(limit) if isinstance(limit, int) and limit > 0 else 0
