# SPDX-License-Identifier: Apache-2.0
"""Counts the instructions that each side adds to a call: a figure that noise does not blur.

For use while something is made faster:
``python -m benchmarks.instructions --case "call, recorded" --peer-python PATH``
"""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final, TypeAlias

from .callgrind import CannotCountError, count_instructions
from .case import BY_NAME
from .counted import executions
from .estimate import RATIOS
from .protocol import Environment
from .sheet import Sheet

_SIDES: Final = {
    Environment.OWN: ("floor", "wire", "call", "both"),
    Environment.PEER: ("peer",),
}

SIDES: Final = ("bare", *_SIDES[Environment.OWN], *_SIDES[Environment.PEER])
"""In the order of tables."""

Instructions: TypeAlias = Mapping[str, Mapping[str, float]]
"""By case: of a bare execution, or a piece of it, and those that each side adds."""


def count_all(pythons: Mapping[Environment, str], cases: Iterable[str]) -> Instructions:
    """Count all sides in these cases, the environments at the same time.

    Args:
        pythons: the interpreter of each environment that there is.
        cases: their names.

    Raises:
        CannotCountError: valgrind is missing, or does not work.
    """
    names = [*cases]

    def of(environment: Environment) -> Instructions:
        is_own = environment is Environment.OWN
        seen = [name for name in names if is_own or BY_NAME[name].scenario.spans.peer]
        sides = dict.fromkeys(seen, _SIDES[environment])
        return count(pythons[environment], sides, environment)

    counted: dict[str, dict[str, float]] = {name: {} for name in names}
    with ThreadPoolExecutor() as pool:
        for found in pool.map(of, pythons):
            for name, sides in found.items():
                # What is bare comes of our own environment, the first.
                counted[name] = {**counted[name], **sides, **counted[name]}
    return counted


def count(
    python: str,
    sides_by_case: Mapping[str, Sequence[str]],
    environment: Environment = Environment.OWN,
) -> Instructions:
    """Count some sides of one environment.

    Raises:
        CannotCountError: valgrind is missing, or does not work.
    """
    order = {case: ("bare", *sides) for case, sides in sides_by_case.items()}
    found = count_instructions(
        python, f"{__package__}.counted", environment.value, json.dumps(order)
    )
    counted: dict[str, dict[str, float]] = {}
    for name, instructions in found.items():
        case, side = json.loads(name)
        scenario = BY_NAME[case].scenario
        each = instructions / executions(scenario) / scenario.pieces
        of_case = counted.setdefault(case, {})
        of_case[side] = each - of_case.get("bare", 0.0)
    return counted


def sheet(instructions: Instructions) -> Sheet:
    """Thousands of instructions, and ratios."""
    return Sheet(
        "Added to one call, chunk or batch, in thousands of processor instructions",
        ("", *SIDES, *(f"{side} / {other}" for side, other in RATIOS)),
        [
            (
                case,
                *(f"{counted[side] / 1e3:,.1f}" if side in counted else "" for side in SIDES),
                *(
                    f"{counted[side] / counted[other]:.2f}" if other in counted else ""
                    for side, other in RATIOS
                ),
            )
            for case, counted in instructions.items()
        ],
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
        print(sheet(count_all(pythons, cases)).as_text())
    except CannotCountError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
