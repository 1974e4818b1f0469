# SPDX-License-Identifier: Apache-2.0
"""A SOCKS 5 proxy (RFC 1928) on this machine, without authentication, for IPv4 and names."""

from __future__ import annotations

import contextlib
import socket
import socketserver
import struct
from collections.abc import Generator
from threading import Thread
from typing import Final

_IPV4: Final = 1
_NAME: Final = 3


class _Handler(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        _, methods = self.rfile.read(2)
        self.rfile.read(methods)
        self.wfile.write(b"\x05\x00")
        _, _, _, kind = self.rfile.read(4)
        if kind == _IPV4:
            host = socket.inet_ntoa(self.rfile.read(4))
        else:
            assert kind == _NAME
            host = self.rfile.read(self.rfile.read(1)[0]).decode("ascii")
        (port,) = struct.unpack("!H", self.rfile.read(2))
        with socket.create_connection((host, port), timeout=30) as outside:
            self.wfile.write(b"\x05\x00\x00\x01" + bytes(6))
            back = Thread(target=_pump, args=(outside, self.connection))
            back.start()
            _pump(self.connection, outside)
            back.join()


def _pump(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_WR)


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True


@contextlib.contextmanager
def socks_server() -> Generator[int]:
    """The port that it listens on."""
    with _Server(("127.0.0.1", 0), _Handler) as server:
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()
