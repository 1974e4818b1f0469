# SPDX-License-Identifier: Apache-2.0
"""What a program loads of ours when it starts: nothing that only a failure needs."""

from __future__ import annotations

from functools import cache

import pytest
from benchmarks.startup import Stages, start

CALLS = "opentelemetry.instrumentation.googleapiclient._calls"
GOOGLEAPICLIENT = "opentelemetry.instrumentation.googleapiclient"
HTTPLIB2 = "opentelemetry.instrumentation.httplib2"
STAGES = ("foundation", "instrument", "library", "preparation", "call", "failure")
BEFORE_FAILURE = ("instrument", "library", "call")

# Whole rooms and single modules, by the first stage that may load them.
ALLOWED_FROM = {
    f"{GOOGLEAPICLIENT}._errors": "failure",
    f"{GOOGLEAPICLIENT}._diagnosis": "failure",
    f"{CALLS}.credentials": "failure",
    f"{CALLS}.failure": "failure",
    f"{CALLS}.token_refresh": "failure",
    f"{GOOGLEAPICLIENT}._explanation": "never",
    f"{GOOGLEAPICLIENT}._terminal": "never",
    f"{CALLS}.patch": "library",
    f"{HTTPLIB2}._wire.patch": "library",
    f"{HTTPLIB2}._urls": "library",
    "googleapiclient": "library",
    "httplib2": "library",
}
"""What a successful call needs of URLs is redacted by ``_urls``, so that it comes earlier."""


@cache
def started() -> Stages:
    return start(*STAGES)


def loaded_by(stage: str) -> list[str]:
    return started()[stage]["modules"]


def is_in(module: str, room: str) -> bool:
    return module == room or module.startswith(f"{room}.")


@pytest.mark.parametrize(("room", "first"), ALLOWED_FROM.items())
def test_nothing_is_loaded_before_it_is_needed(room: str, first: str) -> None:
    early = STAGES[: STAGES.index(first)] if first in STAGES else STAGES
    found = [one for stage in early for one in loaded_by(stage) if is_in(one, room)]
    assert found == [], f"{', '.join(found)} loaded before: {first}"


@pytest.mark.parametrize("room", ["_errors", "_diagnosis"])
def test_first_failure_loads_what_explains_it(room: str) -> None:
    assert any(is_in(one, f"{GOOGLEAPICLIENT}.{room}") for one in loaded_by("failure"))


@pytest.mark.parametrize("stage", BEFORE_FAILURE)
def test_what_we_use_of_our_dependencies_is_loaded_before_the_count_begins(stage: str) -> None:
    others = [
        one
        for one in loaded_by(stage)
        if is_in(one, "opentelemetry") or is_in(one, "wrapt")
        if not is_in(one, GOOGLEAPICLIENT) and not is_in(one, HTTPLIB2)
    ]
    assert others == []


def test_stages_take_time() -> None:
    assert all(started()[stage]["nanoseconds"] > 0 for stage in STAGES)
