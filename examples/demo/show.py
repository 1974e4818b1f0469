# SPDX-License-Identifier: Apache-2.0
"""The traces received and drawn in the terminal, and the metrics added up below them."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from rich.console import Group
from rich.text import Text

from demo.application import SERVICE_NAME, DemoError
from demo.drawing import draw
from demo.morning import spend_morning
from demo.picture import save_svg
from demo.receiver import Receiver
from demo.story import Attempt, Failure, is_call
from demo.summary import Summary
from demo.terminal import headline
from demo.tree import grow

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from rich.console import Console, RenderableType

    from demo.spans import Span
    from demo.tree import Node


@dataclass(frozen=True)
class Watched:
    """What was received of one morning."""

    roots: Sequence[Node]
    summary: Summary

    def traces(self, patterns: Sequence[str]) -> Group:
        """Draw the traces with a method, cause or cause of a resend that a pattern matches."""
        return Group(*drawn([root for root in self.roots if _matches(root, patterns)]))


def watch(console: Console) -> Watched:
    """Let the morning pass, and receive its traces and metrics.

    Raises:
        DemoError: the application failed, or nothing of its calls arrived.
    """
    with Receiver() as receiver:
        spend_morning(console, variables(receiver.endpoint))
        spans, measurements = receiver.spans(), receiver.measurements()
    if not any(map(is_call, spans)):
        raise missing("span")
    roots = grow(spans)
    summary = Summary.of(measurements, roots)
    if not summary.totals.calls.made:
        raise missing("metric")
    return Watched(roots, summary)


def show(console: Console, patterns: Sequence[str], svg: Path | None) -> None:
    """Draw the traces that a pattern matches, and the metrics; as SVG, too, if wanted."""
    watched = watch(console)
    drawing = Group(
        headline("What the traces say", "one for each call of the Gmail API"),
        watched.traces(patterns),
        headline("What the metrics say", "all calls together"),
        watched.summary.renderable(),
    )
    console.print(drawing)
    console.print(
        "\nTo see the same in a backend of your own, set OTEL_EXPORTER_OTLP_ENDPOINT "
        "(http://localhost:4318 for a local Jaeger) and run this again.",
        style="dim",
    )
    if svg:
        save_svg(drawing, svg, title=SERVICE_NAME, width=console.width)


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
    attempt = Attempt.of(span)
    if attempt and attempt.resend_cause:
        yield attempt.resend_cause
