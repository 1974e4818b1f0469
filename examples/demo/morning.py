# SPDX-License-Identifier: Apache-2.0
"""One morning: the local Gmail with its troubles, and the application that works with it."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from demo.application import DemoError, instrument_command, run
from demo.scenario import MAILBOXES, SCOPES, TIMEOUT, TROUBLES
from local_gmail import LocalGmail

if TYPE_CHECKING:
    from collections.abc import Mapping


def spend_morning(telemetry: Mapping[str, str], *, output: int | None = None) -> None:
    """Run the application, with these variables; what it prints goes to a file, if one is given.

    Raises:
        DemoError: the application failed, or it was not traced.
    """
    with tempfile.TemporaryDirectory() as folder, LocalGmail() as gmail:
        make_trouble(gmail)
        arguments = arguments_for(gmail, Path(folder))
        command = [*instrument_command(), sys.executable, "-m", "mail_sync", *arguments]
        run(command, telemetry, output=output)
        check_traced(gmail)


def check_traced(gmail: LocalGmail) -> None:
    """Check that what the server received was traced: such requests carry a header that says so.

    Raises:
        DemoError: they do not.
    """
    if not any("traceparent" in received.headers for received in gmail.requests):
        raise DemoError(
            "no call of Gmail was traced: is opentelemetry-instrumentation-googleapiclient "
            f"installed for {sys.executable}, and nothing of it disabled by an OTEL_ variable?"
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
