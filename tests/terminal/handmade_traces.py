# SPDX-License-Identifier: Apache-2.0
"""Spans written by hand to the telemetry contract, through the real SDK."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from opentelemetry import trace
from opentelemetry.instrumentation.googleapiclient._terminal.open_traces import OpenTraces, Trace
from opentelemetry.instrumentation.googleapiclient._terminal.spans import Span, read
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, Status, StatusCode

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping, Sequence

START = 1_794_000_000_000_000_000
"""When the hand-made morning begins, in nanoseconds since the epoch."""


class Traces:
    """Writes spans whose times are seconds since the start of the morning."""

    def __init__(self) -> None:
        self._exporter = InMemorySpanExporter()
        provider = TracerProvider(resource=Resource({"service.name": "mail-sync"}))
        provider.add_span_processor(SimpleSpanProcessor(self._exporter))
        self._tracers = {
            layer: provider.get_tracer(f"opentelemetry.instrumentation.{layer}")
            for layer in ("googleapiclient", "httplib2", "other")
        }

    @property
    def ended(self) -> Sequence[ReadableSpan]:
        """The spans that ended until now, as an exporter gets them."""
        return self._exporter.get_finished_spans()

    def spans(self) -> list[Span]:
        """What of them is drawn."""
        return [span for one in self.ended if (span := read(one))]

    def complete(self) -> list[Trace]:
        """Calls with what is below them, and what belongs to no call."""
        traces = OpenTraces()
        return [*traces.add(self.spans()), *traces.close()]

    @contextmanager
    def span(
        self,
        name: str,
        begin: float,
        end: float,
        attributes: Mapping[str, Any],
        *,
        kind: SpanKind = SpanKind.INTERNAL,
        error: str | None = None,
        layer: str = "other",
    ) -> Generator[trace.Span]:
        """One span; spans opened within are its children. ``error`` is its status description."""
        span = self._tracers[layer].start_span(
            name, kind=kind, attributes=attributes, start_time=_nanoseconds(begin)
        )
        with trace.use_span(span, end_on_exit=False):
            yield span
        if error is not None:
            span.set_status(Status(StatusCode.ERROR, error))
        span.end(_nanoseconds(end))

    def call(
        self,
        method: str,
        begin: float,
        end: float,
        attributes: Mapping[str, Any] | None = None,
        *,
        error: str | None = None,
    ) -> Any:
        """A call of the API."""
        started = {
            "rpc.system.name": "http",
            "rpc.method": method,
            "gcp.client.service": "gmail",
            "server.address": "gmail.googleapis.com",
            "server.port": 443,
            "googleapiclient.operation": "execute",
        }
        attributes = started | dict(attributes or {})
        return self.span(method, begin, end, attributes, error=error, layer="googleapiclient")

    def attempt(
        self,
        method: str,
        begin: float,
        end: float,
        status: int | None = 200,
        *,
        path: str = "/gmail/v1/users/me/messages",
        attributes: Mapping[str, Any] | None = None,
    ) -> None:
        """One request on the wire."""
        values: dict[str, Any] = {
            "http.request.method": method,
            "server.address": "gmail.googleapis.com",
            "server.port": 443,
            "url.full": f"https://gmail.googleapis.com{path}?alt=json",
        }
        failed = status is None or status >= 400
        if status is not None:
            values["http.response.status_code"] = status
            if failed:
                values["error.type"] = str(status)
        values.update(attributes or {})
        error = "" if failed else None
        kind = SpanKind.CLIENT
        with self.span(method, begin, end, values, kind=kind, error=error, layer="httplib2"):
            pass


def retry(span: trace.Span, at: float, attributes: Mapping[str, Any]) -> None:
    """The event of a wait before a retry."""
    span.add_event("googleapiclient.retry", attributes, timestamp=_nanoseconds(at))


def _nanoseconds(seconds: float) -> int:
    return START + round(seconds * 1_000_000_000)


SCOPE_INSUFFICIENT: dict[str, Any] = {
    "http.response.status_code": 403,
    "error.type": "insufficientPermissions",
    "googleapiclient.error.reason": "insufficientPermissions",
    "googleapiclient.error.domain": "global",
    "googleapiclient.error.location": "Authorization",
    "googleapiclient.error.location_type": "header",
    "googleapiclient.error.status": "PERMISSION_DENIED",
    "googleapiclient.error.info.reason": "ACCESS_TOKEN_SCOPE_INSUFFICIENT",
    "googleapiclient.error.cause": "scope_insufficient",
    "googleapiclient.error.retryable": False,
    "googleapiclient.error.owner": "developer",
    "googleapiclient.error.remedy": "Request one of the scopes gmail.send or gmail.modify.",
    "googleapiclient.error.help_url": "https://developers.google.com/workspace/gmail/api/auth/scopes",
    "googleapiclient.error.scopes.required_any_of": [
        "https://www.googleapis.com/auth/gmail.send",
        "https://mail.google.com/",
    ],
    "googleapiclient.error.scopes.requested": ["https://www.googleapis.com/auth/gmail.readonly"],
}

BANDWIDTH: dict[str, Any] = {
    "http.response.status_code": 429,
    "error.type": "rateLimitExceeded",
    "googleapiclient.error.reason": "rateLimitExceeded",
    "googleapiclient.error.domain": "usageLimits",
    "googleapiclient.error.cause": "bandwidth_limit",
    "googleapiclient.error.retryable": True,
    "googleapiclient.error.owner": "nobody",
    "googleapiclient.error.remedy": "Wait until the limit of the mailbox is lifted.",
    "googleapiclient.retry.advised_wait": 7200.0,
}


def refused_send(traces: Traces) -> None:
    """A call that fails for a missing scope."""
    error = "Request had insufficient authentication scopes."
    with traces.call("gmail.users.messages.send", 0, 0.21, SCOPE_INSUFFICIENT, error=error):
        traces.attempt("POST", 0.01, 0.2, 403, path="/gmail/v1/users/me/messages/send")


def recovered_list(traces: Traces) -> None:
    """A call that succeeds after two retries."""
    repeated = {
        "http.response.status_code": 200,
        "googleapiclient.retry.limit": 3,
        "googleapiclient.retry.count": 2,
        "googleapiclient.retry.wait": 2.75,
    }
    unavailable: dict[str, Any] = {
        "googleapiclient.retry.limit": 3,
        "http.response.status_code": 503,
        "error.type": "backendError",
        "googleapiclient.error.cause": "backend_unavailable",
    }
    resent = {"httplib2.resend.cause": "retry", "http.request.resend_count": 1}
    with traces.call("gmail.users.messages.list", 10, 12.9, repeated) as call:
        traces.attempt("GET", 10, 10.05, 503)
        wait = {"googleapiclient.retry.attempt": 1, "googleapiclient.retry.delay": 1.25}
        retry(call, 10.05, unavailable | wait)
        traces.attempt("GET", 11.3, 11.35, 503, attributes=resent)
        wait = {"googleapiclient.retry.attempt": 2, "googleapiclient.retry.delay": 1.5}
        retry(call, 11.35, unavailable | wait)
        traces.attempt("GET", 12.85, 12.9, 200, attributes=resent)


def exhausted_download(traces: Traces) -> None:
    """A call that gives up, because its only retry came too early."""
    repeated = {
        "googleapiclient.retry.limit": 1,
        "googleapiclient.retry.count": 1,
        "googleapiclient.retry.wait": 0.5,
        "googleapiclient.retry.exhausted": True,
    }
    method = "gmail.users.messages.attachments.get"
    error = "User-rate limit exceeded"
    with traces.call(method, 20, 20.6, BANDWIDTH | repeated, error=error) as call:
        traces.attempt("GET", 20, 20.05, 429)
        retry(
            call,
            20.05,
            {
                "googleapiclient.retry.attempt": 1,
                "googleapiclient.retry.limit": 1,
                "googleapiclient.retry.delay": 0.5,
                "googleapiclient.retry.advised_wait": 7200.0,
                "googleapiclient.retry.too_early": True,
                "http.response.status_code": 429,
                "error.type": "rateLimitExceeded",
                "googleapiclient.error.cause": "bandwidth_limit",
            },
        )
        traces.attempt("GET", 20.55, 20.6, 429)


def batch_with_a_failed_part(traces: Traces) -> None:
    """A batch that succeeds while one of its parts fails."""
    counted = {
        "googleapiclient.operation": "batch",
        "googleapiclient.batch.size": 4,
        "googleapiclient.batch.answered_count": 4,
        "googleapiclient.batch.failed_count": 1,
        "http.response.status_code": 200,
    }
    gone = {
        "googleapiclient.operation": "batch_part",
        "http.response.status_code": 404,
        "error.type": "notFound",
        "googleapiclient.error.reason": "notFound",
        "googleapiclient.error.cause": "not_found",
        "googleapiclient.error.owner": "developer",
        "googleapiclient.error.retryable": False,
        "googleapiclient.error.remedy": "Skip the message: it was deleted.",
    }
    with traces.call("gmail.batch", 30, 30.3, counted):
        traces.attempt("POST", 30.01, 30.29, path="/batch/gmail/v1")
        method = "gmail.users.messages.get"
        error = "Requested entity was not found."
        with traces.call(method, 30.01, 30.29, gone, error=error):
            pass


def mail_sent_twice(traces: Traces) -> None:
    """A send whose response was lost, so that httplib2 resent it."""
    path = "/gmail/v1/users/me/messages/send"
    lost = {"error.type": "http.client.RemoteDisconnected", "httplib2.failed_phase": "wait"}
    again = {"httplib2.resend.cause": "no_response", "http.request.resend_count": 1}
    responded = {"http.response.status_code": 200, "googleapiclient.duplicate_risk": True}
    with traces.call("gmail.users.messages.send", 40, 40.2, responded):
        traces.attempt("POST", 40.01, 40.1, None, path=path, attributes=lost)
        traces.attempt("POST", 40.11, 40.2, path=path, attributes=again)


def upload_in_chunks(traces: Traces) -> None:
    """An upload whose second chunk fails, and goes on."""
    whole = {
        "googleapiclient.operation": "upload_chunk",
        "googleapiclient.upload.size": 525_327,
    }
    first = {"googleapiclient.upload.offset": 0, "googleapiclient.upload.chunk_size": 262_144}
    second = {**first, "googleapiclient.upload.offset": 262_144}
    path = "/upload/gmail/v1/users/me/messages"
    method = "gmail.users.messages.insert"
    with traces.call(method, 45, 45.2, {**whole, **first, "http.response.status_code": 308}):
        traces.attempt("POST", 45.01, 45.1, path=path)
        traces.attempt("PUT", 45.11, 45.2, 308, path=path)
    refused = {
        "http.response.status_code": 503,
        "error.type": "backendError",
        "googleapiclient.error.cause": "backend_unavailable",
    }
    error = "The service is currently unavailable."
    with traces.call(method, 45.3, 45.4, {**whole, **second, **refused}, error=error):
        traces.attempt("PUT", 45.31, 45.4, 503, path=path)


def unlike_any(traces: Traces) -> None:
    """A span of some other instrumentation, with an exception event and a failed child."""
    with (
        traces.span("work", 50, 51, {}) as span,
        traces.span("SELECT mails", 50.2, 50.5, {}, kind=SpanKind.CLIENT, error="table is locked"),
    ):
        span.record_exception(LookupError("x"), timestamp=_nanoseconds(50.5))


def morning() -> Traces:
    """All of the above."""
    traces = Traces()
    refused_send(traces)
    recovered_list(traces)
    exhausted_download(traces)
    batch_with_a_failed_part(traces)
    mail_sent_twice(traces)
    upload_in_chunks(traces)
    unlike_any(traces)
    return traces
