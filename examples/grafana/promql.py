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

SERVICE: Final = "job"
"""``namespace/name`` of the service where OTLP is translated, the job's name where scraped."""
API: Final = _name(semconv.GCP_CLIENT_SERVICE)
METHOD: Final = _name(semconv.RPC_METHOD)
FAILED: Final = _name(ERROR_TYPE)
CAUSE: Final = _name(semconv.GOOGLEAPICLIENT_ERROR_CAUSE)
OWNER: Final = _name(semconv.GOOGLEAPICLIENT_ERROR_OWNER)
EXHAUSTED: Final = _name(semconv.GOOGLEAPICLIENT_RETRY_EXHAUSTED)
RESEND_CAUSE: Final = _name(wire_semconv.HTTPLIB2_RESEND_CAUSE)
HTTP_METHOD: Final = _name(HTTP_REQUEST_METHOD)
SERVER: Final = _name(SERVER_ADDRESS)


def series(metric: str | tuple[str, ...], *matchers: str) -> str:
    """The series of one metric, or of several, that meet all matchers."""
    if isinstance(metric, str):
        return f"{metric}{{{', '.join(matchers)}}}" if matchers else metric
    names = f'__name__=~"{"|".join(metric)}"'
    return f"{{{', '.join((names, *matchers))}}}"


def total(selector: str, window: str, *by: str) -> str:
    """How much these counters have grown within the window, for each value of the labels ``by``.

    ``increase()`` sees differences between samples, and so nothing of what a counter already had
    when its first sample came: a failure that happens once, a process that lives for a minute.
    So what is new within the window counts with its own value, everything else by ``increase()``.
    """
    grouping = f"sum by ({', '.join(by)})" if by else "sum"
    return (
        f"{grouping} (\n"
        f"  (last_over_time({selector}[{window}])"
        f" unless last_over_time({selector}[{window}] offset {window}))\n"
        f"  or increase({selector}[{window}])\n"
        ")"
    )


def quantile(share: float, histogram: str, window: str, *matchers: str) -> str:
    """The value that ``share`` of what was measured stays below."""
    buckets = series(f"{histogram}_bucket", *matchers)
    return f"histogram_quantile({share}, {total(buckets, window, 'le')})"
