# SPDX-License-Identifier: Apache-2.0
"""A real Prometheus on a free port of the loopback interface."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from collections.abc import Generator, Iterable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import ProxyHandler, build_opener

from views.tap import free_port

_DIRECT = build_opener(ProxyHandler({}))
_PATIENCE = 30.0
_LOOK_BACK = ("--query.lookback-delta=5s",)
"""Five scrapes, as usual."""

Labels = Mapping[str, str]


def program(name: str) -> str:
    """The path of ``prometheus`` or ``promtool``."""
    path = shutil.which(name)
    assert path, f"{name} is missing: run `.ci/nox -s views`, which brings it, or install it"
    return path


def write_yaml(path: Path, content: object) -> None:
    """JSON is YAML, and is written many times faster."""
    path.write_text(json.dumps(content), encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Sample:
    labels: Labels
    value: float


class Prometheus:
    def __init__(self, url: str) -> None:
        self._url = url

    def at(self, expression: str, moment: float) -> list[Sample]:
        """What an expression gives at one moment."""
        data = self.get("query", query=expression, time=f"{moment:.3f}")
        return [Sample(each["metric"], float(each["value"][1])) for each in data["result"]]

    def between(
        self, expression: str, begin: float, end: float, step: int = 1
    ) -> list[tuple[Labels, list[float]]]:
        """The labels and values of each series that an expression gives between two moments."""
        times = {"start": f"{begin:.3f}", "end": f"{end:.3f}", "step": str(step)}
        data = self.get("query_range", query=expression, **times)
        return [
            (each["metric"], [float(value) for _, value in each["values"]])
            for each in data["result"]
        ]

    def largest(self, expression: str, begin: float, end: float) -> list[Sample]:
        """The largest value of each series that an expression gives between two moments."""
        found = self.between(expression, begin, end)
        return [Sample(labels, max(values)) for labels, values in found]

    def label_values(self, label: str, matching: str) -> list[str]:
        return self.get(f"label/{label}/values", **{"match[]": matching})

    def rules(self) -> list[dict[str, Any]]:
        return [rule for group in self.get("rules")["groups"] for rule in group["rules"]]

    def get(self, path: str, **parameters: str) -> Any:
        url = f"{self._url}/api/v1/{path}?{urlencode(parameters)}"
        with _DIRECT.open(url, timeout=_PATIENCE) as response:
            return json.load(response)["data"]

    def is_ready(self) -> bool:
        try:
            with _DIRECT.open(f"{self._url}/-/ready", timeout=1):
                return True
        except (URLError, OSError):
            return False


@contextmanager
def scraping(folder: Path, target: str, job: str, rules: Path) -> Generator[Prometheus]:
    """Start a Prometheus that scrapes one target every second; it ends with the block."""
    scraped = {"job_name": job, "static_configs": [{"targets": [target]}]}
    config = {
        "global": {"scrape_interval": "1s", "evaluation_interval": "1s"},
        "rule_files": [str(rules)],
        "scrape_configs": [scraped],
    }
    with _running(folder, config, *_LOOK_BACK) as server:
        yield server


@contextmanager
def remembering(folder: Path, openmetrics: Iterable[str]) -> Generator[Prometheus]:
    """Start a Prometheus that has seen these samples; it ends with the block."""
    history = folder / "history"
    with history.open("w") as file:
        file.writelines(openmetrics)
    command = [program("promtool"), "tsdb", "create-blocks-from", "openmetrics", str(history)]
    made = subprocess.run(
        [*command, str(folder / "data")], capture_output=True, text=True, check=False
    )
    assert made.returncode == 0, made.stdout + made.stderr
    with _running(folder, {}) as server:
        yield server


@contextmanager
def _running(folder: Path, content: Mapping[str, Any], *options: str) -> Generator[Prometheus]:
    config = folder / "prometheus.yml"
    write_yaml(config, content)
    address = f"127.0.0.1:{free_port()}"
    log = folder / "prometheus.log"
    command = [
        program("prometheus"),
        f"--config.file={config}",
        f"--storage.tsdb.path={folder / 'data'}",
        f"--web.listen-address={address}",
        "--log.level=warn",
        *options,
    ]
    with log.open("w") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output)
    try:
        server = Prometheus(f"http://{address}")
        deadline = time.monotonic() + _PATIENCE
        while not server.is_ready():
            assert process.poll() is None, f"Prometheus ended: {log.read_text()}"
            assert time.monotonic() < deadline, f"Prometheus is not ready: {log.read_text()}"
            time.sleep(0.1)
        yield server
    finally:
        process.terminate()
        try:
            process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
