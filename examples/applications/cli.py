# SPDX-License-Identifier: Apache-2.0
"""The command line that runs one application and shows its traces."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from applications.catalogue import APPLICATIONS
from applications.run import run
from demo import backend, drawn
from demo.application import DemoError

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the application that the command line names; 0 where its traces could be shown."""
    stories = "\n".join(f"  {each.name:8} {each.story}" for each in APPLICATIONS.values())
    parser = argparse.ArgumentParser(
        prog="example",
        description="Runs one small application against a local Gmail and draws its traces; with "
        "OTEL_EXPORTER_OTLP_ENDPOINT set, they go to that backend instead.",
        epilog=f"applications:\n{stories}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("application", choices=APPLICATIONS, metavar="APPLICATION")
    application = APPLICATIONS[parser.parse_args(arguments).application]
    endpoint = backend.named_backend()
    try:
        telemetry = backend.variables(endpoint) if endpoint else drawn.variables()
        options = f" {drawn.options()}" if application.is_auto_instrumented and not endpoint else ""
        print(f"$ {application.shown_command(options)}\n", flush=True)
        run(application, telemetry)
    except DemoError as error:
        print(f"example: {error}", file=sys.stderr)
        return 1
    if endpoint:
        print(f"\nThe traces are at {endpoint}.")
    return 0
