# SPDX-License-Identifier: Apache-2.0
"""Code on any page is Python that compiles, imports what exists, and names commands that exist.

Pages that can be run as a whole have tests of their own; vendors' programs: ``nox -s backends``.
"""

from __future__ import annotations

import ast
import os
import shlex
import shutil
import sys
import sysconfig
from importlib import import_module
from importlib.util import find_spec

import pytest

from support.pages import DOCS, PAGES, ROOT, Block, blocks, commands

PYTHON = [block for page in PAGES for block in blocks(page, "python")]
CONSOLE = [block for page in PAGES for block in blocks(page, "console", "sh")]
OURS = ("opentelemetry.instrumentation.googleapiclient", "opentelemetry.instrumentation.httplib2")
NOT_HERE = {"docker", "git", "npm"}
"""Commands that pages show and tests need not have."""
SHELL = {"cd", "export", "source", "pip"}
PATH = os.pathsep.join([sysconfig.get_path("scripts"), os.environ["PATH"]])


@pytest.mark.parametrize("block", PYTHON, ids=lambda block: block.name)
def test_python_compiles_and_imports_what_exists(block: Block) -> None:
    tree = ast.parse(block.text)
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                check_import(block, alias.name)
        elif isinstance(node, ast.ImportFrom):
            assert node.module is not None
            for alias in node.names:
                check_import(block, node.module, alias.name)


def check_import(block: Block, module: str, name: str | None = None) -> None:
    parts = module.split(".")
    assert not any(part.startswith("_") and part != "_logs" for part in parts), "private"
    if not module.startswith(OURS) and block.page == DOCS / "backends.md":
        return
    imported = import_module(module)
    if name is not None and not hasattr(imported, name):
        assert find_spec(f"{module}.{name}") is not None, f"{module} has no {name}"


@pytest.mark.parametrize("block", CONSOLE, ids=lambda block: block.name)
def test_commands_exist(block: Block) -> None:
    for command in commands(block):
        words = shlex.split(command, comments=True)
        while words and "=" in words[0]:
            del words[0]
        if words[:1] == ["opentelemetry-instrument"]:
            assert shutil.which(words[0], path=PATH)
            words = without_options(words[1:])
        if not words or words[0] in SHELL | NOT_HERE:
            continue
        first = words[0]
        assert (ROOT / first).is_file() or shutil.which(first, path=PATH), command
        if words[1:2] == ["-m"] and words[2] not in {"build", "pip", "twine"}:
            assert find_spec(words[2]) is not None, command


def without_options(words: list[str]) -> list[str]:
    """The command that ``opentelemetry-instrument`` starts."""
    while words and words[0].startswith("--"):
        words = words[2:]
    return words


def test_there_is_code_to_check() -> None:
    assert len(PYTHON) > 40
    assert len(CONSOLE) > 40
    assert sys.executable
