# SPDX-License-Identifier: Apache-2.0
"""An HTTP proxy that leads every host to one server on this machine.

Behind it a client talks to ``http://gmail.googleapis.com/`` without leaving the machine.
"""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from socketserver import BaseRequestHandler, ThreadingTCPServer
from types import TracebackType

from typing_extensions import Self

_TIMEOUT = 10.0


class Tunnel:
    """Answers CONNECT and passes bytes on to a port of 127.0.0.1.

    Args:
        port: where all connections lead.
        refusal: a status line to send to CONNECT instead.
    """

    def __init__(self, port: int, refusal: str | None = None) -> None:
        tunnel = self
        self.port_behind = port
        self.refusal = refusal
        self.heads: list[bytes] = []
        """What clients asked, with their Proxy-Authorization."""

        class Handler(BaseRequestHandler):
            def handle(self) -> None:
                tunnel._serve(self.request)

        class Server(ThreadingTCPServer):
            daemon_threads = True
            allow_reuse_address = True

        self._server = Server(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))

    @property
    def port(self) -> int:
        return self._server.server_address[1]

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _serve(self, client: socket.socket) -> None:
        client.settimeout(_TIMEOUT)
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            byte = client.recv(1)
            if not byte:
                return
            head += byte
        self.heads.append(head)
        if self.refusal is not None:
            client.sendall(f"{self.refusal}\r\n\r\n".encode())
            return
        with socket.create_connection(("127.0.0.1", self.port_behind), _TIMEOUT) as server:
            client.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
            back = threading.Thread(target=_pump, args=(server, client), daemon=True)
            back.start()
            _pump(client, server)
            back.join(_TIMEOUT)


def _pump(source: socket.socket, sink: socket.socket) -> None:
    """Pass bytes on until the source ends, then say so to the sink."""
    with suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
    with suppress(OSError):
        sink.shutdown(socket.SHUT_WR)
