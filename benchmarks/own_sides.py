# SPDX-License-Identifier: Apache-2.0
"""The sides that are timed where this distribution is installed."""

from __future__ import annotations

from typing import Final

from opentelemetry.instrumentation.googleapiclient import GoogleApiClientInstrumentor
from opentelemetry.instrumentation.httplib2 import Httplib2Instrumentor

from .floor import TracedByHand
from .side import BARE, Side

_CALL = GoogleApiClientInstrumentor()
_WIRE = Httplib2Instrumentor()

SIDES: Final = (
    BARE,
    Side("floor", spans=2, wrap=TracedByHand),
    Side("wire", spans=1, instrumentors=(_WIRE,)),
    Side("call", spans=1, instrumentors=(_CALL,)),
    Side("both", spans=2, instrumentors=(_CALL, _WIRE)),
)
