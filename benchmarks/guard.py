# SPDX-License-Identifier: Apache-2.0
"""Fails where our layers have become slower than they were, and on nothing else.

What it compares are processor instructions, counted by callgrind: what a side of ours adds to a
call, in units of what the floor adds in the same run (where that is nothing or little, of the call
itself). Load on the machine does not move these ratios at all, another layout of memory does by 1 %
or so, another release of the same Python by up to 10 %: ``guard_baseline.json`` has an entry for
each release that it was counted with. Other releases of what we call might: so it has the versions
of all packages, too, and nox installs the same.
"""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import distributions
from pathlib import Path
from typing import Final, NamedTuple, TypedDict, cast

from .callgrind import CannotCountError
from .case import BY_NAME
from .console import show
from .instructions import Burdens, Instructions, count
from .protocol import Environment
from .sheet import Sheet


class Guarded(NamedTuple):
    """A case, and what is guarded of it."""

    case: str
    unit: str = "floor"
    """What added instructions are compared with; the bare call where the floor adds too little."""
    sides: tuple[str, ...] = ("wire", "call", "both")


GUARDED: Final = (
    Guarded("call, recorded"),
    Guarded("call, sampled out"),
    # What the call layer adds here is lost in the 0.3 % by which a bare call varies.
    Guarded("call, no SDK", sides=("wire", "both")),
    Guarded("call, recorded, metrics too"),
    Guarded("call, suppressed", unit="bare", sides=("both",)),
    Guarded("error 403, recorded"),
    Guarded("one retry, recorded"),
    # The wire layer sees one request, which is lost among a hundred parts.
    Guarded("batch of 100, recorded", unit="bare", sides=("call", "both")),
)
MARGIN: Final = 0.1
"""How much slower than the baseline is still the same: a tenth, where noise is a hundredth."""
FOREIGN_MARGIN: Final = 0.25
"""The same where the baseline has nothing of this release of Python."""
_SLOWDOWN: Final = 0.2

_RELEASE: Final = ".".join(map(str, sys.version_info[:3]))
BASELINE: Final = Path(__file__).with_name("guard_baseline.json")
_NOT_MEASURED: Final = frozenset({"opentelemetry-instrumentation-googleapiclient", "pip"})

Ratios = Mapping[str, Mapping[str, float]]
"""By case and side."""


class Entry(TypedDict):
    """What was counted with one release of Python."""

    packages: dict[str, str]
    ratios: dict[str, dict[str, float]]


Baseline = dict[str, Entry]
"""By the release of Python, ``3.11.7``."""


class Comparison(NamedTuple):
    """A ratio beside the one that it was."""

    case: str
    side: str
    before: float
    now: float

    @property
    def change(self) -> float:
        """The part by which it has become slower."""
        return self.now / self.before - 1


def ratios_of(instructions: Instructions) -> dict[str, dict[str, float]]:
    """What our sides add, in the unit of each case."""
    taken = {
        case: {"bare": instructions.bare[case], **added}
        for case, added in instructions.added.items()
    }
    return {
        one.case: {side: taken[one.case][side] / taken[one.case][one.unit] for side in one.sides}
        for one in GUARDED
    }


def compare(before: Ratios, now: Ratios) -> Sequence[Comparison]:
    """Everything that was counted both times."""
    return [
        Comparison(case, side, was, now[case][side])
        for case, sides in before.items()
        for side, was in sides.items()
        if side in now.get(case, ())
    ]


def slower(comparisons: Sequence[Comparison], margin: float) -> Sequence[Comparison]:
    """What has become slower by more than that part."""
    return [one for one in comparisons if one.change > margin]


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


def _count(burdens: Burdens | None = None) -> Instructions:
    return count({Environment.OWN: sys.executable}, [one.case for one in GUARDED], burdens)


def _sheet(comparisons: Sequence[Comparison], margin: float) -> Sheet:
    return Sheet(
        "Instructions added to one execution, in units of what the floor adds, or of a bare one",
        ("", "side", "baseline", "now", "change", ""),
        [
            (
                *(one.case, one.side, f"{one.before:.3f}", f"{one.now:.3f}"),
                *(f"{one.change:+.1%}", "slower" if slower([one], margin) else ""),
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
            f"what is slower by {margin:.0%} will be noticed."
        )
    comparisons = compare(baseline[known]["ratios"], ratios_of(_count()))
    show(_sheet(comparisons, margin))
    found = slower(comparisons, margin)
    if found:
        print(
            f"{len(found)} of {len(comparisons)} are slower than the baseline by more than "
            f"{margin:.0%}. If that is meant, write a new one: .ci/nox -s guard_baseline",
            file=sys.stderr,
        )
        return 1
    if any(one.change < -MARGIN for one in comparisons):
        print("Some have become faster; let the guard keep that: .ci/nox -s guard_baseline")
    return 0


def _renew() -> int:
    """Write down what is counted now, for this release of Python."""
    baseline = read_baseline()
    baseline[_RELEASE] = Entry(
        packages=dict(sorted(_packages())),
        ratios={
            case: {side: round(ratio, 4) for side, ratio in sides.items()}
            for case, sides in ratios_of(_count()).items()
        },
    )
    BASELINE.write_text(json.dumps(dict(sorted(baseline.items())), indent=1) + "\n", "utf-8")
    return 0


def _packages() -> Iterator[tuple[str, str]]:
    for one in distributions():
        name = one.metadata["Name"].lower()
        if name not in _NOT_MEASURED:
            yield name, one.version


def _self_test() -> int:
    """Make each side of ours slower by a fifth of what it adds; all must be noticed."""
    undisturbed = _count()
    burdens = {
        one.case: {side: useless_steps(undisturbed, one.case, side) for side in one.sides}
        for one in GUARDED
    }
    comparisons = compare(ratios_of(undisturbed), ratios_of(_count(burdens)))
    show(_sheet(comparisons, MARGIN))
    noticed = slower(comparisons, MARGIN)
    unnoticed = [one for one in comparisons if one not in noticed]
    for one in unnoticed:
        print(f"The guard would not notice it: {one.case}, {one.side}", file=sys.stderr)
    return int(bool(unnoticed))


def useless_steps(counted: Instructions, case: str, side: str) -> int:
    """Useless steps that make a side slower by a fifth of what it adds, each time it is entered."""
    times = BY_NAME[case].scenario.spans.wire if side == "wire" else 1
    slowdown = _SLOWDOWN * counted.added[case][side] / times
    return round((slowdown - counted.entrance) / counted.step)


def main() -> int:
    """The exit code is 1 where something has become slower, or could not be counted."""
    parser = ArgumentParser(prog=f"python -m {__package__}.guard", description=__doc__)
    choice = parser.add_mutually_exclusive_group()
    choice.add_argument("--renew", action="store_true", help=_renew.__doc__)
    choice.add_argument("--self-test", action="store_true", help=_self_test.__doc__)
    arguments = parser.parse_args()
    try:
        if arguments.renew:
            return _renew()
        return _self_test() if arguments.self_test else _guard()
    except CannotCountError as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
