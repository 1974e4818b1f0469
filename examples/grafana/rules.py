# SPDX-License-Identifier: Apache-2.0
"""The rule file for Prometheus: what it records, then what it alerts of."""

from __future__ import annotations

from typing import Any, Final

from . import by_cause, incidents, recordings, symptoms
from .alert import Alert

GROUP: Final = "google-api-python-client"


def file() -> dict[str, Any]:
    """The content of the rule file: one group, whose rules see what those above have recorded."""
    rules = [*recordings.rules(), *(alert.rule() for alert in alerts())]
    return {"groups": [{"name": GROUP, "rules": rules}]}


def alerts() -> tuple[Alert, ...]:
    """All alerts."""
    return (*symptoms.alerts(), *incidents.alerts(), *by_cause.alerts())
