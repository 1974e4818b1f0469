# SPDX-License-Identifier: Apache-2.0
"""Nothing grows however much is called, and nothing of the application is kept alive.

``nox -s soak`` makes 20,000 calls, ``SOAK_CALLS=100000 nox -s soak`` that many; an
ordinary run just enough to fill every cache of ours and to see that it then stays as it is.
"""

from __future__ import annotations

import gc
import itertools
import logging
import os
import sys
from collections import Counter
from contextlib import suppress
from email.errors import MessageDefect
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import httplib2
import pytest
from googleapiclient.errors import HttpError
from googleapiclient.http import BatchHttpRequest, HttpRequest, MediaIoBaseDownload
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import TracerProvider

from support import figures
from support.behaviour import Call, Script, Setup, Stage, instrumented, play

# Growth

_CHECK: Final = "memory"
_LARGEST_CACHE: Final = 2048
"""Entries of what is remembered for whatever URLs and responses there are."""
_CALLS: Final = int(os.environ.get("SOAK_CALLS", "5000"))
_HOSTS: Final = 5
_METHODS: Final = 10
_BLOCKS_PER_CALL: Final = 0.25
"""What is held for good would be one block of memory at the least for each call."""
_RESIDENT: Final = 16 * 2**20
"""In bytes; the allocator of a process that has run other tests keeps many pages of its own."""


_COUNT: Final = itertools.count()


def _response() -> BytesIO:
    """Another response for each request, which says something new each time."""
    n = next(_COUNT)
    status = (200, 200, 404, 403, 503, 400, 429)[n % 7]
    body = (
        b'{"error": {"code": %d, "message": "Invalid value for user%d@example.com", "errors": '
        b'[{"reason": "reason%d", "domain": "domain%d", "location": "field%d"}]}}'
        % (status, n, n, n, n)
    )
    return BytesIO(
        b"HTTP/1.1 %d reason%d\r\nX-Header-%d: %d\r\nContent-Length: %d\r\n\r\n%b"
        % (status, n, n, n, len(body), body)
    )


class _Socket:
    def sendall(self, data: bytes) -> None: ...
    def close(self) -> None: ...

    def makefile(self, mode: str) -> BytesIO:
        return _response()


class _Connection(httplib2.HTTPSConnectionWithTimeout):
    """httplib2's own connection, but for what is below the socket."""

    def connect(self) -> None:
        self.sock = _Socket()


@cache
def _http(host: str) -> httplib2.Http:
    http = httplib2.Http()
    # Where httplib2 looks for a connection that it can use again.
    http.connections[f"https:{host}"] = _Connection(host)
    return http


def _call(n: int) -> None:
    """A call with a user, an id, a search and an HTTP method that no other has."""
    host = f"service{n % _HOSTS}.googleapis.com"
    http = _http(host)
    uri = f"https://{host}/v1/users/user{n}@example.com/messages/{n}?q=search{n}&key{n}={n}"
    if n % 11 == 0:
        http.request(uri, f"METHOD{n}")
        return
    request = HttpRequest(
        http, lambda _, content: content, uri, methodId=f"gmail.method{n % _METHODS}"
    )
    request._sleep = lambda _: None
    with suppress(HttpError):
        request.execute(num_retries=n % 3)


def _is_ours(kind: type) -> bool:
    return str(kind.__module__).startswith("opentelemetry.instrumentation")


def _held() -> tuple[int, int, Counter[str]]:
    gc.collect()
    blocks = sys.getallocatedblocks()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    ours = Counter(type(one).__qualname__ for one in gc.get_objects() if _is_ours(type(one)))
    return blocks, pages * os.sysconf("SC_PAGE_SIZE"), ours


