# SPDX-License-Identifier: Apache-2.0
"""What one ``instrument()`` sets up: tracer, instruments, propagator and options."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from opentelemetry.context import Context
from opentelemetry.metrics import MeterProvider, get_meter, get_meter_provider
from opentelemetry.propagators.textmap import TextMapPropagator
from opentelemetry.semconv.attributes.http_attributes import HTTP_REQUEST_METHOD
from opentelemetry.semconv.attributes.server_attributes import SERVER_ADDRESS
from opentelemetry.semconv.metrics.http_metrics import HTTP_CLIENT_REQUEST_DURATION
from opentelemetry.semconv.schemas import Schemas
from opentelemetry.trace import TracerProvider, get_tracer, get_tracer_provider
from opentelemetry.util.types import AttributeValue

from .. import semconv
from .._support.guard import guarded
from .._support.sdk import Sdk
from .._urls.origin import parse_origin
from ..version import __version__
from .options import Options
from .propagation import Injection
from .resends import PastAttempt
from .sharing import Connections

if TYPE_CHECKING:
    from .headers import HeaderCapture

SCHEMA_URL: Final = Schemas.V1_36_0.value
DURATION_BUCKETS: Final = (
    0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10
)  # fmt: skip
"""In seconds; the boundaries that the HTTP conventions advise."""


class Telemetry:
    """Where attempts are written down."""

    # Only where the user wants to see headers, or responses.
    request_headers: HeaderCapture
    response_headers: HeaderCapture

    def __init__(
        self,
        options: Options,
        *,
        tracer_provider: TracerProvider | None = None,
        meter_provider: MeterProvider | None = None,
        propagator: TextMapPropagator | None = None,
    ) -> None:
        name = "opentelemetry.instrumentation.httplib2"
        meter = get_meter(name, __version__, meter_provider, SCHEMA_URL)
        self.options = options
        self.tracer = get_tracer(name, __version__, tracer_provider, SCHEMA_URL)
        self.shows_more = (
            options.captured_request_headers is not None
            or options.captured_response_headers is not None
            or options.response_hook is not None
        )
        """Whether the user wants to see headers, or responses."""
        if self.shows_more:
            from .headers import HeaderCapture  # noqa: PLC0415 - an option that few use

            self.request_headers = HeaderCapture(
                options.captured_request_headers, options.sanitized_headers
            )
            self.response_headers = HeaderCapture(
                options.captured_response_headers, options.sanitized_headers
            )
        # Of the options, what every attempt asks for.
        self.excludes_urls = options.excluded_urls is not None
        self.known_methods = options.known_methods
        self.shows_template = options.capture_url_template
        self.request_hook = options.request_hook
        self.connections = Connections()
        self.tracing = Sdk(tracer_provider, get_tracer_provider)
        self.metering = Sdk(meter_provider, get_meter_provider)
        self.injection = Injection(propagator)
        """What puts the context of an attempt into its headers."""
        self._duration = meter.create_histogram(
            HTTP_CLIENT_REQUEST_DURATION,
            unit="s",
            description="Duration of HTTP client requests.",
            explicit_bucket_boundaries_advisory=DURATION_BUCKETS,
        )
        self._resends = meter.create_counter(
            semconv.METRIC_RESENDS,
            unit="{resend}",
            description="Requests that were resent, by cause.",
        )

    def is_taken(self) -> bool:
        """Whether anyone takes what is written down, or wants requests to some URLs left alone."""
        return self.tracing.is_present() or self.metering.is_present() or self.excludes_urls

    @guarded
    def record_duration(
        self, seconds: float, attributes: Mapping[str, AttributeValue], context: Context
    ) -> None:
        self._duration.record(seconds, attributes, context)

    @guarded
    def count_resend(
        self,
        method: str,
        origin_text: str,
        cause: str,
        previous: PastAttempt | None,
        rpc_method: str | None,
    ) -> None:
        self._resends.add(
            1,
            _resend_attributes(
                method,
                origin_text,
                cause,
                previous.failed_phase if previous is not None else None,
                previous.reused if previous is not None else None,
                rpc_method,
            ),
        )


@lru_cache(maxsize=256)
def _resend_attributes(  # noqa: PLR0917 - a cache finds positions faster
    method: str,
    origin_text: str,
    cause: str,
    failed_phase: str | None,
    reused: bool | None,
    rpc_method: str | None,
) -> Mapping[str, AttributeValue]:
    origin = parse_origin(origin_text)
    known_values: dict[str, AttributeValue | None] = {
        HTTP_REQUEST_METHOD: method,
        SERVER_ADDRESS: origin.host if origin else None,
        semconv.HTTPLIB2_RESEND_CAUSE: cause,
        semconv.HTTPLIB2_PREVIOUS_FAILED_PHASE: failed_phase,
        semconv.HTTPLIB2_PREVIOUS_CONNECTION_REUSED: reused,
        semconv.RPC_METHOD: rpc_method,
    }
    return {name: value for name, value in known_values.items() if value is not None}
