# SPDX-License-Identifier: Apache-2.0
"""Stands for every backend at once: one server, with and without TLS, on the loopback interface."""

from __future__ import annotations

import gzip
import json
import ssl
import tempfile
import threading
import time
import zlib
from collections import Counter
from collections.abc import Callable, Iterable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs, urlsplit

from backends.formats import azure, cloud_trace, datadog, new_relic, otlp, sentry
from local_gmail import certificate
from support.grpc_receiver import GrpcReceiver

if TYPE_CHECKING:
    from typing_extensions import Self

    from backends.arrived import Arrived

_HOST: Final = "127.0.0.1"
_DECODERS: Final[dict[str, Callable[[bytes], bytes]]] = {
    "gzip": gzip.decompress,
    "deflate": zlib.decompress,
}
_LOGFIRE_PROJECT: Final = {"project_name": "mail", "project_url": "http://127.0.0.1/mail"}
_SOLARWINDS_SETTINGS: Final = {
    "flags": "SAMPLE_START,SAMPLE_THROUGH_ALWAYS,SAMPLE_BUCKET_ENABLED,TRIGGER_TRACE",
    "value": 1_000_000,
    "arguments": {"BucketCapacity": 1000, "BucketRate": 1000},
    "timestamp": 0,
    "ttl": 120,
}
"""Sample everything: https://github.com/solarwinds/apm-proto."""


class Receiver:
    """Takes what any of the distributions exports, for as long as it is entered."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._arrived: list[Arrived] = []
        self.requests: Counter[str] = Counter()
        """How many requests came for each path."""
        self._directory = tempfile.TemporaryDirectory(prefix="backends-")
        certificate_path, key_path = certificate.write(Path(self._directory.name))
        self.ca_certs = certificate_path
        self._plain = ThreadingHTTPServer((_HOST, 0), _handler_for(self))
        self._secured = ThreadingHTTPServer((_HOST, 0), _handler_for(self))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate_path, key_path)
        self._secured.socket = context.wrap_socket(self._secured.socket, server_side=True)
        self._grpc = GrpcReceiver()

    @property
    def places(self) -> dict[str, str]:
        """Where it listens, by the names that settings use for it."""
        return {
            "url": f"http://{_HOST}:{self._plain.server_port}",
            "host": _HOST,
            "port": str(self._plain.server_port),
            "tls_port": str(self._secured.server_port),
            "tls_url": f"https://{_HOST}:{self._secured.server_port}",
            "ca_certs": str(self.ca_certs),
            "grpc": self._grpc.endpoint,
            "grpc_port": self._grpc.endpoint.rpartition(":")[2],
        }

    def take(self) -> list[Arrived]:
        """The spans that arrived since the last look."""
        with self._lock:
            spans = [*self._arrived, *otlp.from_spans(self._grpc.spans)]
            self._arrived.clear()
            self._grpc.spans.clear()
        return spans

    def receive(self, path: str, query: str, body: bytes) -> object:
        """Take in one request; returns what gets a response, as JSON."""
        self.requests[path] += 1
        arrived: Iterable[Arrived] = ()
        response: object = {}
        method = parse_qs(query).get("method", [""])[0]
        if otlp.is_traces(path):
            arrived = otlp.arrived(body)
        elif path == azure.PATH:
            envelopes = azure.envelopes(body)
            arrived, response = azure.arrived(envelopes), azure.response(envelopes)
        elif path == datadog.PATH:
            arrived, response = datadog.arrived(body), datadog.RESPONSE
        elif path == "/info":
            response = datadog.INFO
        elif sentry.is_envelope(path):
            arrived = sentry.arrived(body)
        elif path == new_relic.PATH:
            arrived = new_relic.arrived(method, body)
            response = new_relic.response(method, _HOST)
        elif path == cloud_trace.PATH:
            arrived = cloud_trace.arrived(body)
        elif path == "/v1/info":
            response = _LOGFIRE_PROJECT
        elif path.startswith("/v1/settings/"):
            response = {**_SOLARWINDS_SETTINGS, "timestamp": int(time.time())}
        taken = list(arrived)
        with self._lock:
            self._arrived.extend(taken)
        return response

    def __enter__(self) -> Self:
        for server in (self._plain, self._secured):
            threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        self._grpc.__enter__()
        return self

    def __exit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._grpc.__exit__(exception_type, exception, traceback)
        for server in (self._plain, self._secured):
            server.shutdown()
            server.server_close()
        self._directory.cleanup()


def _handler_for(receiver: Receiver) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 30

        def do_POST(self) -> None:
            body = self._body()
            encoding = self.headers.get("Content-Encoding", "")
            url = urlsplit(self.path)
            response = receiver.receive(url.path, url.query, _DECODERS.get(encoding, bytes)(body))
            # OTLP in protobuf: a response without fields has no bytes.
            is_protobuf = self.headers.get("Content-Type") == "application/x-protobuf"
            content = b"" if is_protobuf else json.dumps(response).encode()
            self.send_response(200)
            self.send_header(
                "Content-Type", "application/x-protobuf" if is_protobuf else "application/json"
            )
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_PUT = do_POST  # noqa: N815 - as the standard library calls them

        def _body(self) -> bytes:
            if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
                chunks: list[bytes] = []
                while size := int(self.rfile.readline().split(b";")[0], 16):
                    chunks.append(self.rfile.read(size))
                    self.rfile.readline()
                self.rfile.readline()
                return b"".join(chunks)
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the same
            pass

    return Handler
