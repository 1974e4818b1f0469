# SPDX-License-Identifier: Apache-2.0
"""Runs a suite in a process of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from upstream import instrumentation_plugin, outcomes_plugin
from upstream.compare import Results
from upstream.findings import Activity, Outcome, read_activity, read_outcomes
from upstream.suites import Layers, Suite

_PACKAGES: Final = Path(__file__).resolve().parents[1]
_FOREIGN: Final = ("GOOGLE_", "OTEL_", "PYTEST_", "PYTHON")
_COMPLETE: Final = (0, 1)
"""The exit statuses of pytest when all tests have run: they passed, some failed."""


@dataclass(frozen=True, slots=True)
class Run:
    """What became of the tests."""

    results: Results
    texts: Mapping[str, str]
    """Why tests failed."""
    activity: Activity


def run(suite: Suite, tests: Path, layers: Layers, only: Sequence[str] = ()) -> Run:
    """Run a suite, or only some files of it, without us or with some of our layers.

    Raises:
        RuntimeError: It could not be run to its end.
    """
    with TemporaryDirectory(prefix="upstream-") as scratch:
        root = Path(scratch, "suite")
        # Tests write files; and no configuration of a folder above may count.
        shutil.copytree(tests / "tests", root / "tests")
        (root / "pytest.ini").write_text("[pytest]\nmarkers = forked\n", encoding="utf-8")
        for module, source in suite.modules.items():
            (root / f"{module}.py").write_text(source, encoding="utf-8")
        outcomes, activity = Path(scratch, "outcomes.jsonl"), Path(scratch, "activity.json")
        outcomes.touch()
        environment = {
            **_own_environment(),
            **suite.environment,
            "HOME": scratch,
            outcomes_plugin.FILE_VARIABLE: str(outcomes),
        }
        if layers:
            environment[instrumentation_plugin.FILE_VARIABLE] = str(activity)
            environment[instrumentation_plugin.LAYERS_VARIABLE] = ",".join(layers)
        failure = _run_pytest(_command(suite, layers, only), root, environment, suite.run_timeout)
        found = list(read_outcomes(outcomes))
        if failure:
            after = found[-1].test if found else "nothing"
            active = "+".join(layers) or "nothing"
            raise RuntimeError(
                f"{suite.distribution} with {active} active, after {after}: {failure}"
            )
        return _gather(found, read_activity(activity))


def _command(suite: Suite, layers: Layers, only: Sequence[str]) -> list[str]:
    plugins = ["no:cacheprovider", "pytest_timeout", outcomes_plugin.__name__]
    if layers:
        plugins.append(instrumentation_plugin.__name__)
    return [
        *(sys.executable, "-m", "pytest", "--quiet", "--noconftest"),
        *("--continue-on-collection-errors", "--log-level=DEBUG"),
        f"--timeout={suite.test_timeout}",
        *(f"-p{plugin}" for plugin in plugins),
        *(f"--ignore={path}" for path in suite.ignored),
        *(only or ("tests",)),
    ]


def _own_environment() -> dict[str, str]:
    """The environment without what would make runs on two machines differ."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(_FOREIGN) and not name.lower().endswith("_proxy")
    }
    return {
        **kept,
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "PYTHONHASHSEED": "0",
        "PYTHONPATH": str(_PACKAGES),
    }


def _run_pytest(
    command: Sequence[str], folder: Path, environment: Mapping[str, str], timeout: float
) -> str | None:
    """Why it did not come to its end, if it did not."""
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env=environment,
            timeout=timeout,
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
    except subprocess.TimeoutExpired:
        return f"still running after {timeout:g} seconds"
    return None if done.returncode in _COMPLETE else f"exit status {done.returncode}\n{done.stdout}"


def _gather(outcomes: Sequence[Outcome], activity: Activity) -> Run:
    results: defaultdict[str, list[str]] = defaultdict(list)
    texts: defaultdict[str, str] = defaultdict(str)
    for outcome in outcomes:
        results[outcome.test].append(outcome.result)
        texts[outcome.test] += outcome.text
    return Run(
        {test: tuple(sorted(found)) for test, found in results.items()},
        {test: text for test, text in texts.items() if text},
        activity,
    )
