# SPDX-License-Identifier: Apache-2.0
"""What the views are shown: the demo's morning, and more that fails, on real parts."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from demo.application import environment, instrument_command
from demo.morning import arguments_for, make_trouble
from grafana import recordings
from local_gmail import LocalGmail, documented
from views import prometheus
from views.fast_rules import LONGEST, write_fast_rules
from views.prometheus import Prometheus
from views.tap import Tap, free_port

SERVICE = "mail-sync"
JOB = f"support/{SERVICE}"
"""With a namespace before it, as OTLP's translation has it."""

_PATIENCE = 90.0
_SCRAPES = 6.0

_PROJECT_LIMIT = (
    "Quota exceeded for quota metric 'Total Query Cost' and limit 'Units per minute' of service "
    "'gmail.googleapis.com' for consumer 'project_number:123456789012'."
)
_FURTHER_MORNINGS = (
    {
        "token": [
            documented(name) for name in ("invalidRapt", "invalidClient", "unauthorizedClient")
        ]
    },
    {
        "token": [documented("invalidGrant")],
        "gmail.users.getProfile": [
            documented("rateLimitExceeded", message=_PROJECT_LIMIT),
            documented("mailNotEnabled"),
        ],
    },
)


@dataclass(frozen=True, slots=True)
class Mornings:
    """What is left of them."""

    prometheus: Prometheus
    tap: Tap
    began: float
    ended: float
    """While they were scraped, in seconds since the epoch."""


@contextmanager
def spent(folder: Path) -> Generator[Mornings]:
    """Run the application through its mornings; both receivers stay for the length of the block."""
    port = free_port()
    rules = write_fast_rules(folder)
    with (
        LocalGmail() as gmail,
        Tap() as tap,
        prometheus.scraping(folder, f"127.0.0.1:{port}", JOB, rules) as server,
    ):
        _wait_for_the_rules(server)
        telemetry = {
            "OTEL_SERVICE_NAME": SERVICE,
            "OTEL_METRICS_EXPORTER": "prometheus,otlp",
            "OTEL_TRACES_EXPORTER": "otlp",
            "OTEL_LOGS_EXPORTER": "otlp",
            "OTEL_EXPORTER_OTLP_ENDPOINT": tap.endpoint,
            "OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf",
            "OTEL_EXPORTER_PROMETHEUS_HOST": "127.0.0.1",
            "OTEL_EXPORTER_PROMETHEUS_PORT": str(port),
            "OTEL_PYTHON_GOOGLEAPICLIENT_RETRY_EVENTS": "log",
        }
        began = time.time()
        log = folder / "application.log"
        with _application(arguments_for(gmail, folder), telemetry, log) as process:
            make_trouble(gmail)
            _live_through(process)
            for troubles in _FURTHER_MORNINGS:
                gmail.clear()
                for target, outcomes in troubles.items():
                    gmail.script(target, *outcomes)
                _live_through(process)
            time.sleep(_SCRAPES)
            ended = time.time()
        tap.settle()
        assert tap.spans, f"the application sent no telemetry:\n{log.read_text()}"
        yield Mornings(server, tap, began, ended)


def _wait_for_the_rules(server: Prometheus) -> None:
    """Wait until the rules have run for longer than any window."""
    deadline = time.monotonic() + _PATIENCE
    while not server.at(f"{recordings.BUDGET} offset {LONGEST + 2}s", time.time()):
        assert time.monotonic() < deadline, "Prometheus records nothing"
        time.sleep(0.2)


@contextmanager
def _application(
    arguments: list[str], telemetry: dict[str, str], log: Path
) -> Generator[subprocess.Popen[str]]:
    """The application, ready to live through mornings; it has ended with the block."""
    script = str(Path(__file__).with_name("application.py"))
    with (
        log.open("w") as errors,
        subprocess.Popen(
            [*instrument_command(), sys.executable, script, *arguments],
            env={**environment(telemetry), **telemetry},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        ) as process,
    ):
        deadline = threading.Timer(_PATIENCE, process.kill)
        deadline.start()
        try:
            yield process
            assert process.stdin
            process.stdin.close()
            assert process.wait() == 0, f"the application ended with {process.returncode}"
        finally:
            deadline.cancel()
            process.kill()


def _live_through(process: subprocess.Popen[str]) -> None:
    assert process.stdin
    assert process.stdout
    process.stdin.write("go\n")
    process.stdin.flush()
    assert process.stdout.readline() == "done\n", "the application crashed"
