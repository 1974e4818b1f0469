# SPDX-License-Identifier: Apache-2.0
"""What Gmail sends back, byte for byte."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Final

# The header fields that Gmail sends with every response.
_HEADERS: Final = (
    b"Vary: Origin\r\nVary: X-Origin\r\nVary: Referer\r\n"
    b"Date: Sat, 21 Nov 2026 10:00:00 GMT\r\n"
    b"Server: ESF\r\n"
    b"X-XSS-Protection: 0\r\n"
    b"X-Frame-Options: SAMEORIGIN\r\n"
    b"X-Content-Type-Options: nosniff\r\n"
)
_JSON: Final = "application/json; charset=UTF-8"
_BOUNDARY: Final = "batch_pK7JBAk73-E_AA5eFwv4m2Q"


def response(status: str, body: bytes, content_type: str = _JSON, more: bytes = b"") -> bytes:
    """A whole response.

    Args:
        status: as in ``200 OK``.
        body: what follows the header.
        content_type: of the body.
        more: further header fields, each with its line end.
    """
    return (
        f"HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\n".encode()
        + _HEADERS
        + more
        + f"Content-Length: {len(body)}\r\n\r\n".encode()
        + body
    )


def _error(
    code: int, status: str, reason: str, message: str, info: Mapping[str, object] | None = None
) -> bytes:
    error: dict[str, object] = {
        "code": code,
        "message": message,
        "errors": [{"message": message, "domain": "global", "reason": reason}],
        "status": status,
    }
    if info:
        error["details"] = [{"@type": "type.googleapis.com/google.rpc.ErrorInfo", **info}]
    return json.dumps({"error": error}, indent=2).encode()


_MESSAGE: Final = (
    b'{"id": "18c2f0a1b2c3d4e5", "threadId": "18c2f0a1b2c3d4e5", "labelIds": ["INBOX", "UNREAD"], '
    b'"snippet": "Good morning", "historyId": "1234567", "internalDate": "1795255200000", '
    b'"payload": {"mimeType": "text/plain", "headers": [{"name": "Subject", "value": "Hello"}]}, '
    b'"sizeEstimate": 1234}'
)
_TOO_MANY: Final = _error(
    429, "RESOURCE_EXHAUSTED", "rateLimitExceeded", "Too many concurrent requests for user."
)


def forbidden(message: str) -> bytes:
    """The response to a token that lacks a scope."""
    body = _error(
        403,
        "PERMISSION_DENIED",
        "insufficientPermissions",
        message,
        {
            "reason": "ACCESS_TOKEN_SCOPE_INSUFFICIENT",
            "domain": "googleapis.com",
            "metadata": {
                "service": "gmail.googleapis.com",
                "method": "caribou.api.proto.MailboxService.GetMessage",
            },
        },
    )
    return response("403 Forbidden", body)


SUCCESS: Final = response("200 OK", _MESSAGE)
FORBIDDEN: Final = forbidden("Request had insufficient authentication scopes.")
UNAVAILABLE: Final = response(
    "503 Service Unavailable",
    _error(503, "UNAVAILABLE", "backendError", "The service is currently unavailable."),
)


def chunk(first: int, size: int, total: int) -> bytes:
    """The response to a request for a part of something.

    Args:
        first: the number of its first byte.
        size: how many bytes it has.
        total: how many bytes the whole has.
    """
    content_range = f"Content-Range: bytes {first}-{first + size - 1}/{total}\r\n"
    return response(
        "206 Partial Content", b"x" * size, "application/octet-stream", content_range.encode()
    )


def batch(size: int, *, refused: int) -> bytes:
    """The response to a batch.

    Args:
        size: how many parts it has.
        refused: how many of them, spread evenly, got no message but a 429.
    """

    def parts() -> Iterator[bytes]:
        for number in range(size):
            failed = (number + 1) * refused // size > number * refused // size
            status, body = ("429 Too Many Requests", _TOO_MANY) if failed else ("200 OK", _MESSAGE)
            yield (
                (
                    f"--{_BOUNDARY}\r\nContent-Type: application/http\r\n"
                    # The library numbers the parts of a batch from 1.
                    f"Content-ID: <response-5f0b8a52-6c2c-4f0e + {number + 1}>\r\n\r\n"
                    f"HTTP/1.1 {status}\r\nContent-Type: {_JSON}\r\n"
                    f"Vary: Origin\r\nVary: X-Origin\r\nVary: Referer\r\n\r\n"
                ).encode()
                + body
                + b"\r\n"
            )
        yield f"--{_BOUNDARY}--\r\n".encode()

    return response("200 OK", b"".join(parts()), f"multipart/mixed; boundary={_BOUNDARY}")
