# SPDX-License-Identifier: Apache-2.0
"""What runs this: the machine, and the environment that the timed processes get."""

from __future__ import annotations

import os
import platform
import re
from contextlib import suppress
from pathlib import Path
from typing import TypedDict


class Machine(TypedDict):
    """What the figures hold for."""

    platform: str
    processor: str
    cores: int | None
    load: float | None
    """Of the last minute: how many processes wanted to work."""


def this_machine() -> Machine:
    """What is known of this machine."""
    return Machine(
        platform=platform.platform(),
        processor=_processor() or platform.processor(),
        cores=os.cpu_count(),
        load=os.getloadavg()[0] if hasattr(os, "getloadavg") else None,
    )


def _processor() -> str | None:
    with suppress(OSError):
        found = re.search(r"model name\s*: (.+)", Path("/proc/cpuinfo").read_text("utf-8"))
        return found and found[1]
    return None


def is_busy(machine: Machine) -> bool:
    """Whether others work on this machine as well."""
    return machine["load"] is not None and machine["load"] > (machine["cores"] or 1) / 2


def clean_environment() -> dict[str, str]:
    """The environment variables, without those that configure Python or OpenTelemetry."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("OTEL_", "PYTHON"))
    }
