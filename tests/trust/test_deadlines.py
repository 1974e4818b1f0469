# SPDX-License-Identifier: Apache-2.0
"""Deadlines of the application strike at every instant: none is lost, and nothing is left behind.

The interpreter lets signal handlers run where a function begins, where a C function returns, and in
loops. A profiling function is called at the first two, and what it raises goes the same way.
"""

from __future__ import annotations

import gc
import logging
import queue
import random
import signal
import sys
import threading
import time
import timeit
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from inspect import CO_GENERATOR
from traceback import walk_stack
from types import FrameType
from typing import Any, Final

import pytest
from opentelemetry import context as context_api
from opentelemetry.instrumentation.googleapiclient import GoogleApiClientInstrumentor
from opentelemetry.instrumentation.googleapiclient._calls import call as call_module
from opentelemetry.instrumentation.httplib2 import Httplib2Instrumentor
from opentelemetry.instrumentation.httplib2._support import spans as spans_module
from opentelemetry.instrumentation.httplib2._support.guard import telemetry_runs
from opentelemetry.instrumentation.httplib2._wire import attempt as attempt_module
from opentelemetry.instrumentation.httplib2._wire.patch import instrumentation as wire_layer
from opentelemetry.instrumentation.httplib2._wire.scope import current_scope
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import ReadableSpan, Span, SpanProcessor, TracerProvider
from opentelemetry.trace import StatusCode
from typing_extensions import Self

from support import figures
from support.deadlines import JobTimeout, handled_by, throw
from support.in_memory import CASES, Case, Wire

_CHECK: Final = "deadlines"


# What is written down


class _Spans(SpanProcessor):
    """As a vendor's: it catches nothing."""

    def __init__(self) -> None:
        self.begun: list[Span] = []
        self.ended: list[ReadableSpan] = []

    def on_start(self, span: Span, parent_context: Any = None) -> None:
        self.begun.append(span)

    def on_end(self, span: ReadableSpan) -> None:
        self.ended.append(span)


