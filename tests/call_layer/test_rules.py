# SPDX-License-Identifier: Apache-2.0
"""The rows of the diagnosis table: each explains something that no other row does."""

from __future__ import annotations

import re
import string

import pytest
from opentelemetry.instrumentation.googleapiclient.causes import WORDS
from opentelemetry.instrumentation.googleapiclient.diagnosis import diagnose, rule_for
from opentelemetry.instrumentation.googleapiclient.rules import Facts

from support.made_evidence import Row, made, rows

ROWS = rows()
_ALL = pytest.mark.parametrize("row", ROWS, ids=[row.name for row in ROWS])


@_ALL
def test_each_row_explains_something_that_no_row_before_it_does(row: Row) -> None:
    explained = [rule_for(Facts(evidence), row.service) for evidence in made(row)]

    assert any(rule is row.rule for rule in explained), [
        (rule.cause.name, rule.example, rule.source) for rule in explained
    ]


@_ALL
def test_each_row_says_where_it_is_known_from_and_asks_for_some_evidence(row: Row) -> None:
    rule = row.rule

    assert rule.source
    assert (
        rule.statuses
        or rule.reasons
        or rule.canonical
        or rule.exceptions
        or rule.credentials
        or rule.preconditions
        or rule.application_deadline
        or rule.message is not None
    )
    assert not (rule.unanswered and not rule.exceptions)


@_ALL
def test_the_example_of_a_row_is_one(row: Row) -> None:
    """The index of the documentation is made of them."""
    rule = row.rule
    for sought in (rule.message, rule.shown):
        if sought is not None:
            assert sought.search(rule.example), rule.example


@_ALL
def test_a_remedy_can_be_given_to_a_person(row: Row) -> None:
    for remedy in filter(None, (row.rule.remedy, row.rule.cause.remedy)):
        assert remedy.endswith(".")
        assert len(remedy) < 330
        fields = {field for _, field, _, _ in string.Formatter().parse(remedy) if field}
        assert fields <= WORDS.keys()
        assert not re.search(r"\b(answer|mend|scrub|dear|again sent|sent again)", remedy)
    for evidence in made(row):
        assert "{" not in diagnose(evidence, row.service).remedy.replace("{'", "")
