# SPDX-License-Identifier: Apache-2.0
"""Verdicts as a person reads them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from upstream.compare import Difference
from upstream.verdict import Verdict

_COLUMNS: Final = (
    "suite", "version", "active", "tests", "same", "flaky", "different", "faults", "fail anyway",
    "spans",
)  # fmt: skip
_TEXT_LINES: Final = 25


def table(verdicts: Sequence[Verdict]) -> Iterator[str]:
    rows = [_COLUMNS, *(_row(verdict) for verdict in verdicts)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_COLUMNS))]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def _row(verdict: Verdict) -> tuple[str, ...]:
    spans = verdict.active.activity.spans
    return (
        verdict.suite.distribution,
        verdict.version,
        "+".join(verdict.layers),
        str(verdict.tests),
        str(verdict.tests - len(verdict.unlike)),
        str(len(verdict.flaky)),
        str(len(verdict.different)),
        str(len(verdict.active.activity.faults)),
        str(verdict.failing_anyway),
        ", ".join(f"{layer} {spans.get(layer, 0)}" for layer in verdict.layers),
    )


def details(verdict: Verdict) -> Iterator[str]:
    """What is behind the figures, where there is anything to say."""
    head = f"{verdict.suite.distribution} with {'+'.join(verdict.layers)}"
    for layer in verdict.silent:
        yield f"{head}: no span of {layer}, so it was not active"
    for fault in verdict.active.activity.faults:
        yield f"{head}: {fault}"
    for one in verdict.unlike:
        yield f"{head}: {_kind(one)}: {one.test}"
        yield from (f"  - {what}" for what in one.lost)
        yield from (f"  + {what}" for what in one.added)
        if not one.flaky:
            for line in verdict.active.texts.get(one.test, "").splitlines()[-_TEXT_LINES:]:
                yield f"        {line}"


def failing_anyway(verdict: Verdict) -> Iterator[str]:
    """The tests that fail without us, so that what they would prove is not proved."""
    for test, text in verdict.without.texts.items():
        where = text.strip().rpartition("\n")[2]
        yield f"{verdict.suite.distribution} fails without us too: {test}: {where}"


def _kind(difference: Difference) -> str:
    if difference.flaky:
        return "flaky without us too"
    return "DIFFERENT" if difference.always else "DIFFERENT, now and then"
