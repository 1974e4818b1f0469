# SPDX-License-Identifier: Apache-2.0
"""docs/causes.md says what the diagnosis tables say."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest
from opentelemetry.instrumentation.googleapiclient.causes import CAUSES

_SCRIPT = Path(__file__).parents[2] / "docs" / "causes_page.py"


@pytest.fixture
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("causes_page", _SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_is_up_to_date(script: ModuleType) -> None:
    assert script.PAGE.read_text("utf-8") == script.page(), "run: python docs/causes_page.py"


def test_every_cause_has_a_section_that_can_be_linked_to(script: ModuleType) -> None:
    for name in CAUSES:
        assert f"\n## {name}\n" in script.page()
        assert f"](#{name})" in script.page()


def test_no_placeholder_is_left(script: ModuleType) -> None:
    assert "{" not in script.page()
