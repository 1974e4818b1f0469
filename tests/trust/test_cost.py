# SPDX-License-Identifier: Apache-2.0
"""What is measured is the work alone, and a limit is missed by what is slow alone."""

from __future__ import annotations

import gc
import time

import pytest

from support import cost
from support.cost import lasting, processor_seconds, slowness, undisturbed_seconds


def _burn(seconds: float) -> None:
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        pass


def test_slow_work_is_slow_however_often_it_is_measured() -> None:
    assert undisturbed_seconds(lambda: _burn(0.05), limit=0.005) >= 0.005


def test_a_machine_that_is_slower_altogether_has_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cost, "_SECONDS_ALONE", cost._SECONDS_ALONE / 1000)

    assert undisturbed_seconds(lambda: _burn(0.02), limit=0.01) < 0.01


def test_a_machine_that_is_faster_has_not_less(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cost, "_SECONDS_ALONE", 1000.0)

    assert slowness() == 1.0


def test_what_disturbs_all_tries_of_one_measurement_does_not_count() -> None:
    tries: list[float] = []

    def work() -> None:
        tries.append(0.02 if len(tries) < 3 else 0.0)
        _burn(tries[-1])

    assert lasting(lambda: processor_seconds(work), lambda one: one >= 0.02) < 0.02
    assert len(tries) == 6


def test_one_slow_try_is_not_hopeless() -> None:
    tries = iter([0.02, 0.0, 0.0])

    assert processor_seconds(lambda: _burn(next(tries)), hopeless=0.01) < 0.02
    assert next(tries, None) is None


def test_two_slow_tries_are_hopeless() -> None:
    tries = iter([0.02, 0.02, 0.0])

    assert processor_seconds(lambda: _burn(next(tries)), hopeless=0.01) >= 0.02
    assert next(tries) == 0.0


def test_garbage_of_earlier_tests_is_not_collected_meanwhile() -> None:
    collects: list[bool] = []

    processor_seconds(lambda: collects.append(gc.isenabled()))

    assert not any(collects)
    assert gc.isenabled()


def test_collecting_goes_on_after_work_that_fails() -> None:
    def work() -> None:
        raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011 - the one above
        processor_seconds(work)

    assert gc.isenabled()
