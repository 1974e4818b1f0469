# SPDX-License-Identifier: Apache-2.0
"""The instruments of the call layer.

Metrics count whether or not a span is sampled. No attribute may take values without bound:
``error.type`` is limited where it is made (``failure``), methods and causes are closed lists.
"""

from __future__ import annotations

from collections.abc import Mapping

from opentelemetry.metrics import MeterProvider, get_meter
from opentelemetry.util.types import AttributeValue

from . import semconv


class Metrics:
    """Counts what the calls of this process do."""

    def __init__(
        self, scope: str, version: str, schema_url: str, meter_provider: MeterProvider | None
    ) -> None:
        meter = get_meter(scope, version, meter_provider, schema_url)
        self._batch_parts = meter.create_counter(
            semconv.METRIC_BATCH_PARTS,
            unit="{part}",
            description="Answered parts of batches, by what became of them.",
        )

    def count_batch_parts(self, count: int, attributes: Mapping[str, AttributeValue]) -> None:
        self._batch_parts.add(count, attributes)
