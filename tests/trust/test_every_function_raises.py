# SPDX-License-Identifier: Apache-2.0
"""Each function of ours is made to raise in turn: nothing of it reaches the application.

The functions are found by themselves, so a new one is tried as soon as it exists. Those inside of
which the library goes on (the replacements of its functions, for one) are found by watching: they
are what stands in the application's way already, and what they call is tried instead.
"""

from __future__ import annotations

import http.client
import logging
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager, suppress
from contextvars import copy_context
from dataclasses import dataclass
from fnmatch import fnmatchcase
from types import CodeType
from typing import Any, Final

import google_auth_httplib2
import googleapiclient.discovery
import googleapiclient.http
import httplib2
import pytest
from opentelemetry.instrumentation.googleapiclient._calls.method import MethodDirectory
from opentelemetry.instrumentation.googleapiclient._calls.patch import instrumentation as call_layer
from opentelemetry.instrumentation.httplib2._support import guard
from opentelemetry.instrumentation.httplib2._wire.patch import instrumentation as wire_layer

from support import figures
from support.behaviour import Call, Script, Seen, Setup, Stage, instrumented, play
from support.behaviour.functions import (
    Calls,
    Function,
    InjectedFault,
    forget_results,
    made_to_raise,
    our_functions,
)
from support.behaviour.instrumented import INSTRUMENTORS
from support.behaviour.transports import RaisingTransport

# All in one process of pytest-xdist: they share what takes seconds to find out.
pytestmark = pytest.mark.xdist_group("every function raises")
_CHECK: Final = "every function of ours made to raise"
_LEAST_REACHED: Final = 0.85
"""The share of our functions that the scripts have to reach, or the check is none.

What runs once in a process, as modules are loaded say, can't be reached.
"""

_ON_THE_EDGE: Final[Mapping[str, str]] = {
    "httplib2._support.guard.*": "the guard itself",
    "httplib2._support.interruption.*": "asked by the guard what is none of ours",
    "httplib2._support.forwarding.keywords": "puts together again what the application has given",
    "*.instrumentation_dependencies": "a constant that OpenTelemetry asks for",
    "*.instrument": "passes its arguments on to OpenTelemetry's own",
    "*.WatchedConnection.*": "stands in the place of the library's object, and passes on",
    "googleapiclient._calls.transport.*": "stands in the place of the library's object",
    "*.Call.is_of": "compares two objects by identity",
    "*.patch._http_and_retries": "picks two of the arguments",
}
"""What may not fail because nothing is between it and the application, and why it can't."""

_QUIET: Final[Mapping[str, str]] = {
    "httplib2._support.exceptions._said_in": "an exception of the application's may say nothing",
    "httplib2._support.exceptions._text_of": "an exception of the application's may say nothing",
    "httplib2._support.lazy_pattern.LazyPattern.__getattr__": "runs once for each expression",
    "httplib2._support.patching._Target.__init__": "runs when the layer is loaded",
    "httplib2._support.references._content": "a cell of a closure may be empty",
    "httplib2._wire.peer._*": "a socket that is none raises what it likes",
}
"""What may fail without a warning, and why."""
_ELSEWHERE: Final = ("googleapiclient._explanation.", "googleapiclient._terminal.")
"""What no call of the application runs through, and has tests of its own."""

