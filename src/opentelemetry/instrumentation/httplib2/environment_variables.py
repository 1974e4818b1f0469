# SPDX-License-Identifier: Apache-2.0
"""The environment variables that configure the instrumentation of httplib2."""

from typing import Final

OTEL_PYTHON_HTTPLIB2_EXCLUDED_URLS: Final = "OTEL_PYTHON_HTTPLIB2_EXCLUDED_URLS"
"""Comma-separated regular expressions. Matching URLs get no span and no trace headers."""

OTEL_PYTHON_EXCLUDED_URLS: Final = "OTEL_PYTHON_EXCLUDED_URLS"
"""The same for all instrumentations; used if the variable above is unset."""

OTEL_PYTHON_HTTPLIB2_CAPTURE_URL_TEMPLATE: Final = "OTEL_PYTHON_HTTPLIB2_CAPTURE_URL_TEMPLATE"
"""``true`` adds the API's template to ``url.template`` and to the span's name. Default ``false``.
"""

OTEL_INSTRUMENTATION_HTTP_KNOWN_METHODS: Final = "OTEL_INSTRUMENTATION_HTTP_KNOWN_METHODS"
"""Comma-separated HTTP methods that are recorded as they are, instead of the default list.

Others are recorded as ``_OTHER``, with ``http.request.method_original``.
"""

OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_CLIENT_REQUEST: Final = (
    "OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_CLIENT_REQUEST"
)
"""Comma-separated names (or regular expressions of names) of request headers to record."""

OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_CLIENT_RESPONSE: Final = (
    "OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_CLIENT_RESPONSE"
)
"""Comma-separated names (or regular expressions of names) of response headers to record."""

OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_SANITIZE_FIELDS: Final = (
    "OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_SANITIZE_FIELDS"
)
"""Comma-separated names (or regular expressions of names) of headers whose value is redacted.

Headers with credentials are always redacted.
"""
