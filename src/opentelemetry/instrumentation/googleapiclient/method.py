# SPDX-License-Identifier: Apache-2.0
"""What the discovery description says of a method: its service and its URL template.

Requests don't carry it, so it is learned when googleapiclient makes the methods of a resource,
and found again by method id and URL: an id alone may stand for several paths (Drive v2 and v3
share theirs), and an upload has a path of its own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

from opentelemetry.util.types import AttributeValue

from ..httplib2.url import (
    MAX_QUERY,
    origin_in,
    path_of,
    unsuspicious_before_query,
    unsuspicious_query,
)
from ..httplib2.url_path import without_sensitive_segments
from .discovery_names import DiscoveryDocuments
from .semconv import DISCOVERY_METHOD

# ``{name}``, ``{+name}`` and the other expansions of RFC 6570.
_VARIABLE: Final = re.compile(r"\{([+#./;?&]?)([\w.~-]+)(?:[^\w.~{}-][^{}]*)?\}")

_ENDS_OF_PATH: Final = ("", "?", "#")
_MAX_REBASED: Final = 256
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


# Compared and hashed by identity: it is a cache key on the hot path.
@dataclass(frozen=True, eq=False)
class MethodDescription:
    """One path of one method."""

    service: str
    """The discovery document's name, ``gmail``."""
    template: str
    """The path with its variables, ``/gmail/v1/users/{userId}/messages/{id}``."""
    path: str
    """The same as discovery writes it, which tells what may stand for a variable."""
    relative: str
    """The template without the base path of the API, as discovery writes it."""
    scopes: tuple[str, ...] = ()
    """The method accepts a token that has any one of these."""

    # A program calls few of the many methods that it learns of.

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Matches a URL whose path the template expands to."""
        return re.compile(rf"[^:/?#]*://[^/?#]*{_expression(self.path)}(?:[?#]|\Z)")

    @cached_property
    def start(self) -> str:
        """What of the path stands before its first variable."""
        return _VARIABLE.split(self.path, maxsplit=1)[0]

    def has_start_of(self, target: str) -> bool:
        """Whether a URL that begins so, behind its origin, may be one that the path expands to."""
        if not target.startswith(self.start):
            return False
        return self.start != self.path or target[len(self.start) :][:1] in _ENDS_OF_PATH


class Endpoint:
    """A method at an origin.

    Args:
        description: of the method.
        origin: the text of the origin, as it stands in the URLs.
    """

    def __init__(self, description: MethodDescription, origin: str) -> None:
        self.description = description
        self.origin = origin
        end_of_path = "?" if description.start == description.path else ""
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


class _Paths(NamedTuple):
    """All of one method."""

    descriptions: tuple[MethodDescription, ...] = ()
    """The most specific first: ``{+name}`` also matches what a longer template spells out."""
    are_apart: bool = True
    """Whether the start of a URL tells which one it belongs to."""

    def find(self, url: str, origin: str) -> MethodDescription | None:
        target = url[len(origin) :]
        for description in self.descriptions:
            if (
                description.has_start_of(target)
                if self.are_apart
                else description.pattern.match(url)
            ):
                return description
        return None


class MethodDirectory:
    """Every method that this process has seen being made."""

    def __init__(self) -> None:
        self.documents = DiscoveryDocuments()
        self._known: dict[str | None, _Paths] = {
            # What build() calls to learn of all others.
            DISCOVERY_METHOD: _Paths(
                tuple(
                    _describe("discovery", "", path)
                    for path in ("/discovery/v1/apis/{api}/{version}/rest", "/$discovery/rest")
                )
            )
        }
        self._seen: set[tuple[str, str, str, str]] = set()
        self._rebased: dict[tuple[MethodDescription, str], MethodDescription] = {}
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
        path: str = method["path"]
        root_url: str = root.get("rootUrl", "")
        service_path: str = root.get("servicePath", "")
        base = urlsplit(root_url).path or "/"
        key = (method_id, base, service_path, path)
        if key in self._seen:
            return
        bases = [base + service_path]
        if method.get("mediaUpload"):
            bases.append(f"{base}upload/{service_path}")
        scopes = tuple(method.get("scopes", ()))
        found = [_describe(root["name"], base, path, scopes) for base in bases]
        known = self._known.get(method_id, _Paths()).descriptions
        paths = {description.path for description in known}
        known = (*known, *(description for description in found if description.path not in paths))
        self._known[method_id] = _Paths(
            tuple(
                sorted(known, key=lambda one: len(_VARIABLE.sub("", one.template)), reverse=True)
            ),
            _are_apart(known),
        )
        self.usual.pop(method_id, None)
        self._seen.add(key)

    def endpoint(self, method_id: str | None, url: str) -> Endpoint | None:
        """What a request's method id and URL belong to, if that is known."""
        usual = self.usual.get(method_id)
        if usual is not None and url.startswith(usual.start):
            return usual
        paths = self._known.get(method_id)
        origin = origin_in(url)
        if paths is None or not origin:
            return None
        description = paths.find(url, origin)
        if description is None:
            rebased = self._find_rebased(paths.descriptions, path_of(url))
            return _endpoint(rebased, origin) if rebased is not None else None
        endpoint = _endpoint(description, origin)
        if usual is None and paths.are_apart:
            self.usual[method_id] = endpoint
            # Another thread may just have learned of more.
            if self._known.get(method_id) is not paths:
                self.usual.pop(method_id, None)
        return endpoint

    def methods_at(self, url: str) -> list[str]:
        """The methods that a URL may be of, whatever is done there: those that spell most of it."""
        found = {
            method_id: max(len(_VARIABLE.sub("", one.template)) for one in matching)
            for method_id, paths in self._known.items()
            if method_id is not None
            and (matching := [one for one in paths.descriptions if one.pattern.match(url)])
        }
        longest = max(found.values(), default=0)
        return [method_id for method_id, length in found.items() if length == longest]

    def _find_rebased(
        self, known: tuple[MethodDescription, ...], path: str
    ) -> MethodDescription | None:
        """An api_endpoint replaces the base path too: what follows it still tells the method."""
        for description in known:
            found = re.search(rf"(?:^|/){_expression(description.relative)}\Z", path)
            if found is None:
                continue
            key = description, path[: found.start()]
            rebased = self._rebased.get(key)
            if rebased is None:
                rebased = _describe(
                    description.service, key[1], f"/{description.relative}", description.scopes
                )
                # What stands before the API's own path is the application's.
                base = without_sensitive_segments(key[1])
                rebased = replace(rebased, template=base + rebased.template[len(key[1]) :])
                if len(self._rebased) < _MAX_REBASED:
                    self._rebased[key] = rebased
            return rebased
        return None


