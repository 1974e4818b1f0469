# SPDX-License-Identifier: Apache-2.0
"""What pages point to is there: files, and sessions of nox."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("examples/**/*.md")), key=str
)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_relative_links_lead_to_files(page: Path) -> None:
    links = re.findall(r"\]\((?![a-z]+:|#)([^)#\s]+)", page.read_text("utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_sessions_of_nox_that_are_named_exist(page: Path) -> None:
    noxfile = ast.parse((ROOT / "noxfile.py").read_text("utf-8"))
    sessions = {each.name for each in noxfile.body if isinstance(each, ast.FunctionDef)}
    named = re.findall(r"\.ci/nox -s ((?:\w+ ?)+)", page.read_text("utf-8"))
    assert {session for names in named for session in names.split()} <= sessions


def test_pictures_have_a_text_for_those_who_do_not_see_them() -> None:
    for page in PAGES:
        assert "![](" not in page.read_text("utf-8"), page
