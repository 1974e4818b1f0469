# SPDX-License-Identifier: Apache-2.0
"""The least that the telemetry of both layers can cost: the same, written by hand.

In it: ``start_span`` with the attributes that are known at the start, one attach and detach for the
call span, injection of the attempt's trace context into the headers, ``set_attributes`` with what
the response tells, ``end``, and the metrics. Every attribute but the URL is a constant, nothing is
looked at: no URL is parsed or redacted, no response is read, no failure would be noticed where the
scenario has none. Where it has one, all that a diagnosis finds out is a constant as well.

``tests/benchmarks`` compares all of it with what the layers write, so that it stays the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from time import perf_counter
from typing import Any, Final

from opentelemetry.context import attach, detach
from opentelemetry.instrumentation.googleapiclient import __version__
from opentelemetry.metrics import get_meter
from opentelemetry.propagate import inject
from opentelemetry.trace import SpanKind, Status, StatusCode, get_tracer, set_span_in_context
from opentelemetry.util.types import AttributeValue

from .memory_socket import PEER
from .modes import Providers
from .scenario import BATCH, BATCH_REFUSED, BATCH_SIZE, CALL, HOST, REFUSED, RETRIED, Scenario
from .side import Wrap

_Attributes = Mapping[str, AttributeValue]

_CALL_SCOPE: Final = "opentelemetry.instrumentation.googleapiclient"
_WIRE_SCOPE: Final = "opentelemetry.instrumentation.httplib2"


class _Method:
    """The constants of one method of the API, in the terms of spans and of metrics."""

    def __init__(self, name: str, template: str, units: int) -> None:
        known = {"gcp.client.service": "gmail", "rpc.method": name}
        self.name = name
        self.at_start: _Attributes = {
            "rpc.system.name": "http",
            "googleapiclient.operation": "execute",
            **known,
            "server.address": HOST,
            "server.port": 443,
            "url.template": template,
        }
        self.units = units
        self.known: _Attributes = known
        self.duration: _Attributes = {**known, "googleapiclient.operation": "execute"}


_MESSAGE: Final = _Method("gmail.users.messages.get", "/gmail/v1/users/{userId}/messages/{id}", 20)
_METHODS: Final = {
    method.name: method
    for method in (
        _MESSAGE,
        _Method("gmail.users.threads.get", "/gmail/v1/users/{userId}/threads/{id}", 40),
        _Method("gmail.users.history.list", "/gmail/v1/users/{userId}/history", 2),
    )
}

_OK: Final[_Attributes] = {"http.response.status_code": 200}
_FAILED: Final = Status(StatusCode.ERROR)


def _attempt_at_start(method: str) -> _Attributes:
    return {
        "http.request.method": method,
        "server.address": HOST,
        "server.port": 443,
        "httplib2.connection.reused": True,
    }


def _attempt_at_end(status: int) -> _Attributes:
    error = {"error.type": str(status)} if status != 200 else {}  # noqa: PLR2004
    return {
        "http.response.status_code": status,
        "network.protocol.version": "1.1",
        "network.peer.address": PEER[0],
        "network.peer.port": PEER[1],
        **error,
    }


def _attempt_duration(method: str, status: int) -> _Attributes:
    error = {"error.type": str(status)} if status != 200 else {}  # noqa: PLR2004
    return {
        "http.request.method": method,
        "server.address": HOST,
        "server.port": 443,
        "http.response.status_code": status,
        "network.protocol.version": "1.1",
        **error,
    }


_GET_AT_START: Final = _attempt_at_start("GET")
_OK_AT_END: Final = _attempt_at_end(200)
_GET_DURATION: Final = _attempt_duration("GET", 200)
_CALL_DURATION: Final = {name: {**method.duration, **_OK} for name, method in _METHODS.items()}


class _Hand:
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


class _Call:
    """A request that gets success."""

    def __init__(self, request: Any, hand: _Hand) -> None:
        self._request = request
        self._hand = hand
        self._method = _METHODS[request.methodId]
        self._duration = _CALL_DURATION[request.methodId]

    def execute(self) -> Any:
        """What the request's own ``execute()`` returns, with the spans of both layers."""
        request, hand, method = self._request, self._hand, self._method
        call_began = perf_counter()
        call = hand.call_tracer.start_span(
            method.name, kind=SpanKind.INTERNAL, attributes=method.at_start
        )
        call_context = set_span_in_context(call)
        token = attach(call_context)
        attempt = hand.wire_tracer.start_span(
            "GET", kind=SpanKind.CLIENT, attributes={**_GET_AT_START, "url.full": request.uri}
        )
        context = set_span_in_context(attempt)
        inject(request.headers, context)
        began = perf_counter()
        value = request.execute()
        hand.attempts.record(perf_counter() - began, _GET_DURATION, context)
        attempt.set_attributes(_OK_AT_END)
        attempt.end()
        hand.quota.add(method.units, method.known)
        detach(token)
        hand.calls.record(perf_counter() - call_began, self._duration, call_context)
        call.set_attributes(_OK)
        call.end()
        return value


