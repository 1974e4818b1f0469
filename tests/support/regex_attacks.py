# SPDX-License-Identifier: Apache-2.0
"""Finds the regular expressions of a package, and texts on which each would take longest.

The attacks are derived from the parsed expression: for every repetition a text that leads to it,
what it repeats (by itself and mixed with what else the expression can take), many times over, and
an end at which it fails. What backtracks takes time out of proportion to the length of such a text.
"""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

from opentelemetry.instrumentation.httplib2._support.lazy_pattern import LazyPattern

from support.campaign import cases
from support.cost import processor_seconds

if hasattr(re, "_parser"):
    _parser: Any = re._parser  # type: ignore[attr-defined] # since Python 3.11
else:  # pragma: no cover - Python 3.10
    import sre_parse as _parser  # type: ignore[no-redef]

_SHORT, _LONG = 1024, 4096
_FIRST_LENGTHS = (10, 12, 14, 16, 18, 20, 22, 25, 28, 31, 34, 38, 43, 50, 64, 90, 130, 256)
"""Backtracking that is exponential shows here, before it would take for ever."""
_MEASURABLE = 0.001
_MAX_GROWTH = 8.0
"""Of time, for four times the length: 4 in proportion, 16 with the square."""
_MAX_SECONDS = 0.05
_MAX_ALPHABET = 8
_MAX_ATTACKS = cases(200)
_ENDS = ("", "\x00", "!")
_REPETITIONS = frozenset({"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"})
_FUNCTIONS = frozenset(
    {"compile", "findall", "finditer", "fullmatch", "match", "search", "split", "sub", "subn"}
)


class Found(NamedTuple):
    """A regular expression, where it stands, and how it is used."""

    place: str
    pattern: re.Pattern[str]
    methods: frozenset[str] = _FUNCTIONS


def patterns_of(package: ModuleType) -> list[Found]:
    """Every expression that a package holds or compiles from a literal, each once."""
    modules = list(_modules(package))
    trees = {module: _tree(module) for module in modules}
    methods = _methods_by_name(trees.values())
    found: dict[str, Found] = {}
    for module in modules:
        for name, pattern in _held_by(module):
            place = f"{module.__name__}.{name}"
            used = frozenset(methods.get(name, _FUNCTIONS))
            found.setdefault(pattern.pattern, Found(place, pattern, used))
    for module, tree in trees.items():
        for line, pattern in _written_in(tree):
            place = f"{module.__name__}:{line}"
            found.setdefault(pattern.pattern, Found(place, pattern, _FUNCTIONS))
    return list(found.values())


def _tree(module: ModuleType) -> ast.AST:
    return ast.parse(Path(module.__file__ or "").read_text("utf-8"))


def _methods_by_name(trees: Iterable[ast.AST]) -> dict[str, set[str]]:
    """What is called on each constant: ``_URL.sub(...)``; one that is only matched can't search."""
    methods: dict[str, set[str]] = {}
    for tree in trees:
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.Attribute)
                and node.attr in _FUNCTIONS
                and isinstance(node.value, ast.Name)
            ):
                methods.setdefault(node.value.id, set()).add(node.attr)
    return methods


def _modules(package: ModuleType) -> Iterator[ModuleType]:
    yield package
    for info in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        yield importlib.import_module(info.name)


def _held_by(module: ModuleType) -> Iterator[tuple[str, re.Pattern[str]]]:
    for name, value in vars(module).items():
        for pattern in _inside(value, set()):
            yield name, pattern


def _inside(value: object, seen: set[int]) -> Iterator[re.Pattern[str]]:
    """The patterns in a constant, however deep in tuples, mappings, dataclasses and classes."""
    if id(value) in seen:
        return
    seen.add(id(value))
    inner: Iterable[object] = ()
    if isinstance(value, re.Pattern):
        if isinstance(value.pattern, str):
            yield value
    elif isinstance(value, LazyPattern):
        yield re.compile(value.pattern, value.flags)
    elif isinstance(value, Mapping):
        inner = value.values()
    elif isinstance(value, (tuple, list, frozenset, set)):
        inner = value
    elif is_dataclass(value) and not isinstance(value, type):
        inner = [getattr(value, one.name) for one in fields(value)]
    elif isinstance(value, type) and value.__module__.startswith("opentelemetry.instrumentation"):
        inner = [one for name, one in vars(value).items() if not name.startswith("__")]
    for one in inner:
        yield from _inside(one, seen)


def _written_in(tree: ast.AST) -> Iterator[tuple[int, re.Pattern[str]]]:
    """The literals that functions hand to ``re`` when they run, by line."""
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Name)
            and node.func.value.id == "re"
            and node.func.attr in _FUNCTIONS
            and node.args
            and isinstance(node.args[0], ast.Constant)
            and isinstance(node.args[0].value, str)
        ):
            yield node.lineno, re.compile(node.args[0].value)


