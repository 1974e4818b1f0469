# SPDX-License-Identifier: Apache-2.0
"""The traces sent to a backend that the caller has."""

from __future__ import annotations

import os
import socket
from urllib.parse import urlsplit

from opentelemetry.instrumentation.httplib2.environment_variables import (
    OTEL_PYTHON_HTTPLIB2_CAPTURE_URL_TEMPLATE,
)

from demo.application import SERVICE_NAME, DemoError

_GRPC_PORT = 4317
_PORTS = {"http": 80, "https": 443}
SEARCHES = (
    "error=true googleapiclient.error.owner=developer",
    "googleapiclient.error.cause=scope_insufficient",
    "googleapiclient.retry.exhausted=true",
    "googleapiclient.duplicate_risk=true",
)


def named_backend() -> str | None:
    """Return the endpoint that the caller's environment names."""
    general = os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT")
    return os.environ.get("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT") or general or None


def variables(endpoint: str) -> dict[str, str]:
    """Return what tells an application to send its traces there; DemoError where it can't be."""
    port = _reach(endpoint)
    defaults = {
        "OTEL_METRICS_EXPORTER": "none",
        "OTEL_LOGS_EXPORTER": "none",
        "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc" if port == _GRPC_PORT else "http/protobuf",
    }
    return {name: os.environ.get(name, defaults[name]) for name in defaults}


def variables_of_demo(endpoint: str) -> dict[str, str]:
    """Return the same for the demo, whose requests are named by their template.

    In a backend the five requests of one call would be five rows "POST".
    """
    template = os.environ.get(OTEL_PYTHON_HTTPLIB2_CAPTURE_URL_TEMPLATE, "true")
    return {OTEL_PYTHON_HTTPLIB2_CAPTURE_URL_TEMPLATE: template, **variables(endpoint)}


def where_to_look(endpoint: str) -> str:
    """Say where the traces are, and what to search for."""
    service = os.environ.get("OTEL_SERVICE_NAME", SERVICE_NAME)
    lines = [
        f"The traces are at {endpoint}.",
        f"Look for the service {service}; tags worth a search:",
        *(f"  {tags}" for tags in SEARCHES),
    ]
    if "OTEL_METRICS_EXPORTER" not in os.environ:
        lines.append(
            "The metrics go there, too, with OTEL_METRICS_EXPORTER=otlp (Jaeger takes none)."
        )
    return "\n".join(lines)


def _reach(endpoint: str) -> int:
    """Return the port of an endpoint that accepts connections."""
    try:
        address = urlsplit(endpoint if "://" in endpoint else f"//{endpoint}")
        port = address.port or _PORTS.get(address.scheme, _GRPC_PORT)
        socket.create_connection((address.hostname or "", port), timeout=5).close()
    except (OSError, ValueError) as error:
        raise DemoError(f"nothing can be sent to {endpoint}: {error}") from error
    return port
