# SPDX-License-Identifier: Apache-2.0
"""New Relic's collector: JSON by ``invoke_raw_method``; spans are ``span_event_data``."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from backends.arrived import Arrived

PATH: Final = "/agent_listener/invoke_raw_method"


def response(method: str, host: str) -> dict[str, object]:
    """What the collector says: where to connect to, and how the agent is to be set up."""
    match method:
        case "preconnect":
            return {"return_value": {"redirect_host": host}}
        case "connect":
            return {
                "return_value": {
                    "agent_run_id": "1",
                    "entity_guid": "entity",
                    "collect_traces": True,
                    "collect_errors": True,
                    "collect_span_events": True,
                    "collect_analytics_events": True,
                    "account_id": "1",
                    "primary_application_id": "1",
                    "trusted_account_key": "1",
                    "sampling_target": 1000,
                    "sampling_target_period_in_seconds": 60,
                    "event_harvest_config": {
                        "report_period_ms": 60_000,
                        "harvest_limits": {"span_event_data": 2000, "analytic_event_data": 1200},
                    },
                    "span_event_harvest_config": {
                        "report_period_ms": 60_000,
                        "harvest_limit": 2000,
                    },
                    "request_headers_map": {},
                    "messages": [],
                }
            }
        case _:
            return {"return_value": None}


def arrived(method: str, body: bytes) -> Iterator[Arrived]:
    if method != "span_event_data":
        return
    *_, entries = json.loads(body)
    spans: list[list[dict[str, Any]]] = [
        entry for entry in entries if entry[0].get("type") == "Span"
    ]
    events: dict[str, list[str]] = {}
    for entry in entries:
        if entry[0].get("type") == "SpanEvent":
            events.setdefault(entry[0]["span.id"], []).append(entry[0]["name"])
    for intrinsics, user, agent in spans:
        attributes: dict[str, object] = {**agent, **user}
        yield Arrived(
            name=intrinsics["name"],
            attributes=attributes,
            span_id=intrinsics["guid"],
            parent_id=intrinsics.get("parentId") or "",
            failed=attributes.get("status_code") == "ERROR",
            events=tuple(events.get(intrinsics["guid"], ())),
        )