_FORBIDDEN_DIAGNOSIS: Final[_Attributes] = {
    "error.type": "insufficientPermissions",
    "googleapiclient.error.cause": "scope_insufficient",
    "googleapiclient.error.owner": "developer",
}
_FORBIDDEN_AT_END: Final[_Attributes] = {
    "http.response.status_code": 403,
    **_FORBIDDEN_DIAGNOSIS,
    "googleapiclient.credentials.kind": "none",
    "googleapiclient.error.retry": "never",
    "googleapiclient.error.retryable": False,
    "googleapiclient.error.remedy": "Request one of the scopes and let the user authorize again.",
    "googleapiclient.error.help_url": "https://developers.google.com/identity/protocols/oauth2",
    "googleapiclient.error.reason": "insufficientPermissions",
    "googleapiclient.error.domain": "global",
    "googleapiclient.error.status": "PERMISSION_DENIED",
    "googleapiclient.error.info.reason": "ACCESS_TOKEN_SCOPE_INSUFFICIENT",
    "gcp.errors.domain": "googleapis.com",
    "gcp.errors.metadata.service": "gmail.googleapis.com",
    "gcp.errors.metadata.method": "caribou.api.proto.MailboxService.GetMessage",
    "googleapiclient.error.scopes.required_any_of": (
        "https://mail.google.com/",
        "https://www.googleapis.com/auth/gmail.addons.current.message.action",
        "https://www.googleapis.com/auth/gmail.addons.current.message.metadata",
        "https://www.googleapis.com/auth/gmail.addons.current.message.readonly",
        "https://www.googleapis.com/auth/gmail.metadata",
        "https://www.googleapis.com/auth/gmail.modify",
        "https://www.googleapis.com/auth/gmail.readonly",
    ),
}
_FORBIDDEN_ATTEMPT_AT_END: Final = _attempt_at_end(403)
_FORBIDDEN_ATTEMPT_DURATION: Final = _attempt_duration("GET", 403)
_FORBIDDEN_DURATION: Final[_Attributes] = {
    **_MESSAGE.duration,
    **_FORBIDDEN_DIAGNOSIS,
    "http.response.status_code": 403,
}
_FORBIDDEN_STATUS: Final = "Request had insufficient authentication scopes."


class _Refused:
    """A request that gets a 403."""

    def __init__(self, request: Any, hand: _Hand) -> None:
        self._request = request
        self._hand = hand

    def execute(self) -> Any:
        """Raise what the request's own ``execute()`` raises."""
        request, hand = self._request, self._hand
        call_began = perf_counter()
        call = hand.call_tracer.start_span(
            _MESSAGE.name, kind=SpanKind.INTERNAL, attributes=_MESSAGE.at_start
        )
        call_context = set_span_in_context(call)
        token = attach(call_context)
        attempt = hand.wire_tracer.start_span(
            "GET", kind=SpanKind.CLIENT, attributes={**_GET_AT_START, "url.full": request.uri}
        )
        context = set_span_in_context(attempt)
        inject(request.headers, context)
        began = perf_counter()
        try:
            return request.execute()
        finally:
            hand.attempts.record(perf_counter() - began, _FORBIDDEN_ATTEMPT_DURATION, context)
            attempt.set_attributes(_FORBIDDEN_ATTEMPT_AT_END)
            attempt.set_status(_FAILED)
            attempt.end()
            hand.quota.add(_MESSAGE.units, _MESSAGE.known)
            detach(token)
            hand.calls.record(perf_counter() - call_began, _FORBIDDEN_DURATION, call_context)
            call.set_attributes(_FORBIDDEN_AT_END)
            call.set_status(Status(StatusCode.ERROR, _FORBIDDEN_STATUS))
            call.end()


