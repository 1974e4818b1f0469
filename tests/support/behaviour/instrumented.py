# SPDX-License-Identifier: Apache-2.0
"""The ways of instrumenting that a script is played with."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any, Final, Literal
from unittest.mock import patch

from opentelemetry.instrumentation.googleapiclient import GoogleApiClientInstrumentor
from opentelemetry.instrumentation.httplib2 import Httplib2Instrumentor
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF, ALWAYS_ON

from support.recording import Recording

Layer = Literal["call", "wire"]
INSTRUMENTORS: Final[dict[str, Any]] = {
    "call": GoogleApiClientInstrumentor,
    "wire": Httplib2Instrumentor,
}
EVERY_HEADER: Final = {
    "OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_CLIENT_REQUEST": ".*",
    "OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_CLIENT_RESPONSE": ".*",
}


@dataclass(frozen=True)
class Setup:
    """What is switched on, in which order, with which options."""

    layers: tuple[Layer, ...] = ("call", "wire")
    sampled: bool | None = True
    """None for a program without an SDK."""
    everything: bool = False
    """Whether all that can be recorded is, or what is by default."""
    excluded: bool = False
    """Whether the user wants no call spans."""

    def options(self, layer: Layer, recording: Recording) -> dict[str, Any]:
        options: dict[str, Any] = {}
        if self.sampled is not None:
            options["tracer_provider"] = recording.tracer_provider
            options["meter_provider"] = recording.meter_provider
        if self.everything:
            options |= {"request_hook": _hook, "response_hook": _hook}
            if layer == "call":
                options |= {"batch_part_spans": "all", "user_hash_key": "key"}
                options |= {"capture_personal_data": True, "retry_events": "log"}
            else:
                options["capture_url_template"] = True
        if self.excluded and layer == "call":
            options["excluded_methods"] = ["gmail.*", "drive.*"]
        return options


def _hook(span: Any, *seen: Any) -> None:
    span.set_attribute("seen", len(seen))


@contextmanager
def instrumented(setup: Setup, **more: Any) -> Generator[Recording, None, None]:
    """With the layers switched on, and off again; ``more`` are options of both."""
    recording = Recording(ALWAYS_OFF if setup.sampled is False else ALWAYS_ON)
    with ExitStack() as stack:
        if setup.everything:
            stack.enter_context(patch.dict("os.environ", EVERY_HEADER))
        for layer in setup.layers:
            instrumentor = INSTRUMENTORS[layer]()
            stack.callback(instrumentor.uninstrument)
            instrumentor.instrument(**{**setup.options(layer, recording), **more})
        yield recording
