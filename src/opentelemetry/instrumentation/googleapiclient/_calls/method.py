# SPDX-License-Identifier: Apache-2.0
"""What the discovery description says of a method: its service and its URL template.

Requests don't carry it, so it is learned when googleapiclient makes the methods of a resource,
and found again by method id and URL: an id alone may stand for several paths (Drive v2 and v3
share theirs), and an upload has a path of its own.

A program may load a document for each of its tenants, which differ in their base path alone. So
what is said of a method is kept once for a version of an API, apart from the base paths of that;
only for what is called the two are put together. All of it is bounded: what was learned long ago is
forgotten, and then a URL is known by how it ends.
"""

from __future__ import annotations

import re
import weakref
from collections import OrderedDict
from collections.abc import Mapping
from contextlib import suppress
from functools import cached_property, lru_cache
from typing import Any, Final, NamedTuple

from opentelemetry.instrumentation.httplib2._urls.origin import origin_in
from opentelemetry.instrumentation.httplib2._urls.path import without_sensitive_segments
from opentelemetry.instrumentation.httplib2._urls.redaction import (
    MAX_QUERY,
    unsuspicious_before_query,
    unsuspicious_query,
)
from opentelemetry.util.types import AttributeValue

from .._errors.discovery_names import DiscoveryDocuments
from ..semconv import DISCOVERY_METHOD
from .method_path import Api, MethodPath, read_path

_MAX_METHODS: Final = 2500
_MAX_PATHS: Final = 16
"""Of one method."""
_MAX_SEGMENTS: Final = 32
_MAX_COMPARED: Final = 32
_MAX_USUAL: Final = 256
_MAX_QUERIES: Final = 16

# Ids whose first part is not the discovery document's name.
_SERVICE_BY_PREFIX: Final = {
    "datatransfer": "admin",
    "directory": "admin",
    "groupsSettings": "groupssettings",
    "reports": "admin",
    "search": "customsearch",
    "sql": "sqladmin",
}


class MethodDescription(NamedTuple):
    """One path of one method, under one base path."""

    service: str
    """The discovery document's name, ``gmail``."""
    template: str
    """The path with its variables, ``/gmail/v1/users/{userId}/messages/{id}``."""
    scopes: tuple[str, ...]
    """The method accepts a token that has any one of these."""
    start: str
    """What its paths begin with, before the first variable."""
    has_variables: bool
    """Whether more follows that."""


class Endpoint:
    """A method at an origin.

    Args:
        description: of the method.
        origin: the text of the origin, as it stands in the URLs.
    """

    def __init__(self, description: MethodDescription, origin: str) -> None:
        self.description = description
        self.origin = origin
        end_of_path = "" if description.has_variables else "?"
        self.start = f"{origin}{description.start}{end_of_path}"
        """What its URLs begin with."""
        self.attributes: dict[str, Mapping[str, AttributeValue]] = {}
        """What spans of its calls start with, by the operation, as far as it was asked for."""
        self.queries: set[str] = set()
        """Some of those that may stand behind the ``?``: most calls have the same few."""

    def may_show(self, url: str) -> bool:
        """Whether a URL is one of its own, in which there is nothing to redact."""
        before, _, query = url.partition("?")
        return self._before_query.fullmatch(before) is not None and (
            query in self.queries or self._admits(query)
        )

    def _admits(self, query: str) -> bool:
        if len(query) > MAX_QUERY or unsuspicious_query.fullmatch(query) is None:
            return False
        if len(self.queries) < _MAX_QUERIES:
            self.queries.add(query)
        return True

    @cached_property
    def _before_query(self) -> re.Pattern[str]:
        return unsuspicious_before_query(self.description.template, self.origin)