class Attack(NamedTuple):
    """A text whose length can be chosen."""

    begin: str
    pump: str
    end: str

    def text(self, length: int) -> str:
        return self.begin + self.pump * (length // len(self.pump)) + self.end


def attacks_on(pattern: re.Pattern[str]) -> list[Attack]:
    """Texts that make each repetition of this expression work, none where it has none.

    Of many those that begin again and again, and 200 (more in a campaign) spread over the rest.
    """
    tree = _parser.parse(pattern.pattern, pattern.flags)
    alphabet = _alphabet(tree)
    found: dict[Attack, None] = {}
    again: dict[Attack, None] = {}
    """Those in which the search begins again and again."""
    for begin, body, whole in _repetitions(tree, ""):
        pumps = {_sample(body, choice) for choice in range(4)} | {*alphabet, whole}
        pumps |= {_sample(body, 0) + one for one in alphabet} | {one * 2 for one in alphabet}
        for pump in sorted(pumps - {""}):
            for end in _ENDS:
                found[Attack(begin, pump, end)] = None
            again[Attack("", begin + pump, "\x00")] = None
    attacks = list(found)
    return [*again, *attacks[:: -(-len(attacks) // _MAX_ATTACKS) or 1]]


def _repetitions(nodes: Iterable[Any], begin: str) -> Iterator[tuple[str, Any, str]]:
    """What leads to each repetition, what it repeats, and a text up to its end."""
    for operator, argument in nodes:
        name = str(operator)
        if name in _REPETITIONS and argument[1] > 1:
            yield begin, argument[2], begin + _sample(argument[2], 0)
        for body in _bodies(name, argument):
            yield from _repetitions(body, begin)
        begin += _sample_one(name, argument, 0)


def _sample(nodes: Iterable[Any], choice: int) -> str:
    """A text that these nodes match, or nearly; another for each choice."""
    return "".join(_sample_one(str(operator), argument, choice) for operator, argument in nodes)


def _sample_one(name: str, argument: Any, choice: int) -> str:
    sample = ""
    match name:
        case "LITERAL":
            sample = chr(argument)
        case "NOT_LITERAL":
            sample = "a" if argument != ord("a") else "b"
        case "ANY":
            sample = "a"
        case "IN":
            members = [one for one in _members(argument) if one] or ["a"]
            sample = members[choice % len(members)]
        case "BRANCH":
            sample = _sample(argument[1][choice % len(argument[1])], choice)
        case _ if name in _REPETITIONS:
            least, most, body = argument
            sample = _sample(body, choice) * max(least, min(most, 1))
        case "SUBPATTERN" | "ATOMIC_GROUP":
            sample = _sample(_bodies(name, argument)[0], choice)
        case _:
            pass
    return sample


def _bodies(name: str, argument: Any) -> list[Any]:
    """The sequences inside of a node."""
    if name in _REPETITIONS:
        return [argument[2]]
    if name == "BRANCH":
        return list(argument[1])
    if name == "SUBPATTERN":
        return [argument[3]]
    if name in ("ASSERT", "ASSERT_NOT"):
        return [argument[1]]
    return [argument] if name == "ATOMIC_GROUP" else []


def _members(items: list[Any]) -> list[str]:
    """Some characters of a class."""
    if items and str(items[0][0]) == "NEGATE":
        excluded = set(_members(items[1:]))
        return [one for one in "a1.-_%@ /" if one not in excluded][:4]
    found: list[str] = []
    for operator, argument in items:
        match str(operator):
            case "LITERAL":
                found.append(chr(argument))
            case "RANGE":
                found.append(chr(argument[0]))
            case "CATEGORY":
                found.append(
                    {"DIGIT": "1", "SPACE": " "}.get(str(argument).rpartition("_")[2], "a")
                )
            case _:
                pass
    return found


def _alphabet(tree: Any) -> list[str]:
    """Characters that matter to an expression."""
    # Those that are no letters and digits part what is repeated: they matter most.
    return sorted(set(_characters(tree)), key=lambda one: (one.isalnum(), one))[:_MAX_ALPHABET]


def _characters(nodes: Iterable[Any]) -> Iterator[str]:
    for operator, argument in nodes:
        name = str(operator)
        if name in ("LITERAL", "NOT_LITERAL"):
            yield chr(argument)
        elif name == "IN":
            yield from _members(argument)
        for body in _bodies(name, argument):
            yield from _characters(body)


class Verdict(NamedTuple):
    """How an expression stood an attack."""

    seconds: float
    """For a text of 4,096 characters, or shorter where that was too long already."""
    complaint: str | None


def withstands(
    pattern: re.Pattern[str], attack: Attack, methods: frozenset[str] = _FUNCTIONS
) -> Verdict:
    """Try an attack: the time that it takes must grow as its length does."""

    def cost(length: int) -> float:
        text = attack.text(length)

        def work() -> None:
            pattern.fullmatch(text)
            pattern.match(text)
            if methods - {"fullmatch", "match"}:
                for _ in pattern.finditer(text):
                    pass

        return processor_seconds(work, enough=_MEASURABLE, hopeless=10 * _MAX_SECONDS)

    seconds = 0.0
    for length in (*_FIRST_LENGTHS, _SHORT, _LONG):
        seconds = cost(length)
        if seconds > _MAX_SECONDS:
            return Verdict(seconds, f"{seconds:.2f} s for {length} characters of {attack}")
    if seconds > _MEASURABLE:
        growth = seconds / max(cost(_SHORT), 1e-6)
        if growth > _MAX_GROWTH:
            return Verdict(seconds, f"{growth:.1f} times as long for 4 times {attack}")
    return Verdict(seconds, None)
