# SPDX-License-Identifier: Apache-2.0
"""All that leaves the process, in the bytes in which it leaves: OTLP, and log lines of ours."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message
from opentelemetry.exporter.otlp.proto.common._log_encoder import encode_logs
from opentelemetry.exporter.otlp.proto.common.metrics_encoder import encode_metrics
from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans
from opentelemetry.sdk import _logs as sdk_logs
from opentelemetry.sdk._logs import export
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.sdk.trace.sampling import Sampler

OUR_LOGGERS = "opentelemetry.instrumentation"


class Exported:
    """SDK providers of all three signals, and what they would send."""

    def __init__(self, sampler: Sampler | None = None) -> None:
        self._spans = InMemorySpanExporter()
        self.tracer_provider = TracerProvider(sampler=sampler)
        self.tracer_provider.add_span_processor(SimpleSpanProcessor(self._spans))
        self._metrics = InMemoryMetricReader()
        self.meter_provider = MeterProvider([self._metrics])
        # Renamed between the oldest and the newest SDK that is supported.
        names = ("InMemoryLogRecordExporter", "InMemoryLogExporter")
        memory: Any = next(getattr(export, name) for name in names if hasattr(export, name))
        processor: Any = export.SimpleLogRecordProcessor
        self._logs = memory()
        self.logger_provider = sdk_logs.LoggerProvider()
        self.logger_provider.add_log_record_processor(processor(self._logs))
        self._said: list[str] = []

    @property
    def providers(self) -> dict[str, Any]:
        """What to give ``instrument()``."""
        return {
            "tracer_provider": self.tracer_provider,
            "meter_provider": self.meter_provider,
            "logger_provider": self.logger_provider,
        }

    @contextmanager
    def listening(self) -> Generator[None]:
        """Keep log records of ours and every warning that comes inside."""
        handler = _Keeping(self._said)
        logger = logging.getLogger(OUR_LOGGERS)
        level = logger.level
        logger.setLevel(logging.DEBUG)
        logger.addHandler(handler)
        try:
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("always")
                yield
            self._said.extend(str(one.message) for one in caught)
        finally:
            logger.removeHandler(handler)
            logger.setLevel(level)

    def take(self) -> dict[str, str]:
        """All texts since the last time, by where they stand."""
        texts: dict[str, str] = {}
        metrics = self._metrics.get_metrics_data()
        messages: dict[str, Message] = {
            "spans": encode_spans(self._spans.get_finished_spans()),
            "logs": encode_logs(self._logs.get_finished_logs()),
        }
        if metrics is not None:
            messages["metrics"] = encode_metrics(metrics)
        for signal, message in messages.items():
            # The bytes themselves, so that nothing which the walk below overlooks gets by.
            texts[f"{signal} as OTLP"] = message.SerializeToString().decode("utf-8", "replace")
        texts["log records and warnings"] = "\n".join(self._said)
        self._spans.clear()
        self._logs.clear()
        self._said.clear()
        self._last = messages
        return texts

    def where(self, text: str) -> list[str]:
        """In which fields of what was last taken a text stands, for messages of failing tests."""
        return [
            f"{signal}{path}: {value[:200]!r}"
            for signal, message in self._last.items()
            for path, value in _walk(MessageToDict(message), "")
            if text.lower() in value.lower()
        ]

    def shutdown(self) -> None:
        self.tracer_provider.shutdown()
        self.meter_provider.shutdown()
        self.logger_provider.shutdown()


class _Keeping(logging.Handler):
    def __init__(self, said: list[str]) -> None:
        super().__init__()
        self._said = said

    def emit(self, record: logging.LogRecord) -> None:
        # With the traceback, if there is one, and what structured handlers would send.
        self._said.append(f"{self.format(record)} {record.args!r}")


def _walk(value: object, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        label = value.get("name") or value.get("key")
        for key, inner in value.items():
            yield from _walk(inner, f"{path}.{key}" + (f"({label})" if label else ""))
    elif isinstance(value, list):
        for inner in value:
            yield from _walk(inner, path)
    else:
        yield path, str(value)
