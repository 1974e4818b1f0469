# SPDX-License-Identifier: Apache-2.0
"""The alerts that wake: how much of what users want fails, whatever the cause.

By windows and burn rates as in the SRE workbook: a long window says that it matters, a short one
that it still goes on. https://sre.google/workbook/alerting-on-slos/
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from . import links, promql, recordings
from .alert import (
    BUDGET,
    LEAST_FAILURES,
    METHOD,
    PERCENT,
    SERVICE,
    Alert,
)

FAST: Final = 14.4
"""How many times the budget: 2 % of what may fail in 30 days have failed in an hour."""
MEDIUM: Final = 6.0
"""5 % of it in six hours."""
SLOW: Final = 1.0
"""10 % of it in three days."""

_OF: Final = (promql.SERVICE, promql.METHOD)
_REMEDY: Final = f"What to do: {links.runbook('causes', '%')} "
_OUTSIDER: Final = (
    f'{{{{ if eq $labels.{recordings.OWNER} "end_user" }}}}users'
    "{{ else }}a domain's administrator{{ end }}"
)
_NOT_COUNTED: Final = "What only users or their administrators can fix is not counted."


def alerts() -> Iterator[Alert]:
    """Failed calls as a share of all, by service and method."""
    fast, medium = _burns(FAST, "1h", "5m"), _burns(MEDIUM, "6h", "30m")
    yield Alert(
        name="GoogleApiCallsFailing",
        expression=f"(\n{fast}\nor\n{medium}\n)\n{_with_owner('1h')}",
        lasts="2m",
        severity="critical",
        owner=None,
        labels=_OF,
        summary=f"{SERVICE}: {PERCENT} of the calls of {METHOD} fail"
        + _main_cause("1h", recordings.OURS, ", most for %"),
        description=f"More than {FAST:g} times the error budget within the last hour, or more "
        f"than {MEDIUM:g} times within six hours, and still going on. "
        f"{_main_cause('1h', recordings.OURS, _REMEDY)}{_NOT_COUNTED}",
    )
    yield Alert(
        name="GoogleApiCallsFailing",
        expression=f"(\n{_burns(SLOW, '3d', '6h')}\n)\n{_with_owner('6h')}",
        lasts="15m",
        stays="2h",
        severity="warning",
        owner=None,
        labels=_OF,
        summary=f"{SERVICE}: {PERCENT} of the calls of {METHOD} have failed within three days"
        + _main_cause("6h", recordings.OURS, ", most for %"),
        description="More than the error budget within the last three days, and still going on. "
        f"{_main_cause('6h', recordings.OURS, _REMEDY)}{_NOT_COUNTED}",
        hours=72,
    )
    by = (*_OF, recordings.OWNER)
    yield Alert(
        name="GoogleApiUsersLockedOut",
        expression=f"{_locked_out('1h')}\nand\n{_locked_out('5m')}\n"
        f"and {_outside('1h')} >= {LEAST_FAILURES}",
        lasts="2m",
        severity="warning",
        owner=None,
        labels=by,
        summary=f"{SERVICE}: {PERCENT} of the calls of {METHOD} fail, and only {_OUTSIDER} can end "
        "it" + _main_cause("1h", recordings.OUTSIDE, " (%)"),
        description="Users have revoked their consent, or an administrator has switched the API or "
        "the application off: for many of them at once. No change of the service helps. "
        f"{_main_cause('1h', recordings.OUTSIDE, _REMEDY)}",
    )


def _burns(rate: float, long: str, short: str) -> str:
    above = f"> {rate:g} * {BUDGET}"
    failed = f"sum by ({', '.join(_OF)}) ({recordings.failures(long)}{{{recordings.OURS}}})"
    return (
        f"{recordings.burned(long)} {above} and {recordings.burned(short)} {above}\n"
        f"and {failed} >= {LEAST_FAILURES}"
    )


def _with_owner(window: str) -> str:
    """Add the label of who can fix most of the failures within a window."""
    owner = recordings.main_owner(window)
    return f"* on ({', '.join(_OF)}) group_left ({recordings.OWNER}) ({owner} ^ 0)"


def _locked_out(window: str) -> str:
    on = ", ".join(_OF)
    whole = f"on ({on}) group_left () sum by ({on}) ({recordings.calls(window)})"
    return f"{_outside(window)} / {whole} > {FAST:g} * {BUDGET}"


def _outside(window: str) -> str:
    by = ", ".join((*_OF, recordings.OWNER))
    return f"sum by ({by}) ({recordings.failures(window)}{{{recordings.OUTSIDE}}})"


def _main_cause(window: str, of: str, text: str) -> str:
    """A text about the cause of most failures, as a template of Prometheus: ``%`` is its name."""
    labels = f"{promql.SERVICE}=%q, {promql.METHOD}=%q, {of}"
    most = f"topk(1, sum by ({recordings.CAUSE}) ({recordings.failures(window)}{{{labels}}}))"
    asked = f"printf `{most}` $labels.{promql.SERVICE} $labels.{promql.METHOD} | query"
    named = f'{{{{ . | first | label "{recordings.CAUSE}" }}}}'
    return f"{{{{ with {asked} }}}}{text.replace('%', named)}{{{{ end }}}}"
