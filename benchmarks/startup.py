# SPDX-License-Identifier: Apache-2.0
"""How long both instrumentors take to load, and which of their imports take the longest."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Final, TypedDict, cast

from .environment import clean_environment

_PROBE: Final = Path(__file__).with_name("startup_probe.py")
# import time: self [us] | cumulative | imported package
_IMPORT_TIME: Final = re.compile(r"import time:\s*(\d+) \|\s*\d+ \|\s*(\S+)")
_FORBIDDEN: Final = ("googleapiclient", "httplib2")


@dataclass(frozen=True, slots=True)
class StartUp:
    """What a program pays that never imports googleapiclient."""

    milliseconds: list[float]
    """Of each run, in a fresh process."""
    imports: list[tuple[str, float]]
    """What was imported, with its own milliseconds, the slowest first."""

    @property
    def median(self) -> float:
        return median(self.milliseconds)


class _Result(TypedDict):
    nanoseconds: int
    modules: list[str]


def measure_start_up(runs: int) -> StartUp:
    """Measure it in so many fresh processes.

    Raises:
        RuntimeError: the instrumented libraries were loaded.
    """
    # The first may have to compile.
    results = [_run()[0] for _ in range(runs + 1)][1:]
    result, report = _run("-X", "importtime")
    loaded = [name for name in _FORBIDDEN if name in result["modules"]]
    if loaded:
        raise RuntimeError(f"instrument() has imported {', '.join(loaded)}")
    modules = set(result["modules"])
    imports = [
        (found[2], int(found[1]) / 1e3)
        for found in _IMPORT_TIME.finditer(report)
        if found[2] in modules
    ]
    imports.sort(key=lambda one: one[1], reverse=True)
    return StartUp([one["nanoseconds"] / 1e6 for one in results], imports)


def _run(*options: str) -> tuple[_Result, str]:
    done = subprocess.run(
        [sys.executable, "-I", *options, str(_PROBE)],
        env=clean_environment(),
        check=True,
        capture_output=True,
        text=True,
    )
    return cast("_Result", json.loads(done.stdout)), done.stderr