_UNAVAILABLE_AT_END: Final = _attempt_at_end(503)
_UNAVAILABLE_DURATION: Final = _attempt_duration("GET", 503)
_RESENT_AT_START: Final[_Attributes] = {
    **_GET_AT_START,
    "http.request.resend_count": 1,
    "httplib2.resend.cause": "retry",
}
_RESEND: Final[_Attributes] = {
    "http.request.method": "GET",
    "server.address": HOST,
    "httplib2.resend.cause": "retry",
    "httplib2.previous.connection.reused": True,
    "rpc.method": "gmail.users.messages.get",
}
# The first try of all opens the connection.
_FIRST_RESEND: Final[_Attributes] = {**_RESEND, "httplib2.previous.connection.reused": False}
_RETRIED_AT_START: Final[_Attributes] = {**_MESSAGE.at_start, "googleapiclient.retry.limit": 1}
_WAIT: Final[_Attributes] = {
    **_MESSAGE.known,
    "error.type": "backendError",
    "googleapiclient.error.cause": "backend_unavailable",
}
_RETRY: Final[_Attributes] = {
    "googleapiclient.retry.attempt": 1,
    "googleapiclient.retry.limit": 1,
    "error.type": "backendError",
    "googleapiclient.error.cause": "backend_unavailable",
    "http.response.status_code": 503,
}


class _Retried:
    """A request that gets a 503, then with success."""

    def __init__(self, request: Any, hand: _Hand) -> None:
        self._request = request
        self._hand = hand
        self._send = request.http.request
        self._wait = request._sleep  # noqa: SLF001 - where the library looks for it
        self._tries = 0
        self._waited = 0.0
        self._call: Any = None
        self._call_context: Any = None
        # The library sends and waits through them.
        request.http = self
        request._sleep = self._sleep  # noqa: SLF001

    def execute(self, num_retries: int = 0) -> Any:
        """What the request's own ``execute()`` returns."""
        request, hand = self._request, self._hand
        began = perf_counter()
        call = hand.call_tracer.start_span(
            _MESSAGE.name, kind=SpanKind.INTERNAL, attributes=_RETRIED_AT_START
        )
        context = set_span_in_context(call)
        token = attach(context)
        self._call, self._call_context = call, context
        value = request.execute(num_retries=num_retries)
        detach(token)
        hand.calls.record(perf_counter() - began, _CALL_DURATION[_MESSAGE.name], context)
        call.set_attributes(
            {
                **_OK,
                "googleapiclient.retry.count": 1,
                "googleapiclient.retry.wait": self._waited,
            }
        )
        call.end()
        return value

    def request(self, uri: str, method: str, **kwargs: Any) -> Any:
        """One try, as the library asks an ``Http`` for it."""
        hand = self._hand
        first = self._tries == 0
        self._tries += 1
        hand.quota.add(_MESSAGE.units, _MESSAGE.known)
        if not first:
            hand.resends.add(1, _RESEND if hand.is_connected else _FIRST_RESEND)
            hand.is_connected = True
        attempt = hand.wire_tracer.start_span(
            "GET",
            kind=SpanKind.CLIENT,
            attributes={**(_GET_AT_START if first else _RESENT_AT_START), "url.full": uri},
        )
        context = set_span_in_context(attempt)
        inject(kwargs["headers"], context)
        began = perf_counter()
        value = self._send(uri, method, **kwargs)
        hand.attempts.record(
            perf_counter() - began, _UNAVAILABLE_DURATION if first else _GET_DURATION, context
        )
        if first:
            attempt.set_status(_FAILED)
        attempt.set_attributes(_UNAVAILABLE_AT_END if first else _OK_AT_END)
        attempt.end()
        return value

    def _sleep(self, seconds: float) -> None:
        self._call.add_event(
            "googleapiclient.retry", {**_RETRY, "googleapiclient.retry.delay": seconds}
        )
        began = perf_counter()
        self._wait(seconds)
        self._waited = perf_counter() - began
        self._hand.waits.record(self._waited, _WAIT, self._call_context)


