# SPDX-License-Identifier: Apache-2.0
"""Measures, prints tables and writes all figures to a file."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Mapping
from pathlib import Path

from . import page
from .callgrind import CannotCountError
from .case import CASES
from .console import show
from .environment import is_busy, this_machine
from .figures import figures, samples_of
from .instructions import Instructions, count
from .limits import LIMITS
from .measure import QUICK, THOROUGH, measure
from .protocol import Environment
from .scale import run as scale
from .sheets import sheets
from .startup import measure_start_up
from .verdict import verdicts


def _arguments() -> Namespace:
    parser = ArgumentParser(prog=f"python -m {__package__}", description=__doc__)
    parser.add_argument(
        "--peer-python",
        type=Path,
        metavar="PATH",
        help="the interpreter of an environment with the peer; without it nothing is compared "
        "with the peer",
    )
    parser.add_argument("--quick", action="store_true", help="less time, wider intervals")
    parser.add_argument(
        "--json",
        type=Path,
        metavar="FILE",
        default=Path("build/benchmark.json"),
        help="where all figures go (default: %(default)s)",
    )
    parser.add_argument("--docs", action="store_true", help="write them into docs/speed.md, too")
    parser.add_argument("--check", action="store_true", help="fail where a limit is missed")
    parser.add_argument(
        "--tolerance",
        type=float,
        metavar="PART",
        default=0.0,
        help="by how much a limit may be missed, 0.1 for a tenth of it (default: %(default)s)",
    )
    return parser.parse_args()


def main() -> int:
    """Do it; the exit code is 1 where a limit was to be kept and is not."""
    arguments = _arguments()
    machine = this_machine()
    quick = arguments.quick
    plan = QUICK if quick else THOROUGH
    pythons = {Environment.OWN: sys.executable}
    if arguments.peer_python:
        # Not resolved: the link is what makes an interpreter that of its environment.
        pythons[Environment.PEER] = str(arguments.peer_python.absolute())
    _show_progress("start-up")
    start_up = measure_start_up(plan.start_ups)
    measurement = measure(pythons, plan, _show_progress)
    grown = scale.measure_scale(scale.QUICK if quick else scale.THOROUGH, _show_progress)
    _show_progress("instructions")
    found = figures(machine, measurement, _instructions(pythons, quick=quick), start_up, grown)
    _show_progress("")
    arguments.json.parent.mkdir(parents=True, exist_ok=True)
    arguments.json.write_text(json.dumps({**found, "samples": samples_of(measurement)}), "utf-8")
    if arguments.docs:
        page.write(found)
    for sheet in sheets(found):
        show(sheet)
    if found["uncounted"]:
        print(f"Instructions were not counted: {found['uncounted']}")
    if is_busy(machine):
        print(f"Others were busy (load {machine['load']:.1f}): expect wide intervals.")
    print(f"All figures are in {arguments.json}")
    missed = any(one.misses(arguments.tolerance) for one in verdicts(found))
    return int(arguments.check and missed)


def _instructions(pythons: Mapping[Environment, str], *, quick: bool) -> Instructions | str:
    limited = dict.fromkeys(one.case for one in LIMITS)
    try:
        return count(pythons, [*limited] if quick else [case.name for case in CASES])
    except CannotCountError as error:
        return str(error)


def _show_progress(text: str) -> None:
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
