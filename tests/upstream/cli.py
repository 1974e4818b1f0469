# SPDX-License-Identifier: Apache-2.0
"""Runs the own test suites of httplib2, google-auth-httplib2 and google-api-python-client.

Each suite gives the same results with the instrumentation active as without it, or this fails.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter

from upstream.report import details, failing_anyway, table
from upstream.sources import tests_of
from upstream.suites import SUITES
from upstream.verdict import Verdict, judge


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns the exit status: 0 where all is the same."""
    options = _parse(arguments)
    began = perf_counter()
    verdicts: list[Verdict] = []
    for suite in SUITES:
        if options.suites and suite.distribution not in options.suites:
            continue
        of_suite = list(judge(suite, tests_of(suite.distribution, options.cache)))
        _say(*failing_anyway(of_suite[0]))
        for verdict in of_suite:
            _say(*details(verdict))
        verdicts += of_suite
    _say("", *table(verdicts), "", f"{perf_counter() - began:.0f} seconds")
    return 0 if all(verdict.good for verdict in verdicts) else 1


def _parse(arguments: Sequence[str] | None) -> Namespace:
    parser = ArgumentParser(prog="upstream", description=__doc__)
    parser.add_argument(
        "--cache",
        type=Path,
        default=Path(".nox", ".cache", "upstream"),
        help="where source distributions are kept (%(default)s)",
    )
    parser.add_argument(
        "suites",
        nargs="*",
        metavar="SUITE",
        help=f"run these only: {', '.join(suite.distribution for suite in SUITES)}",
    )
    return parser.parse_args(arguments)


def _say(*lines: str) -> None:
    for line in lines:
        sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
