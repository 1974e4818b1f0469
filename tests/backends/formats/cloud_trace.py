# SPDX-License-Identifier: Apache-2.0
"""Cloud Trace's ``BatchWriteSpans`` as JSON; the program's client sends it here."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from backends.arrived import Arrived

PATH: Final = "/cloud-trace"
# What Cloud Trace names in its own way.
_RENAMED: Final[dict[str, str]] = {
    "/http/status_code": "http.response.status_code",
    "/http/method": "http.request.method",
    "/http/url": "url.full",
}


def arrived(body: bytes) -> Iterator[Arrived]:
    for span in json.loads(body)["spans"]:
        attributes: dict[str, Any] = span.get("attributes", {}).get("attributeMap", {})
        yield Arrived(
            name=span["displayName"]["value"],
            attributes={
                _RENAMED.get(name, name): _value(value) for name, value in attributes.items()
            },
            span_id=span["spanId"],
            parent_id=span.get("parentSpanId", ""),
            failed=span.get("status", {}).get("code", 0) != 0,
            events=tuple(
                event["annotation"]["description"]["value"]
                for event in span.get("timeEvents", {}).get("timeEvent", ())
            ),
        )


def _value(value: dict[str, Any]) -> object:
    if "stringValue" in value:
        return value["stringValue"]["value"]
    return value.get("intValue", value.get("boolValue"))
