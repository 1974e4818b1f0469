# SPDX-License-Identifier: Apache-2.0
"""Tells which tests come to something else with the instrumentation than without it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

Result = tuple[str, ...]
"""All that came of a test, sorted."""
Results = Mapping[str, Result]

NOT_RUN: Final[Result] = ("not run",)


@dataclass(frozen=True, slots=True)
class Difference:
    """A test that does not always come to the same."""

    test: str
    without: tuple[Result, ...]
    """In each run without us."""
    active: tuple[Result, ...]
    """In each run with us."""

    @property
    def flaky(self) -> bool:
        """Whether it does with us only what it does without us as well."""
        return set(self.active) <= set(self.without)

    @property
    def lost(self) -> Result:
        """What there was without us, but not with us, in the first runs."""
        return _minus(self.without[0], self.active[0])

    @property
    def added(self) -> Result:
        """What there was with us, but not without us, in the first runs."""
        return _minus(self.active[0], self.without[0])

    @property
    def always(self) -> bool:
        """Whether all runs with us are alike, and none of those without us is like them."""
        return len(set(self.active)) == 1 and not set(self.active) & set(self.without)


def differing(without: Results, active: Results) -> tuple[str, ...]:
    """The tests with unlike results, in the order in which they ran."""
    tests = dict.fromkeys((*without, *active))
    return tuple(test for test in tests if without.get(test, NOT_RUN) != active.get(test, NOT_RUN))


def differences(
    tests: Sequence[str], without: Sequence[Results], active: Sequence[Results]
) -> tuple[Difference, ...]:
    """What each of these tests came to in several runs."""
    return tuple(
        Difference(
            test,
            tuple(run.get(test, NOT_RUN) for run in without),
            tuple(run.get(test, NOT_RUN) for run in active),
        )
        for test in tests
    )


def files_of(tests: Sequence[str]) -> tuple[str, ...]:
    """The files that tests stand in."""
    return tuple(dict.fromkeys(test.partition("::")[0] for test in tests))


def _minus(result: Result, other: Result) -> Result:
    return tuple((Counter(result) - Counter(other)).elements())
