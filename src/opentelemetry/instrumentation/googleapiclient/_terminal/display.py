# SPDX-License-Identifier: Apache-2.0
"""What is shown of the spans of a process: its calls as they end, and a summary at last."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence

from opentelemetry.instrumentation.httplib2._support.guard import guarded
from rich.text import Text

from .drawing import draw, draw_line, has_failed, is_plain
from .open_traces import OpenTraces, Trace
from .options import Options
from .output import Output
from .spans import Span
from .summary import summarize
from .totals import Totals


class Display:
    """Takes spans in the order of their ends. Not thread-safe."""

    def __init__(self, options: Options, output: Output) -> None:
        self._options = options
        self._output = output
        self._traces = OpenTraces()
        self._totals = Totals()
        self._first_process = os.getpid()
        self._ended_blank = False
        """Whether the last line that was drawn is a blank one."""

    def add(self, spans: Sequence[Span]) -> None:
        """Show the calls that these spans complete."""
        for span in spans:
            self._totals.add(span)
        self._show(self._traces.add(spans))

    def close(self) -> None:
        """Show what is left, and the summary."""
        self._show(self._traces.close())
        if self._options.summary and self._totals.calls:
            before = [] if self._ended_blank else [Text()]
            process = os.getpid()
            if process == self._first_process:
                self._output.write([*before, *summarize(self._totals)])
            else:
                # Something of another process may follow.
                self._output.write([*before, *summarize(self._totals, process), Text()])

    def forget(self) -> None:
        """Forget all spans: those of a parent process are shown there."""
        self._traces = OpenTraces()
        self._totals = Totals()
        self._ended_blank = False

    def _show(self, traces: Iterable[Trace]) -> None:
        for trace in traces:
            self._show_one(trace)

    @guarded
    def _show_one(self, trace: Trace) -> None:
        if self._options.show == "failures" and not has_failed(trace.node):
            return
        self._ended_blank = not is_plain(trace.node)
        if is_plain(trace.node):
            self._output.write([draw_line(trace)])
        else:
            self._output.write([draw(trace), Text()])
