# SPDX-License-Identifier: Apache-2.0
"""Failures that users reported in public: what is said of each is right, and nothing leaks."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from support.wild_cases import Endpoints, WildCase, complaints, read, run, serving

CASES = read()


@pytest.fixture(scope="module")
def endpoints() -> Iterator[Endpoints]:
    with serving() as one:
        yield one


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_what_is_said_of_a_reported_failure_is_right(case: WildCase, endpoints: Endpoints) -> None:
    assert complaints(case, run(case, endpoints)) == []