_BATCH_KNOWN: Final = {"gcp.client.service": "gmail", "googleapiclient.operation": "batch"}
_BATCH_AT_START: Final[_Attributes] = {
    "rpc.system.name": "http",
    **_BATCH_KNOWN,
    "server.address": HOST,
    "server.port": 443,
    "googleapiclient.batch.size": BATCH_SIZE,
    "googleapiclient.batch.oversized": True,
}
_BATCH_AT_END: Final[_Attributes] = {
    **_OK,
    "googleapiclient.batch.answered_count": BATCH_SIZE,
    "googleapiclient.batch.failed_count": BATCH_REFUSED,
}
_BATCH_DURATION: Final[_Attributes] = {**_BATCH_KNOWN, **_OK}
_POST_AT_START: Final = _attempt_at_start("POST")
_POST_DURATION: Final = _attempt_duration("POST", 200)
_PART_DIAGNOSIS: Final[_Attributes] = {
    "error.type": "rateLimitExceeded",
    "googleapiclient.error.cause": "concurrent_requests",
    "googleapiclient.error.owner": "developer",
}
_REFUSED_PARTS: Final[_Attributes] = {**_MESSAGE.known, **_PART_DIAGNOSIS}
_PART: Final[_Attributes] = {
    **_MESSAGE.at_start,
    "googleapiclient.operation": "batch_part",
    "http.response.status_code": 429,
    **_PART_DIAGNOSIS,
    "googleapiclient.credentials.kind": "none",
    "googleapiclient.error.retry": "backoff",
    "googleapiclient.error.retryable": True,
    "googleapiclient.error.remedy": "Send fewer requests for one user at the same time.",
    "googleapiclient.error.help_url": "https://docs.cloud.google.com/docs/quotas/overview",
    "googleapiclient.error.reason": "rateLimitExceeded",
    "googleapiclient.error.domain": "global",
    "googleapiclient.error.status": "RESOURCE_EXHAUSTED",
}
_PART_STATUS: Final = "Too many concurrent requests for user."


class _Batch:
    """A batch some of whose parts are refused."""

    def __init__(self, batch: Any, hand: _Hand) -> None:
        self._batch = batch
        self._hand = hand
        (self._http,) = {part.http for part in batch._requests.values()}  # noqa: SLF001

    def execute(self) -> Any:
        """What the batch's own ``execute()`` returns."""
        hand = self._hand
        began = perf_counter()
        call = hand.call_tracer.start_span(
            "gmail.batch", kind=SpanKind.INTERNAL, attributes=_BATCH_AT_START
        )
        context = set_span_in_context(call)
        token = attach(context)
        value = self._batch.execute(http=self)
        detach(token)
        hand.calls.record(perf_counter() - began, _BATCH_DURATION, context)
        hand.quota.add(BATCH_SIZE * _MESSAGE.units, _MESSAGE.known)
        hand.parts.add(BATCH_SIZE - BATCH_REFUSED, _MESSAGE.known)
        hand.parts.add(BATCH_REFUSED, _REFUSED_PARTS)
        for _ in range(BATCH_REFUSED):
            part = hand.call_tracer.start_span(
                _MESSAGE.name, context, SpanKind.INTERNAL, attributes=_PART
            )
            part.set_status(Status(StatusCode.ERROR, _PART_STATUS))
            part.end()
        call.set_attributes(_BATCH_AT_END)
        call.end()
        return value

    def request(self, uri: str, *, headers: Any, **kwargs: Any) -> Any:
        """The only try, as the library asks an ``Http`` for it."""
        hand = self._hand
        attempt = hand.wire_tracer.start_span(
            "POST", kind=SpanKind.CLIENT, attributes={**_POST_AT_START, "url.full": uri}
        )
        context = set_span_in_context(attempt)
        inject(headers, context)
        began = perf_counter()
        value = self._http.request(uri, headers=headers, **kwargs)
        hand.attempts.record(perf_counter() - began, _POST_DURATION, context)
        attempt.set_attributes(_OK_AT_END)
        attempt.end()
        return value


_BY_HAND: Final[Mapping[str, Callable[[Any, _Hand], Any]]] = {
    CALL.name: _Call,
    REFUSED.name: _Refused,
    RETRIED.name: _Retried,
    BATCH.name: _Batch,
}


def by_hand(scenario: Scenario, providers: Providers) -> Wrap:
    """What is put around everything that a scenario executes, so that it is traced by hand."""
    hand = _Hand(providers)
    trace = _BY_HAND[scenario.name]
    return lambda target: trace(target, hand)
