# SPDX-License-Identifier: Apache-2.0
"""A download in chunks: each is a call, linked to the first."""

from __future__ import annotations

from time import perf_counter
from typing import Any, Final

from opentelemetry.context import attach, detach
from opentelemetry.propagate import inject
from opentelemetry.trace import Link, SpanKind, set_span_in_context

from ..scenario import CHUNK_SIZE, DOWNLOAD_SIZE
from .hand import GET_AT_START, MESSAGE, Attributes, Hand, attempt_at_end, attempt_duration

_OPERATION: Final = {"googleapiclient.operation": "download_chunk"}
_PARTIAL: Final = {"http.response.status_code": 206}
_AT_START: Final[Attributes] = {
    **MESSAGE.at_start,
    **_OPERATION,
    "googleapiclient.download.chunk_size": CHUNK_SIZE,
}
_SIZE: Final = {"googleapiclient.download.size": DOWNLOAD_SIZE}
_DURATION: Final[Attributes] = {**MESSAGE.known, **_OPERATION, **_PARTIAL}
_ATTEMPT_AT_END: Final = attempt_at_end(206)
_ATTEMPT_DURATION: Final = attempt_duration("GET", 206)


class Download:
    """A download whose chunks are all loaded."""

    def __init__(self, download: Any, hand: Hand) -> None:
        self._media = download.media
        self._hand = hand
        self._send = download.request.http.request
        # The library sends through it.
        download.request.http = self

    def execute(self) -> int:
        """How many chunks it took."""
        media, hand = self._media, self._hand
        chunks, done = 0, False
        links: list[Link] = []
        while not done:
            began = perf_counter()
            at_start: Attributes = {
                **_AT_START,
                "googleapiclient.download.offset": chunks * CHUNK_SIZE,
                **(_SIZE if chunks else {}),
            }
            call = hand.call_tracer.start_span(
                MESSAGE.name, kind=SpanKind.INTERNAL, attributes=at_start, links=links
            )
            context = set_span_in_context(call)
            token = attach(context)
            _, done = media.next_chunk()
            detach(token)
            hand.calls.record(perf_counter() - began, _DURATION, context)
            call.set_attributes({**_PARTIAL, **_SIZE})
            call.end()
            links = links or [Link(call.get_span_context())]
            chunks += 1
        return chunks

    def request(self, uri: str, method: str, **kwargs: Any) -> Any:
        """The only try of a chunk, as the library asks an ``Http`` for it."""
        hand = self._hand
        hand.quota.add(MESSAGE.units, MESSAGE.known)
        attempt = hand.wire_tracer.start_span(
            "GET", kind=SpanKind.CLIENT, attributes={**GET_AT_START, "url.full": uri}
        )
        context = set_span_in_context(attempt)
        inject(kwargs["headers"], context)
        began = perf_counter()
        value = self._send(uri, method, **kwargs)
        hand.attempts.record(perf_counter() - began, _ATTEMPT_DURATION, context)
        attempt.set_attributes(_ATTEMPT_AT_END)
        attempt.end()
        return value
