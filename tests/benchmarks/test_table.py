# SPDX-License-Identifier: Apache-2.0
"""Given figures become estimates, verdicts and lines."""

from __future__ import annotations

import pytest
from benchmarks.case import CASES
from benchmarks.estimate import Estimates
from benchmarks.limits import LIMITS
from benchmarks.measure import Sample
from benchmarks.protocol import Environment, Round, Turn
from benchmarks.startup import StartUp
from benchmarks.table import Verdict, tables, verdicts
from rich.console import Console

RECORDED = "call, recorded"
OWN = {"bare": 80.0, "floor": 100.0, "wire": 94.0, "call": 86.0, "both": 104.0}
PEER = {"bare": 90.0, "peer": 100.0}
START_UP = StartUp([4.0, 4.5, 6.0], [("slow.module", 2.5), ("quick.module", 0.5)])


def lines_of(estimates: Estimates) -> list[str]:
    console = Console(width=160)
    with console.capture() as capture:
        for one in tables(estimates, START_UP):
            console.print(one)
    return [" ".join(line.split()) for line in capture.get().splitlines()]


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
    verdict = Verdict(1.4, 1.3)
    assert verdict.margin == pytest.approx(-0.077, abs=0.001)
    assert verdict.misses()
    assert verdict.misses(0.05)
    assert not verdict.misses(0.1)
    assert not Verdict(1.3, 1.3).misses()


def test_every_limit_has_a_verdict() -> None:
    found = verdicts(Estimates(samples()), START_UP)
    assert [one.limit for one in found] == [*(limit.ratio for limit in LIMITS), 5.0]
    assert found[-1].value == 4.5


def test_table_says_what_was_measured_beside_its_limit() -> None:
    lines = lines_of(Estimates(samples()))
    assert "call, recorded both / floor 1.20 1.20 - 1.20 1.30 +8% held" in lines
    assert "call, no SDK both / peer 2.40 2.40 - 2.40 0.60 -300% missed" in lines
    assert "call, no SDK 85.0 20.0 ±0.0 14.0 ±0.0 6.0 ±0.0 24.0 ±0.0 10.0 ±0.0" in lines
    assert "start-up ms 4.50 4.00 - 6.00 5.00 +10% held" in lines
    assert "error 403, recorded 1.20 1.20 - 1.20 0.60 0.60 - 0.60 2.40 2.40 - 2.40" in lines
    assert lines.index("slow.module 2.50") < lines.index("quick.module 0.50")


def test_table_says_where_there_is_nothing_to_compare_with() -> None:
    lines = lines_of(Estimates(samples()))
    (suppressed,) = (line for line in lines if line.startswith("call, suppressed nothing"))
    assert suppressed == "call, suppressed nothing to write 0.60 0.60 - 0.60 2.40 2.40 - 2.40"
    assert sum("the peer shows nothing the peer shows nothing" in line for line in lines) == 2


def test_without_the_peer_the_rest_is_still_there() -> None:
    estimates = Estimates(samples(peer=False))
    assert [one.limit for one in verdicts(estimates, START_UP)] == [1.3, 1.5, 2.0, 5.0]
    assert sum("no peer here" in line for line in lines_of(estimates)) == 6
