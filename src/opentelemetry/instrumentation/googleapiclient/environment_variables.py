# SPDX-License-Identifier: Apache-2.0
"""The environment variables that configure the instrumentation of googleapiclient."""

from typing import Final

OTEL_PYTHON_GOOGLEAPICLIENT_RETRY_EVENTS: Final = "OTEL_PYTHON_GOOGLEAPICLIENT_RETRY_EVENTS"
"""Whether retries are events of the call span.

``span`` (default): an event ``googleapiclient.retry`` for each retry, added when its wait begins.
``log``: the same as a log-based event, severity DEBUG, through the Logs API.
``none``: no events; the number of retries and the time waited stay on the span.
"""

OTEL_PYTHON_GOOGLEAPICLIENT_BATCH_PART_SPANS: Final = "OTEL_PYTHON_GOOGLEAPICLIENT_BATCH_PART_SPANS"
"""Which parts of a batch get a span: at most 100 of each batch.

``errors`` (default): failed parts. ``all``: every part. ``none``: no part; parts are still counted.
"""

OTEL_PYTHON_GOOGLEAPICLIENT_CAPTURE_PERSONAL_DATA: Final = (
    "OTEL_PYTHON_GOOGLEAPICLIENT_CAPTURE_PERSONAL_DATA"
)
"""``true`` records email addresses and search text. Default ``false``.

Credentials are always redacted.
"""

OTEL_PYTHON_GOOGLEAPICLIENT_EXCLUDED_METHODS: Final = "OTEL_PYTHON_GOOGLEAPICLIENT_EXCLUDED_METHODS"
"""Comma-separated ``fnmatch`` patterns of method ids without a call span.

For example ``gmail.users.labels.*,drive.files.list``. Default: none.
"""

OTEL_PYTHON_GOOGLEAPICLIENT_USER_HASH_KEY: Final = "OTEL_PYTHON_GOOGLEAPICLIENT_USER_HASH_KEY"
"""A secret of yours. Adds ``user.hash`` to calls, an HMAC-SHA256 of the mailbox's owner: you can
group calls by mailbox without recording the address. Default: unset.
"""

OTEL_PYTHON_GOOGLEAPICLIENT_GMAIL_QUOTA_TABLE: Final = (
    "OTEL_PYTHON_GOOGLEAPICLIENT_GMAIL_QUOTA_TABLE"
)
"""Which of Gmail's published tables of quota units applies to your project.

``2026-05`` (default): projects created since 2026-05-01. ``legacy``: older projects.
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
