# SPDX-License-Identifier: Apache-2.0
"""OTLP over HTTP: https://opentelemetry.io/docs/specs/otlp/#otlphttp."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from backends.arrived import Arrived
from demo.spans import Span, decode


def is_traces(path: str) -> bool:
    # Vendors put it below a path of their own, Langfuse below /api/public/otel say.
    return path.rstrip("/").endswith("/v1/traces")


def arrived(body: bytes) -> Iterator[Arrived]:
    return from_spans(decode(ExportTraceServiceRequest.FromString(body)))


def from_spans(spans: Iterable[Span]) -> Iterator[Arrived]:
    for span in spans:
        # Logfire sends each span once more when it begins.
        if span.attributes.values.get("logfire.span_type") == "pending_span":
            continue
        yield Arrived(
            name=span.name,
            attributes=span.attributes.values,
            span_id=span.span_id,
            parent_id=span.parent_id or "",
            failed=span.failed,
            events=tuple(event.name for event in span.events),
        )
