# SPDX-License-Identifier: Apache-2.0
"""What all traces say together: each cause with its count, its owner and the time it cost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.console import Group
from rich.table import Table
from rich.text import Text

from demo.story import Failure, Repeats, is_call, waits
from demo.text import duration

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.console import RenderableType

    from demo.spans import Span
    from demo.tree import Node

_NOT_TOLD = "-"


@dataclass(slots=True)
class Cause:
    """What one cause did to all calls."""

    name: str
    failed_calls: int = 0
    repeats: int = 0
    waited: float = 0.0
    owner: str | None = None
    retryable: bool | None = None


@dataclass(frozen=True, slots=True)
class Summary:
    """The calls of all traces, counted."""

    calls: int
    failed: int
    recovered: int
    """Calls that failed at first and succeeded when they were repeated."""
    waited: float
    causes: tuple[Cause, ...]

    @classmethod
    def of(cls, roots: Iterable[Node]) -> Summary:
        """Count the calls in these traces."""
        calls = [span for root in roots for span in root.walk() if is_call(span)]
        causes: dict[str, Cause] = {}
        for call in calls:
            _count(call, causes)
        return cls(
            calls=len(calls),
            failed=sum(call.failed for call in calls),
            recovered=sum(Repeats.of(call).count > 0 and not call.failed for call in calls),
            waited=sum(Repeats.of(call).wait or 0.0 for call in calls),
            causes=tuple(
                sorted(causes.values(), key=lambda cause: (-cause.failed_calls, cause.name))
            ),
        )

    def renderable(self) -> RenderableType:
        """Return the table, where anything went wrong, and the sentence."""
        sentence = self.sentence()
        return Group(self.table(), sentence) if self.causes else sentence

    def sentence(self) -> Text:
        """Say all in one sentence."""
        calls = "1 call" if self.calls == 1 else f"{self.calls} calls"
        text = Text.assemble(
            f"{calls}: {self.calls - self.failed} succeeded",
            (f" ({self.recovered} of them only when repeated)" if self.recovered else ""),
            ", ",
            (f"{self.failed} failed", "bold red" if self.failed else ""),
        )
        return text.append(f"; {duration(self.waited)} spent waiting." if self.waited else ".")

    def table(self) -> Table:
        """Return a table with a row for each cause."""
        table = Table(title="What went wrong", title_justify="left", title_style="bold")
        table.add_column("cause", overflow="fold")
        table.add_column("failed", justify="right")
        table.add_column("repeats", justify="right")
        table.add_column("waited", justify="right")
        table.add_column("owner", overflow="fold")
        table.add_column("retryable")
        for cause in self.causes:
            table.add_row(
                Text(cause.name, style="bold"),
                str(cause.failed_calls),
                str(cause.repeats or ""),
                duration(cause.waited) if cause.waited else "",
                Text(cause.owner or _NOT_TOLD, style="magenta"),
                _NOT_TOLD if cause.retryable is None else "yes" if cause.retryable else "no",
            )
        return table


def _count(call: Span, causes: dict[str, Cause]) -> None:
    def cause_named(name: str | None) -> Cause:
        return causes.setdefault(name or _NOT_TOLD, Cause(name or _NOT_TOLD))

    for wait in waits(call):
        cause = cause_named(wait.cause)
        cause.repeats += 1
        cause.waited += wait.delay or 0.0
    if failure := Failure.of(call):
        cause = cause_named(failure.cause)
        cause.failed_calls += 1
        cause.owner = cause.owner or failure.owner
        cause.retryable = failure.retryable if cause.retryable is None else cause.retryable
