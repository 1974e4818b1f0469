# SPDX-License-Identifier: Apache-2.0
"""docs/causes.md says what the diagnosis tables say."""

from __future__ import annotations

import re

from opentelemetry.instrumentation.googleapiclient._diagnosis.causes import CAUSES, GROUPS
from opentelemetry.instrumentation.googleapiclient._diagnosis.diagnosis import written

import causes_page
from support.made_evidence import rows

PAGE = causes_page.page()
ROWS = rows()


def test_the_page_is_up_to_date() -> None:
    assert causes_page.PAGE.read_text("utf-8") == PAGE, "run: python docs/causes_page.py"


def test_every_cause_has_a_section_in_its_group_that_can_be_linked_to() -> None:
    groups = re.split(r"\n## ", PAGE)
    for group, causes in GROUPS.items():
        (section,) = (text for text in groups if text.startswith(f"{group}\n"))
        for cause in causes:
            assert f"\n### {cause.name}\n" in section
            assert f"| [{cause.name}](#{cause.name}) |" in section


def test_no_placeholder_is_left() -> None:
    assert not re.search(r"\{\w+\}", PAGE)


def test_every_remedy_stands_on_the_page_with_its_condition() -> None:
    for row in ROWS:
        remedy = written(row.rule.remedy or row.rule.cause.remedy).replace("|", "\\|")
        assert remedy in PAGE, row
    assert "whatever it is" not in PAGE


def test_every_reason_and_message_of_a_row_can_be_found() -> None:
    index = PAGE.partition("## Index by reason")[2]
    for row in ROWS:
        for reason in row.rule.reasons | row.rule.exceptions:
            assert f"| `{reason}` |" in index or " " in reason, row
        assert row.rule.example.replace("|", "\\|") in index, row


def test_no_identifier_begins_with_a_capital_that_is_not_its_own() -> None:
    for word in ("userId", "failedPrecondition", "iat"):
        assert f"\n{word[:1].upper()}{word[1:]} " not in PAGE


def test_help_links_are_about_their_cause() -> None:
    """One page may be about two causes of a kind, none about everything."""
    links = [cause.help_url for cause in CAUSES.values()]

    assert max(map(links.count, links)) <= 5
    assert not [link for link in links if "aip.dev" in link]
