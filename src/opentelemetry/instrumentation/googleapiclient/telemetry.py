# SPDX-License-Identifier: Apache-2.0
"""What one ``instrument()`` sets up: a tracer and the options, from which calls are begun."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from logging import getLogger
from typing import Any, Final

from opentelemetry.instrumentation.utils import is_instrumentation_enabled
from opentelemetry.semconv.attributes.server_attributes import SERVER_ADDRESS, SERVER_PORT
from opentelemetry.semconv.schemas import Schemas
from opentelemetry.trace import SpanKind, TracerProvider, get_tracer
from opentelemetry.util.types import AttributeValue

from ..httplib2.guard import guarded, warn_once
from ..httplib2.url import Origin, origin_of
from ..httplib2.version import __version__
from . import semconv
from .call import Call
from .failure import Subject
from .method import MethodDescription, MethodDirectory, service_by_prefix
from .options import Options

_logger = getLogger(__name__)

_PEER_MARK: Final = "opentelemetry_instrumentation_google_api_client_applied"
_KNOWN_METHODS: Final = frozenset(
    {"CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE"}
)


class Telemetry:
    """Begins call spans with all that is known at their start."""

    def __init__(
        self, options: Options, methods: MethodDirectory, tracer_provider: TracerProvider | None
    ) -> None:
        self._options = options
        self._methods = methods
        self._tracer = get_tracer(
            __name__.rpartition(".")[0],
            __version__,
            tracer_provider,
            schema_url=Schemas.V1_36_0.value,
        )

    @guarded
    def begin(
        self, request: Any, http: Any, operation: str, num_retries: object = 0
    ) -> Call | None:
        """Begin the call of a request, or None where the user wants none.

        Args:
            request: googleapiclient's request object.
            http: what it will be sent through, where the caller gave one; else the request's own.
            operation: the shape of the call, one of :class:`semconv.Operation`.
            num_retries: how often the library may repeat it.
        """
        if not is_instrumentation_enabled():
            return None
        method_id = getattr(request, "methodId", None)
        if not isinstance(method_id, str) or not method_id:
            method_id = None
        elif self._options.excludes(method_id):
            return None
        _warn_of_peer(request)
        uri = str(request.uri)
        description = self._methods.find(method_id, uri) if method_id else None
        attributes = _start_attributes(method_id, description, origin_of(uri), operation)
        service = attributes.get(semconv.GCP_CLIENT_SERVICE)
        if isinstance(num_retries, int) and num_retries > 0:
            attributes = {**attributes, semconv.GOOGLEAPICLIENT_RETRY_LIMIT: num_retries}
        span = self._tracer.start_span(
            method_id or _http_method(request), kind=SpanKind.INTERNAL, attributes=attributes
        )
        subject = Subject(
            request=request,
            http=getattr(request, "http", None) if http is None else http,
            method=method_id,
            service=service if isinstance(service, str) else None,
            template=description.template if description else None,
        )
        call = Call(span, subject, self._options)
        call.enter()
        return call


# Built once per method: the SDK copies what it is given.
@lru_cache(maxsize=2048)
def _start_attributes(
    method_id: str | None,
    description: MethodDescription | None,
    origin: Origin | None,
    operation: str,
) -> Mapping[str, AttributeValue]:
    attributes: dict[str, AttributeValue] = {
        semconv.RPC_SYSTEM_NAME: "http",
        semconv.GOOGLEAPICLIENT_OPERATION: operation,
    }
    if method_id:
        attributes[semconv.RPC_METHOD] = method_id
    if description:
        attributes[semconv.GCP_CLIENT_SERVICE] = description.service
        attributes[semconv.URL_TEMPLATE] = description.template
    elif method_id and "." in method_id:
        attributes[semconv.GCP_CLIENT_SERVICE] = service_by_prefix(method_id)
    if origin:
        attributes[SERVER_ADDRESS] = origin.host
        if origin.port:
            attributes[SERVER_PORT] = origin.port
    return attributes


def _http_method(request: Any) -> str:
    method = str(request.method).upper()
    return method if method in _KNOWN_METHODS else "HTTP"


def _warn_of_peer(request: Any) -> None:
    if getattr(getattr(request, "execute", None), _PEER_MARK, False):
        warn_once(
            _logger,
            _PEER_MARK,
            "Calls of googleapiclient are traced twice: the instrumentation google_api_client is "
            "active too. Uninstall opentelemetry-instrumentation-google-api-client, or disable "
            "one with OTEL_PYTHON_DISABLED_INSTRUMENTATIONS=google_api_client.",
        )
