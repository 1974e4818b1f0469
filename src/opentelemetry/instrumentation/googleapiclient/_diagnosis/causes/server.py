# SPDX-License-Identifier: Apache-2.0
"""Causes that lie in the server, on the way to it, or in what came back."""

from __future__ import annotations

from typing import Final

from .cause import Cause

_BACKOFF: Final = "https://developers.google.com/workspace/drive/api/guides/limits#exponential"
_HTTPLIB2: Final = "https://httplib2.readthedocs.io/en/latest/libhttplib2.html"
_THREADS: Final = (
    "https://github.com/googleapis/google-api-python-client/blob/main/docs/thread_safety.md"
)

BACKEND_ERROR: Final = Cause(
    "backend_error",
    "an internal error of Google's servers (500)",
    example="500 backendError, Backend Error",
    retry="backoff",
    owner="google",
    remedy="Retry {call} a few times with exponential backoff (num_retries). If only one request "
    "keeps failing, suspect that request.",
    help_url=_BACKOFF,
)
BACKEND_UNAVAILABLE: Final = Cause(
    "backend_unavailable",
    "Google's servers are unavailable (502, 503, 504)",
    example="503 backendError, The service is currently unavailable.",
    retry="backoff",
    owner="google",
    remedy="Retry {call} with exponential backoff (num_retries), starting at 1 s. Nothing is "
    "wrong with the request.",
    help_url=_BACKOFF,
)
TIMEOUT: Final = Cause(
    "timeout",
    "no response in time",
    example="TimeoutError, timed out",
    retry="backoff",
    owner="nobody",
    remedy="Retry {call} if it is safe to run it twice: the server may have carried it out. If "
    "this happens often, request less at once or raise the timeout of the http object.",
    help_url=_HTTPLIB2,
)
APPLICATION_TIMEOUT: Final = Cause(
    "application_timeout",
    "a deadline of the application itself ended the call",
    example="celery.exceptions.SoftTimeLimitExceeded",
    retry="backoff",
    owner="developer",
    remedy="Give {call} more time or less to do: a deadline of the application itself (a job's "
    "time limit, a signal, a timer) ended it. The server may have carried it out.",
    help_url="https://docs.python.org/3/library/signal.html#execution-of-python-signal-handlers",
)
CONNECTION_FAILED: Final = Cause(
    "connection_failed",
    "the connection failed: DNS error, refused or reset",
    example="ConnectionResetError, Connection reset by peer",
    retry="backoff",
    owner="nobody",
    remedy="Check name resolution, proxy and firewall between this machine and {endpoint}. If "
    "only one connection broke, a retry (num_retries) is enough.",
    help_url=_HTTPLIB2,
)
TLS_FAILED: Final = Cause(
    "tls_failed",
    "the TLS handshake failed, or the certificate is not trusted",
    example="ssl.SSLCertVerificationError, certificate verify failed: self-signed certificate",
    retry="never",
    owner="developer",
    remedy="Check the CA certificates (HTTPLIB2_CA_CERTS), the clock and any TLS-inspecting "
    "proxy. If the error comes and goes, check that no http object is used by several threads: "
    "httplib2 does not support that.",
    help_url=_THREADS,
)
REQUEST_BLOCKED: Final = Cause(
    "request_blocked",
    "the network, a proxy or a front end rejected the request with a page of its own",
    example="403, a page with the title Error 403 (Forbidden)!!1",
    retry="never",
    owner="developer",
    remedy="Send from another network: a front end or proxy rejects this IP address, country or "
    "network before the request reaches {endpoint} itself. No permission is missing.",
    help_url="https://support.google.com/websearch/answer/86640",
)
RESPONSE_UNREADABLE: Final = Cause(
    "response_unreadable",
    "the response is truncated, can't be decoded, or is not JSON",
    example="http.client.IncompleteRead",
    retry="backoff",
    owner="nobody",
    remedy="Retry {call} if it is safe to run it twice. If this happens often, look for a proxy "
    "that alters responses, or for an http object that several threads share.",
    help_url=_THREADS,
)
UNKNOWN: Final = Cause(
    "unknown",
    "anything else",
    example="an exception of the application's own in a response callback",
    retry="never",
    owner="developer",
    remedy="Check the type of the error and the application's own log: nothing that is known "
    "about {call} explains this failure.",
    help_url="https://github.com/googleapis/google-api-python-client/issues",
)