_SCRIPTS: Final = (
    Script((Call("list", retries=1), Call("send"), Call("list")), ("503 in 3 s", "ordinary")),
    Script((Call("list", "authorized, to be refreshed", 1),), ("ordinary", "drop", "401")),
    Script((Call("list", "authorized, to be refreshed", 1),), ("invalid_grant",)),
    Script((Call("batch"), Call("raising callback")), parts=("404", "401", "403 rate")),
    Script((Call("batch"),), ("json",)),
    Script((Call("next chunk", retries=1),), ("ordinary", "503")),
    Script((Call("resumable"), Call("download"))),
    Script((Call("download"),), ("until close",)),
    Script((Call("discover"), Call("twice"), Call("long")), ("ordinary", "403 forbidden")),
    Script(
        (Call("GET", "password"), Call("POST", "subclass"), Call("PURGE", "oauth2client")),
        ("401 challenge", "302"),
    ),
    Script((Call("GET", "sends by itself"), Call("POST", "sends by itself"))),
    Script(tuple(Call("list", one, 1) for one in ("refused", "raising", "none", "oauth2client"))),
    Script(
        (Call("callback that calls"), Call("bare"), Call("list", "authorized")),
        ("403 no errors", "429 at a date", "400 HTML"),
    ),
    Script(tuple(Call("list", one) for one in ("mock", "raising an interrupt", "cached"))),
    Script(
        (Call("list", "set_user_agent"), Call("send", "authorized"), Call("list"), Call("list")),
        ("400 HTML", "404", "412", "403 rate"),
    ),
    Script(
        tuple(Call("list") for _ in range(6)),
        ("429 in 3 s", "500", "not JSON", "reset", "302 without location", "truncate"),
    ),
    Script((Call("list"), Call("discover")), ("429 with details", "not JSON")),
    Script((Call("list", "oauth2client"),), ("401",)),
    Script((Call("list", "service account"),), ("json",)),
    Script((Call("list", "service account"),) * 2, ("invalid_grant",)),
)
_SETUPS: Final = (Setup(), Setup(everything=True), Setup(excluded=True))


@dataclass(frozen=True)
class _Play:
    """A script, and what it is played with."""

    script: Script
    setup: Setup


@dataclass(frozen=True)
class _Reach:
    """What the scripts reach."""

    callers: Mapping[_Play, frozenset[tuple[CodeType, CodeType | None]]]
    passages: frozenset[CodeType]
    without: Mapping[Script, Seen]
    """What is seen of a script where nothing is instrumented."""

    def plays_of(self, function: Function) -> list[_Play]:
        """The fewest that call it from wherever it is called from."""
        plays: list[_Play] = []
        calls = {
            play: {pair for pair in pairs if pair[0] is function.code}
            for play, pairs in self.callers.items()
        }
        left: set[tuple[CodeType, CodeType | None]] = set().union(*calls.values())
        while left:
            best = max(calls, key=lambda play: len(calls[play] & left))
            plays.append(best)
            left -= calls[best]
        return plays


def _codes(*functions: Callable[..., Any]) -> frozenset[CodeType]:
    """Of functions of the libraries, whatever they are wrapped in."""
    found: set[CodeType] = set()
    for function in functions:
        inside: Any = function
        while inside is not None:
            found.add(inside.__code__)
            inside = getattr(inside, "__wrapped__", None)
    return frozenset(found)


def _back_to_the_library() -> frozenset[CodeType]:
    http_class: Any = httplib2.Http
    library: Any = googleapiclient.http
    discovery: Any = googleapiclient.discovery
    return _codes(
        http.client.HTTPConnection.request,
        http.client.HTTPConnection.getresponse,
        httplib2.HTTPConnectionWithTimeout.connect,
        http_class.request,
        http_class._conn_request,
        google_auth_httplib2.AuthorizedHttp.request,
        RaisingTransport.request,
        library.HttpRequest.execute,
        library.HttpRequest.next_chunk,
        library.MediaIoBaseDownload.next_chunk,
        library.BatchHttpRequest.execute,
        library.BatchHttpRequest._execute,
        library._retry_request,
        discovery.createMethod,
        discovery._retrieve_discovery_doc,
    )


