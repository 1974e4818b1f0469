# SPDX-License-Identifier: Apache-2.0
"""What Prometheus records for the alerts: budget, calls and failures within windows.

Alerts differ from dashboards in one thing. A dashboard counts a series that is new with all it has;
after Prometheus was away, or a process was out of its reach, that shows once what happened long
ago. An alert would wake somebody for it. So here a new series counts only where its process was
watched when the window began, or has itself begun since.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from . import diagnosis, promql
from .promql import series

METHOD: Final = "method"
API: Final = "api"
_LABELS: Final = {
    METHOD: (promql.SERVICE, promql.API, promql.METHOD),
    API: (promql.SERVICE, promql.API),
}
"""What is counted together: what failed of a method, or of all methods of an API."""

_COUNTED: Final = ("5m", "30m", "1h", "6h", "3d")
_EXPLAINED: Final = ("5m", "1h")
_OWNED: Final = ("1h", "6h")
_WATCHED: Final = (*_COUNTED, "1d")
"""Windows."""

BUDGET: Final = "googleapiclient:error_budget"
"""The share of calls that may fail: 1 % is an objective of 99 %."""
LEAST_FAILURES: Final = "googleapiclient:least_failures"
"""How many calls have to fail within the longer window: one or two of a few calls wake nobody."""

CAUSE: Final = "cause"
OWNER: Final = "owner"
"""Short names of the labels that recorded failures have."""

OUTSIDE: Final = f'{OWNER}=~"{"|".join(diagnosis.OUTSIDERS)}"'
OURS: Final = f'{OWNER}!~"{"|".join(diagnosis.OUTSIDERS)}"'
"""Matchers of failures that only others can fix, and of those that the team can."""

_BUDGET: Final = 0.01
_LEAST_FAILURES: Final = 10

_SEEN: Final = "instance:googleapiclient:seen"
_KNOWN: Final = "instance:googleapiclient:known"
"""Processes that have been seen now, or not so long ago."""
_METRICS: Final = (*promql.DONE, f"{promql.WAITS}_count", promql.QUOTA, promql.RESENDS)
_ALL: Final = series(promql.DONE)
_JUST_BEFORE: Final = "10m"
"""Several scrapes: who was seen within this before a window was there when the window began."""
_BEFORE: Final = "15m"
"""The same for a series: a record goes on for the five minutes that Prometheus looks back."""
_LONG_AGO: Final = "3d"
"""A process that was seen within this is no new one, but one that was out of reach: a weekend."""


def calls(window: str, level: str = METHOD) -> str:
    """Name of the record: calls and parts of batches, by service and method, or API."""
    return f"{level}:googleapiclient_calls:increase{window}"


def failures(window: str, level: str = METHOD) -> str:
    """Name of the record: failures by cause and owner, by service and method, or API."""
    return f"{level}_cause:googleapiclient_failures:increase{window}"


def failed_share(window: str, level: str = METHOD) -> str:
    """Name of the record: the same, as a share of the calls."""
    return f"{level}_cause:googleapiclient_failures:share{window}"


def burned(window: str) -> str:
    """Name of the record: the share of the calls of a method that the team could fix."""
    return f"method:googleapiclient_failures:share{window}"


def main_owner(window: str) -> str:
    """Name of the record: who in the team can fix most of the failures, by service and method."""
    return f"method_owner:googleapiclient_failures:most{window}"


def increase(selector: str, window: str) -> str:
    """How much each of these counters has grown within a window that ends now."""
    known = f"last_over_time({selector}[{_BEFORE}] offset {window})"
    new = f"(last_over_time({selector}[{window}]) unless {known})"
    watched = f"on ({promql.SERVICE}, {promql.INSTANCE}) {_watched(window)}"
    return f"(\n  {new}\n  and {watched}\n  or increase({selector}[{window}])\n)"


def named(selector: str, window: str) -> str:
    """The increase of failures, with the short labels: what nobody can fix is for developers."""
    grown = increase(selector, window)
    short = _renamed(_renamed(grown, CAUSE, promql.CAUSE), OWNER, promql.OWNER)
    return f'label_replace({short}, "{OWNER}", "{diagnosis.DEVELOPER}", "{OWNER}", "(nobody)?")'


def rules() -> list[dict[str, Any]]:
    """The recording rules, in the order in which they need each other."""
    recorded: list[tuple[str, str]] = [
        (BUDGET, f"vector({_BUDGET})"),
        (LEAST_FAILURES, f"vector({_LEAST_FAILURES})"),
        (_SEEN, f"group by ({promql.SERVICE}, {promql.INSTANCE}) ({series(_METRICS)})"),
        (_KNOWN, f"last_over_time({_SEEN}[{_LONG_AGO}])"),
    ]
    recorded += [(_watched(window), _watching(window)) for window in _WATCHED]
    for window in _COUNTED:
        recorded += _counted(window)
    for window in _EXPLAINED:
        recorded += _explained(window)
    recorded += [(main_owner(window), _main_owner(window)) for window in _OWNED]
    return [{"record": name, "expr": expression} for name, expression in recorded]


def _watched(window: str) -> str:
    return f"instance:googleapiclient:watched{window}"


def _watching(window: str) -> str:
    """Processes of which is known what is new within a window."""
    return (
        f"{_when_it_began(_SEEN, window)}\n"
        "or (\n"
        f"  last_over_time({_SEEN}[{window}]) unless {_when_it_began(_KNOWN, window)}\n"
        f"  and on () {_when_it_began(BUDGET, window)}\n"
        ")"
    )


def _when_it_began(selector: str, window: str) -> str:
    return f"last_over_time({selector}[{_JUST_BEFORE}] offset {window})"


def _counted(window: str) -> Iterator[tuple[str, str]]:
    """Calls and failures, and the share that the team could fix."""
    yield calls(window), f"sum by ({_list(_LABELS[METHOD])}) {increase(_ALL, window)}"
    failed = named(series(promql.DONE, *promql.HAS_FAILED), window)
    yield failures(window), f"sum by ({_list(_LABELS[METHOD])}, {CAUSE}, {OWNER}) (\n{failed}\n)"
    by = f"sum by ({promql.SERVICE}, {promql.METHOD})"
    yield burned(window), f"{by} ({failures(window)}{{{OURS}}}) / {by} ({calls(window)})"


def _explained(window: str) -> Iterator[tuple[str, str]]:
    """What each cause makes fail of a method, and of an API."""
    api = _list(_LABELS[API])
    yield calls(window, API), f"sum by ({api}) ({calls(window)})"
    yield failures(window, API), f"sum by ({api}, {CAUSE}, {OWNER}) ({failures(window)})"
    for level, labels in _LABELS.items():
        whole = f"on ({_list(labels)}) group_left () {calls(window, level)}"
        yield failed_share(window, level), f"{failures(window, level)} / {whole}"


def _main_owner(window: str) -> str:
    by = f"{promql.SERVICE}, {promql.METHOD}"
    return f"topk by ({by}) (1, sum by ({by}, {OWNER}) ({failures(window)}{{{OURS}}}))"


def _renamed(vector: str, label: str, source: str) -> str:
    return f'label_replace({vector}, "{label}", "$1", "{source}", "(.*)")'


def _list(labels: tuple[str, ...]) -> str:
    return ", ".join(labels)
