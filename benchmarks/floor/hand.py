# SPDX-License-Identifier: Apache-2.0
"""What everything by hand is written with: tracers, instruments, and attributes that are shared."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, TypeAlias

from opentelemetry.instrumentation.googleapiclient import __version__
from opentelemetry.metrics import get_meter
from opentelemetry.trace import Status, StatusCode, get_tracer
from opentelemetry.util.types import AttributeValue

from ..memory_socket import PEER
from ..modes import Providers
from ..scenario import HOST

Attributes: TypeAlias = Mapping[str, AttributeValue]

_CALL_SCOPE: Final = "opentelemetry.instrumentation.googleapiclient"
_WIRE_SCOPE: Final = "opentelemetry.instrumentation.httplib2"


class Method:
    """The constants of one method of the API, in the terms of spans and of metrics."""

    def __init__(self, name: str, template: str, units: int) -> None:
        known = {"gcp.client.service": "gmail", "rpc.method": name}
        self.name = name
        self.at_start: Attributes = {
            "rpc.system.name": "http",
            "googleapiclient.operation": "execute",
            **known,
            "server.address": HOST,
            "server.port": 443,
            "url.template": template,
        }
        self.units = units
        self.known: Attributes = known
        self.duration: Attributes = {**known, "googleapiclient.operation": "execute"}


MESSAGE: Final = Method("gmail.users.messages.get", "/gmail/v1/users/{userId}/messages/{id}", 20)
METHODS: Final = {
    method.name: method
    for method in (
        MESSAGE,
        Method("gmail.users.threads.get", "/gmail/v1/users/{userId}/threads/{id}", 40),
        Method("gmail.users.history.list", "/gmail/v1/users/{userId}/history", 2),
    )
}

OK: Final[Attributes] = {"http.response.status_code": 200}
FAILED: Final = Status(StatusCode.ERROR)


def attempt_at_start(method: str) -> Attributes:
    """Of an attempt on an open connection, known when it starts."""
    return {
        "http.request.method": method,
        "server.address": HOST,
        "server.port": 443,
        "httplib2.connection.reused": True,
    }


def attempt_at_end(status: int) -> Attributes:
    """Of an attempt, known when it ends."""
    error = {"error.type": str(status)} if status >= 400 else {}  # noqa: PLR2004
    return {
        "http.response.status_code": status,
        "network.protocol.version": "1.1",
        "network.peer.address": PEER[0],
        "network.peer.port": PEER[1],
        **error,
    }


def attempt_duration(method: str, status: int) -> Attributes:
    """Of the metric of attempts."""
    error = {"error.type": str(status)} if status >= 400 else {}  # noqa: PLR2004
    return {
        "http.request.method": method,
        "server.address": HOST,
        "server.port": 443,
        "http.response.status_code": status,
        "network.protocol.version": "1.1",
        **error,
    }


GET_AT_START: Final = attempt_at_start("GET")
OK_AT_END: Final = attempt_at_end(200)
GET_DURATION: Final = attempt_duration("GET", 200)
CALL_DURATION: Final = {name: {**method.duration, **OK} for name, method in METHODS.items()}


class Hand:
    """What everything by hand is written with."""

    def __init__(self, providers: Providers) -> None:
        self.call_tracer = get_tracer(_CALL_SCOPE, __version__, providers.tracer_provider)
        self.wire_tracer = get_tracer(_WIRE_SCOPE, __version__, providers.tracer_provider)
        meter = get_meter(_WIRE_SCOPE, __version__, providers.meter_provider)
        self.attempts = meter.create_histogram("http.client.request.duration", unit="s")
        self.resends = meter.create_counter("httplib2.resends", unit="{resend}")
        meter = get_meter(_CALL_SCOPE, __version__, providers.meter_provider)
        self.calls = meter.create_histogram("googleapiclient.call.duration", unit="s")
        self.waits = meter.create_histogram("googleapiclient.retry.wait.duration", unit="s")
        self.quota = meter.create_counter("googleapiclient.quota.usage", unit="{unit}")
        self.parts = meter.create_counter("googleapiclient.batch.parts", unit="{part}")
        self.is_connected = False
