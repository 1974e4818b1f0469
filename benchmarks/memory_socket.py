# SPDX-License-Identifier: Apache-2.0
"""A connection whose server is a constant: everything above the socket is the real code."""

from __future__ import annotations

from io import BytesIO

import httplib2

_BODY = (
    b'{"id": "18c2f0a1b2c3d4e5", "threadId": "18c2f0a1b2c3d4e5", "labelIds": ["INBOX", "UNREAD"], '
    b'"snippet": "Good morning", "historyId": "1234567", "internalDate": "1795255200000", '
    b'"payload": {"mimeType": "text/plain", "headers": [{"name": "Subject", "value": "Hello"}]}, '
    b'"sizeEstimate": 1234}'
)
# The header fields that Gmail sends with every answer.
_ANSWER = (
    b"HTTP/1.1 200 OK\r\n"
    b"Content-Type: application/json; charset=UTF-8\r\n"
    b"Vary: Origin\r\nVary: X-Origin\r\nVary: Referer\r\n"
    b"Date: Sat, 21 Nov 2026 10:00:00 GMT\r\n"
    b"Server: ESF\r\n"
    b"X-XSS-Protection: 0\r\n"
    b"X-Frame-Options: SAMEORIGIN\r\n"
    b"X-Content-Type-Options: nosniff\r\n"
    b"Content-Length: %d\r\n\r\n%b" % (len(_BODY), _BODY)
)

PEER = ("192.0.2.1", 443)


class MemorySocket:
    """Answers whatever is sent to it, again and again, and remembers only the last of it."""

    def __init__(self) -> None:
        self.sent = b""

    def sendall(self, data: bytes) -> None:
        self.sent = data

    def makefile(self, mode: str) -> BytesIO:  # noqa: ARG002 - the signature of a socket
        return BytesIO(_ANSWER)

    def getpeername(self) -> tuple[str, int]:
        return PEER

    def close(self) -> None:
        """Stay open: there is nothing to close."""


class MemoryConnection(httplib2.HTTPSConnectionWithTimeout):
    """httplib2's own connection, but for what is below the socket."""

    def connect(self) -> None:
        self.sock = MemorySocket()


def http_in_memory(host: str) -> httplib2.Http:
    """An ``Http`` that reaches one host, in memory."""
    http = httplib2.Http()
    # Where httplib2 looks for a connection that it can use again.
    http.connections[f"https:{host}"] = MemoryConnection(host)
    return http