class MethodDirectory:
    """The methods that this process has seen being made."""

    def __init__(self) -> None:
        self.documents = DiscoveryDocuments()
        self._apis: weakref.WeakValueDictionary[tuple[str, str], Api] = (
            weakref.WeakValueDictionary()
        )
        self._known: OrderedDict[str, tuple[MethodPath, ...]] = OrderedDict()
        self._changes = 0
        self.usual: dict[str | None, Endpoint] = {}
        """Of each method that has been called, where it was first: most programs use one."""

    def learn(self, method: Mapping[str, Any], root: Mapping[str, Any]) -> None:
        """Take note of a method's description.

        Args:
            method: the method's part of a discovery document.
            root: the discovery document itself.

        Raises:
            KeyError: a field that every discovery document has is missing.
        """
        method_id: str = method["id"]
        key: tuple[str, str] = root["name"], root.get("version", "")
        api = self._apis.get(key)
        if api is None:
            api = self._apis[key] = Api(key[0])
        path = read_path(method, api)
        if api.is_met(root.get("rootUrl", ""), root.get("servicePath", "")):
            self._changes += 1
            self.usual.clear()
        known = self._known.get(method_id, ())
        if any(path.equals(one) for one in known):
            with suppress(KeyError):  # another thread may just have forgotten it
                self._known.move_to_end(method_id)
            return
        others = [one for one in known if not path.stands_for(one)]
        self._known[method_id] = (*others[-_MAX_PATHS + 1 :], path)
        self._known.move_to_end(method_id)
        self._changes += 1
        self.usual.pop(method_id, None)
        while len(self._known) > _MAX_METHODS:
            forgotten, _ = self._known.popitem(last=False)
            self.usual.pop(forgotten, None)

    def endpoint(self, method_id: str | None, url: str) -> Endpoint | None:
        """What a request's method id and URL belong to, if that is known."""
        usual = self.usual.get(method_id)
        if usual is not None and url.startswith(usual.start):
            return usual
        changes = self._changes
        paths = self._paths_of(method_id)
        origin = origin_in(url)
        if not paths or not origin:
            return None
        bases = _bases_in(url, len(origin))
        found = _find(paths, url, len(origin), bases)
        if found is None:
            description = _find_elsewhere(paths, url, len(origin), bases)
            return None if description is None else _endpoint(description, origin)
        path, base = found
        endpoint = _endpoint(_describe(path, base, base), origin)
        if usual is None and _is_apart(path, base, paths):
            if len(self.usual) >= _MAX_USUAL:
                self.usual.clear()
            self.usual[method_id] = endpoint
            # Another thread may just have learned of more.
            if self._changes != changes:
                self.usual.pop(method_id, None)
        return endpoint

    def methods_at(self, url: str) -> list[str]:
        """The methods that a URL may be of, whatever is done there: those that spell most of it."""
        origin = origin_in(url)
        bases = _bases_in(url, len(origin))
        found: dict[str, int] = {}
        for method_id in (*self._known, DISCOVERY_METHOD):
            best = _find(self._paths_of(method_id), url, len(origin), bases)
            if best is not None:
                path, base = best
                if path.pattern.match(url, len(origin) + len(base)) is not None:
                    found[method_id] = _specificity(best)
        longest = max(found.values(), default=0)
        return [method_id for method_id, length in found.items() if length == longest]

    def _paths_of(self, method_id: str | None) -> tuple[MethodPath, ...]:
        known = self._known.get(method_id, ()) if method_id is not None else ()
        return (*known, *_OF_DISCOVERY) if method_id == DISCOVERY_METHOD else known


def _bases_in(url: str, position: int) -> list[str]:
    """What may be the base path in a URL: the path up to each of its slashes.

    Args:
        url: an absolute one.
        position: where its path begins.
    """
    path = url[position:].partition("?")[0].partition("#")[0]
    bases: list[str] = []
    end = 0
    while len(bases) < _MAX_SEGMENTS:
        end = path.find("/", end) + 1
        if not end:
            break
        bases.append(path[:end])
    return bases


def _find(
    paths: tuple[MethodPath, ...], url: str, position: int, bases: list[str]
) -> tuple[MethodPath, str] | None:
    """The path and the base path that a URL belongs to."""
    found = [
        (path, base)
        for base in bases
        for path in paths
        if path.is_under(base) and path.begins(url, position + len(base))
    ]
    if len(found) > 1:
        found = [
            (path, base)
            for path, base in found
            if path.pattern.match(url, position + len(base)) is not None
        ]
    return max(found, key=_specificity, default=None)


def _specificity(found: tuple[MethodPath, str]) -> int:
    path, base = found
    return len(base) + path.literal_length


def _find_elsewhere(
    paths: tuple[MethodPath, ...], url: str, position: int, bases: list[str]
) -> MethodDescription | None:
    """An api_endpoint replaces the base path too: what follows it still tells the method."""
    found: dict[MethodPath, str] = {}
    for base in bases:
        for path in paths:
            if path not in found and path.pattern.match(url, position + len(base)) is not None:
                found[path] = base
    if not found:
        return None
    best = max(found, key=lambda path: path.literal_length)
    base = found[best]
    # What stands before the API's own path is the application's.
    description = _describe(best, base, without_sensitive_segments(base))
    if any(one.scopes != best.scopes for one in found if one.relative == best.relative):
        # Which version of the API it is stands in the base path.
        return description._replace(scopes=())
    return description


def _is_apart(path: MethodPath, base: str, paths: tuple[MethodPath, ...]) -> bool:
    """Whether the start of a URL tells that it belongs there, and nowhere else."""
    if sum(map(MethodPath.count_bases, paths)) > _MAX_COMPARED:
        return False
    own = f"{base}{path.start}"
    starts = [f"{each}{one.start}" for one in paths for each in one.bases()]
    return sum(one.startswith(own) or own.startswith(one) for one in starts) == 1


@lru_cache(maxsize=256)
def _describe(path: MethodPath, base: str, shown_base: str) -> MethodDescription:
    return MethodDescription(
        path.api.service,
        f"{shown_base}{path.template}",
        path.scopes,
        f"{base}{path.start}",
        path.has_variables,
    )


@lru_cache(maxsize=128)
def _endpoint(description: MethodDescription, origin: str) -> Endpoint:
    return Endpoint(description, origin)


def service_by_prefix(method_id: str) -> str:
    """The service of a method that was not seen being made, told by its id."""
    prefix = method_id.partition(".")[0]
    return _SERVICE_BY_PREFIX.get(prefix, prefix)


def _paths_of_discovery() -> tuple[MethodPath, ...]:
    api = Api("discovery")
    api.is_met("https://www.googleapis.com/", "")
    return tuple(
        MethodPath(api, relative)
        for relative in ("discovery/v1/apis/{api}/{version}/rest", "$discovery/rest")
    )


_OF_DISCOVERY: Final = _paths_of_discovery()
"""What ``build()`` calls to learn of all others."""

LEARNED: Final = MethodDirectory()
"""What the services that the application builds teach."""
