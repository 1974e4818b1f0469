# SPDX-License-Identifier: Apache-2.0
"""The paths of a method as discovery writes them, apart from the base paths of the API.

Both are what URLs are compared with; what is known of them is bounded.
"""

from __future__ import annotations

import re
import sys
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from functools import cached_property, lru_cache
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

from opentelemetry.instrumentation.httplib2._support.lazy_pattern import lazy_pattern

# ``{name}``, ``{+name}`` and the other expansions of RFC 6570.
_VARIABLE: Final = lazy_pattern(r"\{([+#./;?&]?)([\w.~-]+)(?:[^\w.~{}-][^{}]*)?\}")

_ENDS_OF_PATH: Final = ("", "?", "#")
_MAX_BASES: Final = 64


class Api:
    """One version of an API, and the base paths under which this process has met it last.

    Args:
        service: the discovery document's name, ``gmail``.
    """

    def __init__(self, service: str) -> None:
        self.service = service
        self.bases: OrderedDict[str, None] = OrderedDict()
        self.upload_bases: OrderedDict[str, None] = OrderedDict()

    def is_met(self, root_url: str, service_path: str) -> bool:
        """Take note of where it is; returns whether that is news."""
        base, upload_base = _bases_of(root_url, service_path)
        is_new = _add(self.bases, base)
        return _add(self.upload_bases, upload_base) or is_new


class MethodPath:
    """One path of one method, under whatever base path.

    Args:
        api: that the method is of.
        relative: the path as discovery writes it, behind the base path.
        scopes: the method accepts a token that has any one of these.
        has_uploads: whether there is another one for uploads, under a base path of their own.
    """

    # Of most of them nothing is ever looked up: a program calls few of the methods that it learns.
    __slots__ = ("__dict__", "api", "has_uploads", "relative", "scopes")

    def __init__(
        self, api: Api, relative: str, scopes: tuple[str, ...] = (), *, has_uploads: bool = False
    ) -> None:
        self.api = api
        self.has_uploads = has_uploads
        self.relative = relative
        self.scopes = scopes

    def stands_for(self, other: MethodPath) -> bool:
        """Whether it is the same, though a document may say something else of it."""
        return self.api is other.api and self.relative == other.relative

    def equals(self, other: MethodPath) -> bool:
        """Whether all that is said of it is the same."""
        return (
            self.stands_for(other)
            and self.scopes == other.scopes
            and self.has_uploads == other.has_uploads
        )

    def is_under(self, base: str) -> bool:
        """Whether it has been met under this base path."""
        return base in self.api.bases or (self.has_uploads and base in self.api.upload_bases)

    def bases(self) -> Iterable[str]:
        """Under which it has been met."""
        return (*self.api.bases, *(self.api.upload_bases if self.has_uploads else ()))

    def count_bases(self) -> int:
        """How many they are."""
        return len(self.api.bases) + (len(self.api.upload_bases) if self.has_uploads else 0)

    def begins(self, url: str, position: int) -> bool:
        """Whether what stands there in a URL may be what it expands to, by how that begins."""
        if not url.startswith(self.start, position):
            return False
        position += len(self.start)
        return self.has_variables or url[position : position + 1] in _ENDS_OF_PATH

    @property
    def template(self) -> str:
        """With variables as in ``{name}``, whatever their expansion."""
        return _VARIABLE.sub(r"{\2}", self.relative)

    @property
    def has_variables(self) -> bool:
        return self.start != self.relative

    @cached_property
    def start(self) -> str:
        """What stands before its first variable."""
        return _VARIABLE.split(self.relative, maxsplit=1)[0]

    @cached_property
    def literal_length(self) -> int:
        """The longer, the more specific: ``{+name}`` matches what a longer path spells out, too."""
        return len(_VARIABLE.sub("", self.relative))

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Matches what it expands to in a URL, from where the base path ends."""
        return re.compile(rf"{_expression(self.relative)}(?:[?#]|\Z)")


def read_path(method: Mapping[str, Any], api: Api) -> MethodPath:
    """The path of a method.

    Args:
        method: its part of a discovery document.
        api: that it is of.

    Raises:
        KeyError: it has none.
    """
    return MethodPath(
        api,
        re.sub("/{2,}", "/", method["path"]).lstrip("/"),
        _shared(tuple(method.get("scopes", ()))),
        has_uploads=bool(method.get("mediaUpload")),
    )


# Most methods of an API have the same scopes.
@lru_cache(maxsize=256)
def _shared(scopes: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(map(sys.intern, scopes))


@lru_cache(maxsize=_MAX_BASES)
def _bases_of(root_url: str, service_path: str) -> tuple[str, str]:
    """The base paths of an API, for calls and for uploads, put together as googleapiclient does."""
    base = urlsplit(urljoin(root_url, service_path)).path
    return _with_slashes(base), _with_slashes(f"{urlsplit(root_url).path}/upload/{service_path}")


def _with_slashes(path: str) -> str:
    return re.sub("/{2,}", "/", f"/{path}/")


def _add(bases: OrderedDict[str, None], base: str) -> bool:
    """Whether it is new; then the oldest of too many is forgotten."""
    if base in bases:
        bases.move_to_end(base)
        return False
    bases[base] = None
    if len(bases) > _MAX_BASES:
        bases.popitem(last=False)
    return True


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
