# SPDX-License-Identifier: Apache-2.0
"""The keyword arguments of ``instrument()`` and their types.

For type checkers alone: nothing loads this module when a program runs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Literal, TypeAlias

from opentelemetry._logs import LoggerProvider
from opentelemetry.instrumentation.httplib2._wire.keywords import CommonKeywords
from opentelemetry.trace import Span

RetryEvents: TypeAlias = Literal["span", "log", "none"]
GmailQuotaTable: TypeAlias = Literal["2026-05", "legacy"]
BatchPartSpans: TypeAlias = Literal["all", "errors", "none"]
RequestHook: TypeAlias = Callable[[Span, Any], None]
"""``(span, request)``: called with googleapiclient's request object when the span has begun."""
ResponseHook: TypeAlias = Callable[[Span, Any, Any, "BaseException | None"], None]
"""``(span, request, response, exception)``: called before the span ends, with the last
``httplib2.Response`` or None and the exception or None."""


class Keywords(CommonKeywords, total=False):
    """Keyword arguments of ``GoogleApiClientInstrumentor.instrument()``."""

    logger_provider: LoggerProvider | None
    retry_events: RetryEvents | None
    batch_part_spans: BatchPartSpans | None
    capture_personal_data: bool | None
    user_hash_key: str | None
    gmail_quota_table: GmailQuotaTable | None
    excluded_methods: str | Iterable[str] | None
    request_hook: RequestHook | None
    response_hook: ResponseHook | None
