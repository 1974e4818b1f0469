# SPDX-License-Identifier: Apache-2.0
"""What can be chosen at the top of a dashboard."""

from __future__ import annotations

from typing import Final

from grafana_foundation_sdk.builders import dashboard
from grafana_foundation_sdk.models.dashboard import (
    VariableOption,
    VariableRefresh,
    VariableSort,
)

from . import promql
from .panels import METRICS

OF_SERVICE: Final = f'{promql.SERVICE}=~"(.*/)?($service)"'
"""Prometheus' ``job`` may have the namespace of the service before its name; Tempo has it apart."""
OF_API: Final = f'{promql.API}=~"$api"'
OF_METHOD: Final = f'{promql.METHOD}=~"$method"'
OF_CAUSE: Final = f'{promql.CAUSE}=~"$cause"'
OF_OWNER: Final = f'{promql.OWNER}=~"$owner"'
CHOSEN: Final = (OF_SERVICE, OF_API, OF_METHOD)
"""Matchers for what the user has chosen."""
CHOSEN_FAILURES: Final = (*promql.HAS_FAILED, *CHOSEN, OF_CAUSE, OF_OWNER)
"""The same of failures; only they have a cause and an owner."""

_CALLS: Final = f"{promql.CALLS}_count"
_FAILURES: Final = promql.series(promql.DONE, OF_SERVICE, OF_API, OF_METHOD, *promql.HAS_FAILED)
_ANY: Final = ".*"
"""Chosen together, also what has no such label: a batch has no method."""


def metrics() -> dashboard.DatasourceVariable:
    """Where metrics are."""
    return dashboard.DatasourceVariable("metrics").label("Metrics").type("prometheus")


def traces() -> dashboard.DatasourceVariable:
    """Where traces are."""
    return dashboard.DatasourceVariable("traces").label("Traces").type("tempo")


def service() -> dashboard.QueryVariable:
    """The applications that call an API."""
    asked = f"label_values({_CALLS}, {promql.SERVICE})"
    return _values("service", "Service", asked).regex(r"/(?:.*\/)?([^\/]+)$/")


def api() -> dashboard.QueryVariable:
    """The APIs that they call."""
    return _values("api", "API", f"label_values({_CALLS}{{{OF_SERVICE}}}, {promql.API})")


def method() -> dashboard.QueryVariable:
    """The methods of those APIs that they call."""
    asked = f"label_values({_CALLS}{{{OF_SERVICE}, {OF_API}}}, {promql.METHOD})"
    return _values("method", "Method", asked)


def cause() -> dashboard.QueryVariable:
    """What made calls of those methods fail."""
    return _values("cause", "Cause", f"label_values({_FAILURES}, {promql.CAUSE})")


def owner() -> dashboard.QueryVariable:
    """Who can fix it."""
    return _values("owner", "Who can fix it", f"label_values({_FAILURES}, {promql.OWNER})")


def limit(name: str, label: str, description: str, *values: int) -> dashboard.CustomVariable:
    """A limit: the published values to choose from, any other to type in."""
    options = [
        VariableOption(selected=index == 0, text=str(value), value=str(value))
        for index, value in enumerate(values)
    ]
    return (
        dashboard.CustomVariable(name)
        .label(label)
        .description(description)
        .values(",".join(map(str, values)))
        .options(options)
        .current(options[0])
        .allow_custom_value(True)
    )


def _values(name: str, label: str, asked: str) -> dashboard.QueryVariable:
    return (
        dashboard.QueryVariable(name)
        .label(label)
        .datasource(METRICS)
        .query(asked)
        .refresh(VariableRefresh.ON_TIME_RANGE_CHANGED)
        .sort(VariableSort.ALPHABETICAL_ASC)
        .multi(True)
        .include_all(True)
        .all_value(_ANY)
        .current(VariableOption(selected=True, text=["All"], value=["$__all"]))
    )
