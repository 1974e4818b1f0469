# SPDX-License-Identifier: Apache-2.0
"""One TCP connection: reads requests one after the other, and sends answers or commits faults."""

from __future__ import annotations

import socket
import ssl
import struct
import time
from typing import TYPE_CHECKING, BinaryIO, cast

from werkzeug.datastructures import Headers
from werkzeug.http import HTTP_STATUS_CODES, http_date
from werkzeug.serving import DechunkedInput, WSGIRequestHandler

from local_gmail.answers import Answer, Fault, FaultKind
from local_gmail.record import Received

if TYPE_CHECKING:
    from local_gmail.server import HttpServer

_BODILESS = (204, 304)
_MAX_REQUEST_LINE = 1 << 16
# Long enough not to spin, short enough not to be felt.
_PEEK_PAUSE = 0.002


class _NoBody(Exception):  # noqa: N818
    """The body didn't come; `answer` is what to say to that, None if nobody is there to hear it."""

    def __init__(self, answer: Answer | None) -> None:
        super().__init__(answer)
        self.answer = answer


class Connection(WSGIRequestHandler):
    """The handler of one connection; the server makes it in a thread of its own.

    werkzeug's own handling of a request is replaced: it closes every connection, and it hides the
    socket that the faults need. Clients must wait for an answer before their next request.
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
        path, _, query = self.path.partition("?")
        if self._is_tls and self._service.is_to_stay_unread(self.command, path):
            self._record_unread(self.command, self.path)
            self.close_connection = True
            return
        received = self._received(self.command, path, query)
        try:
            received.body = self._read_body()
        except _NoBody as failure:
            received.read = False
            self._service.record.add(received)
            self.close_connection = True
            if failure.answer is not None:
                self._send(failure.answer, received)
            return
        self._service.record.add(received)
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
        line = self._peek_request_line().split(" ")
        if len(line) != 3 or not self._service.is_to_stay_unread(  # noqa: PLR2004
            line[0], line[1].partition("?")[0]
        ):
            return False
        self._record_unread(line[0], line[1])
        # Not left to the server, which would send FIN first: what it does to a connection that is
        # unread is the kernel's affair.
        self.connection.close()
        return True

    def _peek_request_line(self) -> str:
        """Return the request line, left in the socket; empty if it doesn't come."""
        deadline = time.monotonic() + self._owner.read_timeout
        while time.monotonic() < deadline:
            seen = self.connection.recv(_MAX_REQUEST_LINE, socket.MSG_PEEK)
            line, end, _ = seen.partition(b"\r\n")
            if end:
                return line.decode("latin-1")
            if not seen or len(seen) == _MAX_REQUEST_LINE:
                return ""
            time.sleep(_PEEK_PAUSE)
        return ""

    def _record_unread(self, method: str, target: str) -> None:
        path, _, query = target.partition("?")
        route = self._service.route(method, path)
        self._service.record.add(
            Received(
                method=method,
                path=path,
                query=query,
                url=self._owner.url.rstrip("/") + target,
                headers=Headers(),
                body=b"",
                api_method=route.api_method if route else None,
                connection=self._ordinal,
                received_at=self._received_at,
                read=False,
            )
        )

    def _received(self, method: str, path: str, query: str) -> Received:
        received = Received(
            method=method,
            path=path,
            query=query,
            url=self._owner.url.rstrip("/") + self.path,
            headers=Headers(list(self.headers.items())),
            body=b"",
            api_method=None,
            connection=self._ordinal,
            received_at=time.monotonic() if self._is_tls else self._received_at,
        )
        route = self._service.route(received.effective_method, path)
        received.api_method = route.api_method if route else None
        return received

    def _read_body(self) -> bytes:
        """Return the body; raise `_NoBody` if not all of it can be had."""
        self.connection.settimeout(self._owner.read_timeout)
        announced = self.headers.get("content-length", "0").strip()
        try:
            if "chunked" in self.headers.get("transfer-encoding", "").lower():
                return DechunkedInput(cast("BinaryIO", self.rfile)).readall()
            if not announced.isdecimal():
                raise _NoBody(answer=Answer(400))
            return self._read_exactly(int(announced))
        except TimeoutError:
            raise _NoBody(answer=Answer(408)) from None
        except ConnectionError:
            raise
        except OSError:
            # This is how DechunkedInput finds fault with a chunk.
            raise _NoBody(answer=Answer(400)) from None

    def _read_exactly(self, length: int) -> bytes:
        body = self.rfile.read(length)
        if len(body) < length:
            raise _NoBody(answer=None)
        return body

    def _respond(self, received: Received) -> None:
        outcome = self._service.scripted(received)
        if isinstance(outcome, Fault):
            self._commit(outcome, received)
        else:
            self._send(outcome or self._service.ordinary(received), received)

    def _commit(self, fault: Fault, received: Received) -> None:
        # BAD_GZIP alone leaves the connection in a state to go on with.
        self.close_connection = self.close_connection or fault.kind is not FaultKind.BAD_GZIP
        match fault.kind:
            case FaultKind.DROP | FaultKind.CLOSE_UNREAD:
                pass
            case FaultKind.SERVE_AND_DROP:
                self._service.ordinary(received)
            case FaultKind.RESET:
                # Lingering for zero seconds makes the kernel send RST instead of FIN.
                linger = struct.pack("ii", 1, 0)
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                self.connection.close()
            case FaultKind.TRUNCATE:
                answer = self._spoilt(fault, received)
                # An empty body can't be halved.
                length = len(answer.content) or 2
                self._write(answer, answer.content[: length // 2], length, received)
            case FaultKind.BAD_GZIP:
                answer = self._spoilt(fault, received)
                junk = b"this is not gzip"
                gzip = {"Content-Encoding": "gzip"}
                self._write(answer, junk, len(junk), received, gzip)
            case FaultKind.HANG:
                self._owner.stopping.wait(fault.seconds)
            case FaultKind.CLOSE_AFTER:
                answer = self._spoilt(fault, received)
                self._write(answer, answer.content, len(answer.content), received)
            case FaultKind.HALF_STATUS_LINE:
                self.wfile.write(b"HTTP/1.1 2")
            case FaultKind.NOT_HTTP:
                self.wfile.write(b"SSH-2.0-OpenSSH_9.9\r\n")

    def _spoilt(self, fault: Fault, received: Received) -> Answer:
        return fault.answer or self._service.ordinary(received)

    def _send(self, answer: Answer, received: Received) -> None:
        if answer.delay and self._owner.stopping.wait(answer.delay):
            self.close_connection = True
            return
        announced = {"Connection": "close"} if self.close_connection else {}
        self._write(answer, answer.content, len(answer.content), received, announced)
        self.close_connection = self.close_connection or answer.close_after

    def _write(
        self,
        answer: Answer,
        content: bytes,
        length: int,
        received: Received,
        extra: dict[str, str] | None = None,
    ) -> None:
        headers = Headers({"Server": "local-gmail", "Date": http_date()})
        if answer.status not in _BODILESS:
            headers["Content-Length"] = str(length)
            if answer.content_type is not None:
                headers["Content-Type"] = answer.content_type
        headers.update({**answer.headers, **(extra or {})})
        phrase = answer.reason_phrase
        if phrase is None:
            phrase = HTTP_STATUS_CODES.get(answer.status, "Unknown").title()
        lines = [f"HTTP/1.1 {answer.status} {phrase}"]
        lines += [f"{name}: {value}" for name, value in headers]
        head = ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")
        # Noted first: whoever holds the answer may look at the record at once.
        received.answered = answer.status
        # In one piece, lest a client sees a head whose body is still on its way.
        has_body = answer.status not in _BODILESS and received.method != "HEAD"
        self.wfile.write(head + content if has_body else head)

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""
