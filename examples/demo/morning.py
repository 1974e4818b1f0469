# SPDX-License-Identifier: Apache-2.0
"""One morning: the local Gmail with its troubles, and the application that works with it."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from rich.text import Text

from demo.application import run
from demo.scenario import MAILBOXES, SCOPES, TIMEOUT, TROUBLES
from demo.terminal import headline
from demo.text import printable
from local_gmail import LocalGmail

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.console import Console


def spend_morning(console: Console, telemetry: Mapping[str, str]) -> None:
    """Run the application, with these variables, and show what it logs."""
    command = "opentelemetry-instrument python -m mail_sync"
    console.print(headline("What the application's log says today", command))
    with tempfile.TemporaryDirectory() as folder, LocalGmail() as gmail:
        make_trouble(gmail)
        run(
            arguments_for(gmail, Path(folder)),
            telemetry,
            on_line=lambda line: console.print(Text(printable(line)), soft_wrap=True),
        )


def make_trouble(gmail: LocalGmail) -> None:
    """Let the next morning be the one of the scenario."""
    for trouble in TROUBLES:
        gmail.script(trouble.method, *trouble.outcomes)


def arguments_for(gmail: LocalGmail, folder: Path) -> list[str]:
    """Write what the application reads; gives its command line arguments."""
    document = folder / "gmail.v1.json"
    document.write_text(json.dumps(gmail.discovery_document()), encoding="utf-8")
    arguments = ["--discovery-document", str(document), "--timeout", str(TIMEOUT)]
    for number, address in enumerate(MAILBOXES):
        account = {
            "address": address,
            "client_id": "mail-sync.apps.example",
            "client_secret": "made up for the demo",
            "refresh_token": f"made up for mailbox {number}",
            "token_uri": gmail.token_uri,
            "scopes": SCOPES,
        }
        path = folder / f"account-{number}.json"
        path.write_text(json.dumps(account), encoding="utf-8")
        arguments.append(str(path))
    return arguments
