# SPDX-License-Identifier: Apache-2.0
"""The least that the telemetry of both layers can cost: the same, written by hand.

In it: ``start_span`` with the attributes that are known at the start, one attach and detach for the
call span, injection of the attempt's trace context into the headers, ``set_attributes`` with what
the response tells, ``end``, and the metrics. Every attribute but the URL is a constant, nothing is
looked at: no URL is parsed or redacted, no response is read, no failure would be noticed where the
scenario has none. Where it has one, all that a diagnosis finds out is a constant as well.

``tests/benchmarks`` compares all of it with what the layers write, so that it stays the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

from ..modes import Providers
from ..scenario import BATCH, CALL, DOWNLOAD, FAILED_BATCH, REFUSED, RETRIED, Scenario
from ..side import Wrap
from .batch import Batch
from .calls import Call, Refused, Retried
from .download import Download
from .hand import Hand

_BY_HAND: Final[Mapping[str, Callable[[Any, Hand], Any]]] = {
    CALL.name: Call,
    REFUSED.name: Refused,
    RETRIED.name: Retried,
    DOWNLOAD.name: Download,
    BATCH.name: partial(Batch, refused=BATCH.spans.call - 1),
    FAILED_BATCH.name: partial(Batch, refused=FAILED_BATCH.spans.call - 1),
}


def by_hand(scenario: Scenario, providers: Providers) -> Wrap:
    """What is put around everything that a scenario executes, so that it is traced by hand."""
    hand = Hand(providers)
    trace = _BY_HAND[scenario.name]
    return lambda target: trace(target, hand)
