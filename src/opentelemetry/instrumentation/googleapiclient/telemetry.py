# SPDX-License-Identifier: Apache-2.0
"""What one ``instrument()`` sets up: tracer, instruments and options, from which calls begin."""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import ContextVar
from functools import lru_cache
from logging import getLogger
from time import monotonic
from typing import Any, Final, cast

from opentelemetry._logs import LoggerProvider
from opentelemetry.instrumentation.utils import is_instrumentation_enabled
from opentelemetry.metrics import MeterProvider
from opentelemetry.semconv.attributes.server_attributes import SERVER_ADDRESS, SERVER_PORT
from opentelemetry.trace import Link, SpanContext, SpanKind, TracerProvider, get_tracer
from opentelemetry.util.types import AttributeValue

from ..httplib2.guard import guarded, warn_once
from ..httplib2.scope import RequestScope
from ..httplib2.telemetry import SCHEMA_URL
from ..httplib2.url import Origin, UrlPolicy, origin_of
from ..httplib2.version import __version__
from . import semconv
from .batch import BatchCall
from .call import Call, Outlets, PastFailures, number_of_retries
from .failure import Subject
from .media import DownloadCall, UploadCall, download_attributes, request_of, upload_attributes
from .memory import Memory
from .method import MethodDescription, MethodDirectory, service_by_prefix
from .metrics import Metrics
from .options import Options
from .retry_log import RetryLog
from .semconv import DISCOVERY_METHOD, Operation
from .services import service_named
from .user_hash import hash_of, owner_of

_logger = getLogger(__name__)

fetches_discovery: Final[ContextVar[bool]] = ContextVar("fetches-discovery", default=False)
"""Whether the library is fetching a discovery document: its request has no method id."""

_SCOPE: Final = __name__.rpartition(".")[0]
_PEER_MARK: Final = "opentelemetry_instrumentation_google_api_client_applied"
_KNOWN_METHODS: Final = frozenset(
    {"CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE"}
)