def _are_apart(descriptions: Sequence[MethodDescription]) -> bool:
    if len(descriptions) == 1:
        return True
    starts = sorted(description.start for description in descriptions)
    return not any(other.startswith(start) for start, other in pairwise(starts))


@lru_cache(maxsize=256)
def _endpoint(description: MethodDescription, origin: str) -> Endpoint:
    return Endpoint(description, origin)


def service_by_prefix(method_id: str) -> str:
    """The service of a method that was not seen being made, told by its id."""
    prefix = method_id.partition(".")[0]
    return _SERVICE_BY_PREFIX.get(prefix, prefix)


def _describe(
    service: str, base: str, path: str, scopes: tuple[str, ...] = ()
) -> MethodDescription:
    template = re.sub("/{2,}", "/", base + path)
    return MethodDescription(
        service=service,
        template=_VARIABLE.sub(r"{\2}", template),
        path=template,
        relative=path.lstrip("/"),
        scopes=scopes,
    )


def _expression(template: str) -> str:
    """A regular expression for the paths that a template expands to."""
    parts: list[str] = []
    end = 0
    for variable in _VARIABLE.finditer(template):
        parts.append(re.escape(template[end : variable.start()]))
        parts.append("[^?#]+" if variable[1] == "+" else "[^/?#]*")
        end = variable.end()
    parts.append(re.escape(template[end:]))
    return "".join(parts)


LEARNED: Final = MethodDirectory()
"""What the services that the application builds teach."""
