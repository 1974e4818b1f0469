# SPDX-License-Identifier: Apache-2.0
"""The discovery documents that this process has built services of.

A failure's message may show the names of an API's fields and parameters. They are read from the
document when a failure asks for the first time, one set for all methods of a version of an API.
Until then nothing is kept of the document: it is held as long as the application's own service
object holds it, and no longer. Where that is gone, the copy is read that googleapiclient brings
with it.
"""

from __future__ import annotations

import weakref
from collections.abc import Container, Mapping
from typing import Any, Final

_MAX_APIS: Final = 64
_MAX_READ: Final = 4


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
        """The names of an API, ``gmail``, as messages are searched for; none where unknown.

        Nothing is read before it is asked for the first name.
        """
        from .._errors.field_names import NO_NAMES  # noqa: PLC0415 - loaded with the first failure

        keys = [key for key in list(self._owners) if key[0] == service]
        return _Names(self, keys) if keys else NO_NAMES

    def read(self, key: tuple[str, str]) -> frozenset[str]:
        """The names of a version of an API."""
        from .._errors.discovery_names import (  # noqa: PLC0415 - loaded with the first failure
            names_in,
            static_document,
        )

        names = self._read.get(key)
        if names is None:
            owner = self._owners[key]()
            document = None if owner is None else self._held.get(owner)
            names = frozenset(names_in(document or static_document(*key)))
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
