# SPDX-License-Identifier: Apache-2.0
"""How long both instrumentors take to load, and how long each of their modules."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Final, TypedDict, cast

from .environment import clean_environment

_PROBE: Final = Path(__file__).with_name("startup_probe.py")
# import time: self [us] | cumulative | imported package
_IMPORT_TIME: Final = re.compile(r"import time:\s*(\d+) \|\s*\d+ \|\s*(\S+)")
_FORBIDDEN: Final = ("googleapiclient", "httplib2")
_OURS: Final = re.compile(r"opentelemetry\.instrumentation\.(?:googleapiclient|httplib2)(?:\.|\Z)")


class Import(TypedDict):
    """A module that was loaded for it."""

    module: str
    milliseconds: float
    """Its own, without what it imports in turn; longer than usual, for being watched."""


class StartUp(TypedDict):
    """What a program pays, in milliseconds of each run, in fresh processes."""

    idle: list[float]
    """Where it never imports googleapiclient."""
    used: list[float]
    """Where it does, on top of what that takes alone."""
    idle_imports: list[Import]
    """All that is imported where googleapiclient is not, the slowest first."""
    own_imports: list[Import]
    """Of our own modules, where googleapiclient is imported, the slowest first."""


class _Result(TypedDict):
    nanoseconds: int
    modules: list[str]


def measure_start_up(runs: int) -> StartUp:
    """Measure it in so many fresh processes of each kind.

    Raises:
        RuntimeError: the instrumented libraries were loaded though the program did not.
    """
    idle, loaded = _watch("idle")
    found = [name for name in _FORBIDDEN if name in loaded]
    if found:
        raise RuntimeError(f"instrument() has imported {', '.join(found)}")
    used, _ = _watch("used")
    # Those were also the first runs, which may have to compile.
    times = [{kind: _milliseconds(kind) for kind in ("idle", "used", "bare")} for _ in range(runs)]
    return StartUp(
        idle=[one["idle"] for one in times],
        used=[one["used"] - one["bare"] for one in times],
        idle_imports=idle,
        own_imports=[one for one in used if _OURS.match(one["module"])],
    )


def _milliseconds(program: str) -> float:
    return _run(program)[0]["nanoseconds"] / 1e6


def _watch(program: str) -> tuple[list[Import], set[str]]:
    result, report = _run(program, "-X", "importtime")
    modules = set(result["modules"])
    imports = [
        Import(module=found[2], milliseconds=int(found[1]) / 1e3)
        for found in _IMPORT_TIME.finditer(report)
        if found[2] in modules
    ]
    return sorted(imports, key=lambda one: one["milliseconds"], reverse=True), modules


def _run(program: str, *options: str) -> tuple[_Result, str]:
    done = subprocess.run(
        [sys.executable, "-I", *options, str(_PROBE), program],
        env=clean_environment(),
        check=True,
        capture_output=True,
        text=True,
    )
    return cast("_Result", json.loads(done.stdout)), done.stderr
