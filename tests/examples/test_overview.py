# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import re
from pathlib import Path

import pytest

from applications.catalogue import APPLICATIONS
from demo.application import EXAMPLES

OVERVIEW = (EXAMPLES / "README.md").read_text("utf-8")
PAGES = [EXAMPLES / "README.md", *EXAMPLES.glob("*/README.md")]


def test_the_overview_names_every_application() -> None:
    for name in APPLICATIONS:
        assert f"(applications/{name}.py)" in OVERVIEW
        assert f"`.ci/nox -s example -- {name}`" in OVERVIEW


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.parent.name)
def test_the_files_that_a_page_names_exist(page: Path) -> None:
    text = page.read_text("utf-8")
    for link in re.findall(r"\]\((?!https?:|#)([^)#]+)", text):
        assert (page.parent / link).exists(), link
    for path in re.findall(r"(?<![\w/])examples/[\w./-]+", text):
        assert (EXAMPLES.parent / path).exists(), path
