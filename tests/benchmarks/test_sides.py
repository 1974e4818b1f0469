# SPDX-License-Identifier: Apache-2.0
"""All sides do the same work, and the floor writes what the layers write: the race is fair."""

from __future__ import annotations

import gc
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from time import thread_time_ns
from typing import Any

import pytest
from benchmarks.case import CASES, Case
from benchmarks.contestant import Contestant, check, sides_of
from benchmarks.measure import Plan, measure, run_program
from benchmarks.memory_socket import MemorySocket
from benchmarks.modes import RECORDED, SUPPRESSED, Providers
from benchmarks.own_sides import SIDES
from benchmarks.protocol import Environment
from benchmarks.scenario import BATCH, CALL, DOWNLOAD, FAILED_BATCH, REFUSED, RETRIED
from benchmarks.side import BARE, Side
from benchmarks.worker import time_block
from opentelemetry.context import Context
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace.sampling import Decision, Sampler, SamplingResult
from opentelemetry.trace import Link, SpanKind, TraceState

from benchmarks import huge_response, threads
from support.recording import Recording, attributes_of

# Each test starts programs, or makes thousands of calls.
pytestmark = pytest.mark.slow

BY_NAME = {side.name: side for side in SIDES}
CALLED = Case(CALL, RECORDED)
SCENARIOS = [
    Case(scenario, RECORDED) for scenario in (CALL, REFUSED, RETRIED, DOWNLOAD, BATCH, FAILED_BATCH)
]

# What is text of ours, or was measured: each side has its own.
OWN_VALUES = {
    "googleapiclient.error.remedy",
    "googleapiclient.error.help_url",
    "googleapiclient.retry.delay",
    "googleapiclient.retry.wait",
}


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
        self.attributes.append(comparable(attributes or {}))
        return SamplingResult(Decision.RECORD_AND_SAMPLE, attributes)

    def get_description(self) -> str:
        return "Starts"


def comparable(attributes: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: type(value) if name in OWN_VALUES else value for name, value in attributes.items()
    }


@dataclass(frozen=True, kw_only=True)
class Written:
    """What three calls write down."""

    spans: list[dict[str, object]]
    attributes_at_start: list[dict[str, Any]]
    metrics: dict[str, list[dict[str, object]]]
    headers: list[str]


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """Everything that is sent through sockets in memory."""
    pieces: list[bytes] = []
    monkeypatch.setattr(MemorySocket, "sendall", lambda _, data: pieces.append(data))
    return pieces


def written_by(side: Side, case: Case, sent: list[bytes]) -> Written:
    starts, reader = Starts(), InMemoryMetricReader()
    recording = Recording(starts)
    providers = Providers(recording.tracer_provider, MeterProvider([reader]))
    contestant = Contestant(side, case, providers)
    # The first call also connects; those that are measured find the connection open.
    contestant.execute()
    starts.attributes.clear()
    recording.clear()
    sent.clear()
    with contestant.switched_on():
        contestant.run(contestant.targets(3))
    names = {span.context.span_id: span.name for span in recording.spans if span.context}
    return Written(
        spans=[
            {
                "scope": span.instrumentation_scope and span.instrumentation_scope.name,
                "name": span.name,
                "kind": span.kind,
                "parent": span.parent and names[span.parent.span_id],
                "attributes": comparable(attributes_of(span)),
                "status": (span.status.status_code, span.status.description),
                "links": len(span.links),
                "events": [
                    (event.name, comparable(event.attributes or {})) for event in span.events
                ],
            }
            for span in recording.spans
        ],
        attributes_at_start=starts.attributes,
        metrics=points_of(reader),
        headers=sorted(
            line.partition(b":")[0].decode()
            for line in b"".join(sent).splitlines()
            if b": " in line
        ),
    )


def points_of(reader: InMemoryMetricReader) -> dict[str, list[dict[str, object]]]:
    """The attributes of all points, and how much was counted of them, by scope and metric."""
    data = reader.get_metrics_data()
    return {
        f"{scope.scope.name} {metric.name}": [
            {
                **(point.attributes or {}),
                # A histogram's sum is time, of which each side takes its own.
                "counted": getattr(point, "value", None) or getattr(point, "count", None),
            }
            for point in metric.data.data_points
        ]
        for resource in (data.resource_metrics if data else ())
        for scope in resource.scope_metrics
        for metric in scope.metrics
    }


@pytest.mark.parametrize("case", SCENARIOS, ids=lambda case: case.name)
def test_floor_writes_what_both_layers_write(case: Case, sent: list[bytes]) -> None:
    floor, both = (written_by(BY_NAME[name], case, sent) for name in ("floor", "both"))
    assert floor == both


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_side_returns_the_same_and_writes_its_spans(case: Case) -> None:
    value = Contestant(BARE, case).execute()
    for side in sides_of(Environment.OWN, case):
        check(side, case, value)


def test_side_that_writes_no_spans_is_refused() -> None:
    value = Contestant(BARE, CALLED).execute()
    with pytest.raises(RuntimeError, match="idle wrote 0 spans, not 1"):
        check(Side("idle", lambda spans: spans.call), CALLED, value)


def test_side_that_returns_something_else_is_refused() -> None:
    with pytest.raises(RuntimeError, match="bare wrote 0 spans, not 0, and returned"):
        check(BARE, CALLED, {"id": "another"})


def test_floor_takes_no_part_where_nothing_is_to_be_written() -> None:
    sides = sides_of(Environment.OWN, Case(CALL, SUPPRESSED))
    assert [side.name for side in sides] == ["bare", "wire", "call", "both"]


def test_every_call_sends_something_else(sent: list[bytes]) -> None:
    contestant = Contestant(BARE, CALLED)
    with contestant.switched_on():
        contestant.run(contestant.targets(60))
        contestant.run(contestant.targets(60))
    lines = [piece.partition(b"\r\n")[0] for piece in sent]
    assert len(set(lines)) == 120


def test_every_side_takes_its_turn_in_every_case() -> None:
    plan = Plan(seconds=0, rounds=2, start_ups=0, others=0, block=1, cases=CASES[:2])
    measurement = measure({Environment.OWN: sys.executable}, plan, lambda _: None)
    assert list(measurement.cases) == [case.name for case in plan.cases]
    for (process,) in measurement.cases.values():
        assert [one.keys() for one in process] == [BY_NAME.keys()] * 2
        assert all(one["bare"] > 0 for one in process)
    assert "google-api-python-client" in measurement.environments[Environment.OWN]["versions"]


def test_huge_response_is_measured_in_a_process_of_its_own() -> None:
    figures = run_program("huge_response", 1)
    assert figures.keys() == {huge_response.TIME, huge_response.MEMORY}
    assert all(one.keys() == {"value", "low", "high"} for one in figures.values())


def test_threads_call_at_once() -> None:
    assert all(one["value"] for one in threads.measure(2, 1, calls=20).values())


def test_everything_in_a_block_counts() -> None:
    def spin(_: object) -> None:
        until = thread_time_ns() + 1_000_000
        while thread_time_ns() < until:
            pass

    slow = Case(replace(CALL, execute=spin), RECORDED)
    assert 1e6 <= time_block(Contestant(BARE, slow), 3) < 2e6


def test_thousands_of_calls_leave_nothing_behind() -> None:
    contestant = Contestant(BARE, CALLED)

    def blocks_after_calls() -> int:
        contestant.run(contestant.targets(1000))
        gc.collect()
        return sys.getallocatedblocks()

    # The interpreter's own caches take a hundred blocks now and then: one object left
    # by each call is a thousand.
    before = blocks_after_calls()
    assert blocks_after_calls() - before < 500
