# SPDX-License-Identifier: Apache-2.0
"""The instruments of the call layer.

Metrics count whether or not a span is sampled. No attribute may take values without bound:
``error.type`` is limited where it is made (``failure``), methods and causes are closed lists.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Final, NamedTuple

from opentelemetry.context import Context
from opentelemetry.instrumentation.httplib2._support.sdk import Sdk
from opentelemetry.instrumentation.httplib2._wire.telemetry import DURATION_BUCKETS
from opentelemetry.metrics import MeterProvider, get_meter, get_meter_provider
from opentelemetry.semconv.attributes.error_attributes import ERROR_TYPE
from opentelemetry.semconv.attributes.http_attributes import HTTP_RESPONSE_STATUS_CODE
from opentelemetry.util.types import AttributeValue

from .. import semconv

_BUCKETS: Final = (*DURATION_BUCKETS, 30, 60, 120, 300)


class MetricAttributes(NamedTuple):
    """What became of a call, a try or a part of a batch, in the terms of metrics.

    Its fields are attributes, in the order of ``_NAMES``; None is an attribute that is not there.
    """

    service: str | None
    method: str | None
    operation: str | None = None
    error_type: str | None = None
    status_code: int | None = None
    cause: str | None = None
    owner: str | None = None
    exhausted: bool | None = None


_NAMES: Final = (
    semconv.GCP_CLIENT_SERVICE,
    semconv.RPC_METHOD,
    semconv.GOOGLEAPICLIENT_OPERATION,
    ERROR_TYPE,
    HTTP_RESPONSE_STATUS_CODE,
    semconv.GOOGLEAPICLIENT_ERROR_CAUSE,
    semconv.GOOGLEAPICLIENT_ERROR_OWNER,
    semconv.GOOGLEAPICLIENT_RETRY_EXHAUSTED,
)


class Metrics:
    """Measures and counts what the calls of this process do."""

    def __init__(
        self, scope: str, version: str, schema_url: str, meter_provider: MeterProvider | None
    ) -> None:
        meter = get_meter(scope, version, meter_provider, schema_url)
        self.metering = Sdk(meter_provider, get_meter_provider)
        self._calls = meter.create_histogram(
            semconv.METRIC_CALL_DURATION,
            unit="s",
            description="Duration of calls, the library's retries and waits included.",
            explicit_bucket_boundaries_advisory=_BUCKETS,
        )
        self._waits = meter.create_histogram(
            semconv.METRIC_RETRY_WAIT_DURATION,
            unit="s",
            description="Time that the library's retries have waited.",
            explicit_bucket_boundaries_advisory=_BUCKETS,
        )
        self._batch_parts = meter.create_counter(
            semconv.METRIC_BATCH_PARTS,
            unit="{part}",
            description="Parts of batches that got a response, by outcome.",
        )
        self._quota = meter.create_counter(
            semconv.METRIC_QUOTA_USAGE,
            unit="{unit}",
            description="Quota units that tries and parts of batches cost, by the published table.",
        )

    def record_call(
        self, seconds: float, attributes: MetricAttributes, context: Context | None
    ) -> None:
        self._calls.record(seconds, _attributes(attributes), context)

    def record_wait(
        self, seconds: float, attributes: MetricAttributes, context: Context | None
    ) -> None:
        self._waits.record(seconds, _attributes(attributes), context)

    def count_batch_parts(self, count: int, attributes: MetricAttributes) -> None:
        self._batch_parts.add(count, _attributes(attributes))

    def charge(self, units: int, service: str | None, method: str | None) -> None:
        self._quota.add(units, _attributes(MetricAttributes(service, method)))


@lru_cache(maxsize=4096)
def _attributes(attributes: MetricAttributes) -> Mapping[str, AttributeValue]:
    return {
        name: value for name, value in zip(_NAMES, attributes, strict=True) if value is not None
    }
