# SPDX-License-Identifier: Apache-2.0
"""The environment variables that configure the instrumentation of httplib2."""

from typing import Final

OTEL_PYTHON_HTTPLIB2_EXCLUDED_URLS: Final = "OTEL_PYTHON_HTTPLIB2_EXCLUDED_URLS"
"""Comma-separated regular expressions; URLs that one of them is found in get no span."""

OTEL_PYTHON_EXCLUDED_URLS: Final = "OTEL_PYTHON_EXCLUDED_URLS"
"""The same for all instrumentations; read where the variable above is not set."""

OTEL_PYTHON_HTTPLIB2_CAPTURE_URL_TEMPLATE: Final = "OTEL_PYTHON_HTTPLIB2_CAPTURE_URL_TEMPLATE"
"""Whether the template that the layer above knows becomes ``url.template`` and part of the name.

``true`` or ``false``, which is the default.
"""

OTEL_INSTRUMENTATION_HTTP_KNOWN_METHODS: Final = "OTEL_INSTRUMENTATION_HTTP_KNOWN_METHODS"
"""Comma-separated HTTP methods that are reported as they are, instead of the default list.

Any other is reported as ``_OTHER``, with ``http.request.method_original``.
"""

OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_CLIENT_REQUEST: Final = (
    "OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_CLIENT_REQUEST"
)
"""Comma-separated names (or regular expressions of names) of request headers to capture."""

OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_CLIENT_RESPONSE: Final = (
    "OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_CLIENT_RESPONSE"
)
"""Comma-separated names (or regular expressions of names) of response headers to capture."""

OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_SANITIZE_FIELDS: Final = (
    "OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_SANITIZE_FIELDS"
)
"""Comma-separated names (or regular expressions of names) of headers whose value is replaced.

Headers that carry credentials are replaced in any case.
"""
