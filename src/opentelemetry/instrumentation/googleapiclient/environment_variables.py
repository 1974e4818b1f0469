# SPDX-License-Identifier: Apache-2.0
"""The environment variables that configure the instrumentation of googleapiclient."""

from typing import Final

OTEL_PYTHON_GOOGLEAPICLIENT_RETRY_EVENTS: Final = "OTEL_PYTHON_GOOGLEAPICLIENT_RETRY_EVENTS"
"""Whether retries are events of the call span.

``span`` (default): an event ``googleapiclient.retry`` for each retry, added when its wait begins.
``log``: the same as a log-based event, severity DEBUG, through the Logs API.
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

OTEL_PYTHON_GOOGLEAPICLIENT_USER_HASH_KEY: Final = "OTEL_PYTHON_GOOGLEAPICLIENT_USER_HASH_KEY"
"""A secret of yours. With it each call says in ``user.hash`` whose mailbox it was about, as
HMAC-SHA256, so that one mailbox's failures can be grouped without naming it. Default: unset.
"""

OTEL_PYTHON_GOOGLEAPICLIENT_GMAIL_QUOTA_TABLE: Final = (
    "OTEL_PYTHON_GOOGLEAPICLIENT_GMAIL_QUOTA_TABLE"
)
"""Which of Gmail's published tables of quota units holds for your project.

``2026-05`` (default): projects created since 2026-05-01. ``legacy``: those from before.
"""

OTEL_PYTHON_GOOGLEAPICLIENT_TERMINAL_SHOW: Final = "OTEL_PYTHON_GOOGLEAPICLIENT_TERMINAL_SHOW"
"""Which calls the exporter ``googleapiclient_terminal`` draws.

``all`` (default): each; one that succeeds at once takes one line. ``failures``: calls that failed,
and batches with a part that failed. The summary counts all calls in either case.
"""

OTEL_PYTHON_GOOGLEAPICLIENT_TERMINAL_SUMMARY: Final = "OTEL_PYTHON_GOOGLEAPICLIENT_TERMINAL_SUMMARY"
"""``false`` leaves out the summary that ``googleapiclient_terminal`` prints at exit.

Default ``true``.
"""

OTEL_PYTHON_GOOGLEAPICLIENT_TERMINAL_WIDTH: Final = "OTEL_PYTHON_GOOGLEAPICLIENT_TERMINAL_WIDTH"
"""How many columns ``googleapiclient_terminal`` uses, 20 to 1000.

Default: ``COLUMNS`` where it is set, else the terminal's width, else 100.
"""
