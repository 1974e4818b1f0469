# SPDX-License-Identifier: Apache-2.0
"""The command line that runs one application and shows its traces."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from rich.console import Group

from applications.catalogue import APPLICATIONS
from applications.run import run
from demo import backend
from demo.application import DemoError
from demo.receiver import Receiver
from demo.show import drawn, missing, variables
from demo.story import is_call
from demo.terminal import headline, open_console
from demo.tree import grow

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from applications.catalogue import Application


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
    console = open_console()
    try:
        if endpoint:
            run(application, console, backend.variables(endpoint))
            console.print(headline("Where the traces are", endpoint))
        else:
            _draw(application, console)
    except DemoError as error:
        print(f"example: {error}", file=sys.stderr)
        return 1
    return 0


def _draw(application: Application, console: Console) -> None:
    with Receiver() as receiver:
        run(application, console, variables(receiver.endpoint))
        spans = receiver.spans()
    if not any(map(is_call, spans)):
        raise missing("span")
    console.print(headline("What the traces say", application.story))
    console.print(Group(*drawn(grow(spans))))
