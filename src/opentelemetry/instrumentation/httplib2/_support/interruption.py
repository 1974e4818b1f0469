# SPDX-License-Identifier: Apache-2.0
"""Tells an exception that came from outside of the code that it stopped: a deadline, for one.

Signal handlers (RQ, Celery's soft limits, recipes with SIGALRM), ``PyThreadState_SetAsyncExc``
(stopit, func_timeout, dramatiq) and timeouts of gevent and eventlet raise wherever a thread happens
to be: in our code, in a hook, in the SDK. Such an exception has no mark, but its traceback tells.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from inspect import CO_VARARGS, CO_VARKEYWORDS
from opcode import opmap
from types import BuiltinFunctionType, FrameType, TracebackType, WrapperDescriptorType
from typing import Final, cast

_RAISING: Final = frozenset({opmap["RAISE_VARARGS"], opmap["RERAISE"]})
_WITH_GREENLETS: Final = frozenset({"eventlet", "gevent"})
_TIMEOUTS_OF_GREENLETS: Final = frozenset({"eventlet.timeout", "gevent.timeout"})
_OTHERS: Final = sys.stdlib_module_names | {"opentelemetry"}


def is_interruption(error: BaseException) -> bool:
    """Whether none of the code that this exception went through has raised it.

    A signal handler has if a frame has one of those before it for an argument: the interrupted
    one. Something else has if the innermost instruction is none that raises, and what came is a
    class of the application without arguments, as the interpreter raises it, or came by a switch
    of greenlets.

    Not told: a class of the standard library that something else than a signal handler delivers.
    Told wrongly: a class of the application that C code raises without arguments, and what comes
    out of a function that was given a frame of its callers.
    """
    trace = error.__traceback__
    if trace is None:
        return False
    frames: set[int] = set()
    while trace.tb_next is not None:
        frames.add(id(trace.tb_frame))
        trace = trace.tb_next
        if any(id(value) in frames for value in _arguments(trace.tb_frame)):
            return True
    module = type(error).__module__
    return (
        not _raises(trace)
        and _package(module) not in _OTHERS
        # A socket that two greenlets use is no deadline, though gevent's C code says so.
        and (_package(module) not in _WITH_GREENLETS or module in _TIMEOUTS_OF_GREENLETS)
        and (_needs_no_arguments(error) or _package_of(trace.tb_frame) in _WITH_GREENLETS)
    )


def _arguments(frame: FrameType) -> Iterator[object]:
    # The standard library looks into frames, but handles no signals. Frames of ours may be running
    # still: to ask for their variables would put the exception into a cycle.
    if _package_of(frame) in _OTHERS:
        return
    code = frame.f_code
    count = code.co_argcount + code.co_kwonlyargcount
    count += bool(code.co_flags & CO_VARARGS) + bool(code.co_flags & CO_VARKEYWORDS)
    for name in code.co_varnames[:count]:
        value = frame.f_locals.get(name)
        yield value
        if type(value) is tuple:
            yield from cast("tuple[object, ...]", value)


def _raises(innermost: TracebackType) -> bool:
    """Whether the instruction at which it was raised is one that raises."""
    # Without what the interpreter and debuggers put in the place of instructions.
    code, at = innermost.tb_frame.f_code.co_code, innermost.tb_lasti
    # Before the first instruction, or in code that is not Python's, there is none.
    return 0 <= at < len(code) and code[at] in _RAISING


def _needs_no_arguments(error: BaseException) -> bool:
    """Whether its class may have been called without arguments to make it."""
    kind = type(error)
    return (
        not error.args
        or not isinstance(kind.__init__, WrapperDescriptorType)
        or not isinstance(kind.__new__, BuiltinFunctionType)
    )


def _package_of(frame: FrameType) -> str:
    return _package(frame.f_globals.get("__name__"))


def _package(module: object) -> str:
    return str(module).partition(".")[0]
