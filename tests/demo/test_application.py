# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path

import pytest

from demo.application import EXAMPLES, DemoError, environment, instrument_command, run

SILENT = {"OTEL_TRACES_EXPORTER": "none", "OTEL_METRICS_EXPORTER": "none"}


def test_an_application_that_crashes_is_told_with_its_output() -> None:
    command = [*instrument_command(), sys.executable, "-m", "mail_sync", "--no-such-option"]
    with (
        tempfile.TemporaryFile() as output,
        pytest.raises(DemoError, match=r"the application crashed \(exit code 2\)"),
    ):
        run(command, SILENT, output=output.fileno())
        output.seek(0)
        assert b"mail_sync: error:" in output.read()


def test_an_application_that_hangs_is_ended() -> None:
    with pytest.raises(DemoError, match=r"did not end within 0 s"):
        run([sys.executable, "-c", "import time; time.sleep(60)"], SILENT, seconds=0.01)


def test_what_runs_until_it_is_asked_to_end_is_asked() -> None:
    done: list[str] = []
    program = "import signal, sys, time; signal.signal(15, lambda *_: sys.exit(0)); time.sleep(60)"

    def meanwhile() -> None:
        time.sleep(1)  # until it takes the signal
        done.append("visited")

    run([sys.executable, "-c", program], SILENT, meanwhile=meanwhile)
    assert done == ["visited"]


def test_a_missing_opentelemetry_instrument_is_told(tmp_path: Path) -> None:
    venv.create(tmp_path, with_pip=False)
    python = tmp_path / ("Scripts" if os.name == "nt" else "bin") / Path(sys.executable).name
    code = "from demo.application import instrument_command; instrument_command()"
    variables = os.environ | {"PYTHONPATH": str(EXAMPLES)}
    ended = subprocess.run(
        [python, "-c", code], env=variables, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 1
    assert "opentelemetry-instrument is missing; install it with: " in ended.stderr


def test_the_callers_environment_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_SERVICE_NAME", "mine")
    monkeypatch.setenv("OTEL_TRACES_EXPORTER", "console")
    monkeypatch.setenv("NO_PROXY", "internal.example")
    monkeypatch.setenv("PYTHONPATH", "elsewhere")
    values = environment(SILENT)
    assert values["OTEL_SERVICE_NAME"] == "mine"
    assert values["OTEL_TRACES_EXPORTER"] == "none"
    assert values["NO_PROXY"] == "internal.example,127.0.0.1,localhost"
    assert values["PYTHONPATH"] == os.pathsep.join([str(EXAMPLES), "elsewhere"])
