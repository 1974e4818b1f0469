# SPDX-License-Identifier: Apache-2.0
"""The end of the demo: what all calls cost together, and what went wrong how often.

It is computed from metrics. Spans add what no metric says: whether a repeat has a chance, and which
calls succeeded only because they were repeated.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.box import SIMPLE
from rich.console import Group
from rich.table import Table
from rich.text import Text

from demo.story import HARMLESS, Failure, Repeats, is_call, shape
from demo.text import duration
from demo.totals import Calls, Totals

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from rich.console import RenderableType

    from demo.measurements import Measurement
    from demo.totals import Method
    from demo.tree import Node

# https://developers.google.com/workspace/gmail/api/reference/quota, for projects since 2026-05
_UNITS_PER_MINUTE_AND_USER = 6_000
_UNITS_PER_MINUTE_AND_PROJECT = 1_200_000


@dataclass(frozen=True, slots=True)
class Summary:
    """All calls together."""

    totals: Totals
    retryable: Mapping[str, bool]
    """By cause."""
    recovered: int
    """Calls that failed at first and succeeded when the library repeated them."""

    @classmethod
    def of(cls, measurements: Iterable[Measurement], traces: Iterable[Node]) -> Summary:
        """Add up what was received."""
        calls = [span for root in traces for span in root.walk() if is_call(span)]
        failures = [failure for call in calls if (failure := Failure.of(call))]
        return cls(
            totals=Totals.of(measurements),
            retryable={
                failure.cause: failure.retryable
                for failure in failures
                if failure.cause and failure.retryable is not None
            },
            recovered=sum(Repeats.of(call).count > 0 and not call.failed for call in calls),
        )

    def renderable(self) -> RenderableType:
        """Return the tables and what is to be said below them."""
        parts: list[RenderableType] = [self._methods(), *self._limits()]
        if self.totals.causes:
            parts += [Text(), self._causes()]
        if remarks := list(self._remarks()):
            parts += [Text(), *remarks]
        return Group(*parts)

    def _methods(self) -> Table:
        totals = self.totals
        table = _table(show_footer=True)
        table.add_column("method", "all methods", overflow="fold")
        table.add_column("calls", str(totals.calls.made), justify="right")
        table.add_column("failed", str(totals.calls.failed), justify="right")
        table.add_column("waited", _seconds(totals.waited), justify="right")
        table.add_column("quota units", f"{totals.units:,}", justify="right")
        for method in sorted(totals.methods.values(), key=lambda each: (-each.units, each.name)):
            for row in _rows(method):
                table.add_row(*row)
        return table

    def _causes(self) -> Table:
        table = _table()
        table.add_column("cause", overflow="fold")
        table.add_column("failed", justify="right")
        table.add_column("repeats", justify="right")
        table.add_column("waited", justify="right")
        table.add_column("owner", overflow="fold")
        table.add_column("retryable")
        for cause in sorted(
            self.totals.causes.values(), key=lambda each: (-each.failed, each.name)
        ):
            retryable = self.retryable.get(cause.name)
            table.add_row(
                Text(cause.name, style="bold"),
                Text(str(cause.failed), style="red" if cause.failed else ""),
                str(cause.repeats or ""),
                Text(_seconds(cause.waited), style="yellow"),
                Text(cause.owner or "", style="magenta"),
                "" if retryable is None else "yes" if retryable else "no",
            )
        return table

    def _limits(self) -> Iterator[Text]:
        if self.totals.units:
            yield Text(
                f"Gmail allows {_UNITS_PER_MINUTE_AND_USER:,} quota units per minute to each user "
                f"and {_UNITS_PER_MINUTE_AND_PROJECT:,} to the project (published 2026-05). "
                "The sum of a process that serves several mailboxes compares with the project's "
                "limit only.",
                style="dim",
            )

    def _remarks(self) -> Iterator[Text]:
        if self.recovered:
            calls = "call" if self.recovered == 1 else "calls"
            yield Text(f"{self.recovered} {calls} succeeded only because the library repeated it.")
        totals = self.totals
        if not totals.resends:
            return
        yield Text(
            f"{totals.requests} requests on the wire, {totals.resends.total()} of them "
            f"sent again: {_by_cause(totals.resends)}."
        )
        for method in sorted({method for method, _ in totals.resends} - HARMLESS):
            resends = Counter({key: n for key, n in totals.resends.items() if key[0] == method})
            were = "was" if resends.total() == 1 else "were"
            remark = Text(f"{resends.total()} of these {were} {method}: {_by_cause(resends)}.")
            if resends[method, "no_response"]:
                risk = "the server may have acted on the one before, too: this may be done twice"
                remark.append(f" After no_response {risk}.", style="bold yellow")
            yield remark


def _table(*, show_footer: bool = False) -> Table:
    return Table(
        box=SIMPLE,
        show_edge=False,
        show_footer=show_footer,
        pad_edge=False,
        padding=(0, 1, 0, 0),
        header_style="dim",
    )


def _rows(method: Method) -> Iterator[tuple[Text, str, Text, Text, str]]:
    """A row for each shape of its calls; what is only known of all of them, in the first one."""
    found = method.calls or {"execute": Calls()}
    ordinary_first = sorted(found.items(), key=lambda item: (item[0] != "execute", item[0]))
    for number, (operation, calls) in enumerate(ordinary_first):
        form = shape(method.name, operation)
        label = Text("  " if number else method.name, style="bold")
        if form:
            label.append(f" ({form})", style="not bold dim")
        yield (
            label,
            str(calls.made),
            Text(str(calls.failed or ""), style="red"),
            Text("" if number else _seconds(method.waited), style="yellow"),
            "" if number or not method.units else f"{method.units:,}",
        )


def _seconds(seconds: float) -> str:
    return duration(seconds) if seconds else ""


def _by_cause(resends: Mapping[tuple[str, str], int]) -> str:
    counts: Counter[str] = Counter()
    for (_, cause), count in resends.items():
        counts[cause] += count
    return ", ".join(f"{count} {cause}" for cause, count in counts.most_common())
