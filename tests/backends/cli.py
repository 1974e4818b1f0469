# SPDX-License-Identifier: Apache-2.0
"""The command line: tries the distributions, says what arrived, and writes docs/backends.md."""

from __future__ import annotations

import argparse
import platform
import sys
from collections.abc import Sequence
from datetime import datetime, timezone

from backends import results
from backends.arrived import Arrived
from backends.environments import Environment, InstallationError, environment
from backends.judge import Verdict, judge
from backends.page import PAGE, with_table
from backends.receiver import Receiver
from backends.results import Outcome, Result
from backends.runs import Run, run, stage, written
from backends.table import BACKENDS, Backend, Way


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns 1 where something did not come as the table says, else 0."""
    parser = argparse.ArgumentParser(prog="backends", description=__doc__)
    parser.add_argument("packages", nargs="*", help="which to try; all, if none is named")
    parser.add_argument("--renew", action="store_true", help="install the newest releases anew")
    parser.add_argument("--show", action="store_true", help="show what the programs print")
    options = parser.parse_args(arguments)
    chosen = [one for one in BACKENDS if not options.packages or one.package in options.packages]
    unknown = set(options.packages) - {one.package for one in BACKENDS}
    if unknown:
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    found, as_told = results.load(), True
    with stage() as on, Receiver() as receiver:
        reference = written(on)
        for backend in chosen:
            try:
                where = environment(backend, renew=options.renew)
            except InstallationError as error:
                print(f"{backend.package}: can't be installed\n{error}")
                found[backend.package] = _result(backend, error=str(error).splitlines()[-1])
                as_told = False
                continue
            print(f"{backend.package} {where.releases.get(backend.package, '')}", flush=True)
            ways: dict[str, Outcome] = {}
            for way in backend.ways:
                ran = run(way, where, on, receiver)
                verdict = judge(reference, ran.arrived)
                ways[way.title] = results.outcome(verdict)
                as_told &= _tell(way, ran, verdict, reference, show=options.show)
            found[backend.package] = _result(backend, where, ways)
    results.save(found)
    PAGE.write_text(with_table(PAGE.read_text("utf-8"), found), "utf-8")
    return 0 if as_told else 1


def _result(
    backend: Backend,
    where: Environment | None = None,
    ways: dict[str, Outcome] | None = None,
    error: str = "",
) -> Result:
    releases = where.releases if where else {}
    return Result(
        release=releases.get(backend.package, ""),
        sdk=releases.get("opentelemetry-sdk", ""),
        date=f"{datetime.now(timezone.utc):%Y-%m-%d}",
        python=platform.python_version(),
        error=error,
        ways=ways or {},
    )


def _tell(way: Way, ran: Run, verdict: Verdict, reference: list[Arrived], *, show: bool) -> bool:
    """Print what came of a run; returns whether that is what the table says."""
    as_told = ran.is_done and not ran.has_fault and verdict.is_complete == (way.loses is None)
    arrived = len(reference) - len(verdict.missing)
    print(f"  {way.title}: {arrived} of {len(reference)} spans", end="")
    print("" if as_told else ", UNLIKE THE TABLE", flush=True)
    for line in verdict.lines():
        print(f"    {line}")
    if ran.refused:
        print(f"    wanted to reach, and was refused: {', '.join(ran.refused)}")
    if show or not as_told:
        print(ran.output)
    return as_told


if __name__ == "__main__":
    sys.exit(main())
