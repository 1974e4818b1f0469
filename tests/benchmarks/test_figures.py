# SPDX-License-Identifier: Apache-2.0
"""What was measured becomes estimates, verdicts, tables and a page."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from functools import cache
from typing import Any

import pytest
from benchmarks.case import CASES
from benchmarks.environment import Machine
from benchmarks.estimate import Estimates
from benchmarks.figures import Counted, Figures, figures
from benchmarks.instructions import Instructions
from benchmarks.limits import LIMITS
from benchmarks.measure import Measurement, Sample
from benchmarks.protocol import Environment, Greeting, Round, Turn
from benchmarks.scale.results import Bulk, Growth, Point, Scale, Threads
from benchmarks.sheets import sheets
from benchmarks.startup import Import, StartUp
from benchmarks.verdict import Verdict, verdicts

from benchmarks import page

RECORDED = "call, recorded"
OWN = {"bare": 80.0, "floor": 100.0, "wire": 94.0, "call": 86.0, "both": 104.0}
PEER = {"bare": 90.0, "peer": 100.0}
MACHINE = Machine(platform="Linux", processor="Ten Cores", cores=10, load=0.1)
START_UP = StartUp(
    idle=[4.0, 4.5, 6.0],
    used=[14.0, 15.0, 19.0],
    idle_imports=[
        Import(module="slow.module", milliseconds=2.5),
        Import(module="quick.module", milliseconds=0.5),
    ],
    own_imports=[Import(module="own.module", milliseconds=1.5)],
)
COUNTED = Instructions(
    bare={RECORDED: 800e3},
    added={RECORDED: {"floor": 400e3, "call": 300e3, "both": 500e3, "peer": 600e3}},
    step=50.0,
    entrance=900.0,
)


def scale(*, kept: float = 0.001, milliseconds: float = 1.0, peak: int = 0) -> Scale:
    return Scale(
        threads=[
            Threads(
                threads=8,
                calls=3200,
                bare_calls_per_second=12345.6,
                both_calls_per_second=6543.2,
                added_microseconds=55.55,
            )
        ],
        growth=[
            Growth(
                name="call",
                points=[Point(calls=100_000, resident_bytes=2**26, blocks=250_000)],
                blocks_per_call=kept,
                bytes_per_call=0.0,
            )
        ],
        bulk=[
            Bulk(
                name="batch of 1000",
                units=1000,
                bare_milliseconds=200.0,
                added_milliseconds=40.0,
                added_peak_bytes=None,
            ),
            Bulk(
                name="huge",
                units=1,
                bare_milliseconds=90.0,
                added_milliseconds=milliseconds,
                added_peak_bytes=peak,
            ),
        ],
    )


def rounds(microseconds: dict[str, float], *, disturbed: int = 0) -> list[Round]:
    """Rounds of the same times, the first few of which something made slower."""
    return [
        {
            side: Turn(nanoseconds=time * 1000 * (3 if number < disturbed else 1), garbage=0.0)
            for side, time in microseconds.items()
        }
        for number in range(8)
    ]


def samples(*, peer: bool = True, disturbed: int = 0) -> list[Sample]:
    environments = {Environment.OWN: OWN} | ({Environment.PEER: PEER} if peer else {})
    return [
        Sample(environment, case.name, rounds(times, disturbed=disturbed))
        for case in CASES
        for environment, times in environments.items()
        for _ in range(3)
    ]


@cache
def estimated(*, peer: bool = True) -> Figures:
    """Figures of the samples, which take some time to resample."""
    greeting = Greeting(python="3.11.7", versions={"httplib2": "0.32.1", "rich": "15.0.0"})
    environments = {Environment.OWN: greeting} | ({Environment.PEER: greeting} if peer else {})
    measurement = Measurement(samples(peer=peer), environments)
    return figures(MACHINE, measurement, "not here", START_UP, scale())


def measured(**changed: Any) -> Figures:
    return {**estimated(), "instructions": Counted(**asdict(COUNTED)), "scale": scale(**changed)}


def rows_of(figures: Figures) -> list[Sequence[str]]:
    return [row for sheet in sheets(figures) for row in sheet.rows]


@pytest.mark.parametrize("disturbed", [0, 5])
def test_added_time_is_what_comes_on_top_of_the_bare_call_when_nobody_disturbs(
    disturbed: int,
) -> None:
    estimates = Estimates(samples(disturbed=disturbed))
    assert estimates.bare(RECORDED) == pytest.approx(85)
    assert estimates.added(RECORDED, "both").value == pytest.approx(24)
    assert estimates.added(RECORDED, "peer").value == pytest.approx(10)
    assert estimates.ratio(RECORDED, "both", "floor").value == pytest.approx(1.2)
    assert estimates.ratio(RECORDED, "call", "peer").value == pytest.approx(0.6)


def test_interval_is_narrow_where_all_agree_and_wide_where_they_do_not() -> None:
    agreed = Estimates(samples()).ratio(RECORDED, "both", "floor")
    assert agreed.low == pytest.approx(agreed.high)
    other = Sample(Environment.OWN, RECORDED, rounds({**OWN, "both": 130.0}))
    doubtful = Estimates([*samples(), other]).ratio(RECORDED, "both", "floor")
    assert doubtful.low == pytest.approx(1.2)
    assert doubtful.high > 1.5


def test_limit_may_be_missed_within_the_tolerance() -> None:
    verdict = Verdict("call", "both / floor", 1.4, 1.3)
    assert verdict.margin == pytest.approx(-0.077, abs=0.001)
    assert verdict.misses()
    assert verdict.misses(0.05)
    assert not verdict.misses(0.1)
    assert not Verdict("call", "both / floor", 1.3, 1.3).misses()


def test_every_limit_has_a_verdict() -> None:
    found = list(verdicts(measured()))
    ratios = [(limit.case, f"{limit.side} / {limit.other}", limit.ratio) for limit in LIMITS]
    assert sorted((one.name, one.what, one.limit) for one in found[:9]) == sorted(ratios)
    assert [(one.name, one.value, one.limit) for one in found[9:]] == [
        ("start-up without googleapiclient", 4.5, 5.0),
        ("100,000 times call", 0.001, 0.01),
        ("huge", 1.0, 10.0),
        ("huge", 0.0, 1.0),
    ]


@pytest.mark.parametrize(
    ("changed", "name"),
    [
        ({"kept": 0.5}, "100,000 times call"),
        ({"milliseconds": 11.0}, "huge"),
        ({"peak": 2**21}, "huge"),
    ],
)
def test_what_grows_too_much_misses_its_limit(changed: dict[str, Any], name: str) -> None:
    before = {(one.name, one.what) for one in verdicts(measured()) if one.misses()}
    now = {(one.name, one.what) for one in verdicts(measured(**changed)) if one.misses()}
    assert [missed for missed, _ in now - before] == [name]


@pytest.mark.parametrize(
    "row",
    [
        (RECORDED, "both / floor", "1.20", "1.20 - 1.20", "1.30", "+8%", "held"),
        ("call, no SDK", "both / peer", "2.40", "2.40 - 2.40", "0.60", "-300%", "missed"),
        ("start-up without googleapiclient", "ms", "4.50", "4.00 - 6.00", "5.00", "+10%", "held"),
        ("100,000 times call", "blocks kept per call", "0.00", "", "0.01", "+90%", "held"),
        ("call, no SDK", "85.0", "20.0 ±0.0", "14.0 ±0.0", "6.0 ±0.0", "24.0 ±0.0", "10.0 ±0.0"),
        (RECORDED, "800.0", "400.0", "300.0", "500.0", "600.0", "1.25", "0.50", "0.83"),
        *(
            (name, "1.20 (1.20 - 1.20)", "0.60 (0.60 - 0.60)", "2.40 (2.40 - 2.40)")
            for name in ("error 403, recorded", "one retry, recorded, metrics too")
        ),
        ("8", "12,346", "6,543", "55.5"),
        ("batch of 1000", "200.0", "40.0", "40.0"),
        ("huge", "90.0", "1.0", ""),
        ("call", "100,000", "64.0", "250,000"),
        ("googleapiclient is imported", "15.00", "14.00", "19.00"),
        ("slow.module", "2.50"),
        ("own.module", "1.50"),
    ],
    ids=lambda row: f"{row[0]} {row[1]}",
)
def test_tables_say_what_was_measured(row: Sequence[str]) -> None:
    assert row in rows_of(measured())


def test_tables_say_where_there_is_nothing_to_compare_with() -> None:
    rows = rows_of(measured())
    silent = ("the peer shows nothing",) * 2
    assert ("batch of 100, recorded", "1.20 (1.20 - 1.20)", *silent) in rows
    unwritten = [row for row in rows if row[0] == "call, suppressed"]
    assert all(len(one) > 1 for one in unwritten)


def test_without_the_peer_the_rest_is_still_there() -> None:
    found = estimated(peer=False)
    assert [one.limit for one in verdicts(found)][:3] == [1.3, 1.5, 2.0]
    assert ("error 403, recorded", "1.20 (1.20 - 1.20)", "", "") in rows_of(found)


def test_without_valgrind_the_rest_is_still_there() -> None:
    found = estimated()
    assert found["uncounted"] == "not here"
    assert not any("instructions" in sheet.title for sheet in sheets(found))
    assert len(list(verdicts(found))) == 13


def test_page_has_every_cell_of_every_table_and_keeps_what_is_around_them() -> None:
    found = json.loads(json.dumps(measured()))
    before = page.PAGE.read_text("utf-8")
    written = page.with_figures(before, found)
    for row in rows_of(found):
        assert f"| {' | '.join(row)} |\n" in written
    assert "Ten Cores, 10 cores, Linux, load 0.1 when it began." in written
    assert "The `own` environment: Python 3.11.7, httplib2 0.32.1." in written
    assert page.with_figures(written, found) == written
    assert written.startswith(before[: before.index("<!--")])
    with pytest.raises(ValueError, match="the page lacks"):
        page.with_figures("# Speed\n", found)


def test_committed_page_has_the_committed_figures() -> None:
    committed = page.PAGE.read_text("utf-8")
    assert page.with_figures(committed, page.read_figures()) == committed
