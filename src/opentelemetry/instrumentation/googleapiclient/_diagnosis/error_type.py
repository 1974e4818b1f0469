# SPDX-License-Identifier: Apache-2.0
"""Names that a server gives to a failure: which may be shown, which may be ``error.type``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from opentelemetry.instrumentation.httplib2._support.lazy_pattern import lazy_pattern

from .._errors.error import ApiError
from .._errors.redaction import Redaction
from .._errors.request_values import RequestValues
from .general_rules import GENERAL_RULES
from .rules import GENERIC_REASONS

_COMMON_DOMAINS: Final = ("global", "googleapis.com", "usageLimits")
_WELL_KNOWN: Final = GENERIC_REASONS.union(
    _COMMON_DOMAINS, *(rule.reasons | rule.canonical for rule in GENERAL_RULES)
)


class _ErrorTypes:
    """Server-given values that ``error.type`` may take, which also stands on metrics.

    Nothing that a server sends may make metrics grow without bound: beside the well-known values
    one must look like a name, and only the first 200 of a process count.
    """

    _SHAPE: Final = lazy_pattern(r"[A-Za-z][A-Za-z0-9_.-]{0,63}")
    _MAX: Final = 200
    _REDACTION: Final = Redaction()

    def __init__(self) -> None:
        self._admitted: set[str] = set()

    def admits(self, value: str, values: RequestValues) -> bool:
        if value in _WELL_KNOWN:
            return True
        if self._REDACTION.identifier(value, values) != value:
            return False
        if value in self._admitted:
            return True
        if len(self._admitted) >= self._MAX or not self._SHAPE.fullmatch(value):
            return False
        self._admitted.add(value)
        return True


_error_types: Final = _ErrorTypes()


def error_types(error: ApiError, values: RequestValues) -> Iterator[str]:
    """What may be the ``error.type`` of a response, the best first."""
    for value in (*_reasons(error), error.status):
        if value is not None and _error_types.admits(value, values):
            yield value


def shown_reason(error: ApiError, redaction: Redaction, values: RequestValues) -> str | None:
    """The most specific reason, where one may be shown."""
    # One that says no more than the status comes last.
    given = sorted(_reasons(error), key=lambda reason: reason in GENERIC_REASONS)
    return next((name for name in given if may_be_shown(name, redaction, values)), None)


def may_be_shown(name: str | None, redaction: Redaction, values: RequestValues) -> bool:
    """Whether this is a name that may be shown as it is."""
    return name is not None and shown_name(name, redaction, values) == name


def shown_name(name: str, redaction: Redaction, values: RequestValues) -> str:
    """What may be shown of a name."""
    return name if name in _WELL_KNOWN else redaction.identifier(name, values)


def _reasons(error: ApiError) -> tuple[str | None, str | None]:
    return error.reason, error.error_info.reason if error.error_info else None
