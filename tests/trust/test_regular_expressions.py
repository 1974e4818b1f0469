# SPDX-License-Identifier: Apache-2.0
"""No regular expression of ours takes long, whatever the text: a new one is tried by itself."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from opentelemetry.instrumentation import googleapiclient, httplib2
from opentelemetry.instrumentation.googleapiclient._calls.method import MethodDirectory
from opentelemetry.instrumentation.httplib2._urls import path as url_path
from opentelemetry.instrumentation.httplib2._urls import redaction

from support import figures
from support.cost import lasting
from support.regex_attacks import Attack, Found, Verdict, attacks_on, patterns_of, withstands

_WRITTEN = list(
    {
        found.pattern: found
        for package in (googleapiclient, httplib2)
        for found in patterns_of(package)
    }.values()
)
_CHECK = "regular expressions"

# What is made of a discovery document when a program runs.
_DOCUMENT = {"name": "gmail", "rootUrl": "https://h/", "servicePath": ""}
_TEMPLATE = "/gmail/v1/users/{userId}/messages/{id}"
_PATHS = (_TEMPLATE[1:], "v1/{+name}/x:y", "v1/{a}/{b}/{c}/{d}", "{+name}")


def _made() -> Iterator[Found]:
    methods = MethodDirectory()
    for number, path in enumerate(_PATHS):
        methods.learn({"id": f"m{number}", "path": path}, _DOCUMENT)
        for one in methods._known[f"m{number}"]:
            yield Found(f"method {path}", one.pattern, frozenset({"match"}))
    for template in (None, _TEMPLATE):
        compiled = url_path.compile_template(template or "/v1/{a}/{+name}/{b}:x")
        yield Found(f"url {template}", compiled.pattern, frozenset({"fullmatch"}))
        yield Found(
            f"url {template}, fast", redaction.unsuspicious(template), frozenset({"fullmatch"})
        )
    before_query = redaction.unsuspicious_before_query(_TEMPLATE, "https://gmail.googleapis.com")
    yield Found("url before query", before_query, frozenset({"fullmatch"}))


PATTERNS = [*_WRITTEN, *_made()]


def _lasting_verdict(found: Found, attack: Attack) -> Verdict:
    return lasting(
        lambda: withstands(found.pattern, attack, found.methods),
        lambda verdict: verdict.complaint is not None,
    )


@pytest.mark.parametrize("found", PATTERNS, ids=[found.place for found in PATTERNS])
def test_no_text_takes_long(found: Found) -> None:
    attacks = attacks_on(found.pattern)
    verdicts: list[Verdict] = []
    for attack in attacks:
        verdicts.append(_lasting_verdict(found, attack))
        if verdicts[-1].complaint:
            break
    figures.add(_CHECK, "expressions")
    figures.add(_CHECK, "attacks", len(verdicts))
    figures.peak(_CHECK, "slowest", max([one.seconds for one in verdicts], default=0) * 1e3, "ms")

    complaints = [one.complaint for one in verdicts if one.complaint]
    assert not complaints, f"{found.pattern.pattern!r} takes {complaints[:3]}"


@pytest.mark.parametrize(
    "expression",
    [
        r"(a+)+$",
        r"^(\w+\s?)*$",
        r"(a|aa)+b",
        r"(?:[a-z]+\d?)*!",
        r".*.*=",
        r"\s+$",
        r"a*b",
        r"key=\S*@",
        r"(?<!x)[\w.]+@",
        r"<[^>]*>",
        r"(x+x+)+y",
    ],
)
def test_an_expression_that_backtracks_would_be_found(expression: str) -> None:
    pattern = re.compile(expression)

    assert any(withstands(pattern, attack).complaint for attack in attacks_on(pattern))


@pytest.mark.parametrize("expression", [r"[a-z]+", r"\d{1,9}", r"(?:[^\\]|\\.)*", r"abc"])
def test_an_expression_that_does_not_is_let_pass(expression: str) -> None:
    found = Found("here", re.compile(expression, re.DOTALL))

    assert not any(_lasting_verdict(found, one).complaint for one in attacks_on(found.pattern))


def test_expressions_are_found_wherever_they_are() -> None:
    """In constants, in rules, and in the calls of functions."""
    places = {found.place.rpartition("googleapiclient.")[2] for found in PATTERNS}

    assert {
        "_errors.redaction._URL",
        "_diagnosis.diagnosis.FIRST_RULES",
        "_diagnosis.services.gmail._LIMITS",
    } <= places
    assert any(place.startswith("_errors.redaction:") for place in places)
    assert len(PATTERNS) > 80
