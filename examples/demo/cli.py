# SPDX-License-Identifier: Apache-2.0
"""The command line of the demo."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from demo.application import DemoError
from demo.backend import named_backend, send
from demo.show import show
from demo.terminal import open_console

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the demo; the exit code is 0 where it could show what it should."""
    parser = argparse.ArgumentParser(
        prog="demo",
        description="Runs a Gmail application that contains no tracing code under "
        "opentelemetry-instrument, against a local Gmail that fails in the documented ways, and "
        "draws the traces and adds up the metrics. With OTEL_EXPORTER_OTLP_ENDPOINT set, the "
        "traces go to that backend instead.",
    )
    parser.add_argument("--svg", type=Path, metavar="FILE", help="write the drawing there, too")
    parser.add_argument(
        "--only",
        action="append",
        metavar="PATTERN",
        help="draw only traces of this method, cause or cause of a resend, such as "
        "'*.messages.send', 'rate_limit*' or no_response; the metrics are always of all calls",
    )
    options = parser.parse_args(arguments)
    backend = named_backend()
    if backend and (options.svg or options.only):
        parser.error(f"nothing is drawn while the traces go to {backend}")
    console = open_console()
    try:
        if backend:
            send(console, backend)
        else:
            show(console, options.only or ["*"], options.svg)
    except DemoError as error:
        print(f"demo: {error}", file=sys.stderr)
        return 1
    return 0
