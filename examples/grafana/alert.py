# SPDX-License-Identifier: Apache-2.0
"""What every alert has: who is told, what happened in plain words, what to do, where to look."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal

from opentelemetry.instrumentation.googleapiclient._diagnosis.causes import Cause

from . import links, promql, recordings

Severity = Literal["critical", "warning", "info"]
"""``critical`` wakes somebody: users are affected, and it won't end by itself. ``warning`` has time
until the morning: some are affected, or it will get worse. ``info``: worth knowing."""

BY_API: Final = (promql.SERVICE, promql.API)
BY_METHOD: Final = (promql.SERVICE, promql.API, promql.METHOD)

SERVICE: Final = f"{{{{ $labels.{promql.SERVICE} }}}}"
API: Final = f"{{{{ with $labels.{promql.API} }}}}{{{{ . }}}}{{{{ else }}}}Google APIs{{{{ end }}}}"
METHOD: Final = (
    f"{{{{ with $labels.{promql.METHOD} }}}}{{{{ . }}}}{{{{ else }}}}batches{{{{ end }}}}"
)
CAUSE: Final = f"{{{{ $labels.{recordings.CAUSE} }}}}"
OWNER: Final = f"{{{{ $labels.{recordings.OWNER} }}}}"
COUNT: Final = '{{ $value | printf "%.0f" }}'
PERCENT: Final = "{{ $value | humanizePercentage }}"

BUDGET: Final = f"scalar({recordings.BUDGET})"
LEAST_FAILURES: Final = f"scalar({recordings.LEAST_FAILURES})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One rule."""

    name: str
    expression: str
    lasts: str = "0m"
    """How long it has to be so."""
    stays: str = "15m"
    """How long it goes on after that, so that it doesn't come and go."""
    severity: Severity
    owner: str | None
    """Who can fix it; None where the labels say so that the expression gives."""
    labels: tuple[str, ...]
    """Labels that the expression gives."""
    summary: str
    description: str
    cause: Cause | None = None
    dashboard: str = links.FAILURES
    hours: int = 3
    """How much of the past the dashboard is to show."""

    def rule(self) -> dict[str, Any]:
        """The rule in the form of a Prometheus rule file."""
        labels = {"severity": self.severity}
        if self.owner is not None:
            labels["owner"] = self.owner
        if self.cause is not None:
            labels["cause"] = self.cause.name
        return {
            "alert": self.name,
            "expr": self.expression,
            "for": self.lasts,
            "keep_firing_for": self.stays,
            "labels": labels,
            "annotations": self._annotations(),
        }

    def _annotations(self) -> dict[str, str]:
        cause = None if self.cause is None else self.cause.name
        page, anchor = ("alerts", self.name.lower()) if cause is None else ("causes", cause)
        annotations = {
            "summary": self.summary,
            "description": self.description,
            "runbook_url": links.runbook(page, anchor),
            "dashboard_url": links.of_alert(self.dashboard, self.labels, cause, self.hours),
        }
        if self.cause is not None:
            annotations["help_url"] = self.cause.help_url
        return annotations
