# SPDX-License-Identifier: Apache-2.0
"""The guard notices a slowdown of a fifth and nothing that is less than a tenth.

That it does so with counted instructions is what its ``--self-test`` shows, which takes minutes.
"""

from __future__ import annotations

import pytest
from benchmarks.burden import burdened
from benchmarks.case import BY_NAME, Case
from benchmarks.contestant import Contestant
from benchmarks.guard import (
    GUARDED,
    MARGIN,
    Entry,
    compare,
    nearest,
    ratios_of,
    read_baseline,
    slower,
    useless_steps,
)
from benchmarks.instructions import Instructions
from benchmarks.modes import RECORDED
from benchmarks.own_sides import SIDES
from benchmarks.scenario import BATCH, CALL, Scenario

BARE = 800_000.0
FLOOR = 400_000.0
OURS = {"wire": 360_000.0, "call": 320_000.0, "both": 700_000.0}
BY_SIDE = {side.name: side for side in SIDES}


def counted(factor: float = 1.0, side: str = "both", machine: float = 1.0) -> Instructions:
    """What one call takes where one of our sides adds more than it did."""
    ours = {**OURS, side: OURS[side] * factor}
    added = {name: value * machine for name, value in {"floor": FLOOR, **ours}.items()}
    cases = [one.case for one in GUARDED]
    return Instructions(
        bare=dict.fromkeys(cases, BARE * machine),
        added=dict.fromkeys(cases, added),
        step=50.0,
        entrance=0.0,
    )


def slower_than_before(now: Instructions) -> set[str]:
    comparisons = compare(ratios_of(counted()), ratios_of(now))
    return {f"{one.case}: {one.side}" for one in slower(comparisons, MARGIN)}


@pytest.mark.parametrize("side", OURS)
def test_slowdown_of_a_fifth_is_noticed_wherever_the_side_is_guarded(side: str) -> None:
    guarded = {f"{one.case}: {side}" for one in GUARDED if side in one.sides}
    assert slower_than_before(counted(1.2, side)) == guarded


@pytest.mark.parametrize("factor", [0.5, 1.0, 1.05])
def test_noise_and_gain_are_not_taken_for_a_slowdown(factor: float) -> None:
    assert slower_than_before(counted(factor)) == set()


def test_interpreter_that_needs_more_instructions_for_everything_is_no_slowdown() -> None:
    assert slower_than_before(counted(machine=1.4)) == set()


def test_case_that_the_baseline_does_not_know_is_not_compared() -> None:
    before = {"call, recorded": {"both": 1.75}}
    assert [one.case for one in compare(before, ratios_of(counted()))] == ["call, recorded"]


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
    entry = Entry(packages={}, ratios={})
    known = ("3.10.13", "3.11.2", "3.11.7", "3.13.0")
    assert nearest(dict.fromkeys(known, entry), release) == expected


def test_baseline_has_all_that_is_guarded() -> None:
    guarded = {one.case: set(one.sides) for one in GUARDED}
    assert guarded.keys() <= BY_NAME.keys()
    for entry in read_baseline().values():
        assert {case: set(sides) for case, sides in entry["ratios"].items()} == guarded
        assert "opentelemetry-sdk" in entry["packages"]


@pytest.mark.parametrize(
    ("case", "side", "entered"),
    [
        ("call, recorded", "both", 1),
        ("call, recorded", "wire", 1),
        ("one retry, recorded", "wire", 2),
    ],
)
def test_self_test_adds_a_fifth_of_what_a_side_adds(case: str, side: str, entered: int) -> None:
    instructions = counted()
    steps = useless_steps(instructions, case, side)
    added = entered * (instructions.entrance + steps * instructions.step)
    assert added == pytest.approx(OURS[side] / 5, rel=0.01)


@pytest.mark.parametrize("scenario", [CALL, BATCH], ids=lambda scenario: scenario.name)
@pytest.mark.parametrize(("side", "steps"), [("both", 7), ("call", 7), ("wire", 7), ("floor", 0)])
def test_burden_is_carried_once_by_each_execution_of_ours(
    side: str, steps: int, scenario: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[int] = []
    monkeypatch.setattr("benchmarks.burden.work", done.append)
    contestant = Contestant(BY_SIDE[side], Case(scenario, RECORDED))
    with contestant.switched_on():
        with burdened(side, 7):
            contestant.run(contestant.targets(1))
        contestant.run(contestant.targets(1))
    assert sum(done) == steps
