# SPDX-License-Identifier: Apache-2.0
"""Hooks, processors, samplers, ... that send with the traced libraries: once each, and untraced."""

from __future__ import annotations

import contextvars
import logging
import signal
import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import httplib2
import pytest
from googleapiclient.http import BatchHttpRequest
from opentelemetry.instrumentation.httplib2._support import guard
from opentelemetry.instrumentation.httplib2._support.guard import telemetry_runs
from opentelemetry.sdk._logs import LoggerProvider, LogRecordProcessor
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.sampling import Decision, Sampler, SamplingResult
from opentelemetry.trace import SpanKind
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from local_gmail import LocalGmail, documented
from support.deadlines import handled_by, strike
from support.recording import Recording

_LIST: Final = "gmail.users.messages.list"
_PROFILE: Final = "gmail.users.getProfile"
"""What those who send in telemetry ask for; the application asks for messages."""
_RUNAWAY: Final = 20


class _Sender:
    """Sends a request each time that it is called."""

    def __init__(self, send: Callable[[], object]) -> None:
        self._send = send
        self.called = 0

    def __call__(self, *_: object, **__: object) -> None:
        self.called += 1
        if self.called > _RUNAWAY:
            pytest.fail("runaway")
        self._send()


@pytest.fixture(params=["httplib2", "httplib2, the same Http", "googleapiclient"])
def sender(
    request: pytest.FixtureRequest,
    build: Callable[..., Any],
    http: httplib2.Http,
    gmail: LocalGmail,
) -> Iterator[_Sender]:
    own = httplib2.Http(timeout=10)
    url = f"{gmail.url}gmail/v1/users/me/profile"
    service = build(own)
    yield _Sender(
        {
            "httplib2": lambda: own.request(url),
            "httplib2, the same Http": lambda: http.request(url),
            "googleapiclient": lambda: service.users().getProfile(userId="me").execute(),
        }[request.param]
    )
    own.close()


class _Processor(SpanProcessor):
    def __init__(self, when: str, send: Callable[..., None]) -> None:
        setattr(self, when, send)


class _Exporter(SpanExporter):
    def __init__(self, send: Callable[..., None]) -> None:
        self._send = send

    def export(self, spans: object) -> SpanExportResult:
        self._send()
        return SpanExportResult.SUCCESS


class _Sampler(Sampler):
    def __init__(self, send: Callable[..., None]) -> None:
        self._send = send

    def should_sample(self, *args: Any, **kwargs: Any) -> SamplingResult:
        self._send()
        return SamplingResult(Decision.RECORD_AND_SAMPLE)

    def get_description(self) -> str:
        return "sends"


class _Propagator(TraceContextTextMapPropagator):
    def __init__(self, send: Callable[..., None]) -> None:
        self._send = send

    def inject(self, *args: Any, **kwargs: Any) -> None:
        self._send()
        super().inject(*args, **kwargs)


class _LogProcessor(LogRecordProcessor):
    def __init__(self, send: Callable[..., None]) -> None:
        self.on_emit = send

    def on_emit(self, log_record: Any) -> None: ...
    def shutdown(self) -> None: ...
    def force_flush(self, timeout_millis: int = 0) -> bool:
        return True


class _Meters(MeterProvider):
    """Its instruments send what they are told, at once."""

    def __init__(self, send: Callable[..., None]) -> None:
        super().__init__()
        self._send = send

    def get_meter(self, *args: Any, **kwargs: Any) -> Any:
        meter = super().get_meter(*args, **kwargs)
        create = meter.create_histogram

        def create_histogram(*args: Any, **kwargs: Any) -> Any:
            histogram = create(*args, **kwargs)
            histogram.record = self._send
            return histogram

        meter.create_histogram = create_histogram  # type: ignore[method-assign]
        return meter


def _with(processor: SpanProcessor) -> dict[str, Any]:
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(processor)
    return {"tracer_provider": provider}


def _logs(send: _Sender) -> dict[str, Any]:
    provider = LoggerProvider(shutdown_on_exit=False)
    provider.add_log_record_processor(_LogProcessor(send))
    return {"logger_provider": provider, "retry_events": "log"}


SENDERS: Final[Mapping[str, tuple[Callable[[_Sender], dict[str, Any]], int]]] = {
    "request hooks": (lambda send: {"request_hook": send}, 3),
    "response hooks": (lambda send: {"response_hook": send}, 3),
    "on_start": (lambda send: _with(_Processor("on_start", send)), 3),
    "on_end": (lambda send: _with(_Processor("on_end", send)), 3),
    "exporter": (lambda send: _with(SimpleSpanProcessor(_Exporter(send))), 3),
    "sampler": (
        lambda send: {
            "tracer_provider": TracerProvider(sampler=_Sampler(send), shutdown_on_exit=False)
        },
        3,
    ),
    "propagator": (lambda send: {"propagator": _Propagator(send)}, 2),
    "meters": (lambda send: {"meter_provider": _Meters(send)}, 4),
    "processor of logs": (_logs, 1),
}
"""Who sends, by what they are told to do, and how often a call that is tried twice makes them."""


