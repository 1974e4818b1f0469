# SPDX-License-Identifier: Apache-2.0
"""What is thrown into our code passes through its guards; what is raised in there does not."""

from __future__ import annotations

import asyncio
import concurrent.futures
import gc
import inspect
import logging
import signal
import sys
import warnings
import weakref
from collections.abc import Callable
from typing import Any, NoReturn

import gevent
import gevent.exceptions
import greenlet
import pytest
from gevent.socket import socketpair
from google.protobuf.message import DecodeError
from google.protobuf.struct_pb2 import Struct
from opentelemetry.instrumentation.httplib2._support.exceptions import (
    is_cancellation,
    is_deadline,
    lineage,
    text_of,
)
from opentelemetry.instrumentation.httplib2._support.guard import guarded
from opentelemetry.instrumentation.httplib2._support.interruption import is_interruption

from support.deadlines import HANDLERS, JobTimeout, NamedTimeout, handled_by, strike, throw

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it wants nobody to begin with it any more
    import eventlet


def _caught(function: Callable[[], object]) -> BaseException:
    try:
        function()
    except BaseException as error:  # noqa: BLE001 - whatever it is
        return error
    raise AssertionError


def _innermost(error: BaseException) -> Any:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    assert trace is not None
    return trace.tb_frame


# What passes


@pytest.mark.parametrize("name", HANDLERS)
def test_what_a_signal_handler_raises(name: str, caplog: pytest.LogCaptureFixture) -> None:
    with handled_by(HANDLERS[name]):
        without = _caught(strike)
    with handled_by(HANDLERS[name]):
        error = _caught(guarded(guarded(strike)))

    assert type(error) is type(without)
    assert error.args == without.args
    assert _innermost(error).f_code is _innermost(without).f_code
    assert is_deadline(error)
    assert not caplog.records


def test_a_handler_that_has_interrupted_the_guard_itself() -> None:
    # The frame of the guard is the one that the handler gets.
    with handled_by(HANDLERS["TimeoutError"]), pytest.raises(TimeoutError):
        guarded(signal.raise_signal)(signal.SIGALRM)


def _loop() -> None:
    throw(JobTimeout)
    for _ in range(1000):
        len("")


def _entered() -> None:
    _nothing(throw(JobTimeout))


def _nothing(*_: object) -> None:
    pass


def _named() -> None:
    throw(NamedTimeout)
    _nothing()


def _in_a_generator() -> None:
    def values() -> Any:
        throw(JobTimeout)
        while True:
            yield 1

    sum(values())


@pytest.mark.parametrize("function", [_loop, _entered, _named, _in_a_generator])
def test_what_another_thread_throws_in(
    function: Callable[[], None], caplog: pytest.LogCaptureFixture
) -> None:
    error = _caught(guarded(guarded(function)))

    assert isinstance(error, (JobTimeout, NamedTimeout))
    assert is_deadline(error)
    assert not caplog.records


@pytest.mark.parametrize("timeout", [JobTimeout, JobTimeout("180 s")], ids=["class", "instance"])
@pytest.mark.parametrize("green", [gevent, eventlet], ids=lambda module: module.__name__)
def test_what_comes_with_a_switch_of_greenlets(green: Any, timeout: Any) -> None:
    @guarded
    def hook() -> None:
        green.sleep(10)

    with pytest.raises(JobTimeout), green.Timeout(0.01, timeout):
        hook()


def test_what_greenlets_do_wrong_is_no_interruption() -> None:
    """Their own error has arguments, and comes out of C code all the same."""
    ours, theirs = socketpair()
    reader = gevent.spawn(ours.recv, 1)
    gevent.sleep(0)
    error = _caught(lambda: ours.recv(1))
    theirs.close()
    reader.join()
    ours.close()

    assert isinstance(error, gevent.exceptions.ConcurrentObjectUseError)
    assert not is_interruption(error)
    assert not is_deadline(error)


def test_while_a_tracing_function_watches() -> None:
    """As debuggers and coverage do."""
    lines: list[int] = []

    def trace(frame: Any, _event: str, _arg: object) -> Any:
        frame.f_trace_opcodes = True
        lines.append(frame.f_lineno)
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        with pytest.raises(JobTimeout):
            guarded(_loop)()
        with handled_by(HANDLERS["function"]), pytest.raises(JobTimeout):
            guarded(strike)()
        assert guarded(_raise_it)() is None
    finally:
        sys.settrace(before)
    assert lines


def test_a_warning_that_is_interrupted() -> None:
    class Slow(logging.Handler):
        def handle(self, record: logging.LogRecord) -> bool:
            strike()
            return True

    logger, handler = logging.getLogger("opentelemetry.instrumentation.httplib2"), Slow()
    logger.addHandler(handler)
    try:
        with handled_by(HANDLERS["function"]), pytest.raises(JobTimeout):
            guarded(_raise_a_fault)()
    finally:
        logger.removeHandler(handler)


