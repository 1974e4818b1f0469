# SPDX-License-Identifier: Apache-2.0
"""The command line."""

from __future__ import annotations

import argparse
import json
import sys

from backends.environments import InstallationError, environment
from backends.judge import judge
from backends.receiver import Receiver
from backends.runs import run, stage, written
from backends.table import BACKENDS


def main() -> int:
    parser = argparse.ArgumentParser(prog="backends")
    parser.add_argument("names", nargs="*")
    parser.add_argument("--renew", action="store_true")
    parser.add_argument("--show", action="store_true")
    options = parser.parse_args()
    with stage() as on, Receiver() as receiver:
        reference = written(on)
        if not options.names:
            for span in reference:
                print(span)
        for backend in BACKENDS:
            if options.names and backend.name not in options.names:
                continue
            try:
                made = environment(backend, renew=options.renew)
            except InstallationError as error:
                print(backend.name, "NOT INSTALLED", error)
                continue
            print("==", backend.name, made.releases.get(backend.name))
            for way in backend.ways:
                result = run(way, made, on, receiver)
                verdict = judge(reference, result.arrived)
                print("--", way.title, "complete" if verdict.is_complete else "INCOMPLETE", "" if result.is_done else "DID NOT END WELL", len(result.arrived), result.refused)
                print(verdict.brief())
                if options.show or not result.is_done or not result.arrived:
                    print(result.output[-6000:])
    return 0


if __name__ == "__main__":
    sys.exit(main())