@pytest.mark.parametrize("who", SENDERS)
def test_once_and_untraced(
    who: str,
    sender: _Sender,
    recording: Recording,
    instrument: Callable[..., None],
    instrument_wire: Callable[..., None],
    build: Callable[..., Any],
    http: httplib2.Http,
    gmail: LocalGmail,
) -> None:
    make, times = SENDERS[who]
    options = make(sender)
    instrument(**options)
    # The options of one layer are none of the other's.
    for name in ("logger_provider", "retry_events"):
        options.pop(name, None)
    instrument_wire(**{"meter_provider": None, **options})
    gmail.script(_LIST, documented("backendError"))
    request = build(http).users().messages().list(userId="me")
    request._sleep = lambda _: None

    assert "messages" in request.execute(num_retries=1)

    assert sender.called == times
    assert len(gmail.requests_for(_LIST)) == 2
    sent = gmail.requests_for(_PROFILE)
    assert len(sent) == times
    assert not any("traceparent" in one.headers for one in sent)
    assert all("traceparent" in one.headers for one in gmail.requests_for(_LIST))
    assert not telemetry_runs()
    # The call is seen as if nobody had sent.
    calls = recording.of_kind(SpanKind.INTERNAL)
    attempts = recording.of_kind(SpanKind.CLIENT)
    if "tracer_provider" not in options:
        assert [one.name for one in calls] == [_LIST]
        assert len(attempts) == 2


def test_handlers_of_our_own_log_records(
    sender: _Sender,
    wire: Recording,
    instrument: Callable[..., None],
    messages: Callable[[], Any],
    gmail: LocalGmail,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(guard._once, "_said", set())

    class Handler(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            sender()

    def fail(*_: object) -> None:
        raise ValueError

    instrument(request_hook=fail)
    logger, handler = logging.getLogger("opentelemetry.instrumentation"), Handler()
    logger.addHandler(handler)
    try:
        messages().list(userId="me").execute()
    finally:
        logger.removeHandler(handler)

    assert sender.called == len(gmail.requests_for(_PROFILE)) == 1
    assert len(wire.of_kind(SpanKind.CLIENT)) == len(wire.of_kind(SpanKind.INTERNAL)) == 1


def test_what_the_application_sends_in_a_call_is_traced(
    instrumented: Recording, wire: Recording, build: Callable[..., Any], http: httplib2.Http
) -> None:
    service = build(http)

    def callback(*_: object) -> None:
        service.users().getProfile(userId="me").execute()

    batch = service.new_batch_http_request(callback=callback)
    assert isinstance(batch, BatchHttpRequest)
    batch.add(service.users().labels().list(userId="me"))
    batch.execute()

    names = {one.name for one in instrumented.of_kind(SpanKind.INTERNAL)}
    assert names == {"gmail.batch", _PROFILE}
    assert len(wire.of_kind(SpanKind.CLIENT)) == 2


def test_a_signal_handler_that_sends_while_telemetry_runs(
    instrument: Callable[..., None],
    wire: Recording,
    messages: Callable[[], Any],
    gmail: LocalGmail,
) -> None:
    """As a heartbeat does: what it sends goes out, though it is not traced."""
    own = httplib2.Http(timeout=10)
    statuses: list[int] = []

    def beat(*_: object) -> None:
        response, _ = own.request(f"{gmail.url}gmail/v1/users/me/profile")
        statuses.append(response.status)

    instrument(request_hook=lambda *_: strike())
    with handled_by(beat):
        messages().list(userId="me").execute()
        signal.raise_signal(signal.SIGALRM)
    own.close()

    assert statuses == [200, 200]
    # Past the hook, it is a request of the application's like any other.
    assert len(wire.of_kind(SpanKind.CLIENT)) == 2


def test_a_thread_that_a_hook_starts_suppresses_itself_if_it_wants_to(
    instrument: Callable[..., None],
    wire: Recording,
    messages: Callable[[], Any],
    gmail: LocalGmail,
) -> None:
    """Where the thread runs in a copy of the context, it is inside of the telemetry still."""
    own = httplib2.Http(timeout=10)

    def send() -> None:
        own.request(f"{gmail.url}gmail/v1/users/me/profile")

    def hook(*_: object) -> None:
        context = contextvars.copy_context()
        for target in (send, lambda: context.run(send)):
            thread = threading.Thread(target=target)
            thread.start()
            thread.join()

    instrument(request_hook=hook)
    messages().list(userId="me").execute()
    own.close()

    assert len(gmail.requests_for(_PROFILE)) == 2
    assert len(wire.of_kind(SpanKind.CLIENT)) == 2
