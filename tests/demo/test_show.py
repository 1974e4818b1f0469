# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import io
from typing import TYPE_CHECKING
from urllib.request import Request, urlopen

import handmade_metrics
import handmade_traces
import pytest
from rich.console import Console

from demo import show as module
from demo.application import DemoError
from demo.show import show

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from google.protobuf.message import Message


@pytest.fixture(name="output")
def _output() -> io.StringIO:
    return io.StringIO()


@pytest.fixture(name="demo")
def _demo(monkeypatch: pytest.MonkeyPatch, output: io.StringIO) -> Callable[..., None]:
    """The demo, with exports made by hand in place of the application."""

    def run(exports: Mapping[str, Message], *patterns: str) -> None:
        def spend_morning(_: Console, telemetry: Mapping[str, str]) -> None:
            endpoint = telemetry["OTEL_EXPORTER_OTLP_ENDPOINT"]
            for path, export in exports.items():
                headers = {"Content-Type": "application/x-protobuf"}
                body = export.SerializeToString()
                urlopen(Request(endpoint + path, body, headers), timeout=5).close()

        monkeypatch.setattr(module, "spend_morning", spend_morning)
        console = Console(file=output, width=100, force_terminal=False)
        show(console, patterns or ["*"], None)

    return run


def test_metrics_stand_below_the_traces(demo: Callable[..., None], output: io.StringIO) -> None:
    traces, metrics = handmade_traces.morning(), handmade_metrics.morning()
    demo({"/v1/traces": traces.export(), "/v1/metrics": metrics.export()})
    drawn, _, ending = output.getvalue().partition("What the metrics say")
    assert drawn.count("gmail.users.messages.send") == 2
    assert "all methods" in ending


def test_patterns_choose_traces_and_leave_the_metrics_alone(
    demo: Callable[..., None], output: io.StringIO
) -> None:
    traces, metrics = handmade_traces.morning(), handmade_metrics.morning()
    exports = {"/v1/traces": traces.export(), "/v1/metrics": metrics.export()}
    demo(exports, "*.attachments.get", "not_found")
    drawn, _, ending = output.getvalue().partition("What the metrics say")
    roots = [line.split()[1] for line in drawn.splitlines() if line.startswith(("✔", "✖"))]
    assert roots == ["gmail.users.messages.attachments.get", "gmail.batch"]
    assert "1 call succeeded only because the library repeated it." in ending
    assert "gmail.users.messages.send" in ending


@pytest.mark.parametrize(("path", "missing"), [("/v1/metrics", "span"), ("/v1/traces", "metric")])
def test_what_did_not_arrive_is_told(
    demo: Callable[..., None], output: io.StringIO, path: str, missing: str
) -> None:
    exports: dict[str, Message] = {
        "/v1/traces": handmade_traces.morning().export(),
        "/v1/metrics": handmade_metrics.morning().export(),
    }
    with pytest.raises(DemoError, match=f"^no {missing} of a Gmail call arrived"):
        demo({path: exports[path]})
    assert not output.getvalue()
