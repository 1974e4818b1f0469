# SPDX-License-Identifier: Apache-2.0
"""propagation.py: leaves the user's propagator out of nothing that it would write."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import httplib2
import pytest
from opentelemetry import baggage
from opentelemetry.baggage.propagation import W3CBaggagePropagator
from opentelemetry.context import Context, attach, detach, set_value
from opentelemetry.instrumentation.httplib2._wire.propagation import Injection
from opentelemetry.instrumentation.httplib2._wire.scope import RequestScope
from opentelemetry.instrumentation.utils import suppress_instrumentation
from opentelemetry.metrics import NoOpMeterProvider
from opentelemetry.propagate import get_global_textmap, set_global_textmap
from opentelemetry.propagators.composite import CompositePropagator
from opentelemetry.propagators.textmap import TextMapPropagator, default_setter
from opentelemetry.trace import (
    NonRecordingSpan,
    NoOpTracerProvider,
    SpanContext,
    TraceFlags,
    set_span_in_context,
)
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from local_gmail import LocalGmail, Response


class _AtHome(RequestScope):
    propagates_baggage = False


class _Mine(TextMapPropagator):
    """Neither can be hashed nor counts as true."""

    __hash__ = None  # pyright: ignore[reportAssignmentType]

    def __len__(self) -> int:
        return 0

    def inject(self, carrier: Any, context: Any = None, setter: Any = default_setter) -> None:
        setter.set(carrier, "x-mine", "injected")
        setter.set(carrier, "traceparent", "overridden")

    def extract(self, carrier: Any, context: Any = None, getter: Any = None) -> Any:
        return context

    @property
    def fields(self) -> set[str]:
        return {"x-mine"}


class _OwnBaggage(W3CBaggagePropagator):
    """Writes something even where there is no baggage."""

    def inject(self, carrier: Any, context: Any = None, setter: Any = None) -> None:
        carrier["x-baggage"] = "none"


class _OwnComposite(CompositePropagator):
    def inject(self, carrier: Any, context: Any = None, setter: Any = None) -> None:
        carrier["x-composite"] = "mine"


_TRACE, _BAGGAGE = TraceContextTextMapPropagator(), W3CBaggagePropagator()
_PROPAGATORS: dict[str, TextMapPropagator] = {
    "usual": CompositePropagator([_TRACE, _BAGGAGE]),
    "the other way round": CompositePropagator([_BAGGAGE, _TRACE]),
    "later ones override": CompositePropagator([_TRACE, _BAGGAGE, _Mine()]),
    "earlier ones are overridden": CompositePropagator([_Mine(), _TRACE]),
    "one within the other": CompositePropagator([CompositePropagator([_TRACE, _BAGGAGE])]),
    "none": CompositePropagator([]),
    "baggage alone, in one": CompositePropagator([_BAGGAGE]),
    "baggage alone": _BAGGAGE,
    "trace context alone": _TRACE,
    "baggage of its own": CompositePropagator([_TRACE, _OwnBaggage()]),
    "composite of its own": _OwnComposite([_TRACE, _BAGGAGE]),
    "no hash, no length": _Mine(),
}
_SPAN = set_span_in_context(
    NonRecordingSpan(SpanContext(1, 2, is_remote=False, trace_flags=TraceFlags(1))), Context()
)
_CONTEXTS = {
    "a span": _SPAN,
    "a span and another value": set_value("mine", 1, _SPAN),
    "a span and baggage": baggage.set_baggage("tenant", "7", _SPAN),
}


@pytest.mark.parametrize("context", _CONTEXTS.values(), ids=_CONTEXTS)
@pytest.mark.parametrize("propagator", _PROPAGATORS.values(), ids=_PROPAGATORS)
def test_headers_are_those_of_the_propagator(
    propagator: TextMapPropagator, context: Context
) -> None:
    injection = Injection(propagator)
    expected: dict[str, str] = {"a": "b"}
    propagator.inject(expected, context, default_setter)

    for _ in range(2):
        headers = {"a": "b"}
        injection.inject(headers, context, RequestScope())
        assert headers == expected


@pytest.mark.parametrize("context", _CONTEXTS.values(), ids=_CONTEXTS)
@pytest.mark.parametrize("propagator", _PROPAGATORS.values(), ids=_PROPAGATORS)
def test_where_baggage_stays_at_home_nothing_else_does(
    propagator: TextMapPropagator, context: Context
) -> None:
    expected: dict[str, str] = {}
    propagator.inject(expected, context, default_setter)
    expected.pop("baggage", None)

    headers: dict[str, str] = {}
    Injection(propagator).inject(headers, context, _AtHome())

    assert headers == expected


@pytest.fixture
def global_propagator() -> Iterator[None]:
    before = get_global_textmap()
    yield
    set_global_textmap(before)


@pytest.mark.usefixtures("global_propagator")
def test_a_global_propagator_that_is_set_later_is_used(
    instrument_wire: Callable[..., None], http: httplib2.Http, gmail: LocalGmail
) -> None:
    instrument_wire()
    seen: list[tuple[str | None, str | None]] = []
    for propagator in (get_global_textmap(), _Mine(), CompositePropagator([_TRACE, _BAGGAGE])):
        set_global_textmap(propagator)
        gmail.script("*", Response(200))
        http.request(gmail.url)
        headers = gmail.requests[-1].headers
        seen.append((headers.get("traceparent", "")[:2], headers.get("x-mine")))

    assert seen == [("00", None), ("ov", "injected"), ("00", None)]


def test_baggage_that_is_set_between_requests_goes_out(
    instrument_wire: Callable[..., None], http: httplib2.Http, gmail: LocalGmail
) -> None:
    instrument_wire()
    gmail.script("*", Response(200), times=3)
    http.request(gmail.url)
    token = attach(baggage.set_baggage("tenant", "7"))
    http.request(gmail.url)
    detach(token)
    http.request(gmail.url)

    sent = [received.headers.get("baggage") for received in gmail.requests]
    assert sent == [None, "tenant=7", None]


class _SendsByItself(httplib2.Http):
    """Makes its requests without httplib2's own function, as subclasses of applications do."""

    def _conn_request(
        self, conn: Any, request_uri: str, method: str, body: Any, headers: Any
    ) -> Any:
        conn.request(method, request_uri, body, headers)
        response = conn.getresponse()
        content = response.read()
        return httplib2.Response(response), content


