# SPDX-License-Identifier: Apache-2.0
"""The environment variables that configure the instrumentation of googleapiclient."""

from typing import Final

OTEL_PYTHON_GOOGLEAPICLIENT_RETRY_EVENTS: Final = "OTEL_PYTHON_GOOGLEAPICLIENT_RETRY_EVENTS"
"""Whether retries are events of the call span.

``span`` (default): an event ``googleapiclient.retry`` for each repeat, added when its wait begins.
``none``: no events; the counts and the time waited stay on the span.
"""

OTEL_PYTHON_GOOGLEAPICLIENT_BATCH_PART_SPANS: Final = "OTEL_PYTHON_GOOGLEAPICLIENT_BATCH_PART_SPANS"
"""Which parts of a batch get a span of their own, below the batch's: at most 100 of each batch.

``errors`` (default): those that failed. ``all``: each. ``none``: none; they are counted anyway.
"""

OTEL_PYTHON_GOOGLEAPICLIENT_CAPTURE_PERSONAL_DATA: Final = (
    "OTEL_PYTHON_GOOGLEAPICLIENT_CAPTURE_PERSONAL_DATA"
)
"""``true`` keeps e-mail addresses and search text in telemetry. Default ``false``.

Credentials stay out in any case.
"""

OTEL_PYTHON_GOOGLEAPICLIENT_EXCLUDED_METHODS: Final = "OTEL_PYTHON_GOOGLEAPICLIENT_EXCLUDED_METHODS"
"""Comma-separated ``fnmatch`` patterns of method ids that get no call span.

For example ``gmail.users.labels.*,drive.files.list``. Default: none.
"""
