# SPDX-License-Identifier: Apache-2.0
"""Metrics as they arrive in OTLP, as plain values.

Counters and histograms, which is what calls are measured with; gauges have nothing to add up.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from opentelemetry.instrumentation.googleapiclient._terminal.attributes import Attributes
from opentelemetry.instrumentation.googleapiclient._terminal.text import printable
from opentelemetry.proto.metrics.v1.metrics_pb2 import (
    AGGREGATION_TEMPORALITY_DELTA,
    ExponentialHistogramDataPoint,
    HistogramDataPoint,
    NumberDataPoint,
)

from support.otlp.spans import decoded

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator

    from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import (
        ExportMetricsServiceRequest,
    )
    from opentelemetry.proto.metrics.v1.metrics_pb2 import Metric

_Point: TypeAlias = NumberDataPoint | HistogramDataPoint | ExponentialHistogramDataPoint


@dataclass(frozen=True, slots=True)
class Measurement:
    """What one instrument has measured, with one set of attributes, within one span of time."""

    resource: Attributes
    scope: str
    name: str
    attributes: Attributes
    begin: int
    end: int
    """In nanoseconds since the epoch."""
    is_delta: bool
    """Whether it adds to those before it, instead of taking them in."""
    total: float
    count: int = 0
    """How many values the total is of; a counter does not say it."""

    @property
    def replaces(self) -> Hashable:
        """What it has in common with the measurements of which only the latest holds."""
        return (
            _identity(self.resource),
            self.scope,
            self.name,
            _identity(self.attributes),
            self.begin,
            self.end if self.is_delta else None,
        )


def decode(request: ExportMetricsServiceRequest) -> Iterator[Measurement]:
    """Yield the measurements of one export."""
    for resource_metrics in request.resource_metrics:
        resource = decoded(resource_metrics.resource.attributes)
        for scope_metrics in resource_metrics.scope_metrics:
            scope = printable(scope_metrics.scope.name)
            for metric in scope_metrics.metrics:
                for point, temporality in _points(metric):
                    total, count = _values(point)
                    yield Measurement(
                        resource=resource,
                        scope=scope,
                        name=printable(metric.name),
                        attributes=decoded(point.attributes),
                        begin=point.start_time_unix_nano,
                        end=point.time_unix_nano,
                        is_delta=temporality == AGGREGATION_TEMPORALITY_DELTA,
                        total=total,
                        count=count,
                    )


def latest(measurements: Iterable[Measurement]) -> list[Measurement]:
    """Return those that, added up, are all that was measured.

    A cumulative one is told anew with each export and begins where its process does; each delta
    stands for itself. An exporter may send either twice, after a response that it did not get.
    """
    kept: dict[Hashable, Measurement] = {}
    for each in measurements:
        known = kept.setdefault(each.replaces, each)
        if known.end < each.end:
            kept[each.replaces] = each
    return list(kept.values())


def _points(metric: Metric) -> Iterator[tuple[_Point, int]]:
    match metric.WhichOneof("data"):
        case "sum":
            data = metric.sum
        case "histogram":
            data = metric.histogram
        case "exponential_histogram":
            data = metric.exponential_histogram
        case _:
            return
    for point in data.data_points:
        yield point, data.aggregation_temporality


def _values(point: _Point) -> tuple[float, int]:
    if isinstance(point, NumberDataPoint):
        return point.as_int or point.as_double, 0  # the one that is not there reads as 0
    return point.sum, point.count


def _identity(attributes: Attributes) -> Hashable:
    return frozenset(attributes.values.items())