def test_the_second_half_of_the_calls_needs_no_more_memory_than_the_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # The SDK fills a store of examples for each bucket as they come.
    monkeypatch.setenv("OTEL_METRICS_EXEMPLAR_FILTER", "always_off")
    half = _CALLS // 2
    assert half > _LARGEST_CACHE
    providers: dict[str, Any] = {
        "meter_provider": MeterProvider([InMemoryMetricReader()]),
        "tracer_provider": TracerProvider(),
    }
    # pytest keeps what is logged during a test.
    monkeypatch.setattr(logging.getLogger("googleapiclient.http"), "disabled", True)
    with instrumented(Setup(sampled=None), **providers):
        for n in range(half):
            _call(n)
        blocks, resident, ours = _held()
        for n in range(half, 2 * half):
            _call(n)
        blocks_after, resident_after, ours_after = _held()

    figures.add(_CHECK, "calls", 2 * half)
    figures.peak(_CHECK, "growth in the second half", blocks_after - blocks, "blocks")
    figures.peak(_CHECK, "and", (resident_after - resident) // 1024, "KiB")
    assert ours_after == ours
    assert blocks_after - blocks < half * _BLOCKS_PER_CALL
    assert resident_after - resident < _RESIDENT


# What is kept alive

_SCRIPTS: Final = {
    "value": Script((Call("list"), Call("send"))),
    "refusal": Script((Call("list"), Call("twice"), Call("long")), ("404", "403 []", "503")),
    "retries": Script((Call("list", retries=2),), ("503", "503 in 3 s")),
    "exception": Script((Call("list", "raising"), Call("bare", "none"), Call("GET", "raising"))),
    "interrupt": Script((Call("list", "raising an interrupt"), Call("batch", "raising"))),
    "reset": Script((Call("list"), Call("GET")), ("reset", "truncate")),
    "redirects": Script((Call("GET"), Call("list")), ("302", "301", "302 without location")),
    "batch": Script((Call("batch"), Call("raising callback")), parts=("404", "401")),
    "upload": Script((Call("resumable"), Call("next chunk")), ("ordinary", "404")),
    "download": Script((Call("download", retries=1),), ("503",)),
    "refresh": Script((Call("list", "authorized, to be refreshed"),), ("ordinary", "401")),
    "failed refresh": Script((Call("list", "authorized, to be refreshed"),), ("invalid_grant",)),
    "wrong": Script((Call("POST", "subclass"), Call("callback that calls"), Call("discover"))),
}
_APPLICATIONS: Final = (
    HttpRequest, BatchHttpRequest, MediaIoBaseDownload, httplib2.Http, httplib2.Response,
    BaseException,
)  # fmt: skip


def _alive() -> tuple[Counter[str], Counter[str]]:
    """What there is of the application's objects, and of ours that live with a call.

    Not what the server's parser says of batches, whose threads end when they like.
    """
    application: Counter[str] = Counter()
    ours: Counter[str] = Counter()
    for kind, number in Counter(map(type, gc.get_objects())).items():
        if issubclass(kind, _APPLICATIONS) and not issubclass(kind, MessageDefect):
            application[kind.__qualname__] += number
        elif _is_ours(kind):
            ours[kind.__qualname__] += number
    return application, ours


def _left_by(stage: Stage, script: Script) -> tuple[Counter[str], Counter[str]]:
    """What a script leaves behind that only the garbage collector can remove."""
    play(stage, script)  # what is made once, and kept on purpose
    gc.collect()
    gc.disable()
    try:
        before = _alive()
        play(stage, script)
        after = _alive()
    finally:
        gc.enable()
    return after[0] - before[0], after[1] - before[1]


@pytest.mark.parametrize("name", _SCRIPTS)
def test_requests_responses_and_exceptions_die_as_soon_as_they_do_without_us(
    name: str, stage: Stage
) -> None:
    script = _SCRIPTS[name]
    without, _ = _left_by(stage, script)
    with instrumented(Setup(everything=True)):
        left, ours = _left_by(stage, script)

    figures.add(_CHECK, "scripts without new cycles", int(not left - without))
    assert not left - without
    if not without:
        assert not ours
