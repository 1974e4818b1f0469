# SPDX-License-Identifier: Apache-2.0
"""A call that gets a success, a 403, or a 503 before a success."""

from __future__ import annotations

from time import perf_counter
from typing import Any, Final

from opentelemetry.context import attach, detach
from opentelemetry.propagate import inject
from opentelemetry.trace import SpanKind, Status, StatusCode, set_span_in_context

from ..scenario import HOST
from .hand import (
    CALL_DURATION,
    FAILED,
    GET_AT_START,
    GET_DURATION,
    MESSAGE,
    METHODS,
    OK,
    OK_AT_END,
    Attributes,
    Hand,
    attempt_at_end,
    attempt_duration,
)


class Call:
    """A request that gets success."""

    def __init__(self, request: Any, hand: Hand) -> None:
        self._request = request
        self._hand = hand
        self._method = METHODS[request.methodId]
        self._duration = CALL_DURATION[request.methodId]

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
            "GET", kind=SpanKind.CLIENT, attributes={**GET_AT_START, "url.full": request.uri}
        )
        context = set_span_in_context(attempt)
        inject(request.headers, context)
        began = perf_counter()
        value = request.execute()
        hand.attempts.record(perf_counter() - began, GET_DURATION, context)
        attempt.set_attributes(OK_AT_END)
        attempt.end()
        hand.quota.add(method.units, method.known)
        detach(token)
        hand.calls.record(perf_counter() - call_began, self._duration, call_context)
        call.set_attributes(OK)
        call.end()
        return value


_FORBIDDEN_DIAGNOSIS: Final[Attributes] = {
    "error.type": "insufficientPermissions",
    "googleapiclient.error.cause": "scope_insufficient",
    "googleapiclient.error.owner": "developer",
}
_FORBIDDEN_AT_END: Final[Attributes] = {
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
_FORBIDDEN_ATTEMPT_AT_END: Final = attempt_at_end(403)
_FORBIDDEN_ATTEMPT_DURATION: Final = attempt_duration("GET", 403)
_FORBIDDEN_DURATION: Final[Attributes] = {
    **MESSAGE.duration,
    **_FORBIDDEN_DIAGNOSIS,
    "http.response.status_code": 403,
}
_FORBIDDEN_STATUS: Final = "Request had insufficient authentication scopes."


class Refused:
    """A request that gets a 403."""

    def __init__(self, request: Any, hand: Hand) -> None:
        self._request = request
        self._hand = hand

    def execute(self) -> Any:
        """Raise what the request's own ``execute()`` raises."""
        request, hand = self._request, self._hand
        call_began = perf_counter()
        call = hand.call_tracer.start_span(
            MESSAGE.name, kind=SpanKind.INTERNAL, attributes=MESSAGE.at_start
        )
        call_context = set_span_in_context(call)
        token = attach(call_context)
        attempt = hand.wire_tracer.start_span(
            "GET", kind=SpanKind.CLIENT, attributes={**GET_AT_START, "url.full": request.uri}
        )
        context = set_span_in_context(attempt)
        inject(request.headers, context)
        began = perf_counter()
        try:
            return request.execute()
        finally:
            hand.attempts.record(perf_counter() - began, _FORBIDDEN_ATTEMPT_DURATION, context)
            attempt.set_attributes(_FORBIDDEN_ATTEMPT_AT_END)
            attempt.set_status(FAILED)
            attempt.end()
            hand.quota.add(MESSAGE.units, MESSAGE.known)
            detach(token)
            hand.calls.record(perf_counter() - call_began, _FORBIDDEN_DURATION, call_context)
            call.set_attributes(_FORBIDDEN_AT_END)
            call.set_status(Status(StatusCode.ERROR, _FORBIDDEN_STATUS))
            call.end()


_UNAVAILABLE_AT_END: Final = attempt_at_end(503)
_UNAVAILABLE_DURATION: Final = attempt_duration("GET", 503)
_RESENT_AT_START: Final[Attributes] = {
    **GET_AT_START,
    "http.request.resend_count": 1,
    "httplib2.resend.cause": "retry",
}
_RESEND: Final[Attributes] = {
    "http.request.method": "GET",
    "server.address": HOST,
    "httplib2.resend.cause": "retry",
    "httplib2.previous.connection.reused": True,
    "rpc.method": "gmail.users.messages.get",
}
# The first try of all opens the connection.
_FIRST_RESEND: Final[Attributes] = {**_RESEND, "httplib2.previous.connection.reused": False}
_RETRIED_AT_START: Final[Attributes] = {**MESSAGE.at_start, "googleapiclient.retry.limit": 1}
_WAIT: Final[Attributes] = {
    **MESSAGE.known,
    "error.type": "backendError",
    "googleapiclient.error.cause": "backend_unavailable",
}
_RETRY: Final[Attributes] = {
    "googleapiclient.retry.attempt": 1,
    "googleapiclient.retry.limit": 1,
    "error.type": "backendError",
    "googleapiclient.error.cause": "backend_unavailable",
    "http.response.status_code": 503,
}


class Retried:
    """A request that gets a 503, then with success."""

    def __init__(self, request: Any, hand: Hand) -> None:
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
            MESSAGE.name, kind=SpanKind.INTERNAL, attributes=_RETRIED_AT_START
        )
        context = set_span_in_context(call)
        token = attach(context)
        self._call, self._call_context = call, context
        value = request.execute(num_retries=num_retries)
        detach(token)
        hand.calls.record(perf_counter() - began, CALL_DURATION[MESSAGE.name], context)
        call.set_attributes(
            {
                **OK,
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
        hand.quota.add(MESSAGE.units, MESSAGE.known)
        if not first:
            hand.resends.add(1, _RESEND if hand.is_connected else _FIRST_RESEND)
            hand.is_connected = True
        attempt = hand.wire_tracer.start_span(
            "GET",
            kind=SpanKind.CLIENT,
            attributes={**(GET_AT_START if first else _RESENT_AT_START), "url.full": uri},
        )
        context = set_span_in_context(attempt)
        inject(kwargs["headers"], context)
        began = perf_counter()
        value = self._send(uri, method, **kwargs)
        hand.attempts.record(
            perf_counter() - began, _UNAVAILABLE_DURATION if first else GET_DURATION, context
        )
        if first:
            attempt.set_status(FAILED)
        attempt.set_attributes(_UNAVAILABLE_AT_END if first else OK_AT_END)
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
