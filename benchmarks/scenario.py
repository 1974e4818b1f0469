# SPDX-License-Identifier: Apache-2.0
"""What an application does, and what becomes of it.

Every call executes a request of its own with an id of its own, made beforehand by a service that
the discovery document describes: no side can gain by remembering whole URLs or request objects.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from random import Random
from typing import Any, Final, NamedTuple, Protocol

from googleapiclient.discovery import build_from_document
from googleapiclient.discovery_cache import get_static_doc
from googleapiclient.errors import HttpError
from googleapiclient.http import MediaIoBaseDownload

from . import responses
from .memory_socket import http_in_memory

HOST: Final = "gmail.googleapis.com"
BLOCK: Final = 40
"""Calls that are timed together."""
BATCH_SIZE: Final = 100
CHUNK_SIZE: Final = 4096
DOWNLOAD_SIZE: Final = BLOCK * CHUNK_SIZE


class Executable(Protocol):
    """What is timed: ``execute()``, looked up anew for each call, as an application does."""

    def execute(self) -> Any: ...


class Gmail(NamedTuple):
    """A service and some of its resources, which the library would build anew whenever asked."""

    service: Any
    messages: Any
    threads: Any
    history: Any


class Spans(NamedTuple):
    """How many spans each kind of instrumentation makes of one execution."""

    call: int
    wire: int
    peer: int
    """0 where the peer sees nothing: it takes no part then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """What an application does, and what it gets as a response."""

    name: str
    responses: tuple[bytes, ...]
    """Of the server, in turn."""
    make: Callable[[Gmail, int], Any]
    """What is executed, of a service, and of a number that is another for each call."""
    execute: Callable[[Any], object]
    """Execute it, as an application would; the same value for each of them."""
    spans: Spans
    executions: int = BLOCK
    """How many are a block, which should last some milliseconds."""
    pieces: int = 1
    """Of one execution, where figures are for a piece of it: the chunks of a download."""

    def gmail(self) -> Gmail:
        """A service of Gmail, through an ``Http`` of its own."""
        service = build_from_document(_document(), http=http_in_memory(HOST, self.responses))
        users = service.users()
        return Gmail(service, users.messages(), users.threads(), users.history())


@cache
def _document() -> Any:
    return get_static_doc("gmail", "v1")


def _id(number: int) -> str:
    return f"{Random(number).getrandbits(64):016x}"


def _message(gmail: Gmail, number: int) -> Any:
    return gmail.messages.get(userId="me", id=_id(number), format="metadata")


def _one_of_three(gmail: Gmail, number: int) -> Any:
    match number % 3:
        case 0:
            return _message(gmail, number)
        case 1:
            return gmail.threads.get(userId="me", id=_id(number), format="minimal")
        case _:
            return gmail.history.list(userId="me", startHistoryId=str(10**9 + number))


def _message_without_waits(gmail: Gmail, number: int) -> Any:
    request = _message(gmail, number)
    request._sleep = _return_at_once  # noqa: SLF001 - as the library's own tests replace it
    return request


def _return_at_once(seconds: float) -> None:
    """Wait for nothing."""


def _take(part_id: str, response: object, exception: object) -> None:
    """What an application does with the response of a part."""


def _execute(target: Any) -> object:
    return target.execute()


def _execute_with_retry(target: Any) -> object:
    return target.execute(num_retries=1)


def _execute_in_vain(target: Any) -> object:
    try:
        return target.execute()
    except HttpError as error:
        return error.status_code


class Download(NamedTuple):
    """A download, to be executed like a request."""

    media: MediaIoBaseDownload
    request: Any

    def execute(self) -> int:
        """Load all of it; how many chunks that took."""
        chunks, done = 0, False
        while not done:
            _, done = self.media.next_chunk()
            chunks += 1
        return chunks


def _download(gmail: Gmail, number: int) -> Download:
    request = _message(gmail, number)
    return Download(MediaIoBaseDownload(BytesIO(), request, chunksize=CHUNK_SIZE), request)


def _batch(gmail: Gmail, number: int) -> Any:
    batch = gmail.service.new_batch_http_request(callback=_take)
    for part in range(BATCH_SIZE):
        batch.add(_message(gmail, number * BATCH_SIZE + part))
    return batch


def _batch_scenario(name: str, *, refused: int) -> Scenario:
    """A batch of messages, of which some are refused."""
    return Scenario(
        name=f"batch of {BATCH_SIZE}, {name}",
        responses=(responses.batch(BATCH_SIZE, refused=refused),),
        make=_batch,
        execute=_execute,
        # Only parts that fail have spans, and no more than a hundred of them.
        spans=Spans(call=1 + refused, wire=1, peer=0),
        executions=1,
    )


CALL: Final = Scenario(
    name="call",
    responses=(responses.SUCCESS,),
    make=_one_of_three,
    execute=_execute,
    spans=Spans(call=1, wire=1, peer=1),
)
REFUSED: Final = Scenario(
    name="error 403",
    responses=(responses.FORBIDDEN,),
    make=_message,
    execute=_execute_in_vain,
    spans=Spans(call=1, wire=1, peer=1),
)
RETRIED: Final = Scenario(
    name="one retry",
    responses=(responses.UNAVAILABLE, responses.SUCCESS),
    make=_message_without_waits,
    execute=_execute_with_retry,
    spans=Spans(call=1, wire=2, peer=1),
)
BATCH: Final = _batch_scenario("5 failed", refused=5)
FAILED_BATCH: Final = _batch_scenario("all failed", refused=BATCH_SIZE)
DOWNLOAD: Final = Scenario(
    name="download chunk",
    responses=tuple(
        responses.chunk(first, CHUNK_SIZE, DOWNLOAD_SIZE)
        for first in range(0, DOWNLOAD_SIZE, CHUNK_SIZE)
    ),
    make=_download,
    execute=_execute,
    spans=Spans(call=BLOCK, wire=BLOCK, peer=0),
    executions=1,
    pieces=BLOCK,
)
