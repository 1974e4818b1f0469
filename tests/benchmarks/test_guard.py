# SPDX-License-Identifier: Apache-2.0
"""The guard notices a slowdown of a fifth, nothing that is less than a tenth, and any module."""

from __future__ import annotations

import sys
from collections.abc import Mapping

import pytest
from benchmarks.callgrind import count_instructions, is_installed
from benchmarks.case import BY_NAME
from benchmarks.guard import (
    GUARDED,
    MARGIN,
    MODULES,
    STAGES,
    START,
    Counts,
    Entry,
    compare,
    in_units_of_bare,
    nearest,
    own_modules,
    read_baseline,
    worse,
)
from benchmarks.startup import Stage

BARE = 800_000.0
OURS = {"wire": 360_000.0, "call": 320_000.0, "both": 700_000.0}


def counted(factor: float = 1.0, side: str = "both", machine: float = 1.0) -> Counts:
    """What one call takes where one of our sides adds more than it did."""
    call = {"bare": BARE, **OURS, side: OURS[side] * factor}
    return in_units_of_bare(
        {case: {name: value * machine for name, value in call.items()} for case in GUARDED}
    )


def started(factor: float = 1.0, modules: int = 30) -> Counts:
    names = [f"opentelemetry.instrumentation.httplib2.m{number}" for number in range(modules)]
    stage = Stage(nanoseconds=1, modules=["json", "googleapiclient.http", *names])
    instructions = {"instrument": 50 * factor, "failure": 300.0}
    return {**own_modules(dict.fromkeys(STAGES, stage)), START: instructions}


def worse_than_before(before: Counts, now: Counts) -> set[str]:
    return {f"{one.counted}: {one.what}" for one in worse(compare(before, now), MARGIN)}


@pytest.mark.parametrize("side", OURS)
def test_slowdown_of_a_fifth_is_noticed_wherever_the_side_is_guarded(side: str) -> None:
    guarded = {f"{case}: {side}" for case, sides in GUARDED.items() if side in sides}
    assert worse_than_before(counted(), counted(1.2, side)) == guarded


@pytest.mark.parametrize("factor", [0.5, 1.0, 1.05])
def test_noise_and_gain_are_not_taken_for_a_slowdown(factor: float) -> None:
    assert worse_than_before(counted(), counted(factor)) == set()


def test_interpreter_that_needs_more_instructions_for_everything_is_no_slowdown() -> None:
    assert worse_than_before(counted(), counted(machine=1.4)) == set()


@pytest.mark.parametrize(
    ("now", "found"),
    [
        (started(), set[str]()),
        (started(1.05), set[str]()),
        (started(1.2), {f"{START}: instrument"}),
        (started(modules=29), set[str]()),
        (started(modules=31), {f"{MODULES}: {stage}" for stage in STAGES}),
    ],
)
def test_slower_start_and_one_module_more_are_noticed(now: Counts, found: set[str]) -> None:
    assert worse_than_before(started(), now) == found


def test_first_module_of_a_stage_that_loaded_none_is_noticed() -> None:
    before, now = started(modules=0), started(modules=1)
    assert worse_than_before(before, now) == {f"{MODULES}: {stage}" for stage in STAGES}


def test_only_what_the_baseline_knows_is_compared() -> None:
    before: Counts = {"call, recorded": {"both": 0.8}}
    assert [one.counted for one in compare(before, counted())] == ["call, recorded"]


@pytest.mark.parametrize(
    ("release", "expected"),
    [
        ("3.11.2", "3.11.2"),
        ("3.11.9", "3.11.7"),
        ("3.9.1", "3.10.13"),
        ("3.15.0", "3.13.0"),
    ],
)
def test_python_without_a_baseline_is_compared_with_the_nearest(
    release: str, expected: str
) -> None:
    entry = Entry(packages={}, counts={})
    known = ("3.10.13", "3.11.2", "3.11.7", "3.13.0")
    assert nearest(dict.fromkeys(known, entry), release) == expected


def test_baseline_has_all_that_is_guarded() -> None:
    assert GUARDED.keys() <= BY_NAME.keys()
    guarded: Mapping[str, tuple[str, ...]] = {
        MODULES: STAGES,
        START: ("instrument", "failure"),
        **GUARDED,
    }
    for entry in read_baseline().values():
        assert {one: tuple(whats) for one, whats in entry["counts"].items()} == guarded
        assert "opentelemetry-sdk" in entry["packages"]


@pytest.mark.slow
@pytest.mark.skipif(not is_installed(), reason="there is no valgrind")
def test_instructions_are_those_of_the_work_that_is_done() -> None:
    found = count_instructions(sys.executable, "tests.benchmarks.counted_work")
    assert found["twice"] == pytest.approx(2 * found["once"], rel=0.01)
