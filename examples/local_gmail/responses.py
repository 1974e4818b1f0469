# SPDX-License-Identifier: Apache-2.0
"""What the server can be told to do with a request: an `Response`, or a `Fault` that is none."""

from __future__ import annotations

import dataclasses
import enum
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

from local_gmail.record import Received

Json = dict[str, Any]
JSON_TYPE = "application/json; charset=UTF-8"


@dataclass(frozen=True)
class Response:
    """An HTTP response, sent literally.

    `body`: bytes and str are sent as they are, a mapping or a list as JSON. A Content-Type that
    suits the body and the true Content-Length are added where `headers` has none.
    `delay`: seconds to wait before answering; `LocalGmail.stop` cuts it short.
    `reason_phrase`: the words after the status; None for the usual ones.
    `close_after`: close the TCP connection after the response without having announced it.
    `framing`: what tells the client where the body ends: its announced length, its chunks, or the
    end of the connection. With the last two the size is unknown until all is there.
    """

    status: int = 200
    body: bytes | str | Mapping[str, Any] | Sequence[Any] = b""
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    delay: float = 0.0
    reason_phrase: str | None = None
    close_after: bool = False
    framing: Literal["length", "chunked", "close"] = "length"

    @property
    def content(self) -> bytes:
        """The body as sent."""
        if isinstance(self.body, bytes):
            return self.body
        if isinstance(self.body, str):
            return self.body.encode()
        return json.dumps(self.body, indent=2, ensure_ascii=False).encode()

    @property
    def content_type(self) -> str | None:
        """What to say of the body where `headers` doesn't; None for an empty body of bytes."""
        if isinstance(self.body, bytes):
            return "application/octet-stream" if self.body else None
        if isinstance(self.body, str):
            kind = "html" if self.body.lstrip().startswith("<") else "plain"
            return f"text/{kind}; charset=UTF-8"
        return JSON_TYPE


class FaultKind(enum.Enum):
    """The ways of not answering; the constants of `Fault` explain them."""

    DROP = "drop"
    SERVE_AND_DROP = "serve and drop"
    CLOSE_UNREAD = "close unread"
    RESET_HALF_READ = "reset half read"
    RESET = "reset"
    TRUNCATE = "truncate"
    BAD_GZIP = "bad gzip"
    HANG = "hang"
    CLOSE_AFTER = "close after"
    HALF_STATUS_LINE = "half a status line"
    NOT_HTTP = "not HTTP"
    PARTS_REVERSED = "parts reversed"


@dataclass(frozen=True)
class Fault:
    """Something else than a response. Use the constants, or the functions that take a value.

    A part of a batch has no connection of its own. There, what would give it no response leaves it
    out of the response to the batch (which HANG also holds up), and what would spoil its response
    does that to what the batch says in its place.

    `response`: the response to spoil, None for what ordinary service says.
    `seconds`: how long to hang, None until `LocalGmail.stop`.
    """

    kind: FaultKind
    response: Response | None = None
    seconds: float | None = None

    DROP: ClassVar[Fault]
    """Read the whole request, don't carry it out, close the connection without a response."""
    SERVE_AND_DROP: ClassVar[Fault]
    """Carry the request out (the mail is sent), then close the connection without a response."""
    CLOSE_UNREAD: ClassVar[Fault]
    """Close the connection when the request arrives, without reading it. The kernel responds
    bytes that nobody read with a reset. Over TLS the head of the request has been read; as the
    outcome of a function, which had to see the request, it is the same as DROP."""
    RESET_HALF_READ: ClassVar[Fault]
    """Read half of the body, don't carry the request out, reset the connection (RST). A resumable
    upload keeps what was read of a chunk. As the outcome of a function the body has been read."""
    RESET: ClassVar[Fault]
    """Read the whole request, don't carry it out, reset the connection (RST)."""
    TRUNCATE: ClassVar[Fault]
    """Carry out and respond, but send half of the body that Content-Length promises and close."""
    BAD_GZIP: ClassVar[Fault]
    """Carry out and respond with `Content-Encoding: gzip` and a body that isn't gzip."""
    HANG: ClassVar[Fault]
    """Read the whole request, don't carry it out, say nothing until the server is stopped."""
    CLOSE_AFTER: ClassVar[Fault]
    """Response as usual, then close the connection without having announced it: a client that
    keeps connections alive meets a dead one with its next request."""
    HALF_STATUS_LINE: ClassVar[Fault]
    """Send `HTTP/1.1 2` and close."""
    NOT_HTTP: ClassVar[Fault]
    """Send what another protocol would and close."""
    PARTS_REVERSED: ClassVar[Fault]
    """Carry out a batch and respond as usual, but with the last part first."""

    @classmethod
    def hang(cls, seconds: float) -> Fault:
        """Say nothing for so long, then close the connection."""
        return cls(FaultKind.HANG, seconds=seconds)

    @classmethod
    def truncate(cls, response: Response) -> Fault:
        """Send half of the body of this response."""
        return cls(FaultKind.TRUNCATE, response)

    @classmethod
    def bad_gzip(cls, response: Response) -> Fault:
        """Send status and headers of this response with junk for a gzip body."""
        return cls(FaultKind.BAD_GZIP, response)


for _kind in FaultKind:
    setattr(Fault, _kind.name, Fault(_kind))

Outcome = Response | Fault
Script = Response | Fault | Callable[[Received], Response | Fault | None]


def ordinary_service(received: Received) -> None:
    """Leave a request to ordinary service: a script's way to say "not this one yet"."""


def close_after(response: Response) -> Response:
    """Return the same response on a connection that is closed after it, unannounced."""
    return dataclasses.replace(response, close_after=True)


def redirect_to_itself(received: Received) -> Response:
    """Send the client round in circles: a 302 to the URL that it asked for."""
    return Response(302, headers={"Location": received.url})
