# SPDX-License-Identifier: Apache-2.0
"""The figures in tables: what they say, not how they look."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from statistics import median
from typing import Final

from . import instructions
from .case import BY_NAME
from .figures import RATIOS, Bounded, Figures
from .scale.results import Growth
from .sheet import Sheet
from .startup import Import
from .verdict import verdicts

_SIDES: Final = ("floor", "wire", "call", "both", "peer")
_SLOWEST: Final = 12
_MIB: Final = 2**20


def sheets(figures: Figures) -> Iterator[Sheet]:
    """All of them."""
    yield _limits(figures)
    yield _ratios(figures)
    yield _times(figures)
    counted = figures["instructions"]
    if counted is not None:
        yield instructions.sheet(instructions.Instructions(**counted))
    yield _threads(figures)
    yield _bulk(figures)
    yield _growth(figures["scale"]["growth"])
    yield _start_up(figures)
    start_up = figures["start_up"]
    yield _imports("The slowest imports where it is not imported", start_up["idle_imports"])
    yield _imports("The slowest of our modules where it is", start_up["own_imports"])


def _limits(figures: Figures) -> Sheet:
    def rows() -> Iterator[Sequence[str]]:
        for one in verdicts(figures):
            bounds = "" if one.low is None else f"{one.low:.2f} - {one.high:.2f}"
            yield (
                *(one.name, one.what, f"{one.value:.2f}", bounds, f"{one.limit:.2f}"),
                *(f"{one.margin:+.0%}", "missed" if one.misses() else "held"),
            )

    return Sheet(
        "Limits",
        ("", "what", "value", "95 %, of start-up all", "limit", "margin", "verdict"),
        list(rows()),
    )


def _ratios(figures: Figures) -> Sheet:
    known = {(one["case"], one["side"], one["other"]): one for one in figures["ratios"]}

    def cell(case: str, side: str, other: str) -> str:
        one = known.get((case, side, other))
        if one is not None:
            return f"{one['ratio']['value']:.2f} ({_bounds(one['ratio'])})"
        if other == "floor":
            return "nothing to write"
        shown = BY_NAME[case].scenario.spans.peer or "peer" not in figures["environments"]
        return "" if shown else "the peer shows nothing"

    limited = {one["case"] for one in figures["ratios"] if one["limit"] is not None}
    return Sheet(
        "Other ratios of added times (95 %)",
        ("", *(f"{side} / {other}" for side, other in RATIOS)),
        [
            (case, *(cell(case, *pair) for pair in RATIOS))
            for case in figures["times"]
            if case not in limited
        ],
    )


def _times(figures: Figures) -> Sheet:
    return Sheet(
        "Added to one execution, in µs of processor time (± 95 %)",
        ("", "bare", *_SIDES),
        [
            (
                case,
                f"{times['bare']:.1f}",
                *(
                    _with_spread(times["added"][side]) if side in times["added"] else ""
                    for side in _SIDES
                ),
            )
            for case, times in figures["times"].items()
        ],
    )


def _threads(figures: Figures) -> Sheet:
    return Sheet(
        "Threads at once, each with a service of its own",
        ("threads", "bare, calls/s", "both, calls/s", "added, µs of processor time per call"),
        [
            (
                str(one["threads"]),
                f"{one['bare_calls_per_second']:,.0f}",
                f"{one['both_calls_per_second']:,.0f}",
                f"{one['added_microseconds']:.1f}",
            )
            for one in figures["scale"]["threads"]
        ],
    )


def _bulk(figures: Figures) -> Sheet:
    return Sheet(
        "Big things",
        ("", "bare, ms", "added by both, ms", "added per part or chunk, µs"),
        [
            (
                one["name"],
                f"{one['bare_milliseconds']:.1f}",
                f"{one['added_milliseconds']:.1f}",
                f"{one['added_milliseconds'] / one['units'] * 1e3:.1f}" if one["units"] > 1 else "",
            )
            for one in figures["scale"]["bulk"]
        ],
    )


def _growth(growth: Iterable[Growth]) -> Sheet:
    return Sheet(
        "Memory of a process that goes on calling, with both layers and metrics",
        ("", "after calls", "resident, MiB", "blocks"),
        [
            (
                one["name"],
                f"{point['calls']:,}",
                f"{point['resident_bytes'] / _MIB:.1f}",
                f"{point['blocks']:,}",
            )
            for one in growth
            for point in one["points"]
        ],
    )


def _start_up(figures: Figures) -> Sheet:
    start_up = figures["start_up"]
    return Sheet(
        "Start-up of a program with both instrumentors, on top of what any instrumentor costs",
        ("", "median, ms", "fastest", "slowest"),
        [
            (name, *(f"{of(times):.2f}" for of in (median, min, max)))
            for name, times in (
                ("googleapiclient is never imported", start_up["idle"]),
                ("googleapiclient is imported", start_up["used"]),
            )
        ],
    )


def _imports(title: str, imports: Sequence[Import]) -> Sheet:
    return Sheet(
        f"{title}, {min(_SLOWEST, len(imports))} of {len(imports)}",
        ("module", "ms"),
        [(one["module"], f"{one['milliseconds']:.2f}") for one in imports[:_SLOWEST]],
    )


def _bounds(bounded: Bounded) -> str:
    return f"{bounded['low']:.2f} - {bounded['high']:.2f}"


def _with_spread(bounded: Bounded) -> str:
    return f"{bounded['value']:.1f} ±{(bounded['high'] - bounded['low']) / 2:.1f}"