_NO_SDK: dict[str, Any] = {
    "tracer_provider": NoOpTracerProvider(),
    "meter_provider": NoOpMeterProvider(),
}
_METRICS_ALONE: dict[str, Any] = {"tracer_provider": NoOpTracerProvider()}


@pytest.mark.parametrize("providers", [_NO_SDK, _METRICS_ALONE], ids=["none", "of metrics"])
@pytest.mark.parametrize("kind", [httplib2.Http, _SendsByItself])
def test_without_an_sdk_of_traces_the_context_of_the_caller_goes_out(
    kind: type[httplib2.Http],
    providers: dict[str, Any],
    instrument_wire: Callable[..., None],
    gmail: LocalGmail,
) -> None:
    instrument_wire(**providers)
    gmail.script("*", Response(200), times=2)
    given = {"a": "b"}
    token = attach(_SPAN)
    try:
        with closing(kind()) as http:
            http.request(gmail.url, headers=given)
            with suppress_instrumentation():
                http.request(gmail.url, headers=given)
    finally:
        detach(token)

    sent = [received.headers.get("traceparent") for received in gmail.requests]
    assert sent == [f"00-{1:032x}-{2:016x}-01", None]
    assert given == {"a": "b"}


def test_without_an_sdk_a_url_that_is_excluded_gets_no_context(
    instrument_wire: Callable[..., None], http: httplib2.Http, gmail: LocalGmail
) -> None:
    instrument_wire(**_NO_SDK, excluded_urls="/left-alone")
    gmail.script("*", Response(200), times=2)
    token = attach(_SPAN)
    try:
        http.request(f"{gmail.url}/left-alone")
        http.request(gmail.url)
    finally:
        detach(token)

    assert ["traceparent" in received.headers for received in gmail.requests] == [False, True]
