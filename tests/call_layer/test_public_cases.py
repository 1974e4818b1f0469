# SPDX-License-Identifier: Apache-2.0
"""Texts of public threads that none of the other corpora has: each is told, and tells nobody."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from support import wild_cases
from support.wild_cases import Endpoints, WildCase, complaints, run, serving

CASES = wild_cases.read(wild_cases.FILE.with_name("public_cases.jsonl"))


@pytest.fixture(scope="module")
def endpoints() -> Iterator[Endpoints]:
    with serving() as one:
        yield one


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_what_is_said_of_a_public_report_is_right(case: WildCase, endpoints: Endpoints) -> None:
    assert complaints(case, run(case, endpoints)) == []
