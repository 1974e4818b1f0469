# SPDX-License-Identifier: Apache-2.0
"""Errors of the network as programs see them: docs/causes.md says what each is diagnosed as."""

from __future__ import annotations

import errno
import http.client
import socket
import ssl
from collections.abc import Mapping
from typing import Final

import httplib2
from google.auth.exceptions import TransportError

_NUMBERS: Final = {
    errno.EADDRNOTAVAIL: "Cannot assign requested address",
    errno.ECONNABORTED: "Software caused connection abort",
    errno.ECONNREFUSED: "Connection refused",
    errno.ECONNRESET: "Connection reset by peer",
    errno.EHOSTUNREACH: "No route to host",
    errno.ENETDOWN: "Network is down",
    errno.ENETUNREACH: "Network is unreachable",
    errno.EPIPE: "Broken pipe",
    errno.ETIMEDOUT: "Connection timed out",
}
_TIMEOUTS: Final = (
    "timed out",
    "The handshake operation timed out",
    "The read operation timed out",
    "The write operation timed out",
)
_CERTIFICATES: Final = (
    "certificate has expired",
    "self-signed certificate in certificate chain",
    "unable to get local issuer certificate",
)
_UNVERIFIED: Final = "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: "
_NAMES: Final = {
    socket.EAI_AGAIN: "Temporary failure in name resolution",
    socket.EAI_NONAME: "Name or service not known",
}

NETWORK_ERRORS: Final[Mapping[str, BaseException]] = {
    **{text: OSError(number, text) for number, text in _NUMBERS.items()},
    **{text: TimeoutError(text) for text in _TIMEOUTS},
    **{_UNVERIFIED + text: ssl.SSLCertVerificationError(1, text) for text in _CERTIFICATES},
    **{text: socket.gaierror(number, text) for number, text in _NAMES.items()},
    "[SSL: DECRYPTION_FAILED_OR_BAD_RECORD_MAC] decryption failed or bad record mac": ssl.SSLError(
        1
    ),
    "[SSL: WRONG_VERSION_NUMBER] wrong version number": ssl.SSLError(1),
    "[SSL: UNEXPECTED_EOF_WHILE_READING] EOF occurred in violation of protocol": ssl.SSLEOFError(8),
    "EOF occurred in violation of protocol": ssl.SSLEOFError(8),
    "TLS/SSL connection has been closed (EOF)": ssl.SSLZeroReturnError(6),
    "Unable to find the server at <host>": httplib2.ServerNotFoundError(),
    "Remote end closed connection without response": http.client.RemoteDisconnected(""),
    "Tunnel connection failed: 403 Forbidden": OSError("Tunnel connection failed: 403 Forbidden"),
    "Tunnel connection failed: 407 Proxy Authentication Required": OSError(
        "Tunnel connection failed: 407 Proxy Authentication Required"
    ),
    "IncompleteRead(<n> bytes read, <n> more expected)": http.client.IncompleteRead(b""),
    "CannotSendRequest: Request-sent": http.client.CannotSendRequest("Request-sent"),
    "ResponseNotReady: Idle": http.client.ResponseNotReady("Idle"),
    "Max retries exceeded with url: /token": TransportError(
        "Max retries exceeded with url: /token"
    ),
}
"""What the exception says, to the exception that says it."""
