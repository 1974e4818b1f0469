# SPDX-License-Identifier: Apache-2.0
"""Runs one application as its users would, against a local Gmail that makes it trouble."""

from __future__ import annotations

import json
import socket
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.error import HTTPError, URLError
from urllib.request import ProxyHandler, build_opener

from demo.application import DemoError
from demo.application import run as run_command
from demo.morning import check_traced
from local_gmail import LocalGmail

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping

    from applications.catalogue import Application

_SECONDS = 60


def run(application: Application, telemetry: Mapping[str, str]) -> None:
    """Run the application to its end.

    Raises:
        DemoError: it failed, or it was not traced.
    """
    with tempfile.TemporaryDirectory() as folder, _gmail(application, Path(folder)) as mailbox:
        variables = {
            "OTEL_SERVICE_NAME": application.name,
            **(application.variables or {}),
            **mailbox.variables,
            **telemetry,
        }
        port = _free_port()
        run_command(
            application.command(folder),
            {**variables, "PORT": str(port)},
            meanwhile=(lambda: _visit_all(application, port)) if application.visits else None,
        )
        check_traced(mailbox.gmail)


@dataclass(frozen=True, slots=True)
class _Mailbox:
    gmail: LocalGmail
    variables: Mapping[str, str]
    """They tell the application of it."""


@contextmanager
def _gmail(application: Application, folder: Path) -> Generator[_Mailbox]:
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
        variables = {"GMAIL_DISCOVERY_DOCUMENT": str(document), "GMAIL_TOKEN": str(token)}
        yield _Mailbox(gmail, variables)


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def _visit_all(application: Application, port: int) -> None:
    """Ask the service what its users ask, and print what was asked and responded."""
    for path in application.visits:
        url = f"http://127.0.0.1:{port}{path}"
        status, body = _visit(url)
        print(f"> GET {url}\n< {status} {body}", flush=True)


def _visit(url: str) -> tuple[int, str]:
    """Ask the service as soon as it listens.

    Raises:
        DemoError: it does not.
    """
    opener = build_opener(ProxyHandler({}))
    deadline = time.monotonic() + _SECONDS
    while True:
        try:
            with opener.open(url, timeout=_SECONDS) as response:
                return response.status, response.read().decode().strip()
        except HTTPError as error:
            with error:
                return error.code, error.read().decode().strip()
        except URLError as error:
            if time.monotonic() > deadline:
                raise DemoError(f"nothing responds at {url}: {error.reason}") from error
            time.sleep(0.1)
