# SPDX-License-Identifier: Apache-2.0
"""Where Grafana finds metrics, traces and logs, and the ways from one to another.

From an example in a graph to its trace, from a span to the metrics of its method, from a trace to
its logs. In Grafana's files ``$$`` stands for ``$``.
https://grafana.com/docs/grafana/latest/administration/provisioning/
"""

from __future__ import annotations

from typing import Any, Final

from opentelemetry.instrumentation.googleapiclient import semconv
from opentelemetry.semconv.attributes.service_attributes import SERVICE_NAME

from . import promql
from .promql import series, total

_TAGS: Final = "$${__tags}"
_SERVICE: Final = {"key": SERVICE_NAME, "value": SERVICE_NAME.replace(".", "_")}
"""A label of all metrics where Prometheus promotes it, as prometheus.yaml says."""
_TRACE: Final = {"datasourceUid": "tempo", "urlDisplayLabel": "Trace: $${__value.raw}"}
_WINDOW: Final = "5m"


def file() -> dict[str, Any]:
    """The content of the file; its uids are those that the image's own data sources have."""
    return {"apiVersion": 1, "datasources": [_prometheus(), _tempo(), _loki()]}


def _prometheus() -> dict[str, Any]:
    return {
        **_source("Prometheus", "http://localhost:9090"),
        "isDefault": True,
        "jsonData": {
            "httpMethod": "POST",
            # What the SDK exports at, unless OTEL_METRIC_EXPORT_INTERVAL says otherwise.
            "timeInterval": "60s",
            "exemplarTraceIdDestinations": [{"name": "trace_id", **_TRACE}],
        },
    }


def _tempo() -> dict[str, Any]:
    return {
        **_source("Tempo", "http://localhost:3200"),
        "jsonData": {
            "tracesToMetrics": {
                "datasourceUid": "prometheus",
                "spanStartTimeShift": "-1h",
                "spanEndTimeShift": "1h",
                "tags": [_SERVICE, {"key": semconv.RPC_METHOD, "value": promql.METHOD}],
                "queries": [{"name": name, "query": query} for name, query in _of_span().items()],
            },
            "tracesToLogsV2": {
                "datasourceUid": "loki",
                "customQuery": True,
                "query": f'{{{_TAGS}}} | trace_id = "$${{__trace.traceId}}"',
                "tags": [_SERVICE],
            },
            "search": {"hide": False},
            "nodeGraph": {"enabled": True},
        },
    }


def _loki() -> dict[str, Any]:
    link = {"name": "trace_id", "matcherType": "label", "matcherRegex": "trace_id"}
    return {
        **_source("Loki", "http://localhost:3100"),
        "jsonData": {"derivedFields": [{**link, "url": "$${__value.raw}", **_TRACE}]},
    }


def _source(name: str, url: str) -> dict[str, Any]:
    kind = name.lower()
    return {"name": name, "type": kind, "uid": kind, "url": url}


def _of_span() -> dict[str, str]:
    """What is asked of Prometheus about the method of a span."""
    failed = series(f"{promql.CALLS}_count", _TAGS, f'{promql.FAILED}!=""')
    return {
        "Failures of this method by cause": total(failed, _WINDOW, promql.CAUSE),
        "Duration of this method, 95 %": promql.quantile(0.95, promql.CALLS, _WINDOW, _TAGS),
        "Quota units of this method": total(series(promql.QUOTA, _TAGS), _WINDOW),
    }
