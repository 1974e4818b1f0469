# SPDX-License-Identifier: Apache-2.0
"""Runs the program: in this process to see what is written down, in others to see what arrives."""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import runpy
import subprocess
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from opentelemetry import trace
from opentelemetry.instrumentation.googleapiclient import GoogleApiClientInstrumentor
from opentelemetry.instrumentation.httplib2 import Httplib2Instrumentor
from opentelemetry.trace import StatusCode

from backends.arrived import Arrived
from backends.environments import GUARD, Environment
from backends.receiver import Receiver
from backends.table import PROGRAMS, Way
from local_gmail import LocalGmail, documented, ordinary_service
from support.recording import Recording, context_of

_TIMEOUT: Final = 90
_EXPORT_SECONDS: Final = 3.0
"""How long is waited for what is still under way when a program has ended."""
_DONE: Final = "all calls made"
_FAULT: Final = "the application goes on, this telemetry is lost"


@dataclass(frozen=True, slots=True)
class Run:
    """What came of a program: the spans that arrived, what it said, whether it ended well."""

    arrived: list[Arrived]
    output: str
    is_done: bool
    refused: list[str]
    """The hosts that it wanted to reach."""

    @property
    def has_fault(self) -> bool:
        """Whether the instrumentation warned that it failed."""
        return _FAULT in self.output


class Stage:
    """The local Gmail, scripted anew for each run of the program."""

    def __init__(self, gmail: LocalGmail, folder: Path) -> None:
        self._gmail = gmail
        self.document = folder / "gmail.json"
        self.document.write_text(json.dumps(gmail.discovery_document()), "utf-8")

    def script(self) -> None:
        self._gmail.clear()
        self._gmail.script(
            "gmail.users.messages.get",
            documented("insufficientPermissions"),
            ordinary_service,
            documented("notFound"),
        )
        self._gmail.script("gmail.users.labels.list", documented("serviceUnavailable"))


@contextmanager
def stage() -> Generator[Stage]:
    with LocalGmail() as gmail, tempfile.TemporaryDirectory() as folder:
        yield Stage(gmail, Path(folder))


def written(on: Stage) -> list[Arrived]:
    """The spans of the program as the instrumentation writes them down."""
    on.script()
    recording = Recording()
    instrumentors = (GoogleApiClientInstrumentor(), Httplib2Instrumentor())
    for instrumentor in instrumentors:
        instrumentor.instrument(tracer_provider=recording.tracer_provider)
    os.environ["GMAIL_DOCUMENT"] = str(on.document)
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            runpy.run_path(str(PROGRAMS / "application.py"))["main"]()
    finally:
        for instrumentor in instrumentors:
            instrumentor.uninstrument()
    return [
        Arrived(
            name=span.name,
            attributes=dict(span.attributes or {}),
            span_id=trace.format_span_id(context_of(span).span_id),
            parent_id=trace.format_span_id(span.parent.span_id) if span.parent else "",
            failed=span.status.status_code is StatusCode.ERROR,
            events=tuple(event.name for event in span.events),
        )
        for span in recording.spans
    ]


def run(way: Way, environment: Environment, on: Stage, receiver: Receiver) -> Run:
    """Run the program as this way says, and take what arrives."""
    on.script()
    receiver.take()
    places = receiver.places
    program, *arguments = way.command
    with tempfile.TemporaryDirectory() as home:
        try:
            done = subprocess.run(
                [environment.scripts / program, *arguments],
                env={
                    "PATH": f"{environment.scripts}{os.pathsep}{os.environ['PATH']}",
                    "HOME": home,
                    "TMPDIR": home,
                    "PYTHONPATH": str(GUARD),
                    "GMAIL_DOCUMENT": str(on.document),
                    "OTEL_SERVICE_NAME": "mail",
                    # The guard sees what is Python; other code that asks for a proxy finds none.
                    "HTTPS_PROXY": "http://127.0.0.1:9",
                    "NO_PROXY": "127.0.0.1,localhost",
                    **way.settings,
                    **{name: value.format(**places) for name, value in way.loopback.items()},
                },
                cwd=PROGRAMS,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                text=True,
                timeout=_TIMEOUT,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return Run(receiver.take(), f"did not end within {_TIMEOUT} s", False, [])
    arrived = receiver.take()
    if not arrived:
        time.sleep(_EXPORT_SECONDS)
        arrived = receiver.take()
    return Run(
        arrived,
        done.stdout,
        done.returncode == 0 and _DONE in done.stdout,
        sorted(set(re.findall(r"(?m)^refused: (\S+)$", done.stdout))),
    )
