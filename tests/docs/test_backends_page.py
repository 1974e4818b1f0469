# SPDX-License-Identifier: Apache-2.0
"""docs/backends.md and the table of ``nox -s backends`` say the same."""

from __future__ import annotations

import re

import pytest

from backends import results
from backends.page import PAGE, section, with_table
from backends.table import BACKENDS, PROGRAMS, Backend, Way

TEXT = PAGE.read_text("utf-8")
RESULTS = results.load()
WAYS = [
    pytest.param(backend, way, id=f"{backend.package}, {way.title}")
    for backend in BACKENDS
    for way in backend.ways
]
each_backend = pytest.mark.parametrize("backend", BACKENDS, ids=lambda one: one.package)


def test_the_table_shows_what_the_runs_did() -> None:
    assert with_table(TEXT, RESULTS) == TEXT, "run: .ci/nox -s backends"


def test_every_distribution_has_a_section_in_the_order_of_the_table() -> None:
    *titles, last = re.findall(r"(?m)^## (.+)$", TEXT)

    assert titles == [backend.title for backend in BACKENDS]
    assert last == "How it is tested"


def test_every_distribution_was_run_in_every_way() -> None:
    ran = {package: list(result.ways) for package, result in RESULTS.items()}

    assert ran == {one.package: [way.title for way in one.ways] for one in BACKENDS}


@each_backend
def test_the_section_installs_what_was_installed(backend: Backend) -> None:
    installed = " ".join(re.findall(r"(?m)^pip install (.+)$", section(TEXT, backend)))

    for requirement in (*backend.requirements, *backend.unresolved):
        assert requirement in installed


@pytest.mark.parametrize(("backend", "way"), WAYS)
def test_the_section_has_the_settings_and_the_program(backend: Backend, way: Way) -> None:
    text = section(TEXT, backend)

    for setting in way.settings:
        assert re.search(rf"\b{setting}\b", text), setting
    if way.program != "application.py":
        _, _, program = (PROGRAMS / way.program).read_text("utf-8").partition("\n")
        assert f"```python\n{program.strip()}\n```" in text
    if way.loses is None:
        command = way.command if way.command[0] != "python" else ("python", way.program)
        assert " ".join(command) in text


@pytest.mark.parametrize(("backend", "way"), WAYS)
def test_the_runs_did_what_the_table_says(backend: Backend, way: Way) -> None:
    outcome = RESULTS[backend.package].ways[way.title]

    assert outcome.is_complete == (way.loses is None)
    assert not outcome.is_complete or outcome.missing == 0


@each_backend
def test_the_section_names_what_differs(backend: Backend) -> None:
    text = section(TEXT, backend)
    differs = {name for way in RESULTS[backend.package].ways.values() for name in way.differs}

    for name in differs - {"name"}:
        assert f"`{name}`" in text
