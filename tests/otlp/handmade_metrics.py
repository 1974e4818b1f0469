# SPDX-License-Identifier: Apache-2.0
"""Metrics written by hand to the telemetry contract, through the real SDK and the OTLP encoder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opentelemetry.exporter.otlp.proto.common.metrics_encoder import encode_metrics
from opentelemetry.sdk.metrics import Counter, Histogram, MeterProvider
from opentelemetry.sdk.metrics.export import AggregationTemporality, InMemoryMetricReader

from support.otlp.measurements import Measurement, decode

if TYPE_CHECKING:
    from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import (
        ExportMetricsServiceRequest,
    )
    from opentelemetry.util.types import Attributes

CALLS = "opentelemetry.instrumentation.googleapiclient"
WIRE = "opentelemetry.instrumentation.httplib2"
HISTOGRAMS = (
    (CALLS, "googleapiclient.call.duration"),
    (CALLS, "googleapiclient.retry.wait.duration"),
    (WIRE, "http.client.request.duration"),
    ("opentelemetry.instrumentation.requests", "http.client.request.duration"),
)
COUNTERS = (
    (CALLS, "googleapiclient.batch.parts"),
    (CALLS, "googleapiclient.quota.usage"),
    (WIRE, "httplib2.resends"),
)


class Metrics:
    """Measures, and exports all that was measured, or with `delta` what is new."""

    def __init__(self, *, delta: bool = False) -> None:
        chosen = AggregationTemporality.DELTA if delta else AggregationTemporality.CUMULATIVE
        self._reader = InMemoryMetricReader({Counter: chosen, Histogram: chosen})
        self._provider = MeterProvider([self._reader], shutdown_on_exit=False)
        meter = self._provider.get_meter
        self._histograms = {key: meter(key[0]).create_histogram(key[1]) for key in HISTOGRAMS}
        self._counters = {key: meter(key[0]).create_counter(key[1]) for key in COUNTERS}

    def export(self) -> ExportMetricsServiceRequest:
        """One export, as the OTLP exporter sends it."""
        data = self._reader.get_metrics_data()
        assert data
        return encode_metrics(data)

    def measurements(self) -> list[Measurement]:
        """One export, as the demo receives it."""
        return list(decode(self.export()))

    def record(
        self, name: str, value: float, attributes: Attributes | None = None, *, scope: str = CALLS
    ) -> None:
        """One value of a histogram."""
        self._histograms[scope, name].record(value, attributes)

    def count(
        self, name: str, value: int, attributes: Attributes | None = None, *, scope: str = CALLS
    ) -> None:
        """Some more of a counter."""
        self._counters[scope, name].add(value, attributes)

    def call(
        self,
        method: str | None,
        operation: str = "execute",
        *,
        cause: str | None = None,
        owner: str = "developer",
    ) -> None:
        """A call of the API, which failed if there is a cause."""
        attributes = {"gcp.client.service": "gmail", "googleapiclient.operation": operation}
        if method:
            attributes["rpc.method"] = method
        self.record("googleapiclient.call.duration", 0.25, attributes | _failure(cause, owner))

    def parts(self, method: str, count: int, *, cause: str | None = None) -> None:
        """Answered parts of a batch."""
        attributes = {"gcp.client.service": "gmail", "rpc.method": method}
        failure = _failure(cause, "developer")
        self.count("googleapiclient.batch.parts", count, attributes | failure)

    def wait(self, method: str, seconds: float, cause: str) -> None:
        """A wait of the library's."""
        attributes = {
            "rpc.method": method,
            "error.type": "503",
            "googleapiclient.error.cause": cause,
        }
        self.record("googleapiclient.retry.wait.duration", seconds, attributes)

    def units(self, method: str, units: int) -> None:
        """Quota units."""
        self.count("googleapiclient.quota.usage", units, {"rpc.method": method})

    def request(self, method: str, resend_cause: str | None = None, *, scope: str = WIRE) -> None:
        """A request on the wire."""
        attributes = {"http.request.method": method, "server.address": "gmail.googleapis.com"}
        self.record("http.client.request.duration", 0.1, attributes, scope=scope)
        if resend_cause:
            attributes["httplib2.resend.cause"] = resend_cause
            self.count("httplib2.resends", 1, attributes, scope=scope)


def morning() -> Metrics:
    """The metrics of the traces in ``handmade_traces.morning()``."""
    metrics = Metrics()
    send, get = "gmail.users.messages.send", "gmail.users.messages.get"
    listing, download = "gmail.users.messages.list", "gmail.users.messages.attachments.get"
    metrics.call(send, cause="scope_insufficient")
    metrics.units(send, 100)
    metrics.request("POST")

    metrics.call(listing)
    for seconds in (1.25, 1.5):
        metrics.wait(listing, seconds, "backend_unavailable")
    metrics.units(listing, 15)
    for cause in (None, "retry", "retry"):
        metrics.request("GET", cause)

    metrics.call(download, cause="bandwidth_limit", owner="nobody")
    metrics.wait(download, 0.5, "bandwidth_limit")
    metrics.units(download, 40)
    for cause in (None, "retry"):
        metrics.request("GET", cause)

    metrics.call(None, "batch")
    metrics.parts(get, 3)
    metrics.parts(get, 1, cause="not_found")
    metrics.units(get, 80)
    metrics.request("POST")

    metrics.call(send)
    metrics.units(send, 100)
    for cause in (None, "no_response"):
        metrics.request("POST", cause)

    metrics.request("POST", scope="opentelemetry.instrumentation.requests")
    return metrics


def _failure(cause: str | None, owner: str) -> dict[str, str]:
    if cause is None:
        return {}
    return {
        "error.type": cause,
        "googleapiclient.error.cause": cause,
        "googleapiclient.error.owner": owner,
    }
