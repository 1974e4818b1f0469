# SPDX-License-Identifier: Apache-2.0
"""Measures, prints the table and writes all figures to a file."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser, Namespace
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from rich.console import Console

from .case import CASES
from .environment import Machine, is_busy, this_machine
from .estimate import Estimates
from .limits import LIMITS
from .measure import QUICK, THOROUGH, Measurement, measure
from .protocol import Environment
from .startup import StartUp, measure_start_up
from .table import tables, verdicts

_WIDTH: Final = 160


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
    plan = QUICK if arguments.quick else THOROUGH
    pythons = {Environment.OWN: sys.executable}
    if arguments.peer_python:
        # Not resolved: the link is what makes an interpreter that of its environment.
        pythons[Environment.PEER] = str(arguments.peer_python.absolute())
    start_up = measure_start_up(plan.start_ups)
    measurement = measure(pythons, plan, _show_progress)
    _show_progress("")
    estimates = Estimates(measurement.samples)
    arguments.json.parent.mkdir(parents=True, exist_ok=True)
    arguments.json.write_text(
        json.dumps(_figures(machine, measurement, estimates, start_up)), "utf-8"
    )
    # Columns are never cut, whatever the terminal's width.
    console = Console(width=_WIDTH)
    for one in tables(estimates, start_up):
        console.print(one, end="\n\n")
    if is_busy(machine):
        print(f"Others were busy (load {machine['load']:.1f}): expect wide intervals.")
    print(f"All figures are in {arguments.json}")
    missed = any(one.misses(arguments.tolerance) for one in verdicts(estimates, start_up))
    return int(arguments.check and missed)


def _figures(
    machine: Machine, measurement: Measurement, estimates: Estimates, start_up: StartUp
) -> dict[str, Any]:
    return {
        "machine": machine,
        "environments": {
            environment.value: greeting
            for environment, greeting in measurement.environments.items()
        },
        "ratios": [
            {
                "case": limit.case,
                "side": limit.side,
                "other": limit.other,
                "ratio": asdict(estimates.ratio(limit.case, limit.side, limit.other)),
                "limit": limit.ratio,
            }
            for limit in LIMITS
            if estimates.has(limit.case, limit.other)
        ],
        "added_microseconds": {
            case.name: {
                side: asdict(estimates.added(case.name, side))
                for side in estimates.sides(case.name)
            }
            for case in CASES
        },
        "start_up": asdict(start_up),
        "samples": [
            {
                "environment": sample.environment.value,
                "case": sample.case,
                "rounds": sample.rounds,
            }
            for sample in measurement.samples
        ],
    }


def _show_progress(text: str) -> None:
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
