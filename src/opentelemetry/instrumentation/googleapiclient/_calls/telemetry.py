# SPDX-License-Identifier: Apache-2.0
"""What one ``instrument()`` sets up: tracer, instruments and options, with which calls begin."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from logging import getLogger
from typing import TYPE_CHECKING, Any, Final, TypeVar

from opentelemetry.context import Context, get_current
from opentelemetry.instrumentation.httplib2._support.guard import guarded, warn_once
from opentelemetry.instrumentation.httplib2._support.sdk import Sdk
from opentelemetry.instrumentation.utils import is_instrumentation_enabled
from opentelemetry.metrics import MeterProvider
from opentelemetry.trace import (
    Link,
    SpanContext,
    TracerProvider,
    get_tracer_provider,
)
from opentelemetry.util.types import AttributeValue

from .. import semconv
from ..semconv import Operation
from .call import Call
from .call_setup import CallSetup
from .discovery import current_fetch
from .gmail_limits import ADVISED_BATCH_SIZE
from .identity_map import IdentityMap
from .method import MethodDirectory
from .options import Options
from .retry_event import number_of_retries

if TYPE_CHECKING:
    from opentelemetry._logs import LoggerProvider

    from .batch import BatchCall

_logger = getLogger(__name__)

_Call = TypeVar("_Call", bound=Call)

_NOTHING: Final[Mapping[str, AttributeValue]] = {}
PEER_MARK: Final = "opentelemetry_instrumentation_google_api_client_applied"
_KNOWN_METHODS: Final = frozenset(
    {"CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE"}
)


class Telemetry:
    """Makes calls, with all that is known at the start of their spans."""

    def __init__(
        self,
        options: Options,
        methods: MethodDirectory,
        *,
        tracer_provider: TracerProvider | None = None,
        meter_provider: MeterProvider | None = None,
        logger_provider: LoggerProvider | None = None,
    ) -> None:
        self._options = options
        self._methods = methods
        self._setup = CallSetup(options, tracer_provider, meter_provider, logger_provider)
        self._tracing = Sdk(tracer_provider, get_tracer_provider)
        self._first_chunks: IdentityMap[SpanContext] = IdentityMap()
        self._has_looked_for_peer = False
        self._user_hash_key = options.user_hash_key
        self.url_policy = self._setup.url_policy
        """Of whatever calls send."""

    @guarded
    def call(self, request: Any, http: Any = None, num_retries: object = 0) -> Call | None:
        """The call of a request, which is about to begin; None if it is not traced.

        Args:
            request: googleapiclient's request object.
            http: what its ``execute`` is given.
            num_retries: the same.
        """
        if not self._is_wanted():
            return None
        kind = Call if getattr(request, "resumable", None) is None else _upload_call()
        call = kind(request, http, Operation.EXECUTE, self._methods)
        method = call.method
        if method is None:
            fetch = current_fetch.get()
            if fetch is not None:
                call = fetch.begin(request, http, self._methods)
                method = call.method
        if not self._has_looked_for_peer:
            self._look_for_peer(request)
        if self._options.excludes(method):
            return None
        more, past = _limit_of(num_retries) if num_retries else _NOTHING, None
        past_failures = self._setup.past_failures
        if past_failures.values:
            past = past_failures.get(request)
            if past is not None:
                more = {**more, **past.attributes()}
        if past is not None:
            call.re_executes(past)
        return self._prepared(call, get_current(), more)

    @guarded
    def upload_chunk(self, request: Any, http: Any, num_retries: object) -> Call | None:
        """One ``next_chunk()`` of a resumable upload that the application drives itself."""
        from .media import UploadCall, upload_attributes  # noqa: PLC0415 - with the first upload

        if not self._is_wanted():
            return None
        call = UploadCall(request, http, Operation.UPLOAD_CHUNK, self._methods)
        return self._chunk(call, request, num_retries, upload_attributes(request))

    @guarded
    def download_chunk(self, download: Any, num_retries: object = 0) -> Call | None:
        """One ``next_chunk()`` of a ``MediaIoBaseDownload``."""
        from .media import (  # noqa: PLC0415 - with the first download
            DownloadCall,
            download_attributes,
            request_of,
        )

        if not self._is_wanted():
            return None
        request = request_of(download)
        call = DownloadCall(request, None, Operation.DOWNLOAD_CHUNK, self._methods)
        return self._chunk(call, download, num_retries, download_attributes(download))

    def _chunk(
        self,
        call: Call,
        transfer: Any,
        num_retries: object,
        attributes: dict[str, AttributeValue],
    ) -> Call | None:
        if self._options.excludes(call.method):
            return None
        attributes.update(_limit_of(num_retries))
        first = self._first_chunks.get(transfer)
        if first is not None:
            call.links = (Link(first),)
        else:
            call.on_start = partial(self._first_chunks.set, transfer)
        return self._prepared(call, get_current(), attributes)

    @guarded
    def batch(
        self, batch: Any, http: Any, requests: Mapping[str, Any] | None, url: str
    ) -> BatchCall | None:
        """The call of a batch, which is about to begin; None where there is nothing to send.

        Args:
            batch: googleapiclient's batch object.
            http: what it will be sent through, where the caller gave one.
            requests: its parts by their ids; None where they are not known.
            url: where it will be sent.
        """
        if (requests is not None and not requests) or not self._is_wanted():
            return None
        from .batch import BatchCall  # noqa: PLC0415 - with the first batch

        call = BatchCall(batch, http, self._methods, url=url, requests=requests or {})
        service = call.service
        attributes: dict[str, AttributeValue] = {}
        if requests is not None:
            attributes[semconv.GOOGLEAPICLIENT_BATCH_SIZE] = size = len(requests)
            if service == "gmail" and size > ADVISED_BATCH_SIZE:
                attributes[semconv.GOOGLEAPICLIENT_BATCH_OVERSIZED] = True
        if service is not None:
            attributes[semconv.GCP_CLIENT_SERVICE] = service
        call.name = f"{service}.batch" if service else "batch"
        return self._prepared(call, get_current(), attributes)

    def _is_wanted(self) -> bool:
        """Whether anyone would see a call that begins now."""
        return self._is_taken() and is_instrumentation_enabled()

    def _is_taken(self) -> bool:
        """Whether anyone takes what is written down."""
        setup = self._setup
        return (
            self._tracing.is_present()
            or setup.metrics.metering.is_present()
            or setup.retry_log is not None
        )

    def _look_for_peer(self, request: Any) -> None:
        self._has_looked_for_peer = True
        if getattr(getattr(request, "execute", None), PEER_MARK, False):
            warn_of_peer()

    def _prepared(self, call: _Call, context: Context, more: Mapping[str, AttributeValue]) -> _Call:
        """A call with all that it begins with."""
        call.setup = self._setup
        call.around = context
        call.name = call.name or call.method or _http_method(call.request)
        call.start_attributes = call.attributes(self._user_hash_key, more)
        return call


def _upload_call() -> type[Call]:
    from .media import UploadCall  # noqa: PLC0415 - with the first upload

    return UploadCall


def _limit_of(num_retries: object) -> Mapping[str, AttributeValue]:
    limit = number_of_retries(num_retries)
    return {semconv.GOOGLEAPICLIENT_RETRY_LIMIT: limit} if limit else _NOTHING


def _http_method(request: Any) -> str:
    method = str(request.method).upper()
    return method if method in _KNOWN_METHODS else "HTTP"


def warn_of_peer() -> None:
    """Say, once, that another instrumentation traces the same calls."""
    warn_once(
        _logger,
        PEER_MARK,
        "Calls of googleapiclient are traced twice: the instrumentation google_api_client is "
        "active too. Uninstall opentelemetry-instrumentation-google-api-client, or disable "
        "one with OTEL_PYTHON_DISABLED_INSTRUMENTATIONS=google_api_client.",
    )