@pytest.fixture(scope="module")
def reach(stage: Stage) -> _Reach:
    back = _back_to_the_library()
    without = {script: copy_context().run(play, stage, script) for script in _SCRIPTS}
    callers: dict[_Play, frozenset[tuple[CodeType, CodeType | None]]] = {}
    passages: set[CodeType] = set()
    for script in _SCRIPTS:
        for setup in _SETUPS:
            _forget()
            with Calls(back) as calls, instrumented(setup):
                copy_context().run(play, stage, script)
            callers[_Play(script, setup)] = frozenset(calls.pairs)
            passages |= calls.passages
    return _Reach(callers, frozenset(passages), without)


_FUNCTIONS: Final = [one for one in our_functions() if not one.name.startswith(_ELSEWHERE)]


def _is_on_the_edge(function: Function) -> bool:
    return any(fnmatchcase(function.name, pattern) for pattern in _ON_THE_EDGE)


@pytest.mark.parametrize("module", sorted({function.module for function in _FUNCTIONS}))
def test_nothing_reaches_the_application(module: str, stage: Stage, reach: _Reach) -> None:
    escapes: list[str] = []
    for function in _FUNCTIONS:
        if function.module != module or function.code in reach.passages:
            continue
        if _is_on_the_edge(function):
            continue
        plays = reach.plays_of(function)
        figures.add(_CHECK, "functions tried", int(bool(plays)))
        for one in plays:
            found = _escape(stage, function, one, reach.without[one.script])
            escapes += [f"{function.name}: {found}"] if found else []
    figures.add(_CHECK, "escapes", len(escapes))
    assert not escapes


def _forget() -> None:
    """Let everything be worked out anew that is worked out once."""
    forget_results()
    vars(call_layer.methods).update(vars(MethodDirectory()))


def _escape(stage: Stage, function: Function, one: _Play, without: Seen) -> str | None:
    """What the application notices, if anything."""
    _forget()
    guard._once._said.clear()
    with _warnings() as warnings:
        try:
            with made_to_raise(function), instrumented(one.setup):
                seen = copy_context().run(play, stage, one.script)
        except InjectedFault:
            return "raises where it is switched on or off"
        finally:
            _switch_off()
    if seen != without:
        return "what the application sees is different"
    said = [warning.getMessage() for warning in warnings]
    if len(set(said)) < len(said):
        return f"warns again and again: {said}"
    if not any("InjectedFault" in one for one in said) and not _may_be_quiet(function):
        return f"nobody is told: {said}"
    return None


def _may_be_quiet(function: Function) -> bool:
    return any(fnmatchcase(function.name, pattern) for pattern in _QUIET)


def _switch_off() -> None:
    """Even where what was made to raise is what switches off."""
    for layer in (wire_layer, call_layer):
        layer.switch_off()
    for instrumentor in INSTRUMENTORS.values():
        with suppress(AttributeError):
            instrumentor()._is_instrumented_by_opentelemetry = False


@contextmanager
def _warnings() -> Generator[list[logging.LogRecord], None, None]:
    records: list[logging.LogRecord] = []

    class Handler(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            records.append(record)

    logger, handler = logging.getLogger("opentelemetry.instrumentation"), Handler(logging.WARNING)
    logger.addHandler(handler)
    try:
        yield records
    finally:
        logger.removeHandler(handler)


def test_the_scripts_reach_nearly_every_function(reach: _Reach) -> None:
    reached = {code for pairs in reach.callers.values() for code, _ in pairs}
    others = sorted(function.name for function in _FUNCTIONS if function.code not in reached)

    figures.add(_CHECK, "of them on the edge", sum(map(_is_on_the_edge, _FUNCTIONS)))
    figures.add(_CHECK, "that lead back to the library", len(reach.passages))
    figures.add(_CHECK, "that no script reaches", len(others))
    assert 1 - len(others) / len(_FUNCTIONS) >= _LEAST_REACHED, "\n".join(others)


@pytest.mark.parametrize("pattern", [*_ON_THE_EDGE, *_QUIET])
def test_what_is_said_to_be_on_the_edge_exists(pattern: str) -> None:
    assert any(fnmatchcase(function.name, pattern) for function in _FUNCTIONS)
