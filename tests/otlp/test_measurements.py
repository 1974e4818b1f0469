# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from handmade_metrics import CALLS, Metrics
from opentelemetry.exporter.otlp.proto.common.metrics_encoder import encode_metrics
from opentelemetry.sdk.metrics import Histogram, MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.metrics.view import ExponentialBucketHistogramAggregation

from support.otlp.measurements import Measurement, decode, latest

if TYPE_CHECKING:
    from collections.abc import Iterable

GET = "gmail.users.messages.get"


def summed(measurements: Iterable[Measurement]) -> dict[str, tuple[int, float]]:
    """Count and total of each instrument."""
    sums: dict[str, tuple[int, float]] = {}
    for each in measurements:
        count, total = sums.get(each.name, (0, 0.0))
        sums[each.name] = count + each.count, total + each.total
    return sums


def test_a_measurement_says_what_was_measured_of_what() -> None:
    metrics = Metrics()
    metrics.wait(GET, 1.5, "backend_error")
    metrics.wait(GET, 0.5, "backend_error")
    (wait,) = metrics.measurements()
    assert (wait.scope, wait.name) == (CALLS, "googleapiclient.retry.wait.duration")
    assert (wait.count, wait.total, wait.is_delta) == (2, 2.0, False)
    assert wait.attributes.values == {
        "rpc.method": GET,
        "error.type": "503",
        "googleapiclient.error.cause": "backend_error",
    }
    assert wait.resource.text("telemetry.sdk.language") == "python"
    assert wait.begin <= wait.end


@pytest.mark.parametrize("delta", [False, True])
def test_many_exports_add_up_to_what_was_measured(*, delta: bool) -> None:
    metrics = Metrics(delta=delta)
    exports: list[list[Measurement]] = []
    for units in (20, 5):
        metrics.units(GET, units)
        metrics.call(GET)
        exports.append(metrics.measurements())
    metrics.call(GET, cause="backend_error")
    exports.append(metrics.measurements())

    # The order and number of deliveries is up to the network.
    received = [each for export in (exports[2], *exports, exports[0]) for each in export]
    assert summed(latest(received)) == {
        "googleapiclient.quota.usage": (0, 25.0),
        "googleapiclient.call.duration": (3, 0.75),
    }


def test_processes_are_told_apart_by_when_they_began() -> None:
    received: list[Measurement] = []
    for _ in range(2):
        metrics = Metrics()
        metrics.units(GET, 20)
        received += metrics.measurements()
    assert sum(each.total for each in latest(received)) == 40


def test_exponential_histograms_are_understood_and_gauges_left_out() -> None:
    exponential = ExponentialBucketHistogramAggregation()
    reader = InMemoryMetricReader(preferred_aggregation={Histogram: exponential})
    meter = MeterProvider([reader], shutdown_on_exit=False).get_meter(CALLS)
    histogram = meter.create_histogram("googleapiclient.call.duration")
    histogram.record(1.5)
    histogram.record(2.5)
    meter.create_gauge("temperature").set(20)
    data = reader.get_metrics_data()
    assert data
    assert summed(decode(encode_metrics(data))) == {"googleapiclient.call.duration": (2, 4.0)}


def test_text_from_outside_can_not_steer_a_terminal() -> None:
    metrics = Metrics()
    metrics.units("gmail.\x1b[2Jusers", 1)
    (units,) = metrics.measurements()
    assert units.attributes.text("rpc.method") == "gmail.[2Jusers"
