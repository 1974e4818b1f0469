# SPDX-License-Identifier: Apache-2.0
"""A receiver of OTLP that others wrote: OtelTap, which runs until it is told to stop."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import AsyncIterator
from types import TracebackType
from typing import Any

from opentelemetry.proto.logs.v1.logs_pb2 import LogRecord
from opentelemetry.proto.metrics.v1.metrics_pb2 import Metric
from opentelemetry.proto.trace.v1.trace_pb2 import Span
from oteltap import OtelTapHttpProtobufReceiver, OtelTapHttpProtobufReceiverSettings
from typing_extensions import Self

_QUIET = 1.0
_PATIENCE = 30.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Tap:
    """Keeps all spans, metrics and log records that it is sent while it is entered."""

    def __init__(self) -> None:
        self.spans: list[Span] = []
        self.metrics: list[Metric] = []
        self.logs: list[LogRecord] = []
        self._port = free_port()
        self._loop = asyncio.new_event_loop()
        self._listening = threading.Event()
        self._stop = asyncio.Event()
        self._thread = threading.Thread(target=self._run, name="oteltap")

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def settle(self) -> None:
        """Wait until nothing has come for a while."""
        deadline = time.monotonic() + _PATIENCE
        seen, since = -1, time.monotonic()
        while time.monotonic() - since < _QUIET:
            assert time.monotonic() < deadline, "telemetry does not stop coming in"
            received = len(self.spans) + len(self.metrics) + len(self.logs)
            if received != seen:
                seen, since = received, time.monotonic()
            time.sleep(0.05)

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._listening.wait(_PATIENCE), "OtelTap does not listen"
        return self

    def __exit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(_PATIENCE)
        assert not self._thread.is_alive(), "OtelTap does not stop"

    def _run(self) -> None:
        self._loop.run_until_complete(self._receive())
        self._loop.run_until_complete(self._loop.shutdown_default_executor())
        self._loop.close()

    async def _receive(self) -> None:
        settings = OtelTapHttpProtobufReceiverSettings(http_port=self._port)
        async with OtelTapHttpProtobufReceiver(settings) as receiver:
            keeping = [
                asyncio.ensure_future(_keep(receiver.stream_traces(), self.spans)),
                asyncio.ensure_future(_keep(receiver.stream_metrics(), self.metrics)),
                asyncio.ensure_future(_keep(receiver.stream_logs(), self.logs)),
            ]
            await asyncio.sleep(0)  # until all of them listen
            self._listening.set()
            await self._stop.wait()
        await asyncio.gather(*keeping)


async def _keep(received: AsyncIterator[Any], kept: list[Any]) -> None:
    async for one in received:
        kept.append(one)  # noqa: PERF401 - they come one by one
