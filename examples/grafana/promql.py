# SPDX-License-Identifier: Apache-2.0
"""The names that Prometheus gives to our metrics and attributes, and what is asked of them.

Names are translated alike by opentelemetry-exporter-prometheus, by the Collector and by the OTLP
receiver of Prometheus (``UnderscoreEscapingWithSuffixes``, its default): dots become underscores,
the unit is written out (annotations such as ``{part}`` are left away), counters end in ``_total``.
https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/
"""

from __future__ import annotations

import re
from typing import Final

from opentelemetry.instrumentation.googleapiclient import semconv
from opentelemetry.instrumentation.googleapiclient._diagnosis import causes
from opentelemetry.instrumentation.httplib2 import semconv as wire_semconv
from opentelemetry.semconv.attributes.error_attributes import ERROR_TYPE
from opentelemetry.semconv.attributes.http_attributes import HTTP_REQUEST_METHOD
from opentelemetry.semconv.attributes.server_attributes import SERVER_ADDRESS
from opentelemetry.semconv.metrics.http_metrics import HTTP_CLIENT_REQUEST_DURATION


def _name(contract: str) -> str:
    return re.sub(r"[^a-zA-Z0-9_]", "_", contract)


CALLS: Final = _name(semconv.METRIC_CALL_DURATION) + "_seconds"
WAITS: Final = _name(semconv.METRIC_RETRY_WAIT_DURATION) + "_seconds"
REQUESTS: Final = _name(HTTP_CLIENT_REQUEST_DURATION) + "_seconds"
"""Histograms: with ``_bucket``, ``_count`` or ``_sum`` they are series."""

PARTS: Final = _name(semconv.METRIC_BATCH_PARTS) + "_total"
QUOTA: Final = _name(semconv.METRIC_QUOTA_USAGE) + "_total"
RESENDS: Final = _name(wire_semconv.METRIC_RESENDS) + "_total"

DONE: Final = (f"{CALLS}_count", PARTS)
"""Calls and parts of batches: parts fail inside a call that does not."""

SERVICE: Final = "job"
"""``namespace/name`` of the service where OTLP is translated, the job's name where scraped."""
API: Final = _name(semconv.GCP_CLIENT_SERVICE)
METHOD: Final = _name(semconv.RPC_METHOD)
FAILED: Final = _name(ERROR_TYPE)
CAUSE: Final = _name(semconv.GOOGLEAPICLIENT_ERROR_CAUSE)
OWNER: Final = _name(semconv.GOOGLEAPICLIENT_ERROR_OWNER)
OPERATION: Final = _name(semconv.GOOGLEAPICLIENT_OPERATION)
EXHAUSTED: Final = _name(semconv.GOOGLEAPICLIENT_RETRY_EXHAUSTED)
RESEND_CAUSE: Final = _name(wire_semconv.HTTPLIB2_RESEND_CAUSE)
PREVIOUS_PHASE: Final = _name(wire_semconv.HTTPLIB2_PREVIOUS_FAILED_PHASE)
PREVIOUS_REUSED: Final = _name(wire_semconv.HTTPLIB2_PREVIOUS_CONNECTION_REUSED)
HTTP_METHOD: Final = _name(HTTP_REQUEST_METHOD)
SERVER: Final = _name(SERVER_ADDRESS)
INSTANCE: Final = "instance"
"""The process: ``service.instance.id`` where OTLP is translated, the address where scraped."""

HAS_FAILED: Final = (f'{FAILED}!=""', f'{CAUSE}!="{causes.NOT_MODIFIED.name}"')
"""Matchers of failures. The library raises an exception for 304, but nothing has failed."""


_MEMORY: Final = "1h"
"""How far back the last sample before a window is looked for."""


def series(metric: str | tuple[str, ...], *matchers: str) -> str:
    """The series of one metric, or of several, that meet all matchers."""
    if isinstance(metric, str):
        return f"{metric}{{{', '.join(matchers)}}}" if matchers else metric
    names = f'__name__=~"{"|".join(metric)}"'
    return f"{{{', '.join((names, *matchers))}}}"


def grown(selector: str, window: str) -> str:
    """How much each of these counters has grown between the last window and this one.

    Exact, and without overlap: what the windows of a graph show adds up. ``increase()`` instead
    extrapolates, and sees nothing of what a counter already had when its first sample came: a
    failure that happens once, a process that lives for a minute. Where a window before has no
    sample, the last one of the hour before it counts, so that a missed scrape is no peak.
    """
    now = f"last_over_time({selector}[{window}])"
    before = f"last_over_time({selector}[{_MEMORY}] offset {window})"
    return f"({now} - {before}) >= 0\n  or {now}"


def total(selector: str, window: str, *by: str) -> str:
    """The sum of what these counters have grown by, for each value of the labels ``by``."""
    return f"sum{_by(by)} (\n  {grown(selector, window)}\n)"


def happened(selector: str, window: str, *by: str) -> str:
    """The same, only where it is anything: a graph names nothing that it doesn't show."""
    return f"{total(selector, window, *by)} > 0"


def added_up(expression: str, span: str, step: str) -> str:
    """The sum over time of an expression that is about one step: of all bars of a graph."""
    return f"sum_over_time((\n{expression}\n)[{span}:{step}])"


def quantile(share: float, histogram: str, window: str, *matchers: str, by: str = "") -> str:
    """The value that ``share`` of what was measured stays below."""
    buckets = series(f"{histogram}_bucket", *matchers)
    return f"histogram_quantile({share}, {total(buckets, window, 'le', *filter(None, (by,)))})"


def _by(labels: tuple[str, ...]) -> str:
    return f" by ({', '.join(labels)})" if labels else ""
