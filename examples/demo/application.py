# SPDX-License-Identifier: Apache-2.0
"""Runs the application as its operators would: unchanged, under ``opentelemetry-instrument``."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import threading
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

EXAMPLES = Path(__file__).resolve().parents[1]
SERVICE_NAME = "mail-sync"


class DemoError(Exception):
    """The demo can't show what it should; the text says why and what to do."""


def instrument_command() -> list[str]:
    """Return the command ``opentelemetry-instrument`` of the Python that runs the demo."""
    command = shutil.which("opentelemetry-instrument", path=sysconfig.get_path("scripts"))
    if command:
        return [command]
    raise DemoError(
        "opentelemetry-instrument is missing; install it with: "
        f"{sys.executable} -m pip install opentelemetry-distro"
    )


def environment(telemetry: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of the application: the caller's, and where its telemetry goes."""
    loopback = "127.0.0.1,localhost"
    values = {"OTEL_SERVICE_NAME": SERVICE_NAME, **os.environ, **telemetry}
    path = [str(EXAMPLES), *filter(None, [values.get("PYTHONPATH")])]
    values["PYTHONPATH"] = os.pathsep.join(path)
    for name in ("no_proxy", "NO_PROXY"):
        values[name] = ",".join(filter(None, [values.get(name), loopback]))
    return values


def run(
    arguments: Sequence[str],
    telemetry: Mapping[str, str],
    on_line: Callable[[str], None],
    *,
    seconds: float = 60,
) -> None:
    """Run the application to its end and hand over each line that it prints, as it comes."""
    command = [*instrument_command(), sys.executable, "-m", "mail_sync", *arguments]

    def hand_over(line: str) -> bool:
        on_line(line)
        return False

    run_command(command, telemetry, hand_over, seconds=seconds)


def run_command(
    command: Sequence[str],
    telemetry: Mapping[str, str],
    on_line: Callable[[str], bool],
    *,
    seconds: float = 60,
) -> None:
    """Run a command to its end and hand over each line that it prints, as it comes.

    Where ``on_line`` says so, by returning true, the command is asked to end.
    """
    with subprocess.Popen(
        command,
        env=environment(telemetry),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    ) as process:
        late = threading.Event()

        def end() -> None:
            late.set()
            process.kill()

        deadline = threading.Timer(seconds, end)
        deadline.start()
        try:
            for line in process.stdout or ():
                if on_line(line.rstrip("\n")):
                    process.terminate()
            process.wait()
        finally:
            deadline.cancel()
    if late.is_set():
        raise DemoError(f"the application did not end within {seconds:.0f} s")
    if process.returncode:
        raise DemoError(f"the application crashed (exit code {process.returncode}); see its output")
