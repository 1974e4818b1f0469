# SPDX-License-Identifier: Apache-2.0
"""A receiver of OTLP over HTTP that keeps the spans and metrics it is sent.

Enough of a backend to see what any backend gets: https://opentelemetry.io/docs/specs/otlp/#otlphttp.
"""

from __future__ import annotations

import gzip
import threading
import zlib
from typing import TYPE_CHECKING, TypeVar

from google.protobuf.message import DecodeError
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import (
    ExportMetricsServiceRequest,
)
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
)
from werkzeug.exceptions import BadRequest, HTTPException, NotFound, UnsupportedMediaType
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from support.otlp import measurements, spans

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from types import TracebackType

    from _typeshed.wsgi import StartResponse, WSGIEnvironment
    from google.protobuf.message import Message
    from typing_extensions import Self

    from support.otlp.measurements import Measurement
    from support.otlp.spans import Span

_Export = TypeVar("_Export", bound="Message")

_DECODERS: dict[str, Callable[[bytes], bytes]] = {
    "identity": bytes,
    "gzip": gzip.decompress,
    "deflate": zlib.decompress,
}
_PROTOBUF = "application/x-protobuf"


class Receiver:
    """Listens on a free port of the loopback interface for as long as it is entered."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._spans: list[Span] = []
        self._measurements: list[Measurement] = []
        self._server = make_server(
            "127.0.0.1", 0, self._application, threaded=True, request_handler=_QuietHandler
        )
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )

    @property
    def endpoint(self) -> str:
        """What ``OTEL_EXPORTER_OTLP_ENDPOINT`` has to be."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def spans(self) -> list[Span]:
        """All spans received until now."""
        with self._lock:
            return list(self._spans)

    def measurements(self) -> list[Measurement]:
        """All that was measured until now."""
        with self._lock:
            return measurements.latest(self._measurements)

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
        self._thread.join()
        self._server.server_close()

    def _application(
        self, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        try:
            response = self._response(Request(environ))
        except HTTPException as error:
            response = Response(error.description, status=error.code, mimetype="text/plain")
        return response(environ, start_response)

    def _response(self, request: Request) -> Response:
        if request.method != "POST":
            raise NotFound
        match request.path:
            case "/v1/traces":
                received = list(spans.decode(_export(request, ExportTraceServiceRequest)))
                with self._lock:
                    self._spans.extend(received)
            case "/v1/metrics":
                export = _export(request, ExportMetricsServiceRequest)
                measured = list(measurements.decode(export))
                with self._lock:
                    self._measurements.extend(measured)
            case "/v1/logs":
                request.get_data()
            case _:
                raise NotFound
        return Response(b"", mimetype=_PROTOBUF)  # the encoding of a response without fields


def _export(request: Request, kind: type[_Export]) -> _Export:
    if request.mimetype != _PROTOBUF:
        raise UnsupportedMediaType(f"this receiver reads {_PROTOBUF} only")
    try:
        return kind.FromString(_body(request))
    except DecodeError as error:
        raise BadRequest(f"the body is no {kind.__name__}") from error


def _body(request: Request) -> bytes:
    encoding = request.headers.get("Content-Encoding", "identity")
    if encoding not in _DECODERS:
        raise UnsupportedMediaType(f"content encoding {encoding}")
    try:
        return _DECODERS[encoding](request.get_data())
    except (OSError, EOFError, zlib.error) as error:
        raise BadRequest(f"the body is no {encoding}") from error


class _QuietHandler(WSGIRequestHandler):
    """Logs nothing."""

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002
        pass


def variables(endpoint: str) -> dict[str, str]:
    """Return what tells an application to send traces and metrics to a receiver."""
    return {
        "OTEL_TRACES_EXPORTER": "otlp",
        "OTEL_METRICS_EXPORTER": "otlp",
        "OTEL_LOGS_EXPORTER": "none",
        "OTEL_EXPORTER_OTLP_ENDPOINT": endpoint,
        "OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf",
    }
