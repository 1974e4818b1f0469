# SPDX-License-Identifier: Apache-2.0
"""Runs programs in processes of their own, as ``python`` or ``opentelemetry-instrument`` does."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

_INSTRUMENT: Final = Path(sys.executable).parent / "opentelemetry-instrument"
_EXAMPLES: Final = Path(__file__).parents[2] / "examples"
_TIMEOUT: Final = 120
"""Seconds, after which a program is taken to hang."""

# Spans come after all that the program prints, in the place where it prints.
_ENVIRONMENT: Final = {
    "OTEL_TRACES_EXPORTER": "console",
    "OTEL_METRICS_EXPORTER": "none",
    "OTEL_LOGS_EXPORTER": "none",
    "OTEL_PYTHON_LOG_LEVEL": "warning",
    "OTEL_BSP_SCHEDULE_DELAY": f"{_TIMEOUT * 1000}",
}


@dataclass(frozen=True, slots=True)
class Ran:
    """What became of a program."""

    exit_status: int
    output: str
    errors: str

    @property
    def spans(self) -> list[dict[str, Any]]:
        """The spans in its output, in the order in which they ended."""
        return spans_in(self.output)


def spans_in(output: str) -> list[dict[str, Any]]:
    """The spans that the console exporter wrote, among lines that have no brace."""
    decoder, spans, rest = json.JSONDecoder(), list[dict[str, Any]](), output
    while "{" in rest:
        span, end = decoder.raw_decode(rest[rest.index("{") :])
        spans.append(span)
        rest = rest[rest.index("{") + end :]
    return spans


def run(
    *arguments: str | Path, instrumented: bool = True, environment: Mapping[str, str] | None = None
) -> Ran:
    """Run Python with these arguments, and with this added to the environment.

    Raises:
        subprocess.TimeoutExpired: It did not end.
    """
    launcher = [_INSTRUMENT] if instrumented else []
    done = subprocess.run(
        [*launcher, sys.executable, *arguments],
        env={
            **os.environ,
            "PYTHONPATH": str(_EXAMPLES),
            **_ENVIRONMENT,
            **(environment or {}),
        },
        capture_output=True,
        stdin=subprocess.DEVNULL,
        text=True,
        timeout=_TIMEOUT,
        check=False,
    )
    return Ran(done.returncode, done.stdout, done.stderr)
