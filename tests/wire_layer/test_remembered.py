# SPDX-License-Identifier: Apache-2.0
"""remembered.py: results, each worked out once, and no more of them than a limit."""

from __future__ import annotations

from opentelemetry.instrumentation.httplib2._support.bounded_cache import BoundedCache


class _Doubles:
    """Doubles numbers, and knows how often it was asked."""

    def __init__(self) -> None:
        self.asked: list[int] = []

    def __call__(self, number: int) -> int:
        self.asked.append(number)
        return 2 * number


def test_a_result_is_worked_out_once() -> None:
    double = _Doubles()
    doubles = BoundedCache(double, limit=2)

    assert [doubles[1], doubles[1], doubles[2]] == [2, 2, 4]
    assert double.asked == [1, 2]


def test_the_oldest_is_forgotten_first() -> None:
    doubles = BoundedCache(_Doubles(), limit=2)

    assert [doubles[number] for number in (1, 2, 3)] == [2, 4, 6]
    assert list(doubles) == [2, 3]
