# SPDX-License-Identifier: Apache-2.0
"""What an application does, and what becomes of it.

Every call executes a request of its own with an id of its own, made beforehand by a service that
the discovery document describes: no side can gain by remembering whole URLs or request objects.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from random import Random
from typing import Any, Final, NamedTuple, Protocol

from googleapiclient.discovery import build_from_document
from googleapiclient.discovery_cache import get_static_doc
from googleapiclient.errors import HttpError

from . import responses
from .memory_socket import http_in_memory

HOST: Final = "gmail.googleapis.com"
BATCH_SIZE: Final = 100
BATCH_REFUSED: Final = 5


class Executable(Protocol):
    """What is timed: ``execute()``, looked up anew for each call, as an application does."""

    def execute(self) -> Any: ...


class Gmail(NamedTuple):
    """A service and some of its resources, which the library would build anew whenever asked."""

    service: Any
    messages: Any
    threads: Any
    history: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Spans:
    """How many spans each kind of instrumentation makes of one call."""

    call: int
    wire: int
    peer: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """What an application does, and what it gets a response."""

    name: str
    responses: tuple[bytes, ...]
    """Of the server, in turn."""
    make: Callable[[Gmail, int], Any]
    """What is executed, of a service, and of a number that is another for each call."""
    execute: Callable[[Any], object]
    """Execute it, as an application would; the same value for each of them."""
    spans: Spans
    calls: int = 60
    """How many take one turn, which should last some milliseconds."""

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


def batch_scenario(size: int, *, refused: int) -> Scenario:
    """A batch of messages, of which some are refused."""

    def make(gmail: Gmail, number: int) -> Any:
        batch = gmail.service.new_batch_http_request(callback=_take)
        for part in range(size):
            batch.add(_message(gmail, number * size + part))
        return batch

    return Scenario(
        name=f"batch of {size}",
        responses=(responses.batch(size, refused=refused),),
        make=make,
        execute=_execute,
        # Only parts that fail have spans, and no more than a hundred of them.
        spans=Spans(call=1 + refused, wire=1, peer=0),
        calls=2,
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
BATCH: Final = batch_scenario(BATCH_SIZE, refused=BATCH_REFUSED)
