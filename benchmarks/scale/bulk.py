# SPDX-License-Identifier: Apache-2.0
"""Big things: a batch of 1,000 parts, a download of 1,000 chunks, an error response of 10 MB."""

from __future__ import annotations

import gc
import json
import resource
import sys
from io import BytesIO
from statistics import median
from time import thread_time_ns
from typing import Any, Final, NamedTuple

from googleapiclient.http import MediaIoBaseDownload

from .. import responses
from ..case import Case
from ..contestant import Contestant
from ..modes import RECORDED
from ..own_sides import SIDES
from ..scenario import REFUSED, Gmail, Scenario, Spans, batch_scenario
from .results import Bulk

_CHUNKS: Final = 1000
_CHUNK: Final = 4096
_PARTS: Final = 1000
_RESPONSE: Final = 10_000_000


class Download(NamedTuple):
    """A download, to be executed like a request."""

    media: MediaIoBaseDownload

    def execute(self) -> int:
        """Load all of it; how many chunks that took."""
        chunks, done = 0, False
        while not done:
            _, done = self.media.next_chunk()
            chunks += 1
        return chunks


def _download(gmail: Gmail, number: int) -> Download:
    request = gmail.messages.get(userId="me", id=f"{number:016x}", format="raw")
    return Download(MediaIoBaseDownload(BytesIO(), request, chunksize=_CHUNK))


def _chunk(number: int) -> bytes:
    begin = number * _CHUNK
    content_range = f"bytes {begin}-{begin + _CHUNK - 1}/{_CHUNKS * _CHUNK}"
    return responses.response(
        "206 Partial Content",
        b"x" * _CHUNK,
        "application/octet-stream",
        f"Content-Range: {content_range}\r\n".encode(),
    )


def _execute(target: Any) -> object:
    return target.execute()


DOWNLOAD: Final = Scenario(
    name=f"download of {_CHUNKS} chunks",
    responses=tuple(map(_chunk, range(_CHUNKS))),
    make=_download,
    execute=_execute,
    spans=Spans(call=_CHUNKS, wire=_CHUNKS, peer=0),
    calls=1,
)
BATCH: Final = batch_scenario(_PARTS, refused=50)
HUGE_ERROR: Final = Scenario(
    name="error response of 10 MB",
    responses=(responses.forbidden("x" * _RESPONSE),),
    make=REFUSED.make,
    execute=REFUSED.execute,
    spans=REFUSED.spans,
    calls=1,
)
"""Its message alone has 10 MB; the library itself reads all of it."""
_UNITS: Final = {DOWNLOAD.name: _CHUNKS, BATCH.name: _PARTS, HUGE_ERROR.name: 1}
_SCENARIOS: Final = {one.name: one for one in (BATCH, DOWNLOAD, HUGE_ERROR)}
"""That which takes most memory comes last: only the peak of a whole process can be told."""


def measure(scenario: Scenario, rounds: int) -> Bulk:
    """Execute it some times, the sides in turns."""
    case = Case(scenario, RECORDED)
    contestants = [Contestant(side, case) for side in SIDES if side.name in ("bare", "both")]
    took: dict[str, list[int]] = {one.name: [] for one in contestants}
    peaks: dict[str, int] = {}
    for _ in range(rounds):
        for one in contestants:
            with one.switched_on():
                targets = one.targets(1)
                gc.collect()
                began = thread_time_ns()
                one.run(targets)
                took[one.name].append(thread_time_ns() - began)
            peaks.setdefault(one.name, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)
    added = median(both - bare for bare, both in zip(took["bare"], took["both"], strict=True))
    return Bulk(
        name=scenario.name,
        units=_UNITS[scenario.name],
        bare_milliseconds=median(took["bare"]) / 1e6,
        added_milliseconds=added / 1e6,
        added_peak_bytes=peaks["both"] - peaks["bare"] if scenario is HUGE_ERROR else None,
    )


if __name__ == "__main__":
    print(json.dumps([measure(one, int(sys.argv[1])) for one in _SCENARIOS.values()]))
