# SPDX-License-Identifier: Apache-2.0
"""The names of the libraries that our source relies on, and a way to do without one of them.

A name is taken away from us alone: what is compiled of our source asks for another name, which
nothing has, as in a release that has dropped it. The library keeps what it needs itself.
"""

from __future__ import annotations

import ast
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from inspect import getsource
from types import CodeType
from typing import Any, Final

from opentelemetry.instrumentation.googleapiclient._calls.patch import instrumentation as call_layer
from opentelemetry.instrumentation.httplib2._support.patching import Patch
from opentelemetry.instrumentation.httplib2._wire.patch import instrumentation as wire_layer

from support.behaviour.functions import our_functions, our_modules

_ASKING: Final = frozenset({"attribute_of", "getattr", "hasattr"})
_ALSO_ARGUMENTS: Final = frozenset({"http"})
"""Public names by which we pass arguments on as well: without them the library is another one."""
_OF_NAMED_TUPLES: Final = frozenset({"_replace"})
_GONE: Final = "{}_of_another_release"


def names() -> list[str]:
    """Every name that our source looks for in what is not ours, the newest lines included."""
    found = {
        one.attribute for layer in (wire_layer, call_layer) for one in _patches(layer)._patches
    }
    for module in our_modules():
        found.update(_asked_for(ast.parse(getsource(module))))
    return sorted(found - _ALSO_ARGUMENTS)


def _is_private(name: str) -> bool:
    return name.startswith("_") and not name.endswith("__") and name not in _OF_NAMED_TUPLES


def _patches(layer: Any) -> Any:
    return layer._patches


def _asked_for(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id=asking), args=[_, ast.Constant(value=str(name)), *_]):
                if asking in _ASKING:
                    yield name
            # Not ours: a private name of something else than the object itself.
            case ast.Attribute(value=ast.Name(id=owner), attr=name):
                if _is_private(name) and owner not in {"self", "cls"}:
                    yield f".{name}"
            case _:
                pass


@contextmanager
def without(name: str) -> Generator[None, None, None]:
    """With this name gone, for us."""
    gone = _GONE.format(name.lstrip("."))
    layers = [_patches(layer) for layer in (wire_layer, call_layer)]
    before = [layer._patches for layer in layers]
    holders: list[Any] = list({id(one.holder): one.holder for one in our_functions()}.values())
    codes = [holder.__code__ for holder in holders]
    for layer in layers:
        layer._patches = tuple(
            Patch(one.module, gone, one.factory, lost=one.lost) if one.attribute == name else one
            for one in layer._patches
        )
    for holder in holders:
        holder.__code__ = _renamed(holder.__code__, name, gone)
    try:
        yield
    finally:
        for layer, patches in zip(layers, before, strict=True):
            layer._patches = patches
        for holder, code in zip(holders, codes, strict=True):
            holder.__code__ = code


def _renamed(code: CodeType, name: str, other: str) -> CodeType:
    constants = tuple(
        _renamed(one, name, other)
        if isinstance(one, CodeType)
        else other
        if isinstance(one, str) and one == name
        else one
        for one in code.co_consts
    )
    attributes = tuple(other if f".{one}" == name else one for one in code.co_names)
    if constants == code.co_consts and attributes == code.co_names:
        return code
    return code.replace(co_consts=constants, co_names=attributes)
