# SPDX-License-Identifier: Apache-2.0
"""Retry events as log-based events, for those who want them apart from spans."""

from __future__ import annotations

from collections.abc import Mapping
from time import time_ns
from typing import Any

from opentelemetry._logs import (
    LoggerProvider,
    LogRecord,
    SeverityNumber,
    get_logger,
)
from opentelemetry.context import Context
from opentelemetry.util.types import AttributeValue

from .. import semconv


class RetryLog:
    """Emits ``googleapiclient.retry`` through the Logs API."""

    def __init__(
        self, scope: str, version: str, schema_url: str, logger_provider: LoggerProvider | None
    ) -> None:
        self._logger = get_logger(
            scope, version, logger_provider=logger_provider, schema_url=schema_url
        )

    def emit(self, attributes: Mapping[str, AttributeValue], context: Context | None) -> None:
        record: Any = LogRecord(
            timestamp=time_ns(),
            severity_number=SeverityNumber.DEBUG,
            attributes=attributes,
            event_name=semconv.EVENT_RETRY,
            context=context,
        )
        # Exporters of SDKs before 1.39 look for these on the record itself.
        record.resource = getattr(self._logger, "resource", None)
        record.dropped_attributes = 0
        self._logger.emit(record)
