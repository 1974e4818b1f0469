# SPDX-License-Identifier: Apache-2.0
"""The traces drawn in the terminal, which needs no backend."""

from __future__ import annotations

import os
import sys
from importlib.util import find_spec
from typing import Final

from demo.application import DemoError

EXPORTERS: Final = {
    "OTEL_TRACES_EXPORTER": "googleapiclient_terminal",
    "OTEL_METRICS_EXPORTER": "none",
    "OTEL_LOGS_EXPORTER": "none",
}


def options() -> str:
    """Return the same as options of opentelemetry-instrument."""
    return " ".join(
        f"--{name.removeprefix('OTEL_').lower()} {value}" for name, value in EXPORTERS.items()
    )


def variables() -> dict[str, str]:
    """Return what tells an application to draw its traces.

    Raises:
        DemoError: what draws them is not installed.
    """
    if find_spec("rich") is None:
        raise DemoError(
            "rich is missing, which draws the traces; install it with: "
            f"{sys.executable} -m pip install rich"
        )
    # Each trace below the lines of the log that it explains, not up to five seconds later.
    delay = os.environ.get("OTEL_BSP_SCHEDULE_DELAY", "50")
    return {**EXPORTERS, "OTEL_BSP_SCHEDULE_DELAY": delay}
