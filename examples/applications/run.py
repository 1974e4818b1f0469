# SPDX-License-Identifier: Apache-2.0
"""Runs one application as its users would, against a local Gmail that makes it trouble."""

from __future__ import annotations

import json
import re
import tempfile
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.error import HTTPError
from urllib.request import ProxyHandler, build_opener

from rich.text import Text

from demo.application import run_command
from demo.terminal import headline
from demo.text import printable
from local_gmail import LocalGmail

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping

    from rich.console import Console

    from applications.catalogue import Application

_ADDRESS = re.compile(r"Running on (http://\S+)")
_SECONDS = 10


def run(application: Application, console: Console, telemetry: Mapping[str, str]) -> None:
    """Run the application to its end, and show what it prints."""
    with tempfile.TemporaryDirectory() as folder, _gmail(application, Path(folder)) as mailbox:
        command = application.command(folder)
        console.print(headline("What the application says", application.shown_command))

        def on_line(line: str) -> bool:
            console.print(Text(printable(Text.from_ansi(line).plain)), soft_wrap=True)
            address = _ADDRESS.search(line) if application.visits else None
            if not address:
                return False
            for path in application.visits:
                console.print(Text(_visit(f"{address[1]}{path}")), soft_wrap=True)
            return True

        variables = {
            "OTEL_SERVICE_NAME": application.name,
            **(application.variables or {}),
            **mailbox,
            **telemetry,
        }
        run_command(command, variables, on_line)


@contextmanager
def _gmail(application: Application, folder: Path) -> Generator[dict[str, str]]:
    """Start the local Gmail; gives the variables that tell the application of it."""
    with LocalGmail() as gmail:
        for method, outcomes in application.troubles.items():
            gmail.script(method, *outcomes)
        document, token = folder / "gmail.v1.json", folder / "token.json"
        document.write_text(json.dumps(gmail.discovery_document()), encoding="utf-8")
        expiry = datetime.now(timezone.utc) + timedelta(hours=1)
        stored = {
            "token": "made up for the example",
            "refresh_token": "made up for the example",
            "client_id": "example.apps.example",
            "client_secret": "made up for the example",
            "account": "alex@example.com",
            "scopes": ["https://www.googleapis.com/auth/gmail.modify"],
            "expiry": f"{expiry:%Y-%m-%dT%H:%M:%SZ}",
        }
        token.write_text(json.dumps(stored), encoding="utf-8")
        yield {"GMAIL_DISCOVERY_DOCUMENT": str(document), "GMAIL_TOKEN": str(token)}


def _visit(url: str) -> str:
    """Ask the service, and return what was asked and answered."""
    try:
        with build_opener(ProxyHandler({})).open(url, timeout=_SECONDS) as answer:
            status, body = answer.status, answer.read()
    except HTTPError as error:
        with error:
            status, body = error.code, error.read()
    return f"> GET {url}\n< {status} {printable(body.decode(errors='replace').strip())}"
