# SPDX-License-Identifier: Apache-2.0
"""Names of the fields and parameters of an API, which a failure's message may show."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib import import_module
from typing import Any, Final, cast

from .field_names import folded

_MAX_NAMES: Final = 5_000
_MAX_PARTS: Final = 30_000
_MAX_STATIC: Final = 1_000_000
"""Characters of the largest document that is read from the disk: about 10 ms."""

_OF_ONE: Final = ("additionalProperties", "items")
_NAMES: Final = ("parameters", "properties", "schemas")
_OF_MANY: Final = (*_NAMES, "methods", "resources")
# What googleapiclient adds to the parameters of methods.
_OF_THE_LIBRARY: Final = ("body", "media_body", "media_mime_type")


def static_document(name: str, version: str) -> Mapping[str, Any]:
    """The copy of a document that googleapiclient brings with it, empty where there is none."""
    try:
        cache: Any = import_module("googleapiclient.discovery_cache")
        text: str | None = cache.get_static_doc(name, version)
        return json.loads(text) if text and len(text) <= _MAX_STATIC else {}
    except (ImportError, AttributeError, OSError, ValueError):
        # Old releases bring none with them.
        return {}


def names_in(document: Mapping[str, Any]) -> set[str]:
    """The names of parameters and fields that a discovery document has."""
    names: set[str] = set(_OF_THE_LIBRARY)
    pending: list[Any] = [document]
    for _ in range(_MAX_PARTS):
        if not pending or len(names) >= _MAX_NAMES:
            break
        part = pending.pop()
        if not isinstance(part, dict):
            continue
        part = cast("dict[str, Any]", part)
        pending.extend(part.get(key) for key in _OF_ONE)
        for key in _OF_MANY:
            inside = part.get(key)
            if isinstance(inside, dict):
                inside = cast("dict[str, Any]", inside)
                pending.extend(inside.values())
                if key in _NAMES:
                    names.update(inside)
        values = part.get("enum")
        if isinstance(values, list):
            names.update(one for one in cast("list[object]", values) if isinstance(one, str))
    return set(map(folded, names))
