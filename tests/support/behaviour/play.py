# SPDX-License-Identifier: Apache-2.0
"""Plays a script, and writes down all that the application and the server see."""

from __future__ import annotations

import logging
import random
import uuid
import warnings
from collections.abc import Generator, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from importlib import import_module
from types import ModuleType, SimpleNamespace
from typing import Any, Final
from unittest.mock import patch

from typing_extensions import Self

from local_gmail import Fault, LocalGmail, Received
from support.behaviour import sight
from support.behaviour.calls import CALLS, GRANULARITY, Application, close_after
from support.behaviour.responses import RESPONSES, TIMEOUT
from support.behaviour.script import Script
from support.behaviour.transports import TRANSPORTS

_INJECTED: Final = frozenset({"traceparent", "tracestate"})
_LIBRARIES: Final = (
    "googleapiclient",
    "google",
    "httplib2",
    "oauth2client",
    "google_auth_httplib2",
)
_PARTS: Final = ("gmail.users.messages.list", "gmail.users.messages.get", "gmail.users.labels.list")


@dataclass
class Seen:
    """Everything that must be the same whatever is instrumented."""

    calls: list[sight.Plain] = field(default_factory=list)
    """Result or exception of each call, and what it noted on its way."""
    requests: list[sight.Plain] = field(default_factory=list)
    """What the server received, over which connection."""
    waits: list[float] = field(default_factory=list)
    """What ``sleep`` was called with, in seconds."""
    logs: list[sight.Plain] = field(default_factory=list)
    """What the libraries logged."""
    warnings: list[sight.Plain] = field(default_factory=list)


class Stage:
    """A server, and the libraries with their clocks stopped, for many scripts."""

    def __init__(self) -> None:
        # What httplib2 sends again of a chunk that it has read already never comes: not for long.
        self.gmail = LocalGmail(upload_granularity=GRANULARITY, read_timeout=0.5)
        self._exit = ExitStack()

    def __enter__(self) -> Self:
        self._exit.enter_context(self.gmail)
        # Drive's methods can be called once its document is known.
        self.gmail.discovery_document("drive", "v3")
        return self

    def __exit__(self, *_: object) -> None:
        self._exit.close()

    def reset(self, script: Script) -> None:
        gmail = self.gmail
        gmail.clear()
        gmail.mailbox.reset()
        gmail.files.clear()
        gmail.accepted_tokens.clear()
        for response in script.responses:
            gmail.script("*", Fault.hang(5.0) if response == TIMEOUT else RESPONSES[response])
        for method, part in zip(_PARTS * len(script.parts), script.parts, strict=False):
            gmail.script(method, _only_as_part(part))


def _only_as_part(name: str) -> Any:
    outcome = RESPONSES[name]

    def response(received: Received) -> Any:
        if received.part_of is None:
            return None
        return outcome if not callable(outcome) else outcome(received)

    return response


def play(stage: Stage, script: Script) -> Seen:
    """Do what the script says."""
    seen = Seen()
    stage.reset(script)
    https: dict[str, Any] = {}
    with _watched(seen):
        for call in script.calls:
            if call.transport not in https:
                https[call.transport] = TRANSPORTS[call.transport](stage.gmail)
            http = https[call.transport]
            if TIMEOUT in script.responses and http is not None:
                http.timeout = 0.5
            notes: list[sight.Plain] = []

            def note(name: str, given: object, notes: list[sight.Plain] = notes) -> None:
                notes.append((name, sight.value(given)))

            def run(application: Application, kind: str = call.kind) -> sight.Plain:
                try:
                    return "value", sight.value(CALLS[kind](application))
                except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - it is compared
                    planted = getattr(application.http, "error", None)
                    close_after(error, application.http)
                    return "error", sight.value(error), error is planted

            ended = run(Application(stage.gmail, http, call.retries, note))
            seen.calls.append((call.kind, *ended, notes))
        for http in https.values():
            # Mocks need no closing and may not have it.
            with suppress(AttributeError):
                http.close()
    seen.requests = list(_requests(stage.gmail.requests))
    return seen


def _requests(received: list[Received]) -> Iterator[sight.Plain]:
    first = min((one.connection for one in received), default=0)
    for one in received:
        headers = [
            (name, sight.text(value))
            for name, value in one.headers.items()
            if name.lower() not in _INJECTED
        ]
        yield (
            one.method,
            sight.text(one.url),
            headers,
            sight.content(one.body),
            one.read,
            one.connection - first,
        )


@contextmanager
def _watched(seen: Seen) -> Generator[None, None, None]:
    """Notes waits, logs and warnings; the libraries' chance is the same each time."""
    chance = random.Random(0)

    class Time(ModuleType):
        def __getattr__(self, name: str) -> Any:
            return getattr(import_module("time"), name)

        @staticmethod
        def sleep(seconds: float) -> None:
            seen.waits.append(seconds)

    time = Time("time")
    with ExitStack() as stack:
        for name in ("googleapiclient.http", "google.auth._exponential_backoff"):
            with suppress(ImportError):
                module = import_module(name)
                stack.enter_context(patch.object(module, "time", time))
                stack.enter_context(patch.object(module, "random", chance))
        counted = SimpleNamespace(uuid4=lambda: uuid.UUID(int=chance.getrandbits(128)))
        stack.enter_context(patch("googleapiclient.http.uuid", counted))
        stack.enter_context(patch("email.generator.random", chance))
        # Whoever gives no credentials is not to be looked for in the cloud.
        stack.enter_context(patch.dict("os.environ", {"NO_GCE_CHECK": "true"}))
        stack.enter_context(_logged(seen))
        caught = stack.enter_context(warnings.catch_warnings(record=True))
        warnings.simplefilter("always")
        yield
    seen.warnings = [(str(one.category), sight.text(str(one.message))) for one in caught]


class _Handler(logging.Handler):
    def __init__(self, seen: Seen) -> None:
        super().__init__(logging.DEBUG)
        self._seen = seen

    def emit(self, record: logging.LogRecord) -> None:
        if record.name.startswith(_LIBRARIES):
            self._seen.logs.append(
                (record.name, record.levelname, sight.text(record.getMessage()), record.funcName)
            )


@contextmanager
def _logged(seen: Seen) -> Generator[None, None, None]:
    root, handler = logging.getLogger(), _Handler(seen)
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        yield
    finally:
        root.setLevel(level)
        root.removeHandler(handler)
