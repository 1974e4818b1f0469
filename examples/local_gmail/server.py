# SPDX-License-Identifier: Apache-2.0
"""The listening socket, and the threads and connections behind it."""

from __future__ import annotations

import contextlib
import itertools
import logging
import socket
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from werkzeug.serving import ThreadedWSGIServer, is_ssl_error

from local_gmail.connection import Connection

if TYPE_CHECKING:
    import ssl

    from local_gmail.service import Service

_logger = logging.getLogger(__name__)

HOST = "127.0.0.1"
_POLL_SECONDS = 0.01
_JOIN_SECONDS = 1.0


@dataclass
class _Accepted:
    ordinal: int
    connection: socket.socket


class HttpServer(ThreadedWSGIServer):
    """Accepts connections from its making until `stop`, after which nothing of it is left."""

    def __init__(
        self,
        port: int,
        service: Service,
        *,
        read_timeout: float,
        idle_timeout: float,
        tls: ssl.SSLContext | None,
    ) -> None:
        try:
            super().__init__(HOST, port, _no_wsgi_application, Connection)
        except SystemExit as error:
            raise OSError(f"can't listen on {HOST}:{port}; is the port in use?") from error
        # werkzeug would shake hands in the accepting thread, where one client that is silent, or
        # speaks plain HTTP, holds up all others.
        self._tls = tls
        self.service = service
        self.read_timeout = read_timeout
        self.idle_timeout = idle_timeout
        self.stopping = threading.Event()
        self.url = f"{'http' if tls is None else 'https'}://{HOST}:{self.port}/"
        self._lock = threading.Lock()
        self._ordinals = itertools.count(1)
        self._open: dict[threading.Thread, _Accepted] = {}
        self._accepting = threading.Thread(
            target=self.serve_forever, args=(_POLL_SECONDS,), name="local-gmail", daemon=True
        )
        self._accepting.start()

    def ordinal(self) -> int:
        """Return the number of the connection that the calling thread serves, from 1 on."""
        with self._lock:
            return self._open[threading.current_thread()].ordinal

    def stop(self) -> None:
        """Close the listening socket and all connections, and wait for their threads."""
        self.stopping.set()
        self.shutdown()
        self._accepting.join(_JOIN_SECONDS)
        with self._lock:
            left = dict(self._open)
        for accepted in left.values():
            # Wakes a thread that waits for the client. Not SSLSocket's own shutdown, which takes
            # the TLS state away from under that thread.
            with contextlib.suppress(OSError):
                socket.socket.shutdown(accepted.connection, socket.SHUT_RDWR)
        for thread in left:
            thread.join(_JOIN_SECONDS)
            if thread.is_alive():
                _logger.error("A connection of the local Gmail server doesn't end: %s", thread)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Serve a connection in a thread of its own (called in the accepting thread)."""
        thread = threading.Thread(
            target=self.process_request_thread,
            args=(request, client_address),
            name=f"local-gmail-{client_address[1]}",
            daemon=True,
        )
        with self._lock:
            self._open[thread] = _Accepted(next(self._ordinals), request)
        thread.start()

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Serve a connection (called in its thread)."""
        try:
            super().process_request_thread(self._secured(request), client_address)
        except OSError:
            # The handshake failed: the client doesn't trust the certificate, or has gone.
            self.shutdown_request(request)
        finally:
            with self._lock:
                del self._open[threading.current_thread()]

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002
        """Log what a handler has raised, unless it is the client's doing."""
        if not is_ssl_error():
            _logger.exception("A connection of the local Gmail server failed")  # noqa: LOG004

    def _secured(self, request: socket.socket) -> socket.socket:
        if self._tls is None:
            return request
        secured = self._tls.wrap_socket(request, server_side=True, do_handshake_on_connect=False)
        with self._lock:
            self._open[threading.current_thread()].connection = secured
        try:
            secured.settimeout(self.read_timeout)
            secured.do_handshake()
        except OSError:
            secured.close()
            raise
        return secured


def _no_wsgi_application(environ: object, start_response: object) -> list[bytes]:
    raise NotImplementedError("Connection responds without a WSGI application")
