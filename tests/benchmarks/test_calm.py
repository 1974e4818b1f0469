# SPDX-License-Identifier: Apache-2.0
"""calm.py: what disturbs a call is seen by the work around it."""

from __future__ import annotations

from time import perf_counter

import pytest
from benchmarks.calm import Calm, Timed, mean_of_calm


@pytest.mark.parametrize(
    ("timed", "expected"),
    [
        ([Timed(100, 10), Timed(102, 11)], 101),
        # A slow call in calm surroundings is its own.
        ([Timed(100, 10), Timed(300, 10)], 200),
        ([Timed(100, 10), Timed(200, 20), Timed(201, 12)], 100),
        ([Timed(200, 20)] * 4 + [Timed(100, 10)], 100),
        # Too few are calm to tell.
        ([Timed(200, 20)] * 5 + [Timed(80, 10)], 180),
        ([Timed(200, 20)] * 5, 200),
    ],
)
def test_calls_that_nothing_disturbed_count(timed: list[Timed], expected: float) -> None:
    assert mean_of_calm(timed, fastest=10) == expected


def test_a_call_is_timed_by_itself() -> None:
    def spin(milliseconds: float) -> None:
        until = perf_counter() + milliseconds / 1000
        while perf_counter() < until:
            pass

    calm = Calm()
    calm.nanoseconds([lambda: None] * 50)

    # Less where the processor was taken away from us; the work around it does not count.
    assert 0 < calm.nanoseconds([lambda: spin(5)] * 4) < 10e6
    assert calm.nanoseconds([lambda: None] * 50) < 1e5
