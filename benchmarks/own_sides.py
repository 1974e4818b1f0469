# SPDX-License-Identifier: Apache-2.0
"""The sides that are measured where this distribution is installed."""

from __future__ import annotations

from typing import Final

from opentelemetry.instrumentation.googleapiclient import GoogleApiClientInstrumentor
from opentelemetry.instrumentation.httplib2 import Httplib2Instrumentor

from .floor import by_hand
from .side import BARE, Side

_CALL = GoogleApiClientInstrumentor()
_WIRE = Httplib2Instrumentor()

BOTH: Final = Side("both", lambda spans: spans.call + spans.wire, instrumentors=(_CALL, _WIRE))
SIDES: Final = (
    BARE,
    Side("floor", lambda spans: spans.call + spans.wire, wrap=by_hand),
    Side("wire", lambda spans: spans.wire, instrumentors=(_WIRE,)),
    Side("call", lambda spans: spans.call, instrumentors=(_CALL,)),
    BOTH,
)
