# SPDX-License-Identifier: Apache-2.0
"""Re-executions: what is known of a request that failed, when the application executes it again."""

from __future__ import annotations

from time import monotonic

from opentelemetry.util.types import AttributeValue

from .. import semconv


class PastFailures:
    """How often in a row a request has failed, and when the server wants to see it again.

    Args:
        times: how often.
        not_before: by the monotonic clock; None where the server named no wait.
    """

    __slots__ = ("not_before", "times")

    def __init__(self, times: int, not_before: float | None) -> None:
        self.times = times
        self.not_before = not_before

    def attributes(self) -> dict[str, AttributeValue]:
        """What the span of a re-execution says of them at its start."""
        attributes: dict[str, AttributeValue] = {
            semconv.GOOGLEAPICLIENT_REEXECUTION_COUNT: self.times
        }
        if self.not_before is not None and monotonic() < self.not_before:
            attributes[semconv.GOOGLEAPICLIENT_RETRY_TOO_EARLY] = True
        return attributes
