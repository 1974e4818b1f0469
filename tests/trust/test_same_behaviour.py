# SPDX-License-Identifier: Apache-2.0
"""Without and with the instrumentation, an application and its server see exactly the same.

Results, exceptions and where they come from, requests byte for byte and over which connection,
waits, logs, warnings: everything that ``support.behaviour.Seen`` holds.
"""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from opentelemetry.trace import SpanKind

from support import figures
from support.behaviour import Call, Script, Setup, Stage, instrumented, play
from support.behaviour.calls import CALLS
from support.behaviour.responses import RESPONSES, TIMEOUT
from support.behaviour.transports import TRANSPORTS
from support.campaign import cases

_CHECK = "same behaviour"
_SETUPS = st.builds(
    Setup,
    layers=st.sampled_from([("call", "wire"), ("wire", "call"), ("call",), ("wire",)]),
    sampled=st.sampled_from([True, False, None]),
    everything=st.booleans(),
    excluded=st.booleans(),
)
_SCRIPTS = st.builds(
    Script,
    calls=st.lists(
        st.builds(
            Call,
            kind=st.sampled_from(list(CALLS)),
            transport=st.sampled_from(list(TRANSPORTS)),
            retries=st.integers(0, 2),
        ),
        min_size=1,
        max_size=3,
    ).map(tuple),
    responses=st.lists(st.sampled_from(list(RESPONSES)), max_size=5).map(tuple),
    parts=st.lists(st.sampled_from(list(RESPONSES)), max_size=4).map(tuple),
)


def _compare(stage: Stage, script: Script, setup: Setup) -> None:
    without = play(stage, script)
    with instrumented(setup) as recording:
        seen = play(stage, script)

    figures.add(_CHECK, "scripts")
    figures.add(_CHECK, "calls", len(script.calls))
    figures.add(_CHECK, "requests on the wire", len(seen.requests))
    figures.add(_CHECK, "differences", int(seen != without))
    assert seen == without
    if "wire" in setup.layers and setup.sampled and seen.requests:
        assert recording.of_kind(SpanKind.CLIENT), "nothing was instrumented"


@settings(max_examples=cases(120))
@given(script=_SCRIPTS, setup=_SETUPS)
def test_any_script_under_any_setup(script: Script, setup: Setup, stage: Stage) -> None:
    _compare(stage, script, setup)


@pytest.mark.parametrize("response", RESPONSES)
@pytest.mark.parametrize("kind", ["twice", "next chunk", "POST"])
def test_each_response_again_and_again(kind: str, response: str, stage: Stage) -> None:
    _compare(stage, Script((Call(kind, retries=1),), (response,) * 3), Setup())


@pytest.mark.parametrize("response", RESPONSES)
def test_each_response_to_parts_of_a_batch(response: str, stage: Stage) -> None:
    _compare(stage, Script((Call("batch"),), parts=("ordinary", response, response)), Setup())


@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("kind", ["list", "batch", "resumable", "download", "GET"])
def test_each_transport(kind: str, transport: str, stage: Stage) -> None:
    script = Script((Call(kind, transport, retries=1),), ("503", "ordinary", "401"))
    _compare(stage, script, Setup(everything=True))


@pytest.mark.parametrize("kind", CALLS)
def test_each_call(kind: str, stage: Stage) -> None:
    _compare(stage, Script((Call(kind), Call(kind)), ("ordinary", "drop", "404")), Setup())


@pytest.mark.parametrize("retries", [0, 1])
def test_a_response_that_does_not_come_in_time(retries: int, stage: Stage) -> None:
    _compare(stage, Script((Call("list", retries=retries),), (TIMEOUT,)), Setup())
