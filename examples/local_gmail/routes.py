# SPDX-License-Identifier: Apache-2.0
"""Which API method a method and path on the wire stand for, read from discovery documents."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule

from local_gmail import discovery

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from local_gmail.record import Received
    from local_gmail.responses import Json

TOKEN = "token"
BATCH = "batch"
UPLOAD = "upload"
UPLOAD_STATUS = "upload-status"
DISCOVERY = "discovery"
NOT_METHODS = frozenset({TOKEN, BATCH, UPLOAD, UPLOAD_STATUS, DISCOVERY})
"""What requests are called that are for no method of an API."""

_UPLOAD_PATHS = ("/upload/", "/resumable/upload/")
_PLACEHOLDER = re.compile(r"\{(\+?)([A-Za-z]\w*)\}")


@dataclass(frozen=True)
class Route:
    """A method of an API, with what the path says."""

    api_method: str
    args: Mapping[str, str]
    is_upload: bool = False


class Routes:
    """All methods of the APIs added so far, and what Google serves besides them."""

    def __init__(self) -> None:
        self._tables: dict[tuple[str, str], _Table] = {}

    def add(self, api: str, version: str) -> None:
        """Know the methods of this API from now on."""
        self._tables[api, version] = _table(api, version)

    @property
    def method_ids(self) -> set[str]:
        """What requests can be told apart by."""
        return set(NOT_METHODS).union(*(table.method_ids for table in self._tables.values()))

    def find(self, received: Received) -> Route | None:
        """Return what a request is for, of which the head is enough."""
        upload = _running_upload(received)
        if upload is not None:
            return upload
        for rules in [_besides(), *(table.rules for table in list(self._tables.values()))]:
            try:
                endpoint, args = rules.bind("localhost").match(
                    unquote(received.path), received.effective_method
                )
            except HTTPException:
                continue
            api_method, is_upload = endpoint
            return Route(api_method, args, is_upload)
        return None


def _running_upload(received: Received) -> Route | None:
    """Return the route of a chunk or a status query; both go to the path that began the upload."""
    if not received.path.startswith(_UPLOAD_PATHS) or "upload_id=" not in received.query:
        return None
    is_query = received.headers.get("content-range", "").startswith(("bytes */", "bytes*/"))
    return Route(UPLOAD_STATUS if is_query else UPLOAD, {}, is_upload=True)


@dataclass(frozen=True)
class _Table:
    rules: Map
    method_ids: frozenset[str]


@functools.cache
def _besides() -> Map:
    rules = {
        "/token": ("POST", TOKEN),
        "/batch": ("POST", BATCH),
        "/batch/<path:api>": ("POST", BATCH),
        "/discovery/v1/apis/<api>/<version>/rest": ("GET", DISCOVERY),
        "/$discovery/rest": ("GET", DISCOVERY),
    }
    return Map(
        [
            Rule(path, methods=[method], endpoint=(name, False))
            for path, (method, name) in rules.items()
        ],
        strict_slashes=False,
        merge_slashes=False,
    )


# Compiling the rules takes longer than all else that a server does to start.
@functools.cache
def _table(api: str, version: str) -> _Table:
    document = discovery.load(api, version)
    rules = Map(strict_slashes=False, merge_slashes=False)
    method_ids: set[str] = set()
    for method in _methods(document):
        method_ids.add(method["id"])
        ordinary = document.get("servicePath", "") + method["path"]
        for path in [ordinary, *_upload_paths(method)]:
            rule = _as_rule(path)
            if rule is not None:
                endpoint = (method["id"], path != ordinary)
                rules.add(Rule(rule, methods=[method["httpMethod"]], endpoint=endpoint))
    return _Table(rules, frozenset(method_ids))


def _methods(resource: Json) -> Iterator[Json]:
    yield from resource.get("methods", {}).values()
    for child in resource.get("resources", {}).values():
        yield from _methods(child)


def _upload_paths(method: Json) -> set[str]:
    protocols: Mapping[str, Json] = method.get("mediaUpload", {}).get("protocols", {})
    return {protocol["path"] for protocol in protocols.values()}


def _as_rule(path: str) -> str | None:
    rule = _PLACEHOLDER.sub(lambda m: f"<path:{m[2]}>" if m[1] else f"<{m[2]}>", path)
    # Rarer forms of URI templates ({/x*}, {?y}) have no counterpart here; Gmail uses none.
    return None if "{" in rule else "/" + rule.lstrip("/")
