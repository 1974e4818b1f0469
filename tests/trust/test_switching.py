# SPDX-License-Identifier: Apache-2.0
"""The two instrumentors switched on and off, in every order and again and again."""

from __future__ import annotations

from typing import Any, Final

import googleapiclient.discovery
import googleapiclient.http
import httplib2
from hypothesis import given, settings
from hypothesis import strategies as st
from opentelemetry.trace import SpanKind

from support import figures
from support.behaviour import Call, Script, Stage, play
from support.behaviour.instrumented import INSTRUMENTORS
from support.campaign import cases
from support.recording import Recording

_SCRIPT: Final = Script((Call("list", retries=1),), ("503",))
_OWNERS: Final = (
    httplib2.Http,
    googleapiclient.http,
    googleapiclient.http.HttpRequest,
    googleapiclient.http.BatchHttpRequest,
    googleapiclient.http.MediaIoBaseDownload,
    googleapiclient.discovery,
)


def _members() -> dict[tuple[object, str], int]:
    """What the libraries consist of, by identity."""
    return {(one, name): id(value) for one in _OWNERS for name, value in vars(one).items()}


@settings(max_examples=cases(25))
@given(
    switches=st.lists(
        st.tuples(st.sampled_from(list(INSTRUMENTORS)), st.booleans()), min_size=1, max_size=8
    )
)
def test_every_order(switches: list[tuple[str, bool]], stage: Stage) -> None:
    # The first play leaves what Python itself keeps in classes.
    without, before = play(stage, _SCRIPT), _members()
    recording = Recording()
    providers: dict[str, Any] = {"tracer_provider": recording.tracer_provider}
    on: set[str] = set()
    try:
        for layer, switch_on in switches:
            instrumentor = INSTRUMENTORS[layer]()
            instrumentor.instrument(**providers) if switch_on else instrumentor.uninstrument()
            (on.add if switch_on else on.discard)(layer)
            figures.add("switching", "switches")

            recording.clear()
            assert play(stage, _SCRIPT) == without
            assert len(recording.of_kind(SpanKind.INTERNAL)) == int("call" in on)
            assert len(recording.of_kind(SpanKind.CLIENT)) == 2 * int("wire" in on)
            assert (_members() == before) is (not on)
    finally:
        for layer in on:
            INSTRUMENTORS[layer]().uninstrument()
    assert _members() == before
