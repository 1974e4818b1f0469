# SPDX-License-Identifier: Apache-2.0
"""docs/causes.md says what the diagnosis tables say."""

from __future__ import annotations

from opentelemetry.instrumentation.googleapiclient.causes import CAUSES

import causes_page


def test_the_page_is_up_to_date() -> None:
    assert causes_page.PAGE.read_text("utf-8") == causes_page.page(), (
        "run: python docs/causes_page.py"
    )


def test_every_cause_has_a_section_that_can_be_linked_to() -> None:
    for name in CAUSES:
        assert f"\n## {name}\n" in causes_page.page()
        assert f"](#{name})" in causes_page.page()


def test_no_placeholder_is_left() -> None:
    assert "{" not in causes_page.page()
