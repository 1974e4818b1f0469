# SPDX-License-Identifier: Apache-2.0
"""The traces received and drawn in the terminal, and the metrics added up below them."""

from __future__ import annotations

import io
import sys
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from rich.console import Console, Group
from rich.text import Text

from demo.application import SERVICE_NAME, DemoError
from demo.drawing import draw
from demo.morning import spend_morning
from demo.receiver import Receiver
from demo.story import Failure, is_call
from demo.summary import Summary
from demo.terminal import headline
from demo.tree import grow

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from rich.console import RenderableType

    from demo.spans import Span
    from demo.tree import Node


def show(console: Console, patterns: Sequence[str], svg: Path | None) -> None:
    """Draw the traces with a method or cause that a pattern matches; as SVG, too, if wanted."""
    with Receiver() as receiver:
        spend_morning(console, variables(receiver.endpoint))
        spans, measurements = receiver.spans(), receiver.measurements()
    if not any(map(is_call, spans)):
        raise missing("span")
    roots = grow(spans)
    summary = Summary.of(measurements, roots)
    if not summary.totals.calls.made:
        raise missing("metric")
    drawing = Group(
        headline("What the traces say", "one for each call of the Gmail API"),
        *drawn([root for root in roots if _matches(root, patterns)]),
        headline("What the metrics say", "all calls together"),
        summary.renderable(),
    )
    console.print(drawing)
    console.print(
        "\nTo see the same in a backend of your own, set OTEL_EXPORTER_OTLP_ENDPOINT "
        "(http://localhost:4318 for a local Jaeger) and run this again.",
        style="dim",
    )
    if svg:
        recorder = Console(record=True, width=console.width, file=io.StringIO(), highlight=False)
        recorder.print(drawing)
        recorder.save_svg(str(svg), title=SERVICE_NAME)


def missing(what: str) -> DemoError:
    """Return what to raise where nothing of a kind arrived."""
    return DemoError(
        f"no {what} of a Gmail call arrived: is opentelemetry-instrumentation-googleapiclient "
        f"installed for {sys.executable}, and nothing of it disabled or sent elsewhere by an OTEL_ "
        "variable?"
    )


def variables(endpoint: str) -> dict[str, str]:
    """Return what tells an application to send traces and metrics to a receiver."""
    return {
        "OTEL_TRACES_EXPORTER": "otlp",
        "OTEL_METRICS_EXPORTER": "otlp",
        "OTEL_LOGS_EXPORTER": "none",
        "OTEL_EXPORTER_OTLP_ENDPOINT": endpoint,
        "OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf",
    }


def drawn(roots: Sequence[Node]) -> Iterator[RenderableType]:
    """Yield the traces, a line apart."""
    for number, root in enumerate(roots):
        if number:
            yield Text()
        yield draw(root)


def _matches(root: Node, patterns: Sequence[str]) -> bool:
    names = {name for span in root.walk() for name in _names(span)}
    return any(fnmatchcase(name, pattern) for name in names for pattern in patterns)


def _names(span: Span) -> Iterator[str]:
    yield span.name
    failure = Failure.of(span)
    if failure and failure.cause:
        yield failure.cause
