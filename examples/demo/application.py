# SPDX-License-Identifier: Apache-2.0
"""Runs the application as its operators would: unchanged, under ``opentelemetry-instrument``."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
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
    command: Sequence[str],
    telemetry: Mapping[str, str],
    *,
    output: int | None = None,
    meanwhile: Callable[[], None] | None = None,
    seconds: float = 60,
) -> None:
    """Run a command to its end.

    Args:
        command: what to run.
        telemetry: variables that say where the telemetry goes.
        output: the file that takes what the command prints; if None, it prints where this process
            does.
        meanwhile: what to do while it runs; after that it is asked to end.
        seconds: after which the command is taken to hang.

    Raises:
        DemoError: it hung, or crashed.
    """
    with subprocess.Popen(
        command, env=environment(telemetry), stdout=output, stderr=output
    ) as process:
        try:
            if meanwhile:
                meanwhile()
                process.terminate()
            process.wait(seconds)
        except subprocess.TimeoutExpired as error:
            raise DemoError(f"the application did not end within {seconds:.0f} s") from error
        finally:
            process.kill()
    if process.returncode:
        raise DemoError(f"the application crashed (exit code {process.returncode}); see its output")
