# SPDX-License-Identifier: Apache-2.0
"""What becomes of the spans: what an application has set up of OpenTelemetry."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from opentelemetry.metrics import MeterProvider
from opentelemetry.sdk.metrics import MeterProvider as SdkMeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import SpanProcessor
from opentelemetry.sdk.trace import TracerProvider as SdkTracerProvider
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF, ALWAYS_ON, Sampler
from opentelemetry.trace import TracerProvider

RECORDED: Final = "recorded"
SAMPLED_OUT: Final = "sampled out"
NO_SDK: Final = "no SDK"
WITH_METRICS: Final = "recorded, metrics too"


@dataclass(frozen=True, slots=True)
class Providers:
    """Where telemetry goes; None for what OpenTelemetry's API does by itself, which is nothing."""

    tracer_provider: TracerProvider | None = None
    meter_provider: MeterProvider | None = None

    def as_keywords(self) -> dict[str, object]:
        """For ``instrument()``."""
        given = {"tracer_provider": self.tracer_provider, "meter_provider": self.meter_provider}
        return {name: provider for name, provider in given.items() if provider is not None}


def _tracer_provider(sampler: Sampler) -> SdkTracerProvider:
    provider = SdkTracerProvider(sampler=sampler)
    # Exporting is the same for every side, and costs more than all that is measured here.
    provider.add_span_processor(SpanProcessor())
    return provider


MODES: Final[dict[str, Callable[[], Providers]]] = {
    RECORDED: lambda: Providers(_tracer_provider(ALWAYS_ON)),
    SAMPLED_OUT: lambda: Providers(_tracer_provider(ALWAYS_OFF)),
    NO_SDK: Providers,
    WITH_METRICS: lambda: Providers(
        _tracer_provider(ALWAYS_ON), SdkMeterProvider([InMemoryMetricReader()])
    ),
}
