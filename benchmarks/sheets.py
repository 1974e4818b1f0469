# SPDX-License-Identifier: Apache-2.0
"""The figures in tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .case import BY_NAME
from .estimate import RATIOS, Bounded
from .figures import Figures
from .instructions import SIDES
from .instructions import sheet as instructions_sheet
from .limits import Measured, verdicts
from .sheet import Sheet
from .startup import START_UP


def sheets(figures: Figures) -> Iterator[Sheet]:
    """All of them."""
    measured = figures["measured"]
    cases = [case for case in measured if case in BY_NAME]
    yield _limits(measured)
    ratios = [f"{side} / {other}" for side, other in RATIOS]
    yield _sheet("Ratios of added times", measured, cases, ratios)
    title = "Added to one call, chunk or batch, in µs of processor time"
    yield _sheet(title, measured, cases, SIDES)
    if figures["instructions"]:
        yield instructions_sheet(figures["instructions"])
    threads = [name for name in measured if name.startswith("threads")]
    title = "Threads at once, each with a service of its own"
    yield _sheet(title, measured, threads, list(measured[threads[0]]))
    yield Sheet(
        "Start-up, in ms of processor time",
        ("", "median", "95 %"),
        [(what, number(one["value"]), _bounds(one)) for what, one in measured[START_UP].items()],
    )


def _limits(measured: Measured) -> Sheet:
    return Sheet(
        "Limits",
        ("", "what", "median", "95 %", "limit", "margin", "verdict"),
        [
            (
                *(one.limit.measured, one.limit.what),
                *(number(one.figure["value"]), _bounds(one.figure)),
                f"{one.limit.most:,g} {one.limit.unit}".strip(),
                *(f"{one.margin:+.0%}", "missed" if one.misses() else "held"),
            )
            for one in verdicts(measured)
        ],
    )


def _sheet(title: str, measured: Measured, names: Sequence[str], whats: Sequence[str]) -> Sheet:
    """Medians with their bounds; an empty cell where a side took no part."""

    def cell(name: str, what: str) -> str:
        one = measured[name].get(what)
        return f"{number(one['value'])} ({_bounds(one)})" if one else ""

    return Sheet(
        f"{title} (95 %)",
        ("", *whats),
        [(name, *(cell(name, what) for what in whats)) for name in names],
    )


def _bounds(one: Bounded) -> str:
    return f"{number(one['low'])} - {number(one['high'])}"


def number(value: float) -> str:
    """Three digits that count, or all in front of the point."""
    size = abs(value)
    return f"{value:,.{0 if size >= 100 else 1 if size >= 10 else 2}f}"  # noqa: PLR2004
