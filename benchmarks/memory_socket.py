# SPDX-License-Identifier: Apache-2.0
"""A connection whose server is a constant: everything above the socket is the real code."""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO
from itertools import cycle
from typing import Final

import httplib2

PEER: Final = ("192.0.2.1", 443)


class MemorySocket:
    """Gives the same responses in turn, again and again, and forgets what is sent to it."""

    def __init__(self, responses: Iterable[bytes]) -> None:
        self._responses = cycle(responses)

    def sendall(self, data: bytes) -> None:
        """Take it."""

    def makefile(self, mode: str) -> BytesIO:  # noqa: ARG002 - the signature of a socket
        return BytesIO(next(self._responses))

    def getpeername(self) -> tuple[str, int]:
        return PEER

    def close(self) -> None:
        """Stay open: there is nothing to close."""


class MemoryConnection(httplib2.HTTPSConnectionWithTimeout):
    """httplib2's own connection, but for what is below the socket."""

    def __init__(self, host: str, responses: Iterable[bytes]) -> None:
        super().__init__(host)
        self._responses = responses

    def connect(self) -> None:
        self.sock = MemorySocket(self._responses)


def http_in_memory(host: str, responses: Iterable[bytes]) -> httplib2.Http:
    """An ``Http`` that reaches one host, in memory."""
    http = httplib2.Http()
    # Where httplib2 looks for a connection that it can use again.
    http.connections[f"https:{host}"] = MemoryConnection(host, responses)
    return http
