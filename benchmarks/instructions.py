# SPDX-License-Identifier: Apache-2.0
"""Counts the instructions that each side adds to a call: a figure that noise does not blur.

For use while something is made faster:
``python -m benchmarks.instructions --case "call, recorded" --peer-python PATH``
"""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from .callgrind import CannotCountError, count_instructions
from .case import BY_NAME
from .console import show
from .counted import CALIBRATIONS, Order, calibration, counted_calls
from .protocol import Environment
from .sheet import Sheet

SIDES: Final = {
    Environment.OWN: ("bare", "floor", "wire", "call", "both"),
    Environment.PEER: ("bare", "peer"),
}

Burdens = Mapping[str, Mapping[str, int]]
"""Useless steps that each call is burdened with, by case and side."""


@dataclass(frozen=True, slots=True)
class Instructions:
    """Of one call, by case and side."""

    bare: Mapping[str, float]
    """What a call takes that nothing is added to."""
    added: Mapping[str, Mapping[str, float]]
    """What the sides add to it."""
    step: float
    """What a useless step takes, see ``burden``."""
    entrance: float
    """What it takes to come to the first one."""

    def ratio(self, case: str, side: str, other: str) -> float | None:
        """What a side adds in units of what the other adds; None where that is nothing."""
        added = self.added[case]
        silent = other == "peer" and not BY_NAME[case].scenario.spans.peer
        return None if silent or other not in added else added[side] / added[other]


def count(
    pythons: Mapping[Environment, str],
    cases: Sequence[str],
    burdens: Burdens | None = None,
) -> Instructions:
    """Count all of it, the environments at the same time.

    Args:
        pythons: the interpreter of each environment that there is.
        cases: their names.
        burdens: where something is to be slower than it is.

    Raises:
        CannotCountError: valgrind is missing, or does not work.
    """

    def of(environment: Environment) -> Mapping[str, int]:
        order = Order(
            environment=environment.value,
            cases={
                case: {
                    side: (burdens or {}).get(case, {}).get(side, 0) for side in SIDES[environment]
                }
                for case in cases
            },
        )
        return count_instructions(pythons[environment], f"{__package__}.counted", json.dumps(order))

    with ThreadPoolExecutor() as pool:
        counted = dict(zip(pythons, pool.map(of, pythons), strict=True))
    bare: dict[str, float] = {}
    added: dict[str, dict[str, float]] = {case: {} for case in cases}
    for case in cases:
        calls = counted_calls(BY_NAME[case].scenario)
        for environment, found in counted.items():
            of_bare, *of_others = (
                (side, found[name] / calls)
                for side in SIDES[environment]
                if (name := json.dumps([case, side])) in found
            )
            bare.setdefault(case, of_bare[1])
            added[case].update((side, total - of_bare[1]) for side, total in of_others)
    none, some = CALIBRATIONS
    entrance = counted[Environment.OWN][calibration(none)]
    step = (counted[Environment.OWN][calibration(some)] - entrance) / (some - none)
    return Instructions(bare, added, step, entrance)


def sheet(instructions: Instructions) -> Sheet:
    """Thousands of instructions, and ratios."""
    sides = list(dict.fromkeys(side for added in instructions.added.values() for side in added))
    ratios = (("both", "floor"), ("call", "peer"), ("both", "peer"))

    def row(case: str, added: Mapping[str, float]) -> Sequence[str]:
        found = (instructions.ratio(case, *pair) for pair in ratios)
        return (
            case,
            f"{instructions.bare[case] / 1e3:.1f}",
            *(f"{added[side] / 1e3:.1f}" if side in added else "" for side in sides),
            *("" if ratio is None else f"{ratio:.2f}" for ratio in found),
        )

    return Sheet(
        "Added to one execution, in thousands of processor instructions, and their ratios",
        ("", "bare", *sides, *(f"{one} / {other}" for one, other in ratios)),
        [row(case, added) for case, added in instructions.added.items()],
    )


def main() -> int:
    """Count and print."""
    parser = ArgumentParser(prog=f"python -m {__package__}.instructions", description=__doc__)
    parser.add_argument("--python", default=sys.executable, help="whose environment has ours")
    parser.add_argument("--peer-python", type=Path, help="whose environment has the peer")
    parser.add_argument("--case", action="append", choices=BY_NAME, help="may be given again")
    arguments = parser.parse_args()
    pythons = {Environment.OWN: arguments.python}
    if arguments.peer_python:
        # Not resolved: the link is what makes an interpreter that of its environment.
        pythons[Environment.PEER] = str(arguments.peer_python.absolute())
    cases = arguments.case or ["call, recorded", "call, sampled out", "call, no SDK"]
    try:
        show(sheet(count(pythons, cases)))
    except CannotCountError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
