# SPDX-License-Identifier: Apache-2.0
"""Sentry's envelopes: lines of JSON; a transaction is the root of a trace with its spans inside."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from backends.arrived import Arrived


def is_envelope(path: str) -> bool:
    return path.startswith("/api/") and path.rstrip("/").endswith("/envelope")


def arrived(body: bytes) -> Iterator[Arrived]:
    _, _, rest = body.partition(b"\n")
    while rest.strip():
        head, _, rest = rest.partition(b"\n")
        header = json.loads(head)
        length = header.get("length")
        if length is None:
            payload, _, rest = rest.partition(b"\n")
        else:
            payload, rest = rest[:length], rest[length:].lstrip(b"\n")
        if header.get("type") == "transaction":
            yield from _of_transaction(json.loads(payload))


def _of_transaction(event: dict[str, Any]) -> Iterator[Arrived]:
    trace = event["contexts"]["trace"]
    attributes: dict[str, object] = {
        **event["contexts"].get("otel", {}).get("attributes", {}),
        **trace.get("data", {}),
    }
    yield _span({**trace, "description": event["transaction"], **event}, attributes)
    for span in event.get("spans", ()):
        yield _span(span, dict(span.get("data") or {}))


def _span(span: dict[str, Any], attributes: dict[str, object]) -> Arrived:
    trace = span.get("contexts", {}).get("trace", span)
    return Arrived(
        name=span.get("description") or "",
        attributes=attributes,
        span_id=trace["span_id"],
        parent_id=trace.get("parent_span_id") or "",
        failed=trace.get("status") not in (None, "ok"),
    )
