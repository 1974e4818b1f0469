# SPDX-License-Identifier: Apache-2.0
"""What the discovery description says of a method: its service and its URL template.

Requests don't carry it, so it is learned when googleapiclient makes the methods of a resource,
and found again by method id and URL: an id alone may stand for several paths (Drive v2 and v3
share theirs), and an upload has a path of its own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final
from urllib.parse import urlsplit

from ..httplib2.url import MAX_URL, path_of, unsuspicious, without_sensitive_segments
from .semconv import DISCOVERY_METHOD

# ``{name}``, ``{+name}`` and the other expansions of RFC 6570.
_VARIABLE: Final = re.compile(r"\{([+#./;?&]?)([\w.~-]+)(?:[^\w.~{}-][^{}]*)?\}")

_MAX_REBASED: Final = 256

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
    def unsuspicious(self) -> re.Pattern[str]:
        """Matches those of its URLs in which there is nothing to redact; groups their origin."""
        return unsuspicious(self.template)


Found = tuple[MethodDescription | None, str | None]
"""What belongs to a method id and a URL; with the text of the URL's origin, where there is nothing
in the URL to redact."""

_NOTHING_FOUND: Final[Found] = (None, None)


class MethodDirectory:
    """Every method that this process has seen being made."""

    def __init__(self) -> None:
        self._known: dict[str | None, tuple[MethodDescription, ...]] = {
            # What build() calls to learn of all others.
            DISCOVERY_METHOD: tuple(
                _describe("discovery", "", path)
                for path in ("/discovery/v1/apis/{api}/{version}/rest", "/$discovery/rest")
            )
        }
        self._seen: set[tuple[str, str, str, str]] = set()
        self._rebased: dict[tuple[MethodDescription, str], MethodDescription] = {}

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
        known = (*self._known.get(method_id, ()), *found)
        # The most specific first: {+name} also matches what a longer template spells out.
        self._known[method_id] = tuple(
            sorted(known, key=lambda one: len(_VARIABLE.sub("", one.template)), reverse=True)
        )
        self._seen.add(key)

    def find(self, method_id: str | None, url: str) -> Found:
        """The description that a request's method id and URL belong to, if there is one."""
        known = self._known.get(method_id)
        if known is None:
            return _NOTHING_FOUND
        for description in known:
            plain = description.unsuspicious.fullmatch(url)
            if plain is not None:
                return description, plain[1] if len(url) <= MAX_URL else None
            if description.pattern.match(url):
                return description, None
        return self._find_rebased(known, path_of(url)), None

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
