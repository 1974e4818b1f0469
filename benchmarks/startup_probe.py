# SPDX-License-Identifier: Apache-2.0
"""A program that starts in stages; it writes what each took, and which modules that loaded.

Its arguments are the stages, in the order in which it goes through them. A program that is not
instrumented leaves out ``instrument``.
"""

from __future__ import annotations

import json
import sys
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from time import thread_time_ns
from typing import Any, Final

_ROOT: Final = str(Path(__file__).parent.parent)
_FOUNDATION: Final = (
    *(f"opentelemetry.{name}" for name in ("baggage", "context", "metrics", "propagate", "trace")),
    "opentelemetry._logs",
    *(f"opentelemetry.instrumentation.{name}" for name in ("instrumentor", "utils")),
    *(f"opentelemetry.semconv.{name}" for name in ("schemas", "metrics.http_metrics")),
    *(
        f"opentelemetry.semconv.attributes.{name}_attributes"
        for name in ("error", "exception", "http", "network", "server", "url")
    ),
    "wrapt",
)
"""What we use of our dependencies."""
_OURS: Final = (
    ("opentelemetry.instrumentation.googleapiclient", "GoogleApiClientInstrumentor"),
    ("opentelemetry.instrumentation.httplib2", "Httplib2Instrumentor"),
)


class Program:
    """Each method is a stage."""

    def __init__(self) -> None:
        self._build: Any = None
        self._messages: Any = None

    def foundation(self) -> None:
        """Load opentelemetry-api, -instrumentation, -semantic-conventions and wrapt."""
        for name in _FOUNDATION:
            import_module(name)

    def instrument(self) -> None:
        """Load both instrumentors and switch them on."""
        for module, instrumentor in _OURS:
            getattr(import_module(module), instrumentor)().instrument(skip_dep_check=True)

    def library(self) -> None:
        """Load googleapiclient."""
        import_module("googleapiclient.discovery")

    def preparation(self) -> None:
        """Set up the SDK, and a server in memory; of no interest."""
        sdk = import_module("opentelemetry.sdk.trace")
        provider = sdk.TracerProvider(shutdown_on_exit=False)
        provider.add_span_processor(sdk.SpanProcessor())
        import_module("opentelemetry.trace").set_tracer_provider(provider)
        sys.path.insert(0, _ROOT)
        responses = import_module("benchmarks.responses")
        http = import_module("benchmarks.memory_socket").http_in_memory(
            "gmail.googleapis.com", (responses.SUCCESS, responses.FORBIDDEN)
        )
        discovery = import_module("googleapiclient.discovery")
        document = import_module("googleapiclient.discovery_cache").get_static_doc("gmail", "v1")
        self._build = lambda: discovery.build_from_document(document, http=http)

    def call(self) -> None:
        """Build a service, and make a first call."""
        self._messages = self._build().users().messages()
        self._get()

    def failure(self) -> None:
        """Make another call, the first that fails."""
        with suppress(import_module("googleapiclient.errors").HttpError):
            self._get()

    def _get(self) -> None:
        self._messages.get(userId="me", id="18c2f0a1b2c3d4e5").execute()


def main(*stages: str) -> None:
    """Go through the stages."""
    program = Program()
    results: dict[str, dict[str, object]] = {}
    for name in stages:
        loaded, stage = set(sys.modules), getattr(program, name)
        began = thread_time_ns()
        stage()
        nanoseconds = thread_time_ns() - began
        modules = sorted(sys.modules.keys() - loaded)
        results[name] = {"nanoseconds": nanoseconds, "modules": modules}
    print(json.dumps(results))


if __name__ == "__main__":
    main(*sys.argv[1:])
