# SPDX-License-Identifier: Apache-2.0
"""What the instruments measured, as it arrived over OTLP: the other way to the same numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue
from opentelemetry.proto.metrics.v1.metrics_pb2 import Metric

Attributes = Mapping[str, object]


def value_of(value: AnyValue) -> object:
    kind = value.WhichOneof("value")
    if kind == "array_value":
        return tuple(value_of(each) for each in value.array_value.values)
    return getattr(value, kind) if kind else None


def attributes_of(thing: Any) -> dict[str, object]:
    pairs: list[KeyValue] = list(thing.attributes)
    return {pair.key: value_of(pair.value) for pair in pairs}


def points_of(metrics: list[Metric], name: str) -> list[Any]:
    """The data points of an instrument, from the last of its (cumulative) exports."""
    last = [metric for metric in metrics if metric.name == name][-1]
    return list(getattr(last, str(last.WhichOneof("data"))).data_points)


def how_often(metrics: list[Metric], name: str, **wanted: object) -> float:
    """How often something was measured or counted with these attributes (``_`` for ``.``).

    ``...`` stands for any value.
    """
    return sum(
        point.count if hasattr(point, "count") else point.as_int
        for point in points_of(metrics, name)
        if _has(attributes_of(point), wanted)
    )


def how_much(metrics: list[Metric], name: str) -> float:
    """The sum of what a histogram was told."""
    return sum(point.sum for point in points_of(metrics, name))


def _has(attributes: Attributes, wanted: Mapping[str, object]) -> bool:
    found = {name.replace(".", "_"): value for name, value in attributes.items()}
    return all(
        name in found if value is ... else found.get(name) in _alternatives(value)
        for name, value in wanted.items()
    )


def _alternatives(value: object) -> tuple[object, ...]:
    return tuple(value) if isinstance(value, (set, frozenset)) else (value,)
