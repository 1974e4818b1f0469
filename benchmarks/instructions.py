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

from rich.console import Console
from rich.table import Table

from .callgrind import CannotCountError, count_instructions
from .case import BY_NAME
from .counted import counted_calls
from .protocol import Environment

SIDES: Final = {
    Environment.OWN: ("bare", "floor", "wire", "call", "both"),
    Environment.PEER: ("bare", "peer"),
}


@dataclass(frozen=True, slots=True)
class Instructions:
    """Of one call, by case and side."""

    bare: Mapping[str, float]
    """What a call takes that nothing is added to."""
    added: Mapping[str, Mapping[str, float]]
    """What the sides add to it."""

    def ratio(self, case: str, side: str, other: str) -> float | None:
        """What a side adds in units of what the other adds; None where that is nothing."""
        added = self.added[case]
        if side not in added or not added.get(other):
            return None
        return added[side] / added[other]


def count(
    pythons: Mapping[Environment, str],
    cases: Sequence[str],
    sides: Mapping[Environment, Sequence[str]] = SIDES,
) -> Instructions:
    """Count all of it, the environments at the same time.

    Args:
        pythons: the interpreter of each environment that there is.
        cases: their names.
        sides: of each environment, among them the bare one.

    Raises:
        CannotCountError: valgrind is missing, or does not work.
    """

    def of(environment: Environment) -> Mapping[tuple[str, str], float]:
        counts = count_instructions(
            pythons[environment],
            f"{__package__}.counted",
            environment.value,
            json.dumps(cases),
            json.dumps(sides[environment]),
        )
        return {
            (case, side): total / counted_calls(BY_NAME[case].scenario)
            for (case, side), total in ((json.loads(name), n) for name, n in counts.items())
        }

    with ThreadPoolExecutor() as pool:
        counted = dict(zip(pythons, pool.map(of, pythons), strict=True))
    return Instructions(
        bare={case: counted[Environment.OWN][case, "bare"] for case in cases},
        added={
            case: {
                side: found[case, side] - found[case, "bare"]
                for environment, found in counted.items()
                for side in sides[environment]
                if side != "bare" and (case, side) in found
            }
            for case in cases
        },
    )


def table(instructions: Instructions) -> Table:
    """Thousands of instructions, and ratios."""
    sides = list(dict.fromkeys(side for added in instructions.added.values() for side in added))
    shown = Table(title="Added to one call, in thousands of instructions", box=None, expand=False)
    shown.add_column(no_wrap=True)
    for name in ("bare", *sides, "both / floor", "call / peer", "both / peer"):
        shown.add_column(name, justify="right")
    for case, added in instructions.added.items():
        ratios = (
            instructions.ratio(case, *pair)
            for pair in (("both", "floor"), ("call", "peer"), ("both", "peer"))
        )
        shown.add_row(
            case,
            f"{instructions.bare[case] / 1e3:.1f}",
            *(f"{added[side] / 1e3:+.1f}" if side in added else "" for side in sides),
            *("" if ratio is None else f"{ratio:.3f}" for ratio in ratios),
        )
    return shown


def main() -> int:
    """Count and print."""
    parser = ArgumentParser(prog=f"python -m {__package__}.instructions", description=__doc__)
    parser.add_argument("--python", default=sys.executable, help="whose environment has ours")
    parser.add_argument("--peer-python", type=Path, help="whose environment has the peer")
    parser.add_argument("--case", action="append", choices=BY_NAME, help="may be given again")
    arguments = parser.parse_args()
    pythons = {Environment.OWN: arguments.python}
    if arguments.peer_python:
        pythons[Environment.PEER] = str(arguments.peer_python.absolute())
    cases = arguments.case or ["call, recorded", "call, sampled out", "call, no SDK"]
    try:
        Console().print(table(count(pythons, cases)))
    except CannotCountError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
