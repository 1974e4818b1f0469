# SPDX-License-Identifier: Apache-2.0
"""A program: what does it pay for both instrumentors?

What any instrumentor costs comes first and does not count. Whether dependencies are met is asked by
whoever loads instrumentors, of each of them, and does not count either.

Its argument says what counts: ``idle`` loads the instrumentors, and never imports googleapiclient;
``used`` does so afterwards; ``bare`` imports googleapiclient alone.
"""

from __future__ import annotations

import json
import sys
from importlib import import_module
from time import thread_time_ns
from typing import Any

from opentelemetry.instrumentation.instrumentor import BaseInstrumentor

_API = ("baggage", "context", "metrics", "propagate", "trace")
_OURS = (
    ("opentelemetry.instrumentation.googleapiclient", "GoogleApiClientInstrumentor"),
    ("opentelemetry.instrumentation.httplib2", "Httplib2Instrumentor"),
)


class _Empty(BaseInstrumentor):
    def instrumentation_dependencies(self) -> tuple[str, ...]:
        return ()

    def _instrument(self, **kwargs: Any) -> None: ...
    def _uninstrument(self, **kwargs: Any) -> None: ...


def main(program: str) -> None:
    """Be that program; write what it took, and which modules were loaded for it."""
    for name in _API:
        import_module(f"opentelemetry.{name}")
    _Empty().instrument(skip_dep_check=True)
    loaded = set(sys.modules)
    began = thread_time_ns()
    if program != "bare":
        for module, instrumentor in _OURS:
            getattr(import_module(module), instrumentor)().instrument(skip_dep_check=True)
    if program != "idle":
        import_module("googleapiclient.discovery")
    nanoseconds = thread_time_ns() - began
    result = {"nanoseconds": nanoseconds, "modules": sorted(sys.modules.keys() - loaded)}
    print(json.dumps(result))


if __name__ == "__main__":
    main(sys.argv[1])