def test_the_text_of_an_exception_that_is_interrupted() -> None:
    class Slow(Exception):
        def __str__(self) -> str:
            strike()
            return "late"

    class Mute(Exception):
        def __str__(self) -> str:
            raise JobTimeout

    assert text_of(Mute()) == ""
    with handled_by(HANDLERS["function"]), pytest.raises(JobTimeout):
        text_of(Slow())


def _was_deadline(function: Callable[[], object]) -> bool:
    try:
        function()
    except JobTimeout as error:
        return is_deadline(error)
    return False


def test_an_interruption_is_not_kept_alive() -> None:
    class Held:
        pass

    def interrupted() -> None:
        held = Held()
        references.append(weakref.ref(held))
        strike()

    references: list[weakref.ref[Held]] = []
    gc.disable()
    try:
        with handled_by(HANDLERS["function"]):
            assert _was_deadline(guarded(guarded(interrupted)))
        assert [one() for one in references] == [None]
    finally:
        gc.enable()


# What does not


def _raise_it() -> None:
    raise JobTimeout


def _raise_a_fault() -> None:
    raise ValueError


def _raise_once_more() -> None:
    try:
        _raise_it()
    finally:
        _nothing()


def _convert() -> None:
    int("x")


def _by_a_property() -> Any:
    class Hook:
        @property
        def name(self) -> NoReturn:
            raise JobTimeout

    return Hook().name


def _by_a_comprehension() -> None:
    [_raise_it() for _ in range(1)]


def _by_c_code() -> None:
    sorted([1], key=lambda _: _raise_it())  # type: ignore[arg-type,return-value]


def _by_an_extension() -> None:
    Struct.FromString(b"\xff\xff")


def _by_a_future() -> None:
    future: concurrent.futures.Future[None] = concurrent.futures.Future()
    future.set_exception(JobTimeout())
    future.result()


def _by_a_task() -> None:
    async def hook() -> None:
        raise JobTimeout

    asyncio.run(hook())


def _by_looking_at_its_frame() -> None:
    # Code without a source, as in an interactive session.
    names: dict[str, Any] = {"getsource": inspect.getsource, "this": sys._getframe}
    exec(compile("def look(): getsource(this())", "<no source>", "exec"), names)
    names["look"]()


@pytest.mark.parametrize(
    "function",
    [
        _raise_it,
        _raise_a_fault,
        _raise_once_more,
        _convert,
        _by_a_property,
        _by_a_comprehension,
        _by_c_code,
        _by_an_extension,
        _by_a_future,
        _by_a_task,
        _by_looking_at_its_frame,
    ],
)
def test_what_a_hook_raises_by_itself(function: Callable[[], object]) -> None:
    error = _caught(function)

    assert not is_interruption(error)
    assert not is_deadline(error)
    assert guarded(function)() is None


def test_the_examples_are_what_they_are_meant_to_be() -> None:
    assert isinstance(_caught(_by_an_extension), DecodeError)
    assert isinstance(_caught(_by_looking_at_its_frame), OSError)


def test_a_class_of_the_standard_library_that_another_thread_throws_in_is_not_told() -> None:
    def hook() -> None:
        throw(TimeoutError)
        _nothing()

    assert guarded(hook)() is None


def test_without_a_traceback() -> None:
    assert not is_interruption(JobTimeout())


# How a call has ended


@pytest.mark.parametrize(
    ("module", "name", "bases"),
    [
        ("rq.timeouts", "JobTimeoutException", ("BaseTimeoutException",)),
        ("billiard.exceptions", "SoftTimeLimitExceeded", ()),
        ("stopit.utils", "TimeoutException", ()),
    ],
)
def test_a_deadline_by_its_class(module: str, name: str, bases: tuple[str, ...]) -> None:
    kind: Any = Exception
    for one in (*bases, name):
        kind = type(one, (kind,), {"__module__": module})

    assert is_deadline(kind())
    assert is_deadline(JobTimeout(kind()))


def test_a_deadline_of_greenlets() -> None:
    for kind in (gevent.Timeout, eventlet.Timeout):
        assert is_deadline(kind())
        assert not is_cancellation(kind())
        assert lineage(kind()) == {f"{kind.__module__}.Timeout"}


@pytest.mark.parametrize(
    "kind",
    [
        KeyboardInterrupt,
        SystemExit,
        GeneratorExit,
        asyncio.CancelledError,
        concurrent.futures.CancelledError,
        greenlet.GreenletExit,
        type("Cancelled", (BaseException,), {"__module__": "trio"}),
        type("WorkerShutdown", (SystemExit,), {}),
    ],
)
def test_a_cancellation(kind: type[BaseException]) -> None:
    assert is_cancellation(kind())

    def handler(*_: object) -> None:
        raise kind

    with handled_by(handler):
        error = _caught(guarded(strike))
    assert type(error) is kind
    assert not is_deadline(error)


def test_a_base_exception_of_the_application_is_a_failure() -> None:
    assert not is_cancellation(type("JobTimeout", (BaseException,), {})())
