# SPDX-License-Identifier: Apache-2.0
"""The command line of the demo."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from demo import backend, drawn
from demo.application import DemoError
from demo.morning import spend_morning

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the demo; the exit code is 0 where it could show what it should."""
    parser = argparse.ArgumentParser(
        prog="demo",
        description="Runs a Gmail application that contains no tracing code under "
        "opentelemetry-instrument, against a local Gmail that fails in the documented ways. The "
        "traces are drawn in the terminal; with OTEL_EXPORTER_OTLP_ENDPOINT set, they go to that "
        "backend instead.",
    )
    parser.parse_args(arguments)
    endpoint = backend.named_backend()
    try:
        telemetry = backend.variables_of_demo(endpoint) if endpoint else drawn.variables()
        options = "" if endpoint else f" {drawn.options()}"
        print(f"$ opentelemetry-instrument{options} python -m mail_sync\n", flush=True)
        spend_morning(telemetry)
    except DemoError as error:
        print(f"demo: {error}", file=sys.stderr)
        return 1
    print()
    if endpoint:
        print(backend.where_to_look(endpoint))
    else:
        print(
            "To see the same in a backend of your own, set OTEL_EXPORTER_OTLP_ENDPOINT "
            "(http://localhost:4318 for a local Jaeger) and run this again."
        )
    return 0
