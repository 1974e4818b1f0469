# SPDX-License-Identifier: Apache-2.0
"""docs/quick-start.md holds from top to bottom: each program and each command does what it says."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from contextlib import ExitStack
from importlib.metadata import distribution
from pathlib import Path
from typing import NamedTuple

import pytest

from support import pages
from support.otlp.receiver import Receiver

ROOT = Path(__file__).parents[2]
OURS = "opentelemetry-instrumentation-googleapiclient"
PAGE = (ROOT / "docs" / "quick-start.md").read_text("utf-8")


class Command(NamedTuple):
    text: str
    shown: list[str]
    """What the page shows of its output, line by line."""


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def commands() -> Iterator[Command]:
    for block in blocks("console"):
        for part in block.removeprefix("$ ").split("\n$ "):
            text, *shown = part.strip().splitlines()
            yield Command(text, shown)


class Reader:
    """Somebody who does what the page says, in a folder of their own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = "8025"
        scripts = sysconfig.get_path("scripts")
        # Processes of pytest-xdist have a width of their own.
        looks = {"COLUMNS", "FORCE_COLOR", "NO_COLOR"}
        self.env = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith("OTEL_") and name not in looks
        }
        self.env["PATH"] = os.pathsep.join([scripts, self.env["PATH"]])

    def write(self, program: str, *parts: str) -> None:
        text = "\n".join(parts).replace("8025", self.port)
        (self.folder / program).write_text(text, "utf-8")

    def run(self, command: str) -> str:
        done = subprocess.run(
            command.replace("8025", self.port),
            shell=True,
            cwd=self.folder,
            env=self.env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stdout
        return done.stdout.replace(self.port, "8025")


@pytest.fixture(name="reader")
def _reader(tmp_path: Path) -> Iterator[Reader]:
    """A reader who has started the local Gmail as the page says, but on a port that is free."""
    reader = Reader(tmp_path)
    (serve,) = [one.text for one in commands() if "local_gmail" in one.text]
    _, *arguments = serve.replace("8025", "0").split()
    with subprocess.Popen(
        [sys.executable, *arguments], cwd=ROOT / "examples", stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        (reader.port,) = re.findall(r"127\.0\.0\.1:(\d+)", server.stdout.readline())
        reader.write("app.py", blocks("python")[0])
        yield reader
        server.terminate()


def test_every_command_does_what_the_page_says(reader: Reader) -> None:
    ran = 0
    with ExitStack() as stack:
        for command, shown in commands():
            words = command.split()
            match words:
                case ["pip", "install", *names]:
                    for name in names:
                        _check_distribution(name.strip('"'))
                case ["cd", folder]:
                    assert (ROOT / folder).is_dir()
                case ["python", "-m", "local_gmail", *_]:
                    pass  # the reader has started it
                case ["export", assignment]:
                    name, _, value = assignment.partition("=")
                    if name == "OTEL_EXPORTER_OTLP_ENDPOINT":
                        receiver = stack.enter_context(Receiver())
                        value = receiver.endpoint
                        stack.callback(_check_received, receiver)
                    reader.env[name] = value
                case ["python" | "opentelemetry-instrument", *_]:
                    output = reader.run(command)
                    for line in shown:
                        assert _without_times(line) in _without_times(output)
                    ran += 1
                case _:
                    pytest.fail(f"this test does not know how to try: {command}")
    assert ran == 3


def _without_times(text: str) -> str:
    return re.sub(r" +\d+(\.\d+)? m?s$", " 0 s", text, flags=re.MULTILINE)


def test_the_program_without_the_command_is_traced(reader: Reader) -> None:
    set_up = next(
        block.text
        for block in pages.blocks(pages.DOCS / "configuration.md", "python")
        if "trace.set_tracer_provider" in block.text
    )
    (app,) = blocks("python")
    reader.write("traced.py", set_up, app)
    with Receiver() as receiver:
        reader.env["OTEL_EXPORTER_OTLP_ENDPOINT"] = receiver.endpoint
        reader.run("python traced.py")
    assert {"gmail.users.labels.list", "GET"} <= {span.name for span in receiver.spans()}


def _check_distribution(name: str) -> None:
    """It is installed here, or begins the name of one that is; a checkout is one, too."""
    one_of_its_parts = {"opentelemetry-exporter-otlp": "opentelemetry-exporter-otlp-proto-http"}
    name, _, extra = name.removesuffix("]").partition("[")
    installed = distribution(OURS if name == "." else one_of_its_parts.get(name, name))
    assert not extra or extra in installed.metadata.get_all("Provides-Extra", [])


def _check_received(receiver: Receiver) -> None:
    assert "gmail.users.labels.list" in {span.name for span in receiver.spans()}
