# SPDX-License-Identifier: Apache-2.0
"""Names of the fields and parameters of an API, which a failure's message may show.

They are read from the discovery document when a failure asks for the first time, one set for all
methods of a version of an API. Until then nothing is kept of the document: it is held as long as
the application's own service object holds it, and no longer. Where that is gone, the copy is read
that googleapiclient brings with it.
"""

from __future__ import annotations

import json
import weakref
from collections.abc import Container, Mapping
from importlib import import_module
from typing import Any, Final, cast

from .field_names import NO_NAMES, folded

_MAX_APIS: Final = 64
_MAX_READ: Final = 4
_MAX_NAMES: Final = 5_000
_MAX_PARTS: Final = 30_000
_MAX_STATIC: Final = 1_000_000
"""Characters of the largest document that is read from the disk: about 10 ms."""

_OF_ONE: Final = ("additionalProperties", "items")
_NAMES: Final = ("parameters", "properties", "schemas")
_OF_MANY: Final = (*_NAMES, "methods", "resources")
# What googleapiclient adds to the parameters of methods.
_OF_THE_LIBRARY: Final = ("body", "media_body", "media_mime_type")


class DiscoveryDocuments:
    """The documents of the APIs that this process has built services of."""

    def __init__(self) -> None:
        self._held: weakref.WeakKeyDictionary[object, Mapping[str, Any]] = (
            weakref.WeakKeyDictionary()
        )
        """The documents, by what lives as long as the application needs them."""
        self._owners: dict[tuple[str, str], weakref.ref[object]] = {}
        self._read: dict[tuple[str, str], frozenset[str]] = {}

    def notice(self, root: Mapping[str, Any], schemas: object) -> None:
        """Take note of a document.

        Args:
            root: the document.
            schemas: googleapiclient's object that lives as long as the application needs it.
        """
        key = (str(root.get("name")), str(root.get("version")))
        owner = self._owners.get(key)
        if schemas is None or (len(self._owners) >= _MAX_APIS if owner is None else owner()):
            return
        self._held[schemas] = root
        self._owners[key] = weakref.ref(schemas)

    def names_of(self, service: str | None) -> Container[str]:
        """The names of an API, ``gmail``, as :func:`folded` makes them, none where it is unknown.

        Nothing is read before it is asked for the first name.
        """
        keys = [key for key in list(self._owners) if key[0] == service]
        return _Names(self, keys) if keys else NO_NAMES

    def read(self, key: tuple[str, str]) -> frozenset[str]:
        """The names of a version of an API."""
        names = self._read.get(key)
        if names is None:
            owner = self._owners[key]()
            document = None if owner is None else self._held.get(owner)
            names = frozenset(names_in(document or _static_document(*key)))
            if len(self._read) >= _MAX_READ:
                self._read.clear()
            self._read[key] = names
        return names


class _Names:
    """The names of all versions of an API."""

    def __init__(self, documents: DiscoveryDocuments, keys: list[tuple[str, str]]) -> None:
        self._documents = documents
        self._keys = keys

    def __contains__(self, name: object) -> bool:
        return any(name in self._documents.read(key) for key in self._keys)


def _static_document(name: str, version: str) -> Mapping[str, Any]:
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
