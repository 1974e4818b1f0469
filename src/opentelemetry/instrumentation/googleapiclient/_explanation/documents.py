# SPDX-License-Identifier: Apache-2.0
"""What an API is, told by its methods' IDs or by URLs, where its service was not seen being built.

googleapiclient brings a discovery document for each API. They are read as files: nothing is
imported for it.
"""

from __future__ import annotations

import json
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final, cast
from urllib.parse import urlsplit

from opentelemetry.instrumentation.httplib2._support.guard import passes
from opentelemetry.instrumentation.httplib2._support.lazy_pattern import lazy_pattern

from .._calls.method import MethodDirectory, service_by_prefix
from .._diagnosis.services import SERVICES
from .._errors.discovery_names import names_in
from .._errors.server_message import NO_NAMES

_MAX_SIZE: Final = 1_000_000
"""Bytes of the largest document that is read: about 10 ms."""
_MAX_VERSIONS: Final = 3
_API_HOST: Final = lazy_pattern(
    r"(?:www|content|(?P<name>[a-z]{3,40}))\.(?:mtls\.)?googleapis\.com"
)
_BEFORE_THE_API: Final = frozenset({"batch", "resumable", "upload"})


@dataclass(frozen=True, slots=True)
class Api:
    """What the documents of an API say, of the versions that a URL may be of."""

    service: str | None = None
    methods: MethodDirectory = field(default_factory=MethodDirectory)
    names: Container[str] = NO_NAMES
    """Of fields and parameters, which a message may show."""


def api_of(method_id: str | None, url: str) -> Api:
    """What is known of the API of a method, or of a URL.

    Args:
        method_id: if None, the URL alone tells.
        url: of the request; may be anything.
    """
    host, segments = _parts(url)
    service = service_by_prefix(method_id) if method_id and "." in method_id else None
    service = service or _service_at(host, segments)
    if service is None:
        return Api()
    versions = _files().get(service, {})
    named = tuple(version for version in versions if version.rpartition("_")[2] in segments)
    return _read(
        service, (named or tuple(versions) if len(versions) == 1 else named)[:_MAX_VERSIONS]
    )


def _service_at(host: str, segments: list[str]) -> str | None:
    """The API whose own host or path this is."""
    found = _API_HOST.fullmatch(host)
    names = [found["name"] if found else None, *_first(segments)]
    return next((one for one in names if one in SERVICES or one in _files()), None)


def _first(segments: list[str]) -> Iterator[str]:
    for segment in segments:
        if segment not in _BEFORE_THE_API:
            yield segment
            return


def _parts(url: str) -> tuple[str, list[str]]:
    try:
        parts = urlsplit(url)
        return parts.hostname or "", [part for part in parts.path.split("/") if part]
    except ValueError:
        return "", []


@cache
def _files() -> Mapping[str, Mapping[str, Path]]:
    """The documents of each API by version."""
    found: dict[str, dict[str, Path]] = {}
    try:
        spec = find_spec("googleapiclient")
        folders = spec.submodule_search_locations if spec else None
        for folder in folders or ():
            for file in Path(folder, "discovery_cache", "documents").glob("*.json"):
                service, _, version = file.stem.partition(".")
                found.setdefault(service, {})[version] = file
    except (ImportError, OSError, ValueError) as error:
        if passes(error):
            raise
    return found


@lru_cache(maxsize=16)
def _read(service: str, versions: tuple[str, ...]) -> Api:
    methods, names = MethodDirectory(), set[str]()
    for version in versions:
        document = _document(_files()[service][version])
        for method in _methods(document):
            try:
                methods.learn(method, document)
            except (AttributeError, KeyError, TypeError):
                continue
        names |= names_in(document)
    return Api(service, methods, names)


def _document(file: Path) -> Mapping[str, Any]:
    try:
        if file.stat().st_size > _MAX_SIZE:
            return {}
        document = json.loads(file.read_bytes())
    except (OSError, ValueError) as error:
        if passes(error):
            raise
        return {}
    return cast("dict[str, Any]", document) if isinstance(document, dict) else {}


def _methods(resource: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield from resource.get("methods", {}).values()
    for inner in resource.get("resources", {}).values():
        yield from _methods(inner)
