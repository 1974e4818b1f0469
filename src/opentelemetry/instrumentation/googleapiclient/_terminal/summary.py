# SPDX-License-Identifier: Apache-2.0
"""What is said of all calls of a process when it ends."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from rich.box import SIMPLE
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from .text import duration
from .totals import Totals

_MAX_ROWS: Final = 30
_BATCH_PART: Final = "batch part"


def summarize(totals: Totals, process: int | None = None) -> Iterator[RenderableType]:
    """Yield the tables and what is to be said below them.

    Args:
        totals: what is told.
        process: the id of the process, if it is one of several.
    """
    title = Text("Google API calls", style="bold")
    if process is not None:
        title.append(f" of process {process}", style="not bold")
    yield title
    yield _methods(totals)
    if totals.causes:
        yield Text()
        yield _causes(totals)
    if remarks := list(_remarks(totals)):
        yield Text()
        yield from remarks


def _methods(totals: Totals) -> Table:
    table = _table(show_footer=True)
    table.add_column("method", "all calls", overflow="fold")
    table.add_column("calls", str(totals.calls), justify="right")
    table.add_column("failed", str(totals.failed), justify="right")
    table.add_column("retried", str(totals.retried), justify="right")
    table.add_column("waited", _seconds(totals.waited), justify="right")
    methods = sorted(totals.methods.values(), key=lambda one: (-one.failed, -one.calls, one.name))
    for method in methods[:_MAX_ROWS]:
        name = Text(method.name, style="bold")
        if method.form:
            name.append(f" ({method.form})", style="not bold dim")
        table.add_row(
            name,
            # Most parts that succeed have no span.
            "" if method.form == _BATCH_PART else str(method.calls),
            Text(_count(method.failed), style="red"),
            Text(_count(method.retried)),
            Text(_seconds(method.waited)),
        )
    _add_rest(table, len(methods))
    return table


def _causes(totals: Totals) -> Table:
    table = _table()
    table.add_column("cause", overflow="fold")
    table.add_column("failed", justify="right")
    table.add_column("retries", justify="right")
    table.add_column("waited", justify="right")
    table.add_column("owner", overflow="fold")
    table.add_column("retry", overflow="fold")
    causes = sorted(totals.causes.values(), key=lambda one: (-one.failed, -one.retries, one.name))
    for cause in causes[:_MAX_ROWS]:
        table.add_row(
            Text(cause.name, style="bold"),
            Text(_count(cause.failed), style="red"),
            Text(_count(cause.retries)),
            Text(_seconds(cause.waited)),
            Text(cause.owner or "", style="magenta"),
            Text(cause.retry or ""),
        )
    _add_rest(table, len(causes))
    return table


def _remarks(totals: Totals) -> Iterator[Text]:
    if totals.failed_parts:
        parts = "part of a batch" if totals.failed_parts == 1 else "parts of batches"
        yield Text(f"{totals.failed_parts} {parts} failed.")
    if totals.recovered:
        calls = "call" if totals.recovered == 1 else "calls"
        yield Text(f"{totals.recovered} {calls} succeeded only because the library retried.")
    if totals.resends:
        yield Text(
            f"{totals.requests:,} requests on the wire, {totals.resends.total():,} of them "
            f"resent: {_by_cause(totals.resends)}."
        )
    if totals.may_be_done_twice:
        calls = "call" if totals.may_be_done_twice == 1 else "calls"
        risk = f"{totals.may_be_done_twice} {calls} may have been carried out twice by the server."
        yield Text(risk, style="bold red")


def _table(*, show_footer: bool = False) -> Table:
    return Table(
        box=SIMPLE,
        show_edge=False,
        show_footer=show_footer,
        pad_edge=False,
        padding=(0, 1, 0, 0),
        header_style="dim",
    )


def _add_rest(table: Table, rows: int) -> None:
    if rows > _MAX_ROWS:
        table.add_row(Text(f"… {rows - _MAX_ROWS} more", style="dim"))


def _count(count: int) -> str:
    return f"{count:,}" if count else ""


def _seconds(seconds: float) -> str:
    return duration(seconds) if seconds else ""


def _by_cause(resends: Counter[str]) -> str:
    return ", ".join(f"{count:,} {cause}" for cause, count in resends.most_common())
