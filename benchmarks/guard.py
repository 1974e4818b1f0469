# SPDX-License-Identifier: Apache-2.0
"""Fails where our layers have become slower than they were, and on nothing else.

It compares what can be counted, which load on the machine does not move: processor instructions
that a side of ours adds to a call, in units of the bare call; those of the start and of the first
failure; and the modules that are loaded for each. Another layout of memory moves instructions by
1 % or so, another release of the same Python by up to 10 %: ``guard_baseline.json`` has an entry
for each release that it was counted with. Other releases of what we call might move them, too: so
it has the versions of all packages, and nox installs the same.
"""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import distributions
from pathlib import Path
from typing import Final, NamedTuple, TypeAlias, TypedDict, cast

from .callgrind import CannotCountError, count_instructions
from .instructions import Instructions, count
from .sheet import Sheet
from .startup import Stages, start

GUARDED: Final = {
    "call, recorded": ("wire", "call", "both"),
    "call, sampled out": ("both",),
    "call, no SDK": ("both",),
    "call, recorded, metrics too": ("both",),
    "call, suppressed": ("both",),
    "error 403, recorded": ("both",),
    "one retry, recorded": ("both",),
    "download chunk, recorded": ("both",),
    "batch of 100, all failed, recorded": ("both",),
}
"""The sides whose instructions are guarded, by case."""
MODULES: Final = "modules of ours loaded by"
START: Final = "millions of instructions of"
STAGES: Final = ("instrument", "library", "call", "failure")
MARGIN: Final = 0.1
"""How many more instructions than in the baseline are still the same: noise is a hundredth."""
FOREIGN_MARGIN: Final = 0.25
"""The same where the baseline has nothing of this release of Python."""

_OURS: Final = tuple(
    f"opentelemetry.instrumentation.{name}" for name in ("googleapiclient", "httplib2")
)
_RELEASE: Final = ".".join(map(str, sys.version_info[:3]))
BASELINE: Final = Path(__file__).with_name("guard_baseline.json")
_NOT_MEASURED: Final = frozenset({"opentelemetry-instrumentation-googleapiclient", "pip"})

Counts: TypeAlias = Mapping[str, Mapping[str, float]]
"""By what is counted (a case, say), and by what of it (a side, say)."""


class Entry(TypedDict):
    """What was counted with one release of Python."""

    packages: Mapping[str, str]
    counts: Counts


Baseline: TypeAlias = dict[str, Entry]
"""By the release of Python, ``3.11.7``."""


class Comparison(NamedTuple):
    """What was counted beside what it was."""

    counted: str
    what: str
    before: float
    now: float

    @property
    def change(self) -> float:
        """The part by which it has become more."""
        return (self.now - self.before) / (self.before or 1)


def in_units_of_bare(instructions: Instructions) -> Counts:
    """What our sides add."""
    return {
        case: {side: counted[side] / counted["bare"] for side in GUARDED[case]}
        for case, counted in instructions.items()
    }


def own_modules(stages: Stages) -> Counts:
    """How many of our modules each stage of a start has loaded."""
    return {
        MODULES: {
            stage: sum(name.startswith(_OURS) for name in stages[stage]["modules"])
            for stage in STAGES
        }
    }


def compare(before: Counts, now: Counts) -> Sequence[Comparison]:
    """Everything that was counted both times."""
    return [
        Comparison(counted, what, was, now[counted][what])
        for counted, whats in before.items()
        for what, was in whats.items()
        if what in now.get(counted, ())
    ]


def worse(comparisons: Sequence[Comparison], margin: float) -> Sequence[Comparison]:
    """What has become more by more than that part; of modules, whatever has become more."""
    return [one for one in comparisons if one.change > (margin if one.counted != MODULES else 0)]


def nearest(baseline: Baseline, release: str) -> str:
    """The release of Python in the baseline that is nearest to this one.

    Raises:
        ValueError: the baseline is empty.
    """

    def distance(one: str) -> list[int]:
        pairs = zip(one.split("."), release.split("."), strict=True)
        return [abs(int(theirs) - int(ours)) for theirs, ours in pairs]

    return min(baseline, key=distance)


def read_baseline() -> Baseline:
    """What is committed, empty where nothing is."""
    return cast("Baseline", json.loads(BASELINE.read_text("utf-8"))) if BASELINE.exists() else {}


def _count() -> Counts:
    # It comes first, because it may have to compile modules.
    stages = start("foundation", "instrument", "library", "preparation", "call", "failure")
    started = count_instructions(sys.executable, f"{__package__}.counted_startup")
    return {
        **own_modules(stages),
        START: {stage: instructions / 1e6 for stage, instructions in started.items()},
        **in_units_of_bare(count(sys.executable, GUARDED)),
    }


def _sheet(comparisons: Sequence[Comparison], margin: float) -> Sheet:
    return Sheet(
        "Modules, and instructions added to one execution, in units of the bare one",
        ("", "", "baseline", "now", "change", ""),
        [
            (
                *(one.counted, one.what, f"{one.before:.3f}", f"{one.now:.3f}"),
                *(f"{one.change:+.1%}", "worse" if worse([one], margin) else ""),
            )
            for one in comparisons
        ],
    )


def _guard() -> int:
    baseline, release = read_baseline(), _RELEASE
    if not baseline:
        print(f"{BASELINE} is missing: make it with '.ci/nox -s guard_baseline'", file=sys.stderr)
        return 1
    known = nearest(baseline, release)
    margin = MARGIN
    if known != release:
        margin = FOREIGN_MARGIN
        print(
            f"{BASELINE.name} has nothing of Python {release}: compared with Python {known}, only "
            f"{margin:.0%} more instructions will be noticed."
        )
    comparisons = compare(baseline[known]["counts"], _count())
    print(_sheet(comparisons, margin).as_text())
    found = worse(comparisons, margin)
    if found:
        print(
            f"{len(found)} of {len(comparisons)} are worse than the baseline (instructions: by "
            f"more than {margin:.0%}). If that is meant: .ci/nox -s guard_baseline",
            file=sys.stderr,
        )
        return 1
    if any(one.change < -MARGIN for one in comparisons):
        print("Some have become better; let the guard keep that: .ci/nox -s guard_baseline")
    return 0


def _renew() -> int:
    """Write down what is counted now, for this release of Python."""
    baseline = read_baseline()
    baseline[_RELEASE] = Entry(
        packages=dict(sorted(_packages())),
        counts={
            counted: {what: round(value, 4) for what, value in whats.items()}
            for counted, whats in _count().items()
        },
    )
    BASELINE.write_text(json.dumps(dict(sorted(baseline.items())), indent=1) + "\n", "utf-8")
    return 0


def _packages() -> Iterator[tuple[str, str]]:
    for one in distributions():
        name = one.metadata["Name"].lower()
        if name not in _NOT_MEASURED:
            yield name, one.version


def main() -> int:
    """The exit code is 1 where something has become worse, or could not be counted."""
    parser = ArgumentParser(prog=f"python -m {__package__}.guard", description=__doc__)
    parser.add_argument("--renew", action="store_true", help=_renew.__doc__)
    try:
        return _renew() if parser.parse_args().renew else _guard()
    except CannotCountError as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
