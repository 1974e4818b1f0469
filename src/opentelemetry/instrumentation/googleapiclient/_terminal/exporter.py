# SPDX-License-Identifier: Apache-2.0
"""The span exporter that draws calls of Google APIs on standard error."""

from __future__ import annotations

import os
import weakref
from collections import deque
from collections.abc import Callable, Sequence
from logging import getLogger
from threading import Lock, get_ident
from typing import TYPE_CHECKING, Final, TextIO

from opentelemetry.instrumentation.httplib2._support.guard import guarded, warn_once
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult

from .options import read_options
from .spans import read

if TYPE_CHECKING:
    from .display import Display

_logger = getLogger(__name__)

_MAX_WAITING: Final = 4_096
"""Exports that wait while another thread draws, which takes long only where nobody reads."""

_FORK_PATIENCE: Final = 1.0
"""Seconds that a fork waits for a drawing to end."""


class TerminalSpanExporter(SpanExporter):
    """Draws each call of a Google API when it ends, and sums them up at exit.

    Options are read from the environment, see ``environment_variables``. Without rich, one warning
    says so and nothing is drawn.

    A thread that finds another one drawing leaves its spans to that one, so that it does not wait,
    and a signal handler that makes a call while its thread draws does not block itself.
    """

    def __init__(self, stream: TextIO | None = None) -> None:
        """Make an exporter.

        Args:
            stream: where to draw; if None, on standard error.
        """
        self._waiting: deque[Sequence[ReadableSpan] | None] = deque(maxlen=_MAX_WAITING)
        """Exports that are not drawn yet; None for the end."""
        self._drawing = Lock()
        self._closed = False
        self._display = _display(stream)
        self._forking: set[int] = set()
        """Threads that keep others from drawing, because they fork."""
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(
                before=_weakly(self._before_fork),
                after_in_parent=_weakly(self._after_fork),
                after_in_child=_weakly(self._begin_anew),
            )

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Draw the calls that these spans complete."""
        if not self._closed:
            self._waiting.append(spans)
            self._draw_all()
        return SpanExportResult.SUCCESS

    def shutdown(self) -> None:
        """Draw what is left, and the summary."""
        if not self._closed:
            self._closed = True
            self._waiting.append(None)
            self._draw_all()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:  # noqa: ARG002 - the SDK's signature
        """Do nothing: what could be drawn is."""
        return True

    def _draw_all(self) -> None:
        # What comes while the lock is held here is looked for again after its release.
        while self._waiting and self._drawing.acquire(blocking=False):
            try:
                while self._waiting:
                    self._draw(self._waiting.popleft())
            finally:
                self._drawing.release()

    @guarded
    def _draw(self, spans: Sequence[ReadableSpan] | None) -> None:
        if self._display is None:
            return
        if spans is None:
            self._display.close()
        else:
            self._display.add([span for one in spans if (span := _read(one))])

    @guarded
    def _before_fork(self) -> None:
        """Let no thread draw: an import, for one, that is half done stays so in the new process."""
        if self._drawing.acquire(timeout=_FORK_PATIENCE):
            self._forking.add(get_ident())

    @guarded
    def _after_fork(self) -> None:
        if get_ident() in self._forking:
            self._forking.discard(get_ident())
            self._drawing.release()
            self._draw_all()

    @guarded
    def _begin_anew(self) -> None:
        """Forget all in a forked process: the spans, and the threads, are the parent's."""
        self._drawing = Lock()
        self._forking.clear()
        self._waiting.clear()
        if self._display is not None:
            self._display.forget()


_read = guarded(read)


def _weakly(method: Callable[[], object]) -> Callable[[], None]:
    """A function that calls a method, and does not keep its object alive."""
    reference = weakref.WeakMethod(method)

    def call() -> None:
        alive = reference()
        if alive is not None:
            alive()

    return call


@guarded
def _display(stream: TextIO | None) -> Display | None:
    options = read_options()
    try:
        from .display import Display  # noqa: PLC0415 - rich is an extra
        from .output import Output  # noqa: PLC0415
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "rich":
            raise
        warn_once(
            _logger,
            "rich",
            "googleapiclient_terminal draws nothing without rich. Install it with: "
            "pip install 'opentelemetry-instrumentation-googleapiclient[terminal]'",
        )
        return None
    return Display(options, Output(stream, options.width))
