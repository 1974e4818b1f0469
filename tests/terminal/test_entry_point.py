# SPDX-License-Identifier: Apache-2.0
"""What the SDK loads, and what it says where another exporter is missing."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import entry_points

import pytest
from opentelemetry.instrumentation.googleapiclient._terminal import entry_point
from opentelemetry.sdk.trace.export import SpanExporter


@pytest.fixture(autouse=True)
def _no_exporters(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("METRICS", "LOGS"):
        monkeypatch.delenv(f"OTEL_{name}_EXPORTER", raising=False)
        monkeypatch.delenv(f"OTEL_EXPORTER_OTLP_{name}_PROTOCOL", raising=False)
    monkeypatch.delenv("OTEL_EXPORTER_OTLP_PROTOCOL", raising=False)


def test_the_sdk_finds_the_exporter() -> None:
    (found,) = entry_points(group="opentelemetry_traces_exporter", name="googleapiclient_terminal")
    assert issubclass(found.load(), SpanExporter)


def test_loading_it_loads_neither_rich_nor_the_libraries() -> None:
    code = (
        "import sys, opentelemetry.instrumentation.googleapiclient._terminal.entry_point;"
        "print(sorted({'rich', 'googleapiclient', 'httplib2'} & set(sys.modules)))"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout == "[]\n"


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({}, None),
        ({"OTEL_METRICS_EXPORTER": "none", "OTEL_LOGS_EXPORTER": " None "}, None),
        ({"OTEL_METRICS_EXPORTER": "console"}, None),
        ({"OTEL_METRICS_EXPORTER": "otlp", "OTEL_LOGS_EXPORTER": "otlp"}, None),
        (
            {"OTEL_METRICS_EXPORTER": "otlp", "OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf"},
            None,
        ),
        (
            {"OTEL_METRICS_EXPORTER": "elsewhere", "OTEL_LOGS_EXPORTER": "console, nowhere"},
            "OTEL_METRICS_EXPORTER=elsewhere and OTEL_LOGS_EXPORTER=console, nowhere: this "
            "exporter is not installed, so OpenTelemetry will not start, and no call will be "
            "drawn. Run opentelemetry-instrument with --metrics_exporter none --logs_exporter "
            "none.",
        ),
    ],
)
def test_a_missing_exporter_of_another_signal_is_told(
    variables: dict[str, str],
    said: str | None,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    entry_point.warn_of_missing_exporters()
    assert [record.getMessage() for record in caplog.records] == ([said] if said else [])