class _Warnings(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


def _hook(*_: Any) -> None:
    len("")


@pytest.fixture(scope="module")
def spans() -> Iterator[_Spans]:
    """Both layers, with hooks and metrics."""
    spans = _Spans()
    tracer_provider = TracerProvider(shutdown_on_exit=False)
    tracer_provider.add_span_processor(spans)
    meter_provider = MeterProvider([InMemoryMetricReader()], shutdown_on_exit=False)
    with ExitStack() as stack:
        for instrumentor in (Httplib2Instrumentor(), GoogleApiClientInstrumentor()):
            instrumentor.instrument(
                tracer_provider=tracer_provider,
                meter_provider=meter_provider,
                request_hook=_hook,
                response_hook=_hook,
            )
            stack.callback(instrumentor.uninstrument)
        gc.disable()
        stack.callback(gc.enable)
        yield spans


@pytest.fixture
def warnings() -> Iterator[list[logging.LogRecord]]:
    handler, logger = _Warnings(), logging.getLogger("opentelemetry")
    logger.addHandler(handler)
    # Handlers of logging let no exception out.
    library = logging.getLogger("googleapiclient")
    level = library.level
    library.setLevel(logging.CRITICAL)
    yield handler.records
    library.setLevel(level)
    logger.removeHandler(handler)


@pytest.fixture
def finalizing(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What was raised in finalizers, which the interpreter lets nobody have."""
    raised: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda one: raised.append(one.exc_value))
    return raised


# Where it strikes

_STARTS: Final = "opentelemetry.sdk.trace.start_span"
"""Nobody but the SDK knows a span before that is over."""
_HAVE_STARTED: Final = frozenset(
    {
        f"{spans_module.__name__}.start_span",
        f"{attempt_module.__name__}.begin",
        f"{call_module.__name__}.enter",
    }
    if sys.version_info < (3, 11)
    else ()
)
"""Python 3.10 lets a handler run before what a function returns is kept anywhere."""
_ENDS: Final = "opentelemetry.sdk.trace.end"
"""Nobody but the SDK can export a span once that has begun."""
_CLOSES: Final = "http.client.close"
"""What lets no exception out where a response closes itself as it is thrown away."""
_REPORTS: Final = f"{call_module.__name__}._report_all"
_CAUSE: Final = "googleapiclient.error.cause"
_TRUE: Final = frozenset(
    {
        ("support.deadlines.JobTimeout", "application_timeout"),
        # Where it has kept the call from saying more.
        ("support.deadlines.JobTimeout", None),
    }
)
_CALLS: Final = frozenset({"execute", "upload_chunk"})


class _Deadline:
    """Strikes at the n-th instant of a run, counted from 0."""

    def __init__(self, instant: int, wire: Wire, spans: _Spans) -> None:
        self.left = instant
        self._wire = wire
        self._spans = spans
        self.where: list[str] = []
        """What was running then, from the innermost function on."""
        self.sent = 0
        """How many requests had gone out by then."""
        self.open: list[Span] = []
        """The spans that had not ended by then."""
        self.reached = False
        """Whether the application knows of it."""

    def look(self, frame: FrameType, event: str, _: object) -> None:
        # What is closed as it is thrown away is no call: nothing can strike there.
        is_call = event == "call" and not (frame.f_code.co_flags & CO_GENERATOR)
        if not is_call and event != "c_return":
            return
        self.left -= 1
        if self.left == -1:
            self.strike(0, frame)

    def strike(self, _: int, frame: FrameType | None) -> None:
        self.where = [
            f"{one.f_globals.get('__name__')}.{one.f_code.co_name}" for one, _ in walk_stack(frame)
        ]
        self.sent = self._wire.sent
        self.open = [span for span in self._spans.begun if span.end_time is None]
        raise JobTimeout

    @property
    def counts(self) -> bool:
        """Whether it has struck, and where it could get out."""
        return bool(self.where) and _CLOSES not in self.where


def _run(
    case: Case, spans: _Spans, instant: int, begin: Callable[[_Deadline], object]
) -> tuple[Wire, _Deadline]:
    """Do it with a deadline, which ``begin`` lets strike."""
    spans.begun.clear()
    spans.ended.clear()
    wire = Wire(list(case.responses))
    deadline = _Deadline(instant, wire, spans)
    try:
        begin(deadline)
        case.act(wire)
        signal.setitimer(signal.ITIMER_REAL, 0)
    except JobTimeout:
        deadline.reached = True
    finally:
        sys.setprofile(None)
    return wire, deadline


def _watch(deadline: _Deadline) -> None:
    sys.setprofile(deadline.look)


def _instants(case: Case, spans: _Spans) -> list[int]:
    never = 1_000_000
    # What is done only once is done by then.
    *_, (_, last) = [_run(case, spans, never, _watch) for _ in range(3)]
    count = never - last.left
    return sorted(random.Random(count).sample(range(count), min(case.most, count)))


# What may be wrong then


def _faults(spans: _Spans, wire: Wire, deadline: _Deadline) -> Iterator[str]:
    if not deadline.reached:
        yield "lost"
    if wire.sent > deadline.sent:
        yield "the request was sent afterwards"
    yield from _left_behind()
    if _STARTS in deadline.where or deadline.where[0] in _HAVE_STARTED:
        return
    if any(span.end_time is None for span in spans.begun):
        yield "a span has not ended"
    if _ENDS in deadline.where:
        return
    if len(spans.ended) < len(spans.begun):
        yield "a span was not exported"
    calls = [one for one in deadline.open if _told(one, "googleapiclient.operation") in _CALLS]
    if any(call.status.status_code is not StatusCode.ERROR for call in calls):
        yield "the call is said to have gone well"
    # What is said of a failure before it strikes stays.
    elif _REPORTS not in deadline.where and any(
        (_told(call, "error.type"), _told(call, _CAUSE)) not in _TRUE for call in calls
    ):
        yield "the call is said to have failed with something else"


def _told(span: Span, name: str) -> object:
    return (span.attributes or {}).get(name)


def _left_behind() -> Iterator[str]:
    if current_scope() is not None:
        yield "the scope is left"
    if context_api.get_current():
        yield "the context is left"
    if telemetry_runs():
        yield "telemetry is said to run still"
    telemetry = wire_layer._telemetry
    if telemetry is None or telemetry.connections._inside:
        yield "a connection is said to be in use"


@pytest.mark.parametrize("name", CASES)
def test_at_every_instant(
    name: str, spans: _Spans, warnings: list[logging.LogRecord], finalizing: list[object]
) -> None:
    case = CASES[name]
    found: dict[str, set[str]] = {}
    struck = 0
    for instant in _instants(case, spans):
        finalizing.clear()
        wire, deadline = _run(case, spans, instant, _watch)
        # Not all take the very same way each time.
        if deadline.counts and not finalizing:
            struck += 1
            for fault in _faults(spans, wire, deadline):
                found.setdefault(fault, set()).add(" < ".join(deadline.where[:4]))

    figures.add(_CHECK, "instants", struck)
    assert not found
    assert not warnings
    assert struck > 200


def test_at_random_instants_by_a_timer(
    spans: _Spans, warnings: list[logging.LogRecord], finalizing: list[object]
) -> None:
    case, random_ = CASES["a call"], random.Random(14)
    usual = min(timeit.repeat(lambda: _run(case, spans, 0, lambda _: None), number=1, repeat=100))
    found: dict[str, set[str]] = {}
    struck = 0

    def begin(deadline: _Deadline) -> None:
        signal.signal(signal.SIGALRM, deadline.strike)
        signal.setitimer(signal.ITIMER_REAL, random_.uniform(usual / 20, usual))

    with handled_by(signal.SIG_IGN):
        for _ in range(2000):
            wire, deadline = _run(case, spans, 0, begin)
            if deadline.counts and not finalizing:
                struck += 1
                for fault in _faults(spans, wire, deadline):
                    found.setdefault(fault, set()).add(" < ".join(deadline.where[:4]))
            finalizing.clear()

    figures.add(_CHECK, "by a timer", struck)
    assert not found
    assert not warnings
    assert struck > 500


@pytest.mark.usefixtures("finalizing")
def test_at_random_instants_by_another_thread(spans: _Spans) -> None:
    """As stopit and func_timeout do; where it has struck is not known, then."""
    case, random_ = CASES["a call"], random.Random(14)
    reached = left = 0
    with _Thrower(JobTimeout) as thrower:
        for _ in range(300):
            spans.begun.clear()
            try:
                thrower.throw_after(random_.uniform(0, 0.001))
                CASES["a call"].act(Wire(list(case.responses)))
                thrower.wait()
            except JobTimeout:
                reached += 1
            left += len(list(_left_behind()))

    figures.add(_CHECK, "by another thread", reached)
    # A response that closes itself as it is thrown away lets no exception out.
    assert reached >= 297
    assert left == 0


class _Thrower:
    """Throws an exception into the thread that made it, from another one."""

    def __init__(self, kind: type[BaseException]) -> None:
        self._kind = kind
        self._target = threading.get_ident()
        self._delays: queue.SimpleQueue[float | None] = queue.SimpleQueue()
        self._thrown = 0
        self._wanted = 0
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> Self:
        self._interval = sys.getswitchinterval()
        sys.setswitchinterval(1e-5)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._delays.put(None)
        self._thread.join()
        sys.setswitchinterval(self._interval)

    def throw_after(self, seconds: float) -> None:
        self._wanted += 1
        self._delays.put(seconds)

    def wait(self) -> None:
        while self._thrown < self._wanted:
            time.sleep(0)
        # What is thrown while the interpreter changes threads is raised at its next check only.
        time.sleep(0)

    def _run(self) -> None:
        while (seconds := self._delays.get()) is not None:
            time.sleep(seconds)
            throw(self._kind, self._target)
            self._thrown += 1
