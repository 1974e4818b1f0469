# SPDX-License-Identifier: Apache-2.0
"""The options of the instrumentation, read once when it is switched on."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from fnmatch import fnmatchcase
from functools import lru_cache
from logging import getLogger
from typing import TYPE_CHECKING, Any, Final, cast

from ..environment_variables import (
    OTEL_PYTHON_GOOGLEAPICLIENT_BATCH_PART_SPANS,
    OTEL_PYTHON_GOOGLEAPICLIENT_CAPTURE_PERSONAL_DATA,
    OTEL_PYTHON_GOOGLEAPICLIENT_EXCLUDED_METHODS,
    OTEL_PYTHON_GOOGLEAPICLIENT_GMAIL_QUOTA_TABLE,
    OTEL_PYTHON_GOOGLEAPICLIENT_RETRY_EVENTS,
    OTEL_PYTHON_GOOGLEAPICLIENT_USER_HASH_KEY,
)

if TYPE_CHECKING:
    from .keywords import (
        BatchPartSpans,
        GmailQuotaTable,
        RequestHook,
        ResponseHook,
        RetryEvents,
    )

_logger = getLogger(__name__)

_BOOLEANS: Final = {"true": True, "false": False}


class Options:
    """What a user can set. Every field has the default of its environment variable."""

    retry_events: RetryEvents = "span"
    batch_part_spans: BatchPartSpans = "errors"
    capture_personal_data: bool = False
    user_hash_key: str | None = None
    gmail_quota_table: GmailQuotaTable = "2026-05"
    excluded_methods: tuple[str, ...] = ()
    request_hook: RequestHook | None = None
    response_hook: ResponseHook | None = None

    def excludes(self, method_id: str | None) -> bool:
        """Whether the user wants no call span for this method."""
        patterns = self.excluded_methods
        return bool(patterns) and method_id is not None and _matches_any(method_id, patterns)


@lru_cache(maxsize=1024)
def _matches_any(method_id: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(method_id, pattern) for pattern in patterns)


def read_options(keywords: Mapping[str, Any]) -> Options:
    """Read the environment, then the keyword arguments of ``instrument()``, which win.

    An invalid value logs one warning that lists the allowed values; the default is used. Never
    raises.
    """
    options = Options()
    for name, source, value in (*_environment(), *_given(keywords)):
        parsed = _PARSERS[name](value)
        if isinstance(parsed, _Refused):
            _logger.warning(
                "%s=%r is invalid; allowed: %s. The default is used: %r.",
                source,
                # Of a secret that is of the wrong type, the type is what helps.
                type(value) if name in _SECRETS else value,
                parsed.allowed,
                getattr(options, name),
            )
        else:
            setattr(options, name, parsed)
    return options


class _Refused:
    """A value that is not allowed, and what is."""

    def __init__(self, allowed: str) -> None:
        self.allowed = allowed


def _one_of(*allowed: str) -> Callable[[object], object]:
    def parse(value: object) -> object:
        if isinstance(value, str) and value.strip().lower() in allowed:
            return value.strip().lower()
        return _Refused(", ".join(allowed))

    return parse


def _boolean(value: object) -> object:
    if isinstance(value, bool):
        return value
    known = _BOOLEANS.get(value.strip().lower()) if isinstance(value, str) else None
    return _Refused("true, false") if known is None else known


def _secret(value: object) -> object:
    return value if isinstance(value, str) and value else _Refused("a string that is not empty")


def _patterns(value: object) -> object:
    if isinstance(value, str):
        value = value.split(",")
    if not isinstance(value, Iterable):
        return _Refused("method id patterns, comma-separated or as a sequence of strings")
    patterns = list(cast("Iterable[object]", value))
    if not all(isinstance(pattern, str) for pattern in patterns):
        return _Refused("method id patterns, comma-separated or as a sequence of strings")
    stripped = (pattern.strip() for pattern in cast("list[str]", patterns))
    return tuple(pattern for pattern in stripped if pattern)


def _hook(value: object) -> object:
    return value if callable(value) else _Refused("a callable")


_PARSERS: Final[Mapping[str, Callable[[object], object]]] = {
    "retry_events": _one_of("span", "log", "none"),
    "batch_part_spans": _one_of("all", "errors", "none"),
    "capture_personal_data": _boolean,
    "user_hash_key": _secret,
    "gmail_quota_table": _one_of("2026-05", "legacy"),
    "excluded_methods": _patterns,
    "request_hook": _hook,
    "response_hook": _hook,
}
_SECRETS: Final = frozenset({"user_hash_key"})
OPTION_NAMES: Final = tuple(_PARSERS)
_VARIABLES: Final = {
    "retry_events": OTEL_PYTHON_GOOGLEAPICLIENT_RETRY_EVENTS,
    "batch_part_spans": OTEL_PYTHON_GOOGLEAPICLIENT_BATCH_PART_SPANS,
    "capture_personal_data": OTEL_PYTHON_GOOGLEAPICLIENT_CAPTURE_PERSONAL_DATA,
    "user_hash_key": OTEL_PYTHON_GOOGLEAPICLIENT_USER_HASH_KEY,
    "gmail_quota_table": OTEL_PYTHON_GOOGLEAPICLIENT_GMAIL_QUOTA_TABLE,
    "excluded_methods": OTEL_PYTHON_GOOGLEAPICLIENT_EXCLUDED_METHODS,
}


def _environment() -> Iterable[tuple[str, str, object]]:
    for name, variable in _VARIABLES.items():
        value = os.environ.get(variable, "").strip()
        if value:
            yield name, variable, value


def _given(keywords: Mapping[str, Any]) -> Iterable[tuple[str, str, object]]:
    for name in _PARSERS:
        if keywords.get(name) is not None:
            yield name, name, keywords[name]
