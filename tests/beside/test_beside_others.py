# SPDX-License-Identifier: Apache-2.0
"""Other instrumentations from PyPI on top of ours and below it, switched off in any order."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any, Final

import pytest
from googleapiclient.http import HttpRequest
from hypothesis import given, settings
from hypothesis import strategies as st
from opentelemetry.instrumentation.google_api_client import (
    GoogleApiClientInstrumentor as PeerInstrumentor,
)
from opentelemetry.instrumentation.httplib2._support import guard
from opentelemetry.instrumentation.requests import RequestsInstrumentor
from opentelemetry.instrumentation.threading import ThreadingInstrumentor
from opentelemetry.instrumentation.urllib3 import URLLib3Instrumentor
from opentelemetry.trace import SpanKind

from support import figures
from support.behaviour import Call, Script, Stage, play
from support.behaviour.instrumented import INSTRUMENTORS
from support.campaign import cases
from support.recording import Recording, context_of

_ALL: Final[dict[str, Any]] = {
    **INSTRUMENTORS,
    "peer": PeerInstrumentor,
    "requests": RequestsInstrumentor,
    "threading": ThreadingInstrumentor,
    "urllib3": URLLib3Instrumentor,
}
_SCRIPT: Final = Script((Call("list", retries=1), Call("batch"), Call("next chunk")), ("503",))
_PEER: Final = "gcp.api/"


_EXECUTE: Final = HttpRequest.execute


def _all_off() -> None:
    for instrumentor in reversed(_ALL.values()):
        if instrumentor().is_instrumented_by_opentelemetry:
            instrumentor().uninstrument()
    # The peer leaves its own where another is on top of it, and with it ours where that is inside.
    HttpRequest.execute = _EXECUTE
    _ALL["call"]().instrument()
    _ALL["call"]().uninstrument()
    assert HttpRequest.execute is _EXECUTE


@pytest.fixture(autouse=True)
def all_off() -> Iterator[None]:
    yield
    _all_off()


@settings(max_examples=cases(20))
@given(on=st.permutations(list(_ALL)), off=st.permutations(list(_ALL)))
def test_every_order(on: list[str], off: list[str], stage: Stage) -> None:
    without = play(stage, _SCRIPT)
    recording = Recording()
    for name in on:
        _ALL[name]().instrument(tracer_provider=recording.tracer_provider)
    active = set(_ALL)
    try:
        for name in (None, *off):
            if name is not None:
                _ALL[name]().uninstrument()
                active.discard(name)
            recording.clear()
            assert play(stage, _SCRIPT) == without
            calls = [one.name for one in recording.of_kind(SpanKind.INTERNAL)]
            wire = [
                one for one in recording.of_kind(SpanKind.CLIENT) if not one.name.startswith(_PEER)
            ]
            figures.add("beside others", "combinations")
            assert calls.count("gmail.users.messages.list") == int("call" in active)
            assert len(wire) == int("wire" in active) * len(without.requests)
    finally:
        _all_off()


@pytest.mark.parametrize("order", [("call", "peer"), ("peer", "call")])
def test_the_peer_is_told_of_once(
    order: tuple[str, str], stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    guard._once._said.clear()
    recording = Recording()
    for name in order:
        _ALL[name]().instrument(tracer_provider=recording.tracer_provider)

    play(stage, _SCRIPT)

    warnings = [one.getMessage() for one in caplog.records if "twice" in one.getMessage()]
    assert len(warnings) == 1


def test_the_peer_that_is_switched_off_below_ours_leaves_ours_on(stage: Stage) -> None:
    recording = Recording()
    for name in ("peer", "call"):
        _ALL[name]().instrument(tracer_provider=recording.tracer_provider)
    _ALL["peer"]().uninstrument()

    play(stage, Script((Call("list"),)))

    assert "gmail.users.messages.list" in [one.name for one in recording.spans]


def test_a_call_in_a_thread_is_part_of_the_trace_that_began_the_thread(stage: Stage) -> None:
    recording = Recording()
    for name in ("threading", "call", "wire"):
        _ALL[name]().instrument(tracer_provider=recording.tracer_provider)
    tracer = recording.tracer_provider.get_tracer(__name__)

    with tracer.start_as_current_span("outer") as outer:
        thread = threading.Thread(target=play, args=(stage, Script((Call("list"),))))
        thread.start()
        thread.join()

    (call,) = recording.of_kind(SpanKind.INTERNAL)[:1]
    assert call.parent is not None
    assert call.parent.span_id == outer.get_span_context().span_id
    assert {context_of(one).trace_id for one in recording.spans} == {
        outer.get_span_context().trace_id
    }
