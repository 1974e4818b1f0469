# SPDX-License-Identifier: Apache-2.0
"""The sides that are measured in the environment of the peer."""

from __future__ import annotations

from importlib import import_module
from typing import Any, Final

from .side import BARE, Side

# Never installed where this is developed: both would instrument the same calls.
_peer: Any = import_module("opentelemetry.instrumentation.google_api_client")

SIDES: Final = (
    BARE,
    Side(
        "peer",
        lambda spans: spans.peer,
        instrumentors=(_peer.GoogleApiClientInstrumentor(),),
        is_suppressible=False,
    ),
)
