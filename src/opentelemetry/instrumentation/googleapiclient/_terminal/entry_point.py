# SPDX-License-Identifier: Apache-2.0
"""What the OpenTelemetry SDK loads for ``OTEL_TRACES_EXPORTER=googleapiclient_terminal``."""

from __future__ import annotations

import os
from collections.abc import Iterator
from importlib.metadata import entry_points
from logging import getLogger
from typing import Final

from opentelemetry.instrumentation.httplib2._support.guard import guarded

from .exporter import TerminalSpanExporter

__all__ = ["TerminalSpanExporter"]

_logger = getLogger(__name__)

_SIGNALS: Final = ("metrics", "logs")
_OTLP: Final = {"grpc": "otlp_proto_grpc", "http/protobuf": "otlp_proto_http"}


@guarded
def warn_of_missing_exporters() -> None:
    """Say what to do where the SDK is about to fail for want of another exporter.

    opentelemetry-distro sets the exporters of metrics and logs to OTLP, where they are not set. If
    that is not installed, the SDK gives up and the program runs untraced.
    """
    missing = list(_missing())
    if missing:
        _logger.warning(
            "%s: this exporter is not installed, so OpenTelemetry will not start, and no call will "
            "be drawn. Run opentelemetry-instrument with %s.",
            " and ".join(f"OTEL_{signal.upper()}_EXPORTER={name}" for signal, name in missing),
            " ".join(f"--{signal}_exporter none" for signal, _ in missing),
        )


def _missing() -> Iterator[tuple[str, str]]:
    """The signals whose exporter is not installed, and its name."""
    for signal in _SIGNALS:
        names = os.environ.get(f"OTEL_{signal.upper()}_EXPORTER", "")
        if names.strip().lower() in {"", "none"}:
            continue
        protocol = os.environ.get(
            f"OTEL_EXPORTER_OTLP_{signal.upper()}_PROTOCOL"
        ) or os.environ.get("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc")
        for name in map(str.strip, names.split(",")):
            installed = _OTLP.get(protocol.strip(), name) if name == "otlp" else name
            if not entry_points(group=f"opentelemetry_{signal}_exporter", name=installed):
                yield signal, names
                break


warn_of_missing_exporters()
