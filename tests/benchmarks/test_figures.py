# SPDX-License-Identifier: Apache-2.0
"""What was measured becomes medians, verdicts, tables and a page."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import pytest
from benchmarks.case import CASES
from benchmarks.environment import Machine
from benchmarks.estimate import Bounded, Process, medians
from benchmarks.figures import Figures
from benchmarks.limits import LIMITS, Limit, Verdict, verdicts
from benchmarks.measure import Measurement
from benchmarks.protocol import Greeting
from benchmarks.sheets import number, sheets
from benchmarks.startup import FIRST_CALL, FIRST_FAILURE, FOUNDATION, IDLE, LIBRARY, START_UP, USED

from benchmarks import __main__, huge_response, page

RECORDED = "call, recorded"
ADDED = {"bare": 80.0, "floor": 20.0, "wire": 14.0, "call": 6.0, "both": 24.0, "peer": 10.0}
INSTRUCTIONS = {
    RECORDED: {"bare": 800e3, "floor": 400e3, "call": 300e3, "both": 500e3, "peer": 6e5}
}
START_UPS = {
    FOUNDATION: 99.0,
    LIBRARY: 180.0,
    IDLE: 4.5,
    USED: 15.0,
    FIRST_CALL: 2.0,
    FIRST_FAILURE: 9,
}
THREADS = "threads: 8"


def processes(added: Mapping[str, float], slow: int = 0) -> list[Process]:
    """Three processes of eight rounds, in the first few of which everything took thrice as long."""
    rounds = [
        {side: time * (3 if one < slow else 1) for side, time in added.items()} for one in range(8)
    ]
    return [rounds] * 3


def certain(value: float) -> Bounded:
    return Bounded(value=value, low=value, high=value)


@cache
def measured(*, peer: bool = True) -> Figures:
    greeting = Greeting(python="3.11.7", versions={"httplib2": "0.32.1", "rich": "15.0.0"})
    added = ADDED if peer else {side: time for side, time in ADDED.items() if side != "peer"}
    huge = {huge_response.TIME: certain(11.0), huge_response.MEMORY: certain(0.5)}
    return Figures(
        date="2026-11-30",
        machine=Machine(platform="Linux", processor="Ten Cores", cores=10, load=0.1),
        environments={"own": greeting} | ({"peer": greeting} if peer else {}),
        measured={
            **dict.fromkeys((case.name for case in CASES), medians(processes(added))),
            START_UP: {what: certain(value) for what, value in START_UPS.items()},
            huge_response.NAME: huge,
            THREADS: {"bare, calls/s": certain(12345.6), "added": certain(55.55)},
        },
        instructions=INSTRUCTIONS if peer else {},
    )


def rows_of(figures: Figures) -> list[Sequence[str]]:
    return [row for sheet in sheets(figures) for row in sheet.rows]


@pytest.mark.parametrize(("slow", "factor"), [(0, 1), (3, 1), (5, 3), (8, 3)])
def test_figure_is_the_median_of_all_rounds(slow: int, factor: float) -> None:
    found = medians(processes(ADDED, slow))
    assert found["bare"]["value"] == pytest.approx(80 * factor)
    assert found["both"]["value"] == pytest.approx(24 * factor)
    assert found["both / floor"]["value"] == pytest.approx(1.2)
    assert found["call / peer"]["value"] == pytest.approx(0.6)


def test_interval_is_narrow_where_all_agree_and_wide_where_they_do_not() -> None:
    agreed = processes(ADDED)
    assert medians(agreed)["both / floor"] == pytest.approx(certain(1.2))
    other: Process = [{**ADDED, "both": 50.0}] * 8
    doubtful = medians([*agreed, other, other])["both / floor"]
    assert doubtful["low"] == pytest.approx(1.2)
    assert doubtful["high"] == pytest.approx(2.5)


def test_sides_of_one_round_are_compared_with_each_other() -> None:
    rounds = [{"floor": float(time), "both": 2.0 * time} for time in range(1, 50)]
    found = medians([rounds])
    assert found["both / floor"] == pytest.approx(certain(2.0))
    assert found["both"]["low"] < found["both"]["high"]


def test_limit_may_be_missed_within_the_tolerance() -> None:
    limit = Limit("call", "both / floor", 1.3)
    verdict = Verdict(limit, certain(1.4))
    assert verdict.margin == pytest.approx(-0.077, abs=0.001)
    assert verdict.misses()
    assert verdict.misses(0.05)
    assert not verdict.misses(0.1)
    assert not Verdict(limit, certain(1.3)).misses()


def test_every_limit_has_a_verdict_whatever_it_is_of() -> None:
    found = list(verdicts(measured()["measured"]))
    assert [one.limit for one in found] == list(LIMITS)
    assert {(one.limit.measured, one.limit.what) for one in found if one.misses()} == {
        ("call, sampled out", "call / peer"),
        ("call, no SDK", "call / peer"),
        *((f"call, {mode}", "both / peer") for mode in ("recorded", "sampled out", "no SDK")),
        ("error 403, recorded", "both / peer"),
        (START_UP, USED),
        (huge_response.NAME, huge_response.TIME),
    }


@pytest.mark.parametrize(
    "row",
    [
        (RECORDED, "both / floor", "1.20", "1.20 - 1.20", "1.3", "+8%", "held"),
        ("call, no SDK", "both / peer", "2.40", "2.40 - 2.40", "0.6", "-300%", "missed"),
        ("download chunk, recorded", "both", "24.0", "24.0 - 24.0", "90 µs", "+73%", "held"),
        (START_UP, IDLE, "4.50", "4.50 - 4.50", "5 ms", "+10%", "held"),
        ("one retry, recorded", "1.20 (1.20 - 1.20)", "0.60 (0.60 - 0.60)", "2.40 (2.40 - 2.40)"),
        (
            *("call, no SDK", "80.0 (80.0 - 80.0)", "20.0 (20.0 - 20.0)", "14.0 (14.0 - 14.0)"),
            *("6.00 (6.00 - 6.00)", "24.0 (24.0 - 24.0)", "10.0 (10.0 - 10.0)"),
        ),
        (RECORDED, "800.0", "400.0", "", "300.0", "500.0", "600.0", "1.25", "0.50", "0.83"),
        (THREADS, "12,346 (12,346 - 12,346)", "55.5 (55.5 - 55.5)"),
        (FOUNDATION, "99.0", "99.0 - 99.0"),
    ],
    ids=lambda row: f"{row[0]} {row[1]}",
)
def test_tables_say_what_was_measured(row: Sequence[str]) -> None:
    assert row in rows_of(measured())


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.004, "0.00"), (9.994, "9.99"), (-70.94, "-70.9"), (123.4, "123"), (24_984.2, "24,984")],
)
def test_numbers_have_three_digits_that_count(value: float, text: str) -> None:
    assert number(value) == text


def test_without_the_peer_and_valgrind_the_rest_is_still_there() -> None:
    found = measured(peer=False)
    assert [one.limit.most for one in verdicts(found["measured"])][:3] == [1.3, 1.5, 2.0]
    assert ("error 403, recorded", "1.20 (1.20 - 1.20)", "", "") in rows_of(found)
    assert not any("instructions" in sheet.title for sheet in sheets(found))


@pytest.mark.parametrize(
    ("options", "status"),
    [([], 0), (["--check"], 1), (["--check", "--tolerance", "9"], 0)],
)
def test_missed_limit_fails_where_limits_are_checked(
    options: list[str], status: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = tmp_path / "figures.json"
    monkeypatch.setattr("sys.argv", ["benchmarks", "--quick", "--json", str(written), *options])
    monkeypatch.setattr(__main__, "measure_all", lambda *_: (measured(), Measurement()))
    assert __main__.main() == status
    assert json.loads(written.read_text("utf-8"))["measured"] == measured()["measured"]


def test_columns_stand_below_each_other_on_a_screen() -> None:
    (sheet, *_) = sheets(measured())
    title, head, *rows, _, _ = sheet.as_text().split("\n")
    assert title == sheet.title
    assert {row.index("both / floor") for row in rows if "both / floor" in row} == {
        head.index("what") + len("what") - len("both / floor")
    }


def test_page_has_every_cell_of_every_table_and_keeps_what_is_around_them() -> None:
    found = json.loads(json.dumps(measured()))
    before = page.PAGE.read_text("utf-8")
    written = page.with_figures(before, found)
    for row in rows_of(found):
        assert f"| {' | '.join(row)} |\n" in written
    assert "- a successful call, recorded: 24.0 µs; by hand, 20.0 µs\n" in written
    assert "Ten Cores, 10 cores, Linux, load 0.1 when it began." in written
    assert "The `own` environment: Python 3.11.7, httplib2 0.32.1." in written
    assert page.with_figures(written, found) == written
    assert written.startswith(before[: before.index("<!--")])
    with pytest.raises(ValueError, match="the page lacks"):
        page.with_figures("# Speed\n", found)


def test_committed_page_has_the_committed_figures() -> None:
    committed = page.PAGE.read_text("utf-8")
    assert page.with_figures(committed, page.read_figures()) == committed