class Telemetry:
    """Begins call spans with all that is known at their start."""

    def __init__(
        self,
        options: Options,
        methods: MethodDirectory,
        *,
        tracer_provider: TracerProvider | None = None,
        meter_provider: MeterProvider | None = None,
        logger_provider: LoggerProvider | None = None,
    ) -> None:
        scope = (_SCOPE, __version__, SCHEMA_URL)
        self._options = options
        self._methods = methods
        self._tracer = get_tracer(_SCOPE, __version__, tracer_provider, SCHEMA_URL)
        self._past_failures: Memory[PastFailures] = Memory()
        self._first_chunks: Memory[SpanContext] = Memory()
        self._outlets = Outlets(
            options,
            Metrics(*scope, meter_provider),
            RetryLog(*scope, logger_provider) if options.retry_events == "log" else None,
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
        _warn_of_peer(request)
        if fetches_discovery.get():
            operation = Operation.DISCOVERY
        subject, attributes = self.describe(request, operation, http)
        if subject.method is not None and self._options.excludes(subject.method):
            return None
        more: dict[str, AttributeValue] = {}
        limit = number_of_retries(num_retries)
        if limit:
            more[semconv.GOOGLEAPICLIENT_RETRY_LIMIT] = limit
        past = self._past_failures.get(request)
        if past is not None:
            more[semconv.GOOGLEAPICLIENT_REEXECUTION_COUNT] = past.times
            if past.not_before is not None and monotonic() < past.not_before:
                more[semconv.GOOGLEAPICLIENT_RETRY_TOO_EARLY] = True
        span = self._tracer.start_span(
            subject.method or _http_method(request),
            kind=SpanKind.INTERNAL,
            attributes={**attributes, **more} if more else attributes,
        )
        kind = Call if getattr(request, "resumable", None) is None else UploadCall
        call = kind(span, subject, operation, self._outlets)
        call.past_failures = self._past_failures
        return call

    @guarded
    def begin_upload_chunk(self, request: Any, http: Any, num_retries: object) -> Call | None:
        """Begin one ``next_chunk()`` of a resumable upload that the application drives itself."""
        return self._begin_chunk(
            request,
            request,
            http,
            operation=Operation.UPLOAD_CHUNK,
            num_retries=num_retries,
            attributes=upload_attributes(request),
        )

    @guarded
    def begin_download_chunk(self, download: Any, num_retries: object = 0) -> Call | None:
        """Begin one ``next_chunk()`` of a ``MediaIoBaseDownload``."""
        return self._begin_chunk(
            download,
            request_of(download),
            operation=Operation.DOWNLOAD_CHUNK,
            num_retries=num_retries,
            attributes=download_attributes(download),
        )

    def _begin_chunk(
        self,
        transfer: Any,
        request: Any,
        http: Any = None,
        *,
        operation: str,
        num_retries: object,
        attributes: dict[str, AttributeValue],
    ) -> Call | None:
        if not is_instrumentation_enabled():
            return None
        subject, known = self.describe(request, operation, http)
        if subject.method is not None and self._options.excludes(subject.method):
            return None
        limit = number_of_retries(num_retries)
        if limit:
            attributes[semconv.GOOGLEAPICLIENT_RETRY_LIMIT] = limit
        first = self._first_chunks.get(transfer)
        span = self._tracer.start_span(
            subject.method or _http_method(request),
            kind=SpanKind.INTERNAL,
            attributes={**known, **attributes},
            links=[Link(first)] if first else None,
        )
        if first is None:
            self._first_chunks.set(transfer, span.get_span_context())
        kind = UploadCall if operation == Operation.UPLOAD_CHUNK else DownloadCall
        return kind(span, subject, operation, self._outlets)

    @guarded
    def begin_batch(
        self, batch: Any, http: Any, parts: Mapping[str, Any] | None, url: str
    ) -> BatchCall | None:
        """Begin the call of a batch, or None where there is nothing to send.

        Args:
            batch: googleapiclient's batch object.
            http: what it will be sent through, where the caller gave one.
            parts: its requests by their ids; None where they are not known.
            url: where it will be sent.
        """
        if (parts is not None and not parts) or not is_instrumentation_enabled():
            return None
        attributes = dict(_start_attributes(None, None, origin_of(url), Operation.BATCH))
        service = None
        if parts is None:
            parts = {}
        else:
            service = self._service_of(parts)
            attributes[semconv.GOOGLEAPICLIENT_BATCH_SIZE] = len(parts)
        if service is not None:
            attributes[semconv.GCP_CLIENT_SERVICE] = service
        if len(parts) > (service_named(service).advised_batch_size or len(parts)):
            attributes[semconv.GOOGLEAPICLIENT_BATCH_OVERSIZED] = True
        span = self._tracer.start_span(
            f"{service}.batch" if service else "batch",
            kind=SpanKind.INTERNAL,
            attributes=attributes,
        )
        subject = Subject(request=batch, http=http, method=None, service=service, template=None)
        return BatchCall(
            span,
            subject,
            self._outlets,
            parts=parts,
            describe=self.describe,
            tracer=self._tracer,
        )

    def scope_apart(self) -> RequestScope:
        """For a call without span: what it sends is of Google's, and not of the call around it."""
        return RequestScope(
            url_policy=UrlPolicy(
                google=True, capture_personal_data=self._options.capture_personal_data
            ),
            propagates_baggage=False,
        )

    def describe(
        self, request: Any, operation: str, http: Any = None
    ) -> tuple[Subject, Mapping[str, AttributeValue]]:
        """What is known of a request before it is sent."""
        method_id = getattr(request, "methodId", None)
        if not isinstance(method_id, str) or not method_id:
            method_id = DISCOVERY_METHOD if operation == Operation.DISCOVERY else None
        url = str(request.uri)
        description = self._methods.find(method_id, url) if method_id else None
        attributes = _start_attributes(method_id, description, origin_of(url), operation)
        subject = Subject(
            request=request,
            http=getattr(request, "http", None) if http is None else http,
            method=method_id,
            service=cast("str | None", attributes.get(semconv.GCP_CLIENT_SERVICE)),
            template=description.template if description else None,
            scopes=description.scopes if description else (),
        )
        key = self._options.user_hash_key
        if key is not None and subject.template is not None:
            owner = owner_of(subject.template, url, subject.http)
            if owner is not None:
                attributes = {**attributes, semconv.USER_HASH: hash_of(owner, key)}
        return subject, attributes

    def _service_of(self, parts: Mapping[str, Any]) -> str | None:
        """The service that all parts are of, if they are of one."""
        prefixes = {str(getattr(part, "methodId", "")).partition(".")[0] for part in parts.values()}
        if len(prefixes) > 1:
            return None
        subject, _ = self.describe(next(iter(parts.values())), Operation.BATCH_PART)
        return subject.service


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
