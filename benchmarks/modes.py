# SPDX-License-Identifier: Apache-2.0
"""What becomes of the spans: what an application has set up of OpenTelemetry."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from typing import Final

from opentelemetry.instrumentation.utils import suppress_instrumentation
from opentelemetry.metrics import MeterProvider
from opentelemetry.sdk.metrics import MeterProvider as SdkMeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import SpanProcessor
from opentelemetry.sdk.trace import TracerProvider as SdkTracerProvider
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF, ALWAYS_ON, Sampler
from opentelemetry.trace import TracerProvider


@dataclass(frozen=True, slots=True)
class Providers:
    """Where telemetry goes; None for what OpenTelemetry's API does by itself, which is nothing."""

    tracer_provider: TracerProvider | None = None
    meter_provider: MeterProvider | None = None

    def as_keywords(self) -> dict[str, object]:
        """For ``instrument()``."""
        given = {"tracer_provider": self.tracer_provider, "meter_provider": self.meter_provider}
        return {name: provider for name, provider in given.items() if provider is not None}


@dataclass(frozen=True, slots=True)
class Mode:
    """What an application has set up, and where it calls from."""

    name: str
    providers: Callable[[], Providers]
    suppressed: bool = False
    """Whether it calls under ``suppress_instrumentation()``."""

    @contextmanager
    def entered(self) -> Generator[None]:
        with suppress_instrumentation() if self.suppressed else nullcontext():
            yield


def _tracer_provider(sampler: Sampler) -> SdkTracerProvider:
    provider = SdkTracerProvider(sampler=sampler, shutdown_on_exit=False)
    # Exporting is the same for every side, and costs more than all that is measured here.
    provider.add_span_processor(SpanProcessor())
    return provider


def _recording() -> Providers:
    return Providers(_tracer_provider(ALWAYS_ON))


def _measuring() -> Providers:
    return Providers(
        _tracer_provider(ALWAYS_ON),
        SdkMeterProvider([InMemoryMetricReader()], shutdown_on_exit=False),
    )


RECORDED: Final = Mode("recorded", _recording)
SAMPLED_OUT: Final = Mode("sampled out", lambda: Providers(_tracer_provider(ALWAYS_OFF)))
NO_SDK: Final = Mode("no SDK", Providers)
WITH_METRICS: Final = Mode("recorded, metrics too", _measuring)
SUPPRESSED: Final = Mode("suppressed", _recording, suppressed=True)
