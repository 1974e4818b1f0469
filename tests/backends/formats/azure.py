# SPDX-License-Identifier: Apache-2.0
"""Application Insights ("Breeze"): JSON envelopes; a span is a RemoteDependency or a Request."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from typing import Any, Final

from backends.arrived import Arrived

PATH: Final = "/v2.1/track"
_SPANS: Final = {"RemoteDependencyData", "RequestData"}


def envelopes(body: bytes) -> list[dict[str, Any]]:
    text = body.decode()
    if text.lstrip().startswith("["):
        return json.loads(text)
    return [json.loads(line) for line in text.splitlines() if line.strip()]


def arrived(sent: list[dict[str, Any]]) -> Iterator[Arrived]:
    events: defaultdict[str, list[str]] = defaultdict(list)
    for envelope in sent:
        if envelope["data"]["baseType"] == "MessageData":
            data = envelope["data"]["baseData"]
            events[envelope["tags"].get("ai.operation.parentId", "")].append(data["message"])
    for envelope in sent:
        kind, data = envelope["data"]["baseType"], envelope["data"]["baseData"]
        if kind not in _SPANS:
            continue
        attributes: dict[str, object] = dict(data.get("properties") or {})
        # What has a field of its own there.
        if str(data.get("data") or data.get("url") or "").startswith("http"):
            attributes["url.full"] = data.get("data") or data.get("url")
        code = data.get("resultCode") or data.get("responseCode")
        if code and code != "0":
            attributes["http.response.status_code"] = int(code)
        yield Arrived(
            name=data["name"],
            attributes=attributes,
            span_id=data["id"],
            parent_id=envelope["tags"].get("ai.operation.parentId") or "",
            failed=not data["success"],
            events=tuple(events[data["id"]]),
        )


def response(sent: list[dict[str, Any]]) -> dict[str, object]:
    return {"itemsReceived": len(sent), "itemsAccepted": len(sent), "errors": []}
