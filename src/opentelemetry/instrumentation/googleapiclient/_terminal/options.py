# SPDX-License-Identifier: Apache-2.0
"""The options of the exporter, read from the environment when it is made."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from logging import getLogger
from typing import Final, Literal, NamedTuple

from ..environment_variables import (
    OTEL_PYTHON_GOOGLEAPICLIENT_TERMINAL_SHOW,
    OTEL_PYTHON_GOOGLEAPICLIENT_TERMINAL_SUMMARY,
    OTEL_PYTHON_GOOGLEAPICLIENT_TERMINAL_WIDTH,
)

_logger = getLogger(__name__)

_WIDTHS: Final = range(20, 1_001)


class Options(NamedTuple):
    """What a user can set."""

    show: Literal["all", "failures"] = "all"
    summary: bool = True
    width: int | None = None


def read_options() -> Options:
    """Read the environment. An invalid value is one warning; the default is used. Never raises."""
    options = Options()
    for name, variable in _VARIABLES.items():
        given = os.environ.get(variable, "").strip().lower()
        if not given:
            continue
        allowed, parse = _PARSERS[name]
        value = parse(given)
        if value is None:
            default: object = getattr(options, name)
            _logger.warning(
                "%s=%r is invalid; allowed: %s. The default is used%s.",
                variable,
                given,
                allowed,
                "" if default is None else f": {default!r}",
            )
        else:
            options = options._replace(**{name: value})
    return options


def _width(given: str) -> int | None:
    width = int(given) if given.isascii() and given.isdigit() and len(given) < 5 else 0  # noqa: PLR2004
    return width if width in _WIDTHS else None


_PARSERS: Final[Mapping[str, tuple[str, Callable[[str], object]]]] = {
    "show": ("all, failures", {"all": "all", "failures": "failures"}.get),
    "summary": ("true, false", {"true": True, "false": False}.get),
    "width": (f"{_WIDTHS[0]} to {_WIDTHS[-1]}", _width),
}
_VARIABLES: Final = {
    "show": OTEL_PYTHON_GOOGLEAPICLIENT_TERMINAL_SHOW,
    "summary": OTEL_PYTHON_GOOGLEAPICLIENT_TERMINAL_SUMMARY,
    "width": OTEL_PYTHON_GOOGLEAPICLIENT_TERMINAL_WIDTH,
}
