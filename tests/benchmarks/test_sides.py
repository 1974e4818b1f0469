# SPDX-License-Identifier: Apache-2.0
"""All sides do the same work, and the floor writes what the layers write: the race is fair."""

from __future__ import annotations

import gc
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from benchmarks.measure import Plan, measure
from benchmarks.memory_socket import MemorySocket
from benchmarks.modes import MODES, Providers
from benchmarks.own_sides import SIDES
from benchmarks.protocol import Environment, Turns
from benchmarks.ready_request import ready_request
from benchmarks.side import BARE, Side
from benchmarks.worker import check
from opentelemetry.context import Context
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace.sampling import Decision, Sampler, SamplingResult
from opentelemetry.trace import Link, SpanKind, TraceState

from support.recording import Recording, attributes_of

BY_NAME = {side.name: side for side in SIDES}


class Starts(Sampler):
    """Keeps what is known of spans at their start."""

    def __init__(self) -> None:
        self.attributes: list[dict[str, Any]] = []

    def should_sample(
        self,
        parent_context: Context | None,
        trace_id: int,
        name: str,
        kind: SpanKind | None = None,
        attributes: Mapping[str, Any] | None = None,
        links: Sequence[Link] | None = None,
        trace_state: TraceState | None = None,
    ) -> SamplingResult:
        self.attributes.append(dict(attributes or {}))
        return SamplingResult(Decision.RECORD_AND_SAMPLE, attributes)

    def get_description(self) -> str:
        return "Starts"


@dataclass(frozen=True, kw_only=True)
class Written:
    """What one call writes down."""

    spans: list[dict[str, object]]
    attributes_at_start: list[dict[str, Any]]
    metrics: dict[str, list[dict[str, object]]]
    headers: set[str]


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """Everything that is sent through sockets in memory."""
    pieces: list[bytes] = []
    monkeypatch.setattr(MemorySocket, "sendall", lambda _, data: pieces.append(data))
    return pieces


def written_by(side: Side, sent: list[bytes]) -> Written:
    starts, reader = Starts(), InMemoryMetricReader()
    recording = Recording(starts)
    providers = Providers(recording.tracer_provider, MeterProvider([reader]))
    target = side.prepare(providers)
    with side.switched_on(providers):
        # The first call also connects; those that are timed find the connection open.
        target.execute()
        starts.attributes.clear()
        recording.clear()
        sent.clear()
        target.execute()
    names = {span.context.span_id: span.name for span in recording.spans if span.context}
    return Written(
        spans=[
            {
                "scope": span.instrumentation_scope and span.instrumentation_scope.name,
                "name": span.name,
                "kind": span.kind,
                "parent": span.parent and names[span.parent.span_id],
                "attributes": attributes_of(span),
                "status": span.status.status_code,
                "events": [event.name for event in span.events],
            }
            for span in recording.spans
        ],
        attributes_at_start=starts.attributes,
        metrics=points_of(reader),
        headers={line.partition(b":")[0].decode() for line in b"".join(sent).splitlines()[1:]},
    )


def points_of(reader: InMemoryMetricReader) -> dict[str, list[dict[str, object]]]:
    """The attributes of all points, by scope and metric."""
    data = reader.get_metrics_data()
    return {
        f"{scope.scope.name} {metric.name}": [
            dict(point.attributes or {}) for point in metric.data.data_points
        ]
        for resource in (data.resource_metrics if data else ())
        for scope in resource.scope_metrics
        for metric in scope.metrics
    }


def test_floor_writes_what_both_layers_write(sent: list[bytes]) -> None:
    assert written_by(BY_NAME["floor"], sent) == written_by(BY_NAME["both"], sent)


@pytest.mark.parametrize("side", SIDES, ids=lambda side: side.name)
def test_every_side_returns_the_same_and_writes_its_spans(side: Side) -> None:
    check(side, ready_request().execute())


def test_side_that_writes_no_spans_is_refused() -> None:
    with pytest.raises(RuntimeError, match="idle wrote 0 spans"):
        check(Side("idle", spans=1), ready_request().execute())


def test_every_side_takes_its_turn_in_every_mode() -> None:
    plan = Plan(generations=1, rounds=2, start_ups=0, turns=Turns(calls=2, warm_up=1))
    measurement = measure({Environment.OWN: sys.executable}, plan, lambda _: None)
    assert [sample.mode for sample in measurement.samples] == [*MODES]
    for sample in measurement.samples:
        assert [round_.keys() for round_ in sample.rounds] == [BY_NAME.keys()] * 2
        assert all(turn["nanoseconds"] > 0 for turn in sample.rounds[0].values())
    assert "google-api-python-client" in measurement.environments[Environment.OWN]["versions"]


def test_thousands_of_calls_leave_nothing_behind() -> None:
    request = BARE.prepare(Providers())

    def blocks_after_calls() -> int:
        for _ in range(1000):
            request.execute()
        gc.collect()
        return sys.getallocatedblocks()

    before = blocks_after_calls()
    assert blocks_after_calls() - before < 100
