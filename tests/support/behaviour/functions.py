# SPDX-License-Identifier: Apache-2.0
"""Every function of ours, found by itself, and a way to make one of them raise.

A function is made to raise by its code: whoever holds it, under whatever name and in whatever
wrapper, calls what raises now.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from inspect import CO_GENERATOR
from pkgutil import walk_packages
from types import CodeType, FrameType, FunctionType, ModuleType
from typing import Any, Final

import opentelemetry.instrumentation.googleapiclient as call_layer
import opentelemetry.instrumentation.httplib2 as wire_layer
from opentelemetry.instrumentation.httplib2._support.bounded_cache import BoundedCache
from typing_extensions import Self

_PACKAGES: Final = (wire_layer, call_layer)
_PARTS_OF_FUNCTIONS: Final = frozenset({"<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>"})


class InjectedFault(Exception):
    """What a function of ours is made to raise."""


@dataclass(frozen=True)
class Function:
    """A function of ours."""

    name: str
    module: str
    code: CodeType
    holder: FunctionType
    """The function itself, or the one that it is defined inside of."""


def our_modules() -> list[ModuleType]:
    """All modules of both packages."""
    return [
        import_module(name)
        for package in _PACKAGES
        for name in (
            package.__name__,
            *(one.name for one in walk_packages(package.__path__, f"{package.__name__}.")),
        )
    ]


def our_functions() -> list[Function]:
    """All functions and methods of both packages, and those defined inside of them."""
    found: dict[CodeType, Function] = {}
    for module in our_modules():
        short = module.__name__.removeprefix("opentelemetry.instrumentation.")
        for function in _functions_of(module):
            for name, code in _with_nested(function.__qualname__, function.__code__):
                if code.co_filename == module.__file__:
                    found.setdefault(code, Function(f"{short}.{name}", short, code, function))
    return list(found.values())


def _functions_of(module: ModuleType) -> Iterator[FunctionType]:
    for value in vars(module).values():
        yield from _unwrapped(value)
        if (
            isinstance(value, type)
            and value.__module__ == module.__name__
            # Nobody calls what a protocol says.
            and not getattr(value, "_is_protocol", False)
        ):
            for member in vars(value).values():
                yield from _unwrapped(member)


def _unwrapped(value: Any) -> Iterator[FunctionType]:
    """The functions inside of methods, properties and wrappers."""
    if isinstance(value, FunctionType):
        yield value
    for inside in ("__wrapped__", "__func__", "fget", "fset"):
        held = getattr(value, inside, None) if not isinstance(value, type) else None
        if held is not None:
            yield from _unwrapped(held)


def _with_nested(name: str, code: CodeType) -> Iterator[tuple[str, CodeType]]:
    yield name, code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            for inner, nested in _with_nested(f"{name}.{constant.co_name}", constant):
                if nested.co_name not in _PARTS_OF_FUNCTIONS:
                    yield inner, nested


def _raises(*_: object, **__: object) -> None:
    raise "what"  # type: ignore[misc]  # noqa: B016 - the constant is replaced by the exception


def _raises_when_iterated(*_: object, **__: object) -> Iterator[None]:
    raise "what"  # type: ignore[misc]  # noqa: B016 - as above
    yield


def _raising(code: CodeType) -> CodeType:
    # Python 3.13 warns where a generator's code is replaced by a plain function's.
    is_generator = code.co_flags & CO_GENERATOR
    template = (_raises_when_iterated if is_generator else _raises).__code__
    constants = tuple(InjectedFault if isinstance(one, str) else one for one in template.co_consts)
    # A function takes no code that refers to more or fewer variables of those around it.
    return template.replace(
        co_consts=constants,
        co_freevars=code.co_freevars,
        co_name=code.co_name,
        co_filename=code.co_filename,
    )


@contextmanager
def made_to_raise(function: Function) -> Generator[None, None, None]:
    """Every call of this function raises :class:`InjectedFault`."""
    holder: Any = function.holder
    before = holder.__code__
    replacement = _raising(function.code)
    # What is defined inside of another function may exist already.
    living: list[Any] = [holder] if function.code is before else [holder, *_living(function.code)]
    for one in living:
        one.__code__ = _replaced(one.__code__, function.code, replacement)
    try:
        yield
    finally:
        holder.__code__ = before
        for one in living[1:]:
            one.__code__ = function.code


def _living(code: CodeType) -> list[FunctionType]:
    every = gc.get_objects()
    return [one for one in every if isinstance(one, FunctionType) and one.__code__ is code]


def _replaced(code: CodeType, old: CodeType, new: CodeType) -> CodeType:
    """The code with another code for a function that is it, or is defined inside of it."""
    if code is old:
        return new
    constants = tuple(
        _replaced(one, old, new) if isinstance(one, CodeType) else one for one in code.co_consts
    )
    return code if constants == code.co_consts else code.replace(co_consts=constants)


def forget_results() -> None:
    """Empty the caches of our functions, so that they are called again."""
    for module in our_modules():
        for value in vars(module).values():
            clear = getattr(value, "cache_clear", None)
            if isinstance(value, BoundedCache):
                value.clear()
            elif clear is not None:
                clear()


class Calls:
    """Which functions of ours are called by which, and which of them lead back to the library."""

    def __init__(self, back: frozenset[CodeType]) -> None:
        self._back = back
        self._files = {module.__file__ for module in our_modules()}
        self.pairs: set[tuple[CodeType, CodeType | None]] = set()
        """A function of ours, and what called it."""
        self.passages: set[CodeType] = set()
        """Functions of ours inside of which the library, or the application, goes on."""

    def __enter__(self) -> Self:
        sys.setprofile(self._note)
        return self

    def __exit__(self, *_: object) -> None:
        sys.setprofile(None)

    def _note(self, frame: FrameType, event: str, _: Any) -> None:
        if event != "call":
            return
        code = frame.f_code
        if code.co_filename in self._files:
            caller = frame.f_back
            self.pairs.add((code, caller.f_code if caller else None))
        elif code in self._back:
            above = frame.f_back
            while above is not None:
                if above.f_code.co_filename in self._files:
                    self.passages.add(above.f_code)
                above = above.f_back
