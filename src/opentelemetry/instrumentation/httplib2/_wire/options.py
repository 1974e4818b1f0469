# SPDX-License-Identifier: Apache-2.0
"""The options of the instrumentation, read once when it is switched on."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from logging import getLogger
from typing import TYPE_CHECKING, Any, Final, cast

from ..environment_variables import (
    OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_CLIENT_REQUEST,
    OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_CLIENT_RESPONSE,
    OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_SANITIZE_FIELDS,
    OTEL_INSTRUMENTATION_HTTP_KNOWN_METHODS,
    OTEL_PYTHON_EXCLUDED_URLS,
    OTEL_PYTHON_HTTPLIB2_CAPTURE_URL_TEMPLATE,
    OTEL_PYTHON_HTTPLIB2_EXCLUDED_URLS,
)

if TYPE_CHECKING:
    from .keywords import RequestHook, ResponseHook

_logger = getLogger(__name__)

# RFC 9110, PATCH of RFC 5789 and QUERY: the conventions' own list.
_KNOWN_METHODS: Final = "CONNECT,DELETE,GET,HEAD,OPTIONS,PATCH,POST,PUT,QUERY,TRACE"

_BOOLEANS: Final = {"true": True, "false": False}

_PROVIDERS: Final = ("tracer_provider", "meter_provider", "logger_provider", "propagator")
OPTION_NAMES: Final = ("excluded_urls", "capture_url_template", "request_hook", "response_hook")


class Options:
    """What a user can set."""

    excluded_urls: re.Pattern[str] | None = None
    known_methods: frozenset[str] = frozenset(_KNOWN_METHODS.split(","))
    captured_request_headers: re.Pattern[str] | None = None
    captured_response_headers: re.Pattern[str] | None = None
    sanitized_headers: re.Pattern[str] | None = None
    capture_url_template: bool = False
    request_hook: RequestHook | None = None
    response_hook: ResponseHook | None = None

    def excludes(self, url: str) -> bool:
        """Whether the user wants no span for this URL."""
        return self.excluded_urls is not None and self.excluded_urls.search(url) is not None


def read_options(keywords: Mapping[str, Any]) -> Options:
    """Read the environment, then the keyword arguments of ``instrument()``, which win.

    An invalid value logs one warning that lists the allowed values; the default is used. Never
    raises.
    """
    options = Options()
    options.excluded_urls = _excluded_urls(keywords.get("excluded_urls"))
    known_methods = _listed(OTEL_INSTRUMENTATION_HTTP_KNOWN_METHODS)
    if known_methods:
        options.known_methods = frozenset(known_methods)
    options.captured_request_headers = _patterns(
        OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_CLIENT_REQUEST
    )
    options.captured_response_headers = _patterns(
        OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_CLIENT_RESPONSE
    )
    options.sanitized_headers = _patterns(OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_SANITIZE_FIELDS)
    options.capture_url_template = _capture_url_template(keywords.get("capture_url_template"))
    options.request_hook = _hook(keywords, "request_hook")
    options.response_hook = _hook(keywords, "response_hook")
    return options


def warn_of_unknown(keywords: Mapping[str, Any], option_names: Sequence[str]) -> None:
    """Log which keyword arguments of ``instrument()`` are neither options nor providers."""
    known = (*_PROVIDERS, *option_names)
    unknown = sorted(keywords.keys() - {*known})
    if unknown:
        _logger.warning(
            "instrument() does not know %s; it takes %s.", ", ".join(unknown), ", ".join(known)
        )


def _excluded_urls(given: object) -> re.Pattern[str] | None:
    if given is None:
        for variable in (OTEL_PYTHON_HTTPLIB2_EXCLUDED_URLS, OTEL_PYTHON_EXCLUDED_URLS):
            if os.environ.get(variable, "").strip():
                return _any_of(_listed(variable), variable)
        return None
    if isinstance(given, str):
        return _any_of(_split(given), "excluded_urls")
    if isinstance(given, Iterable):
        patterns = list(cast("Iterable[object]", given))
        if all(isinstance(pattern, str) for pattern in patterns):
            return _any_of(cast("list[str]", patterns), "excluded_urls")
    _refuse(
        "excluded_urls",
        cast("object", given),
        "regular expressions, comma-separated or as a sequence",
    )
    return None


def _any_of(patterns: Iterable[str], source: str) -> re.Pattern[str] | None:
    """One pattern out of the usable ones of several."""
    usable = [f"(?:{pattern})" for pattern in patterns if _compiles(pattern, source)]
    return re.compile("|".join(usable)) if usable else None


def _compiles(pattern: str, source: str) -> bool:
    try:
        re.compile(pattern)
    except re.error:
        _refuse(source, pattern, "regular expressions of Python's re")
        return False
    return True


def _patterns(variable: str) -> re.Pattern[str] | None:
    found = _any_of(_listed(variable), variable)
    return re.compile(found.pattern, re.IGNORECASE) if found else None


def _listed(variable: str) -> list[str]:
    return _split(os.environ.get(variable, ""))


def _split(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _capture_url_template(given: object) -> bool:
    if given is None:
        variable = OTEL_PYTHON_HTTPLIB2_CAPTURE_URL_TEMPLATE
        value = os.environ.get(variable, "").strip()
        if value and value.lower() not in _BOOLEANS:
            _refuse(variable, value, ", ".join(_BOOLEANS))
        return _BOOLEANS.get(value.lower(), False)
    if not isinstance(given, bool):
        _refuse("capture_url_template", given, "True, False")
        return False
    return given


def _hook(keywords: Mapping[str, Any], name: str) -> Any:
    value = keywords.get(name)
    if value is not None and not callable(value):
        _refuse(name, value, "a callable")
        return None
    return value


def _refuse(source: str, value: object, allowed: str) -> None:
    _logger.warning("%s=%r is invalid; allowed: %s. It is ignored.", source, value, allowed)
