# SPDX-License-Identifier: Apache-2.0
"""A batch, some of whose parts are refused."""

from __future__ import annotations

from time import perf_counter
from typing import Any, Final

from opentelemetry.context import attach, detach
from opentelemetry.propagate import inject
from opentelemetry.trace import SpanKind, Status, StatusCode, set_span_in_context

from ..scenario import BATCH_SIZE, HOST
from .hand import (
    MESSAGE,
    OK,
    OK_AT_END,
    Attributes,
    Hand,
    attempt_at_start,
    attempt_duration,
)

_KNOWN: Final = {"gcp.client.service": "gmail", "googleapiclient.operation": "batch"}
_AT_START: Final[Attributes] = {
    "rpc.system.name": "http",
    **_KNOWN,
    "server.address": HOST,
    "server.port": 443,
    "googleapiclient.batch.size": BATCH_SIZE,
    "googleapiclient.batch.oversized": True,
}
_AT_END: Final[Attributes] = {
    **OK,
    "googleapiclient.batch.answered_count": BATCH_SIZE,
}
_DURATION: Final[Attributes] = {**_KNOWN, **OK}
_POST_AT_START: Final = attempt_at_start("POST")
_POST_DURATION: Final = attempt_duration("POST", 200)
_PART_DIAGNOSIS: Final[Attributes] = {
    "error.type": "rateLimitExceeded",
    "googleapiclient.error.cause": "concurrent_requests",
    "googleapiclient.error.owner": "developer",
}
_REFUSED_PARTS: Final[Attributes] = {**MESSAGE.known, **_PART_DIAGNOSIS}
_PART: Final[Attributes] = {
    **MESSAGE.at_start,
    "googleapiclient.operation": "batch_part",
    "http.response.status_code": 429,
    **_PART_DIAGNOSIS,
    "googleapiclient.credentials.kind": "none",
    "googleapiclient.error.retry": "backoff",
    "googleapiclient.error.retryable": True,
    "googleapiclient.error.remedy": "Send fewer requests for one user at the same time.",
    "googleapiclient.error.help_url": "https://docs.cloud.google.com/docs/quotas/overview",
    "googleapiclient.error.reason": "rateLimitExceeded",
    "googleapiclient.error.domain": "global",
    "googleapiclient.error.status": "RESOURCE_EXHAUSTED",
}
_PART_STATUS: Final = "Too many concurrent requests for user."


class Batch:
    """A batch some of whose parts are refused."""

    def __init__(self, batch: Any, hand: Hand, *, refused: int) -> None:
        self._batch = batch
        self._hand = hand
        self._refused = refused
        (self._http,) = {part.http for part in batch._requests.values()}  # noqa: SLF001

    def execute(self) -> Any:
        """What the batch's own ``execute()`` returns."""
        hand, refused = self._hand, self._refused
        began = perf_counter()
        call = hand.call_tracer.start_span(
            "gmail.batch", kind=SpanKind.INTERNAL, attributes=_AT_START
        )
        context = set_span_in_context(call)
        token = attach(context)
        value = self._batch.execute(http=self)
        detach(token)
        hand.calls.record(perf_counter() - began, _DURATION, context)
        hand.quota.add(BATCH_SIZE * MESSAGE.units, MESSAGE.known)
        if refused < BATCH_SIZE:
            hand.parts.add(BATCH_SIZE - refused, MESSAGE.known)
        hand.parts.add(refused, _REFUSED_PARTS)
        for _ in range(refused):
            part = hand.call_tracer.start_span(
                MESSAGE.name, context, SpanKind.INTERNAL, attributes=_PART
            )
            part.set_status(Status(StatusCode.ERROR, _PART_STATUS))
            part.end()
        call.set_attributes({**_AT_END, "googleapiclient.batch.failed_count": refused})
        call.end()
        return value

    def request(self, uri: str, *, headers: Any, **kwargs: Any) -> Any:
        """The only try, as the library asks an ``Http`` for it."""
        hand = self._hand
        attempt = hand.wire_tracer.start_span(
            "POST", kind=SpanKind.CLIENT, attributes={**_POST_AT_START, "url.full": uri}
        )
        context = set_span_in_context(attempt)
        inject(headers, context)
        began = perf_counter()
        value = self._http.request(uri, headers=headers, **kwargs)
        hand.attempts.record(perf_counter() - began, _POST_DURATION, context)
        attempt.set_attributes(OK_AT_END)
        attempt.end()
        return value
