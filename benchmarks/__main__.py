# SPDX-License-Identifier: Apache-2.0
"""Measures, prints tables and writes all figures to a file."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from . import page
from .callgrind import CannotCountError
from .case import CASES
from .environment import is_busy
from .figures import measure_all
from .instructions import count_all
from .limits import verdicts
from .measure import QUICK, THOROUGH
from .protocol import Environment
from .sheets import sheets


def _arguments() -> Namespace:
    parser = ArgumentParser(prog=f"python -m {__package__}", description=__doc__)
    parser.add_argument(
        "--peer-python",
        type=Path,
        metavar="PATH",
        help="the interpreter of an environment with the peer; without it nothing is compared "
        "with the peer",
    )
    parser.add_argument(
        "--quick",
        action="store_true",
        help="minutes only: wider intervals, no count of instructions",
    )
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
    plan = QUICK if arguments.quick else THOROUGH
    pythons = {Environment.OWN: sys.executable}
    if arguments.peer_python:
        # Not resolved: the link is what makes an interpreter that of its environment.
        pythons[Environment.PEER] = str(arguments.peer_python.absolute())
    figures, measurement = measure_all(pythons, plan, _show_progress)
    if plan.counts_instructions:
        _show_progress("instructions")
        try:
            figures["instructions"] = count_all(pythons, [case.name for case in CASES])
        except CannotCountError as error:
            print(f"Instructions were not counted: {error}", file=sys.stderr)
    _show_progress("")
    arguments.json.parent.mkdir(parents=True, exist_ok=True)
    arguments.json.write_text(json.dumps({**figures, "rounds": measurement.cases}), "utf-8")
    if arguments.docs:
        page.write(figures)
    for sheet in sheets(figures):
        print(sheet.as_text())
    if is_busy(figures["machine"]):
        load = figures["machine"]["load"]
        print(f"Others were busy (load {load:.1f}): expect wide intervals.")
    print(f"All figures are in {arguments.json}")
    missed = any(one.misses(arguments.tolerance) for one in verdicts(figures["measured"]))
    return int(arguments.check and missed)


def _show_progress(text: str) -> None:
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
