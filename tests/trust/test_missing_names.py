# SPDX-License-Identifier: Apache-2.0
"""A release of a library lacks a name that we rely on: the application goes on as before.

Where the name is a private one, calls keep their spans with their outcome (design 2): what else
was learned through it is lost, and a warning says so where a function is not seen any more.
"""

from __future__ import annotations

import logging
from collections import Counter
from typing import Any, Final

import pytest
from opentelemetry.instrumentation.httplib2._support import guard
from opentelemetry.trace import SpanKind

from support import figures
from support.behaviour import Call, Script, Setup, Stage, instrumented, play
from support.behaviour.functions import forget_results
from support.behaviour.library_names import names, without
from support.recording import Recording, attributes_of

_CHECK: Final = "names of the libraries missing"
_SCRIPTS: Final = (
    Script((Call("list", retries=1), Call("bare"), Call("send")), ("503", "ordinary", "404")),
    Script((Call("batch"), Call("batch", "oauth2client")), parts=("404", "401")),
    Script((Call("next chunk", retries=1), Call("resumable", retries=1)), ("ordinary", "503")),
    Script((Call("download"), Call("discover")), ("404",)),
    Script((Call("GET"), Call("POST", "subclass"), Call("list", "authorized")), ("drop", "302")),
    Script((Call("list", "oauth2client"), Call("list", "refused")), ("403 forbidden",)),
)
_NAMES: Final = names()
_PRIVATE: Final = [
    name for name in _NAMES if (last := name.rpartition(".")[2]).startswith("_") and last[1] != "_"
]


@pytest.fixture(scope="module")
def complete(stage: Stage) -> dict[Script, tuple[Any, Any]]:
    """What is seen and recorded of each script where no name is missing."""
    return {script: _observed(stage, script) for script in _SCRIPTS}


def _observed(stage: Stage, script: Script) -> tuple[Any, Any]:
    with instrumented(Setup()) as recording:
        return play(stage, script), _calls(recording)


def _calls(recording: Recording) -> Counter[Any]:
    return Counter(
        # Its name may have been learned through the name that is missing.
        (span.status.status_code, attributes_of(span).get("error.type"))
        for span in recording.of_kind(SpanKind.INTERNAL)
        if attributes_of(span)["googleapiclient.operation"] != "batch_part"
    )


@pytest.mark.parametrize("name", _NAMES)
def test_the_application_goes_on_as_before(
    name: str,
    stage: Stage,
    complete: dict[Script, tuple[Any, Any]],
    caplog: pytest.LogCaptureFixture,
) -> None:
    guard._once._said.clear()
    forget_results()
    figures.add(_CHECK, "names")
    with without(name):
        for script in _SCRIPTS:
            seen, calls = _observed(stage, script)
            figures.add(_CHECK, "differences", int(seen != complete[script][0]))
            assert seen == complete[script][0]
            if name in _PRIVATE:
                assert calls == complete[script][1]

    ours = [one for one in caplog.records if one.name.startswith("opentelemetry.instrumentation")]
    said = [one.getMessage() for one in ours]
    assert all(one.levelno == logging.WARNING for one in ours)
    assert len(set(said)) == len(said), "said more than once"
    if "." in name[1:]:  # a function that is patched
        assert any("of_another_release" in one for one in said)


def test_private_names_are_found() -> None:
    figures.add(_CHECK, "of them private", len(_PRIVATE))
    assert {"Http._conn_request", "_retry_request", "_requests", "_subject"} <= set(_PRIVATE)
