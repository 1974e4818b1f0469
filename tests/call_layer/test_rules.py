# SPDX-License-Identifier: Apache-2.0
"""The rows of the diagnosis table: each explains something that no other row does."""

from __future__ import annotations

import re
import string

import pytest
from opentelemetry.instrumentation.googleapiclient._diagnosis.causes import WORDS
from opentelemetry.instrumentation.googleapiclient._diagnosis.diagnosis import diagnose, rule_for
from opentelemetry.instrumentation.googleapiclient._diagnosis.rules import Facts

from support.made_evidence import Row, made, rows

ROWS = rows()
_REFERS = re.compile(r"description of this span|message (names|says)|server's message")
_GIVEN_UP = re.compile(r"\b(answer|mend|scrub|dear|again sent|sent again)")


@pytest.mark.parametrize("row", ROWS, ids=[row.name for row in ROWS])
def test_each_row_explains_something_that_no_row_before_it_does(row: Row) -> None:
    explained = [rule_for(Facts(evidence), row.service) for evidence in made(row)]

    assert any(rule is row.rule for rule in explained), [
        (rule.cause.name, rule.example, rule.source) for rule in explained
    ]


def test_each_row_says_where_it_is_known_from_and_asks_for_some_evidence() -> None:
    for row in ROWS:
        rule = row.rule
        assert rule.source, row
        assert (
            rule.statuses
            or rule.reasons
            or rule.canonical
            or rule.exceptions
            or rule.preconditions
            or rule.application_deadline
            or rule.message is not None
        ), row
        assert not (rule.before_response and not rule.exceptions), row


def test_the_example_of_a_row_is_one() -> None:
    """The index of the documentation is made of them."""
    for row in ROWS:
        message, shown, example = row.rule.message, row.rule.shown, row.rule.example
        assert message is None or message.search(example.lower()), row
        assert shown is None or shown.search(example), row


def test_what_is_searched_in_lower_case_is_written_so() -> None:
    for row in ROWS:
        rule = row.rule
        for sought in (rule.message, rule.limit, rule.location, rule.resource_type):
            if sought is not None:
                assert not sought.keeps_case, row
                assert not re.search(r"[A-Z]", re.sub(r"\\.", "", sought.pattern)), row


def test_a_remedy_can_be_given_to_a_person() -> None:
    for row in ROWS:
        remedy = row.rule.remedy or row.rule.cause.remedy
        assert remedy.endswith("."), row
        assert len(remedy) < 330, row
        fields = {field for _, field, _, _ in string.Formatter().parse(remedy) if field}
        assert fields <= WORDS.keys(), row
        assert not _GIVEN_UP.search(remedy), row
        assert not re.search(r"(^|[.?!] )\{", remedy), "a name would begin a sentence"


@pytest.mark.parametrize(
    "shown", ["", "[redacted]", "Bad Request", "403 Forbidden", "Invalid value: [redacted]"]
)
def test_no_remedy_refers_to_what_the_shown_description_lacks(shown: str) -> None:
    for row in ROWS:
        for evidence in made(row):
            remedy = diagnose(evidence._replace(shown_message=shown), row.service).remedy
            assert not _REFERS.search(remedy), remedy
            # What stands for a part of the message that is not shown.
            assert "  " not in remedy, row
            assert not re.search(r"\{\w+\}", remedy), row
