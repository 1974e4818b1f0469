# SPDX-License-Identifier: Apache-2.0
"""The Datadog Agent's trace intake, version 0.4: msgpack, a list of traces of spans."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

import msgpack

from backends.arrived import Arrived

PATH: Final = "/v0.4/traces"
INFO: Final = {
    "version": "7.70.0",
    "endpoints": [PATH],
    "client_drop_p0s": False,
    "span_events": True,
}
"""What the Agent says of itself at ``/info``."""
RESPONSE: Final[dict[str, object]] = {"rate_by_service": {}}


def arrived(body: bytes) -> Iterator[Arrived]:
    traces: list[list[dict[str, Any]]] = msgpack.unpackb(body, strict_map_key=False)
    for span in (span for trace in traces for span in trace):
        meta = dict(span.get("meta") or {})
        events = span.get("span_events") or json.loads(meta.pop("events", "[]"))
        yield Arrived(
            # Its "name" is the kind of operation there.
            name=span["resource"],
            attributes={
                **meta,
                **(span.get("metrics") or {}),
                **_renamed(meta, "http.status_code", "http.response.status_code"),
            },
            span_id=str(span["span_id"]),
            parent_id=str(span.get("parent_id") or ""),
            failed=bool(span.get("error")),
            events=tuple(event["name"] for event in events),
        )


def _renamed(meta: dict[str, object], name: str, to: str) -> dict[str, object]:
    return {to: meta[name]} if name in meta else {}
