# SPDX-License-Identifier: Apache-2.0
"""Figures of what the checks of this run covered, printed at the end of the run.

A check says what it did where it did it::

    from support import figures

    figures.add("leaks", "values searched", len(values))  # counts add up
    figures.add("leaks", "leaks", 0)  # a zero is a figure too
    figures.peak("hostile input", "slowest", 12.3, "ms")  # the largest of all is kept

and pytest ends with a line for each check, its figures in the order in which they first came::

    ================================ figures ================================
    leaks: 8,120 values searched, 0 leaks
    hostile input: slowest 12.3 ms

Add a figure before the assertion that it belongs to, so that a failing run shows it too. Figures
are of this process: a test that starts others brings their figures back and adds them itself.
Under pytest-xdist the workers' figures are put together. (This module is a pytest plugin, loaded by
``tests/conftest.py``.)
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import pytest


@dataclass(kw_only=True)
class _Figure:
    check: str
    name: str
    value: float
    unit: str
    """Where it has one, the name stands before the value: ``slowest 12.3 ms``."""
    is_peak: bool

    def take(self, value: float) -> None:
        self.value = max(self.value, value) if self.is_peak else self.value + value

    def __str__(self) -> str:
        number = f"{self.value:,}" if isinstance(self.value, int) else f"{self.value:,.1f}"
        if self.is_peak:
            return f"{self.name} {number} {self.unit}".rstrip()
        return f"{number} {self.name}"


_figures: dict[tuple[str, str], _Figure] = {}


def add(check: str, name: str, amount: int = 1) -> None:
    """Count ``amount`` more of ``name`` (plural, "cases") for ``check`` ("hostile input")."""
    _take(_Figure(check=check, name=name, value=amount, unit="", is_peak=False))


def peak(check: str, name: str, value: float, unit: str = "") -> None:
    """Keep the largest ``value`` of ``name`` ("slowest", "biggest body") for ``check``."""
    _take(_Figure(check=check, name=name, value=value, unit=unit, is_peak=True))


def _take(figure: _Figure) -> None:
    known = _figures.setdefault((figure.check, figure.name), figure)
    if known is not figure:
        known.take(figure.value)


def _lines() -> list[str]:
    checks: dict[str, list[str]] = {}
    for figure in _figures.values():
        checks.setdefault(figure.check, []).append(str(figure))
    return [f"{check}: {', '.join(figures)}" for check, figures in sorted(checks.items())]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if _figures:
        terminalreporter.section("figures")
        for line in _lines():
            terminalreporter.write_line(line)


def pytest_sessionfinish(session: pytest.Session) -> None:
    from_worker = getattr(session.config, "workeroutput", None)
    if from_worker is not None:
        from_worker["figures"] = [asdict(figure) for figure in _figures.values()]


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take over what a worker of pytest-xdist counted."""
    for figure in getattr(node, "workeroutput", {}).get("figures", ()):
        _take(_Figure(**figure))
