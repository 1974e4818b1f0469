# SPDX-License-Identifier: Apache-2.0
"""Re-executions: what is known of a request that failed, when the application executes it again."""

from __future__ import annotations

from time import monotonic
from typing import NamedTuple

from opentelemetry.util.types import AttributeValue

from .. import semconv


class PastFailures(NamedTuple):
    """How often in a row a request has failed, and when the server wants to see it again."""

    times: int
    not_before: float | None
    """By the monotonic clock; None where the server named no wait."""

    def attributes(self) -> dict[str, AttributeValue]:
        """What the span of a re-execution says of them at its start."""
        attributes: dict[str, AttributeValue] = {
            semconv.GOOGLEAPICLIENT_REEXECUTION_COUNT: self.times
        }
        if self.not_before is not None and monotonic() < self.not_before:
            attributes[semconv.GOOGLEAPICLIENT_RETRY_TOO_EARLY] = True
        return attributes
