# SPDX-License-Identifier: Apache-2.0
"""Where dashboards and alerts lead to."""

from __future__ import annotations

from typing import Final

from grafana_foundation_sdk.builders.dashboard import DashboardLink
from grafana_foundation_sdk.models.dashboard import DashboardLinkType

from . import promql

TAG: Final = "google-api-python-client"
"""What all dashboards are tagged with."""

FAILURES: Final = "googleapiclient-failures"
QUOTA: Final = "googleapiclient-gmail-quota"
"""The dashboards' uids, which addresses have."""

_VARIABLES: Final = {
    promql.SERVICE: "service",
    promql.API: "api",
    promql.METHOD: "method",
    "cause": "cause",
}
"""Labels of alerts, and the variables of the dashboards that are about the same."""

GRAFANA: Final = "http://localhost:3000"
"""Of the compose file. In alerts.yaml, replace it by your own."""
DOCS: Final = "https://opentelemetry-instrumentation-googleapiclient.readthedocs.io/en/latest"


def to_the_others() -> DashboardLink:
    """Links at the top, which keep what is chosen."""
    return (
        DashboardLink("Google APIs")
        .type(DashboardLinkType.DASHBOARDS)
        .tags([TAG])
        .include_vars(True)
        .keep_time(True)
        .placement("")  # beside the variables, not in a menu
    )


def filtered(**variables: str) -> str:
    """Address of the same dashboard, for the same time and choice, with other variables."""
    kept = [f"${{{name}:queryparam}}" for name in ("service", "api", "method", "cause", "owner")]
    changed = {f"${{{name}:queryparam}}": f"var-{name}={to}" for name, to in variables.items()}
    chosen = [changed.get(each, each) for each in kept]
    return f"/d/{FAILURES}?{'&'.join((*chosen, '${__url_time_range}'))}"


def of_alert(dashboard: str, labels: tuple[str, ...], cause: str | None, hours: int) -> str:
    """Address of a dashboard that shows what an alert is about, as a template of Prometheus."""
    address = f"{GRAFANA}/d/{dashboard}?from=now-{hours}h&to=now"
    for label, variable in _VARIABLES.items():
        if label in labels:
            # A batch has no method, a discovery call no API.
            value = f"{{{{ with $labels.{label} }}}}&var-{variable}={{{{ . }}}}{{{{ end }}}}"
            # Traces and variables have the name of the service without its namespace.
            short = '{{ reReplaceAll ".*/" "" . }}'
            address += value.replace("{{ . }}", short) if label == promql.SERVICE else value
    return address if cause is None else f"{address}&var-cause={cause}"


def runbook(page: str, anchor: str) -> str:
    """Address of the part of the documentation that says what to do."""
    return f"{DOCS}/{page}.html#{anchor}"
