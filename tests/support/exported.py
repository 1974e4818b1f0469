# SPDX-License-Identifier: Apache-2.0
"""Spans that arrived in OTLP, as the SDK's own, for the checks that are made for those."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from opentelemetry.sdk.trace import Event, ReadableSpan
from opentelemetry.trace import Status, StatusCode

if TYPE_CHECKING:
    from opentelemetry.instrumentation.googleapiclient._terminal.spans import Span
    from opentelemetry.util.types import Attributes


def readable(span: Span) -> ReadableSpan:
    return ReadableSpan(
        span.name,
        kind=span.kind,
        status=Status(StatusCode.ERROR, span.message) if span.failed else Status(),
        attributes=cast("Attributes", span.attributes.values),
        events=[
            Event(event.name, cast("Attributes", event.attributes.values)) for event in span.events
        ],
        start_time=int(span.start * 1e9),
        end_time=int(span.end * 1e9),
    )
