# SPDX-License-Identifier: Apache-2.0
"""One TCP connection: reads requests one after the other, and sends responses or commits faults."""

from __future__ import annotations

import contextlib
import socket
import ssl
import struct
import time
from typing import TYPE_CHECKING, BinaryIO, cast

from werkzeug.datastructures import Headers
from werkzeug.http import http_date
from werkzeug.serving import DechunkedInput, WSGIRequestHandler

from local_gmail import batch, heads
from local_gmail.record import Received
from local_gmail.responses import Fault, FaultKind, Response

if TYPE_CHECKING:
    from local_gmail.server import HttpServer

_SPOILS = (
    FaultKind.TRUNCATE,
    FaultKind.BAD_GZIP,
    FaultKind.CLOSE_AFTER,
    FaultKind.PARTS_REVERSED,
)
_MAX_HEAD = 1 << 16
# Long enough not to spin, short enough not to be felt.
_PEEK_PAUSE = 0.002


class _NoBody(Exception):  # noqa: N818
    """The body didn't come; `response` is what to send then, None if nobody is there to read it."""

    def __init__(self, response: Response | None) -> None:
        super().__init__(response)
        self.response = response


class Connection(WSGIRequestHandler):
    """The handler of one connection; the server makes it in a thread of its own.

    werkzeug's own handling of a request is replaced: it closes every connection, and it hides the
    socket that the faults need. Clients must wait for a response before their next request.
    """

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def setup(self) -> None:
        """Prepare for the connection (called by the base class)."""
        super().setup()
        self._owner = cast("HttpServer", self.server)
        self._service = self._owner.service
        self._ordinal = self._owner.ordinal()
        self._received_at = 0.0

    def handle_one_request(self) -> None:
        """Wait for a request and serve it (called by the base class)."""
        if not self._await_request() or self._closes_unread():
            self.close_connection = True
            return
        super().handle_one_request()

    def run_wsgi(self) -> None:
        """Serve the request whose head has been read; the base class calls this for any method."""
        headers = Headers(list(self.headers.items()))
        received = self._received(self.command, self.path, headers)
        if self._is_tls and self._service.meets(received, Fault.CLOSE_UNREAD):
            self._record_unread(received)
            self.close_connection = True
            return
        if self._service.meets(received, Fault.RESET_HALF_READ):
            self._read_half(received)
            return
        try:
            received.body = self._read_body()
        except _NoBody as failure:
            received.read = False
            self._service.record.add(received)
            self.close_connection = True
            if failure.response is not None:
                self._send(failure.response, received)
            return
        self._service.receive(received)
        self._respond(received)

    @property
    def _is_tls(self) -> bool:
        return isinstance(self.connection, ssl.SSLSocket)

    def _await_request(self) -> bool:
        """Wait for the next request; False when the client has closed, or is idle too long."""
        self.connection.settimeout(self._owner.idle_timeout)
        # The first byte of a TLS record can't be looked at without taking it; then the wait
        # happens where the request line is read, which is as good but for CLOSE_UNREAD.
        if not self._is_tls:
            try:
                if not self.connection.recv(1, socket.MSG_PEEK):
                    return False
            except OSError:
                return False
            self.connection.settimeout(self._owner.read_timeout)
        self._received_at = time.monotonic()
        return True

    def _closes_unread(self) -> bool:
        if self._is_tls:
            return False
        line, _, rest = self._peek_head().partition(b"\r\n")
        words = line.decode("latin-1").split(" ")
        if len(words) != 3:  # noqa: PLR2004
            return False
        received = self._received(words[0], words[1], heads.parse(rest))
        if not self._service.meets(received, Fault.CLOSE_UNREAD):
            return False
        self._record_unread(received)
        # Not left to the server, which would send FIN first: what it does to a connection that is
        # unread is the kernel's affair.
        self.connection.close()
        return True

    def _peek_head(self) -> bytes:
        """Return the head of the request, left in the socket; empty if it doesn't come."""
        deadline = time.monotonic() + self._owner.read_timeout
        while time.monotonic() < deadline:
            seen = self.connection.recv(_MAX_HEAD, socket.MSG_PEEK)
            head, end, _ = seen.partition(b"\r\n\r\n")
            if end:
                return head
            if not seen or len(seen) == _MAX_HEAD:
                return b""
            time.sleep(_PEEK_PAUSE)
        return b""

    def _record_unread(self, received: Received) -> None:
        # What it was for had to be looked up in its head; the rest was not looked at.
        received.headers = Headers()
        received.read = False
        self._service.record.add(received)

    def _received(self, method: str, target: str, headers: Headers) -> Received:
        path, _, query = target.partition("?")
        received = Received(
            method=method,
            path=path,
            query=query,
            url=self._owner.url.rstrip("/") + target,
            headers=headers,
            body=b"",
            api_method=None,
            connection=self._ordinal,
            received_at=time.monotonic() if self._is_tls else self._received_at,
        )
        self._service.identify(received)
        return received

    def _read_half(self, received: Received) -> None:
        received.read = False
        self.connection.settimeout(self._owner.read_timeout)
        with contextlib.suppress(_NoBody, TimeoutError):
            received.body = self._read_exactly(self._announced() // 2)
        self._service.keep(received, received.body)
        self._service.record.add(received)
        self._reset()

    def _read_body(self) -> bytes:
        """Return the body; raise `_NoBody` if not all of it can be had."""
        self.connection.settimeout(self._owner.read_timeout)
        try:
            if "chunked" in self.headers.get("transfer-encoding", "").lower():
                return DechunkedInput(cast("BinaryIO", self.rfile)).readall()
            return self._read_exactly(self._announced())
        except TimeoutError:
            raise _NoBody(response=Response(408)) from None
        except ConnectionError:
            raise
        except OSError:
            # This is how DechunkedInput finds fault with a chunk.
            raise _NoBody(response=Response(400)) from None

    def _announced(self) -> int:
        announced = self.headers.get("content-length", "0").strip()
        if not announced.isdecimal():
            raise _NoBody(response=Response(400))
        return int(announced)

    def _read_exactly(self, length: int) -> bytes:
        body = self.rfile.read(length)
        if len(body) < length:
            raise _NoBody(response=None)
        return body

    def _respond(self, received: Received) -> None:
        outcome = self._service.scripted(received)
        if isinstance(outcome, Fault):
            self._commit(outcome, received)
        else:
            self._send(outcome or self._service.ordinary(received), received)

    def _commit(self, fault: Fault, received: Received) -> None:
        if fault.kind not in _SPOILS:
            self.close_connection = True
            self._leave_without_response(fault, received)
            return
        response = fault.response or self._service.ordinary(received)
        # These two leave the connection in a state to go on with.
        goes_on = fault.kind in (FaultKind.BAD_GZIP, FaultKind.PARTS_REVERSED)
        self.close_connection = self.close_connection or not goes_on
        self._spoil(response, fault.kind, received)

    def _leave_without_response(self, fault: Fault, received: Received) -> None:
        match fault.kind:
            case FaultKind.SERVE_AND_DROP:
                self._service.ordinary(received)
            case FaultKind.RESET:
                self._reset()
            case FaultKind.RESET_HALF_READ:
                self._service.keep(received, received.body[: len(received.body) // 2])
                self._reset()
            case FaultKind.HANG:
                self._owner.stopping.wait(fault.seconds)
            case FaultKind.HALF_STATUS_LINE:
                self.wfile.write(b"HTTP/1.1 2")
            case FaultKind.NOT_HTTP:
                self.wfile.write(b"SSH-2.0-OpenSSH_9.9\r\n")
            case _:
                pass

    def _spoil(self, response: Response, kind: FaultKind, received: Received) -> None:
        content = response.content
        match kind:
            case FaultKind.TRUNCATE:
                # An empty body can't be halved.
                length = len(content) or 2
                self._write(response, content[: length // 2], length, received)
            case FaultKind.BAD_GZIP:
                junk = b"this is not gzip"
                gzip = {"Content-Encoding": "gzip"}
                self._write(response, junk, len(junk), received, gzip)
            case FaultKind.PARTS_REVERSED:
                self._send(batch.reversed_parts(response), received)
            case _:
                self._write(response, content, len(content), received)

    def _reset(self) -> None:
        # Lingering for zero seconds makes the kernel send RST instead of FIN.
        linger = struct.pack("ii", 1, 0)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.connection.close()
        self.close_connection = True

    def _send(self, response: Response, received: Received) -> None:
        if response.delay and self._owner.stopping.wait(response.delay):
            self.close_connection = True
            return
        announced = {"Connection": "close"} if self.close_connection else {}
        self._write(response, response.content, len(response.content), received, announced)
        self.close_connection = self.close_connection or response.close_after

    def _write(
        self,
        response: Response,
        content: bytes,
        length: int,
        received: Received,
        extra: dict[str, str] | None = None,
    ) -> None:
        first = {"Server": "local-gmail", "Date": http_date()}
        head = heads.write(response, length, first, extra)
        if response.framing == "chunked":
            content = _as_chunk(content, length)
        elif response.framing == "close":
            self.close_connection = True
        # Noted first: whoever holds the response may look at the record at once.
        received.responded = response.status
        # In one piece, lest a client sees a head whose body is still on its way.
        has_body = response.status not in heads.BODILESS and received.method != "HEAD"
        self.wfile.write(head + content if has_body else head)

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""


def _as_chunk(content: bytes, length: int) -> bytes:
    """Return the content as one chunk and the end; without the end where it was cut short."""
    chunk = b"%x\r\n%b" % (length, content) if length else b""
    if len(content) < length:
        return chunk
    return chunk + (b"\r\n0\r\n\r\n" if length else b"0\r\n\r\n")
