# SPDX-License-Identifier: Apache-2.0
"""Puts a suite to the test: without us, with us, and again what differs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from upstream.compare import Difference, differences, differing, files_of
from upstream.runs import Run, run
from upstream.suites import Layers, Suite


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a suite went with some layers active, held against how it goes without us."""

    suite: Suite
    layers: Layers
    without: Run
    active: Run
    unlike: tuple[Difference, ...]

    @property
    def version(self) -> str:
        return version(self.suite.distribution)

    @property
    def tests(self) -> int:
        return len({*self.without.results, *self.active.results})

    @property
    def flaky(self) -> tuple[Difference, ...]:
        return tuple(one for one in self.unlike if one.flaky)

    @property
    def different(self) -> tuple[Difference, ...]:
        return tuple(one for one in self.unlike if not one.flaky)

    @property
    def failing_anyway(self) -> int:
        return len(self.without.texts)

    @property
    def silent(self) -> Layers:
        """Layers that were active and should have recorded spans, but did not."""
        expected = set(self.layers) & set(self.suite.recording)
        return tuple(layer for layer in self.layers if layer in expected - set(self._recorded))

    @property
    def good(self) -> bool:
        return not (self.different or self.silent or self.active.activity.faults)

    @property
    def _recorded(self) -> tuple[str, ...]:
        return tuple(layer for layer, spans in self.active.activity.spans.items() if spans)


def judge(suite: Suite, tests: Path) -> Iterator[Verdict]:
    """Run a suite without us, then with each of its combinations of layers."""
    without = run(suite, tests, ())
    for layers in suite.active:
        active = run(suite, tests, layers)
        unlike = _look_again(suite, tests, layers, without, active)
        yield Verdict(suite, layers, without, active, unlike)


def _look_again(
    suite: Suite, tests: Path, layers: Layers, without: Run, active: Run
) -> tuple[Difference, ...]:
    """Whether what differs goes now this way, now that way, without us too."""
    unlike = differing(without.results, active.results)
    if not unlike:
        return ()
    files = files_of(unlike)
    return differences(
        unlike,
        [without.results, *(run(suite, tests, (), files).results for _ in range(2))],
        [active.results, run(suite, tests, layers, files).results],
    )
