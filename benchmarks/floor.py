# SPDX-License-Identifier: Apache-2.0
"""The least that the spans of both layers can cost: the same ones, written by hand.

In it: ``start_span`` with the attributes that are known at the start, one attach and detach for the
call span, injection of the attempt's trace context into the headers, ``set_attributes`` with what
the answer tells, ``end``, and the metrics. Every attribute is a constant, nothing is looked at:
no URL is parsed or redacted, no retry is watched for, no failure would be noticed.

``tests/benchmarks`` compares all of it with what the layers write, so that it stays the same.
"""

from __future__ import annotations

from time import perf_counter
from typing import Any, Final

from opentelemetry.context import attach, detach
from opentelemetry.instrumentation.googleapiclient import __version__
from opentelemetry.metrics import get_meter
from opentelemetry.propagate import inject
from opentelemetry.trace import SpanKind, get_tracer, set_span_in_context

from .memory_socket import PEER
from .modes import Providers
from .ready_request import HOST

_CALL_SCOPE: Final = "opentelemetry.instrumentation.googleapiclient"
_WIRE_SCOPE: Final = "opentelemetry.instrumentation.httplib2"

_CALL_AT_START: Final = {
    "rpc.system.name": "http",
    "rpc.method": "gmail.users.messages.get",
    "gcp.client.service": "gmail",
    "googleapiclient.operation": "execute",
    "server.address": HOST,
    "server.port": 443,
    "url.template": "/gmail/v1/users/{userId}/messages/{id}",
}
_CALL_AT_END: Final = {"http.response.status_code": 200}
_ATTEMPT_AT_START: Final = {
    "http.request.method": "GET",
    "server.address": HOST,
    "server.port": 443,
    "url.full": f"https://{HOST}/gmail/v1/users/me/messages/18c2f0a1b2c3d4e5"
    "?format=metadata&alt=json",
    "httplib2.connection.reused": True,
}
_ATTEMPT_AT_END: Final = {
    "http.response.status_code": 200,
    "network.protocol.version": "1.1",
    "network.peer.address": PEER[0],
    "network.peer.port": PEER[1],
}
_DURATION: Final = {
    "http.request.method": "GET",
    "server.address": HOST,
    "server.port": 443,
    "http.response.status_code": 200,
    "network.protocol.version": "1.1",
}
_CALL_DURATION: Final = {
    "gcp.client.service": "gmail",
    "rpc.method": "gmail.users.messages.get",
    "googleapiclient.operation": "execute",
    "http.response.status_code": 200,
}
_QUOTA: Final = {"gcp.client.service": "gmail", "rpc.method": "gmail.users.messages.get"}
_QUOTA_UNITS: Final = 20


class TracedByHand:
    """A request whose ``execute()`` is traced by hand."""

    def __init__(self, request: Any, providers: Providers) -> None:
        self._request = request
        self._call_tracer = get_tracer(_CALL_SCOPE, __version__, providers.tracer_provider)
        self._wire_tracer = get_tracer(_WIRE_SCOPE, __version__, providers.tracer_provider)
        meter = get_meter(_WIRE_SCOPE, __version__, providers.meter_provider)
        self._duration = meter.create_histogram("http.client.request.duration", unit="s")
        meter = get_meter(_CALL_SCOPE, __version__, providers.meter_provider)
        self._call_duration = meter.create_histogram("googleapiclient.call.duration", unit="s")
        self._quota = meter.create_counter("googleapiclient.quota.usage", unit="{unit}")

    def execute(self) -> Any:
        """What the request's own ``execute()`` returns, with the spans of both layers."""
        request = self._request
        call_began = perf_counter()
        call = self._call_tracer.start_span(
            "gmail.users.messages.get", kind=SpanKind.INTERNAL, attributes=_CALL_AT_START
        )
        call_context = set_span_in_context(call)
        token = attach(call_context)
        attempt = self._wire_tracer.start_span(
            "GET", kind=SpanKind.CLIENT, attributes=_ATTEMPT_AT_START
        )
        context = set_span_in_context(attempt)
        inject(request.headers, context)
        began = perf_counter()
        value = request.execute()
        self._duration.record(perf_counter() - began, _DURATION, context)
        attempt.set_attributes(_ATTEMPT_AT_END)
        attempt.end()
        self._quota.add(_QUOTA_UNITS, _QUOTA)
        detach(token)
        self._call_duration.record(perf_counter() - call_began, _CALL_DURATION, call_context)
        call.set_attributes(_CALL_AT_END)
        call.end()
        return value
