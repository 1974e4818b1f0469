# SPDX-License-Identifier: Apache-2.0
"""Which names are public: those of a few modules; all others begin with an underscore."""

from __future__ import annotations

import ast
import inspect
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules, walk_packages
from types import ModuleType

import opentelemetry.instrumentation.googleapiclient as call_layer
import opentelemetry.instrumentation.httplib2 as wire_layer
import pytest

PUBLIC_MODULES = {
    call_layer: {"__main__", "environment_variables", "package", "semconv"},
    wire_layer: {"environment_variables", "package", "semconv", "version"},
}
PUBLIC_NAMES = {
    call_layer: {
        "Explanation",
        "GoogleApiClientInstrumentor",
        "TerminalSpanExporter",
        "__version__",
        "explain",
    },
    wire_layer: {"Httplib2Instrumentor", "RequestInfo", "ResponseInfo", "__version__"},
}
ROOMS = [
    module.name
    for package in PUBLIC_MODULES
    for module in walk_packages(package.__path__, f"{package.__name__}.")
    if module.ispkg
]


@pytest.mark.parametrize("package", PUBLIC_MODULES, ids=lambda one: one.__name__)
def test_few_modules_are_public(package: ModuleType) -> None:
    names = {module.name for module in iter_modules(package.__path__)}
    assert {name for name in names if name == "__main__" or not name.startswith("_")} == (
        PUBLIC_MODULES[package]
    )


@pytest.mark.parametrize("package", PUBLIC_NAMES, ids=lambda one: one.__name__)
def test_a_package_offers_these_names(package: ModuleType) -> None:
    assert set(package.__all__) == PUBLIC_NAMES[package]
    assert all(getattr(package, name) is not None for name in package.__all__)


@pytest.mark.parametrize("package", PUBLIC_NAMES, ids=lambda one: one.__name__)
def test_what_a_package_defines_is_offered_or_private(package: ModuleType) -> None:
    tree = ast.parse(inspect.getsource(package))
    defined = {node.name for node in tree.body if isinstance(node, (ast.ClassDef, ast.FunctionDef))}
    assert {name for name in defined if not name.startswith("_")} <= PUBLIC_NAMES[package]


@pytest.mark.parametrize("name", ROOMS)
def test_rooms_are_private_and_say_what_they_are_for(name: str) -> None:
    below = name.split("instrumentation.")[1].split(".")[1]
    assert below.startswith("_")
    assert import_module(name).__doc__


@pytest.mark.parametrize("package", PUBLIC_MODULES, ids=lambda one: one.__name__)
def test_openTelemetry_finds_what_it_reads(package: ModuleType) -> None:  # noqa: N802
    described = import_module(f"{package.__name__}.package")
    (instrumentor,) = (
        getattr(package, name) for name in package.__all__ if name.endswith("Instrumentor")
    )
    assert instrumentor().instrumentation_dependencies() == described._instruments
    assert described._supports_metrics is True
    assert described._semconv_status in {"stable", "migration", "development"}


def test_no_module_is_long() -> None:
    """Who needs more has two subjects."""
    source = Path(call_layer.__path__[0]).parent
    ours = [*(source / "googleapiclient").rglob("*.py"), *(source / "httplib2").rglob("*.py")]
    lengths = {path.name: len(path.read_text("utf-8").splitlines()) for path in ours}
    assert {name: length for name, length in lengths.items() if length > 400} == {}
