# SPDX-License-Identifier: Apache-2.0
"""Samplers and span processors may do with start attributes what those of vendors do.

Each kind here was seen in a released distribution (docs/backends.md), named beside it.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable, Mapping
from itertools import count
from types import MappingProxyType
from typing import Any, Final, TypeAlias

import httplib2
import pytest
from googleapiclient.discovery import build_from_document
from googleapiclient.errors import HttpError
from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.instrumentation.googleapiclient import GoogleApiClientInstrumentor
from opentelemetry.instrumentation.httplib2 import Httplib2Instrumentor
from opentelemetry.sdk.trace import ReadableSpan, Span, SpanProcessor
from opentelemetry.sdk.trace.sampling import Decision, Sampler, SamplingResult
from opentelemetry.trace import (
    NonRecordingSpan,
    NoOpTracer,
    NoOpTracerProvider,
    SpanContext,
    SpanKind,
    Tracer,
)

from local_gmail import LocalGmail, documented, ordinary_service
from support.recording import Recording, attributes_of

_VENDOR: Final = "vendor."
_VARYING: Final = frozenset({"googleapiclient.retry.wait", "network.peer.port"})
_ROUNDS: Final = 2
_SPANS: Final = Counter(
    {
        "gmail.users.messages.list": 1,
        "gmail.users.messages.get": 2,  # the refused call, and the failed part
        "gmail.users.labels.list": 1,
        "gmail.batch": 1,
        "GET": 4,
        "POST": 1,
    }
)
"""What one round of calls records."""

Attributes: TypeAlias = dict[str, Any]
Treatment: TypeAlias = Callable[[Attributes, str], Mapping[str, Any] | None]
"""Takes the attributes and a name for one of its own; returns what the result has."""


def _writes_by_index(attributes: Attributes, own: str) -> Attributes:
    attributes[own] = 100.0
    return attributes


def _updates(attributes: Attributes, own: str) -> Attributes:
    attributes.update({own: 1})
    return attributes


def _merges(attributes: Attributes, own: str) -> Attributes:
    return attributes | {own: 1}


def _merges_in_place(attributes: Attributes, own: str) -> Attributes:
    attributes |= {own: 1}
    return attributes


def _is_merged_into(attributes: Attributes, own: str) -> Attributes:
    return {own: 1} | attributes


def _copies(attributes: Attributes, own: str) -> Attributes:
    copied = attributes.copy()
    copied[own] = 1
    return copied


def _spreads_into_a_proxy(attributes: Attributes, own: str) -> Mapping[str, Any]:
    return MappingProxyType({**attributes, own: 1})


def _sets_defaults(attributes: Attributes, own: str) -> Attributes:
    attributes.setdefault(own, "span")
    attributes.setdefault("server.address", "elsewhere")
    return attributes


def _reads(attributes: Attributes, _: str) -> Attributes:
    assert "server.address" in attributes
    assert attributes.get("server.port", 0) > 0
    assert attributes.get("url.path", "") == ""
    assert len(attributes) == len(list(attributes.items()))
    return attributes


def _dumps(attributes: Attributes, own: str) -> Attributes:
    return {**json.loads(json.dumps(attributes)), own: json.dumps(attributes, sort_keys=True)[:9]}


def _takes_dicts_alone(attributes: Attributes, _: str) -> Attributes:
    assert type(attributes) is dict
    return attributes


def _writes_and_returns_nothing(attributes: Attributes, own: str) -> None:
    attributes[own] = 1


def _returns_none(_: Attributes, __: str) -> None:
    return None


def _returns_its_own_alone(_: Attributes, own: str) -> Attributes:
    return {own: 1}


def _drops_what_it_does_not_know(attributes: Attributes, _: str) -> Attributes:
    return {name: value for name, value in attributes.items() if name.startswith("http.")}


def _deletes(attributes: Attributes, own: str) -> Attributes:
    attributes.pop("url.full", None)
    attributes.pop("rpc.method", None)
    attributes[own] = 1
    return attributes


def _clears(attributes: Attributes, _: str) -> Attributes:
    attributes.clear()
    return attributes


SAMPLERS: Final[dict[str, Treatment]] = {
    "writes by index": _writes_by_index,  # azure-monitor-opentelemetry, solarwinds-apm
    "updates": _updates,  # hyperdx-opentelemetry, honeycomb-opentelemetry
    "merges": _merges,
    "merges in place": _merges_in_place,
    "is merged into": _is_merged_into,
    "copies": _copies,  # azure-monitor-opentelemetry, arize-phoenix-otel
    "spreads into a proxy": _spreads_into_a_proxy,  # aws-opentelemetry-distro
    "sets defaults": _sets_defaults,  # logfire
    "reads": _reads,  # solarwinds-apm, aws-opentelemetry-distro
    "dumps as JSON": _dumps,
    "takes dicts alone": _takes_dicts_alone,
    "writes and returns nothing": _writes_and_returns_nothing,
    "returns none": _returns_none,  # elastic-opentelemetry
    "returns its own alone": _returns_its_own_alone,
    "drops what it does not know": _drops_what_it_does_not_know,
    "deletes": _deletes,
    "clears": _clears,
}


class Treating(Sampler):
    """Does with the attributes of spans what it is told.

    Args:
        treatment: what that is.
        keeps: whether it holds on to them, and writes into those of spans before.
        drops: how many spans at the start are not sampled.
    """

    def __init__(self, treatment: Treatment, *, keeps: bool = False, drops: int = 0) -> None:
        self._treatment = treatment
        self._drops = drops
        self._numbers = count()
        self._kept: list[Attributes] | None = [] if keeps else None

    def should_sample(
        self,
        parent_context: Context | None,
        trace_id: int,
        name: str,
        kind: SpanKind | None = None,
        attributes: Any = None,
        *_: object,
        **__: object,
    ) -> SamplingResult:
        number = next(self._numbers)
        own = f"{_VENDOR}{number}"
        if self._kept is not None:
            for kept in self._kept:
                kept[f"{own}.late"] = 1
                kept["server.address"] = "written too late"
            self._kept.append(attributes)
        decision = Decision.DROP if number < self._drops else Decision.RECORD_AND_SAMPLE
        return SamplingResult(decision, self._treatment(attributes, own))

    def get_description(self) -> str:
        return "Treating"


class _Processor(SpanProcessor):
    """A span processor that does nothing, for the others to change."""

    def __init__(self) -> None:
        self.numbers = count()

    @property
    def own(self) -> str:
        return f"{_VENDOR}{next(self.numbers)}"


class SetsInOnStart(_Processor):  # langfuse, azure-monitor-opentelemetry, solarwinds-apm
    def on_start(self, span: Span, parent_context: Context | None = None) -> None:
        span.set_attribute(self.own, 1)


class ReadsInOnStart(_Processor):  # sentry-sdk, langfuse
    def on_start(self, span: Span, parent_context: Context | None = None) -> None:
        assert span.attributes is not None
        assert "server.address" in span.attributes
        assert json.dumps(dict(span.attributes))
        span.set_attributes({**span.attributes, self.own: 1})


class MutatesInOnStart(_Processor):
    def on_start(self, span: Span, parent_context: Context | None = None) -> None:
        span._attributes[self.own] = 1  # pyright: ignore[reportIndexIssue, reportOptionalSubscript]


class WritesInOnEnd(_Processor):  # azure-monitor-opentelemetry, aws-opentelemetry-distro, traceloop
    def on_end(self, span: ReadableSpan) -> None:
        attributes: Any = span._attributes
        was_immutable = getattr(attributes, "_immutable", False)
        attributes._immutable = False
        attributes[self.own] = 1
        attributes._immutable = was_immutable


class RaisesInOnStart(_Processor):
    """Its fault costs the span that it was handed, and nothing else."""

    def on_start(self, span: Span, parent_context: Context | None = None) -> None:
        raise RuntimeError("of a vendor")


PROCESSORS: Final = (SetsInOnStart, ReadsInOnStart, MutatesInOnStart, WritesInOnEnd)


def _record(
    gmail: LocalGmail, sampler: Sampler | None = None, processor: SpanProcessor | None = None
) -> Recording:
    """What both layers record of the same calls, made in rounds."""
    recording = Recording(sampler)
    if processor is not None:
        # Before the one that records, as the processors of vendors are.
        multi: Any = recording.tracer_provider._active_span_processor
        multi._span_processors = (processor, *multi._span_processors)
    instrumentors = (GoogleApiClientInstrumentor(), Httplib2Instrumentor())
    for instrumentor in instrumentors:
        instrumentor.instrument(tracer_provider=recording.tracer_provider)
    try:
        for _ in range(_ROUNDS):
            _make_calls(gmail)
    finally:
        for instrumentor in instrumentors:
            instrumentor.uninstrument()
    return recording


def _make_calls(gmail: LocalGmail) -> None:
    gmail.clear()
    gmail.script(
        "gmail.users.messages.get",
        documented("insufficientPermissions"),
        ordinary_service,
        documented("notFound"),
    )
    gmail.script("gmail.users.labels.list", documented("serviceUnavailable"))
    http = httplib2.Http(timeout=10)
    service: Any = build_from_document(gmail.discovery_document(), http=http)
    messages = service.users().messages()
    first, second, *_ = messages.list(userId="me").execute()["messages"]
    with pytest.raises(HttpError):
        messages.get(userId="me", id=first["id"]).execute()
    labels = service.users().labels().list(userId="me")
    labels._sleep = lambda _: time.sleep(0.001)
    assert labels.execute(num_retries=1)["labels"]
    responded: list[bool] = []
    batch = service.new_batch_http_request(
        callback=lambda _, __, exception: responded.append(exception is None)
    )
    for message in (first, second):
        batch.add(messages.get(userId="me", id=message["id"]))
    batch.execute()
    assert responded == [True, False]
    http.close()


@pytest.fixture(name="reference", scope="module")
def _reference(gmail_server: LocalGmail) -> Recording:
    return _record(gmail_server)


def _told_apart(spans: tuple[ReadableSpan, ...]) -> tuple[list[object], list[list[str]]]:
    """Names and attributes as the instrumentation wrote them; what others added to each."""
    ours, theirs = [], []
    for span in spans:
        attributes = attributes_of(span)
        theirs.append([name for name in attributes if name.startswith(_VENDOR)])
        ours.append(
            (
                span.name,
                {
                    name: name if name in _VARYING else value
                    for name, value in attributes.items()
                    if not name.startswith(_VENDOR)
                },
            )
        )
    return ours, theirs


def _ours(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [one.getMessage() for one in caplog.records if one.name.startswith("opentelemetry")]


def _check(recording: Recording, reference: Recording) -> None:
    written, _ = _told_apart(reference.spans)
    ours, theirs = _told_apart(recording.spans)
    assert Counter(span.name for span in recording.spans) == Counter(
        {name: number * _ROUNDS for name, number in _SPANS.items()}
    )
    assert ours == written
    # What was added for one span is on that span alone.
    assert all(len(added) <= 1 for added in theirs)
    added = [name for names in theirs for name in names]
    assert len(added) == len(set(added))


@pytest.mark.parametrize("keeps", [False, True], ids=["", "keeps what it is given"])
@pytest.mark.parametrize("treatment", SAMPLERS.values(), ids=SAMPLERS)
def test_every_span_has_its_start_attributes_whatever_a_sampler_does(
    treatment: Treatment,
    keeps: bool,
    reference: Recording,
    gmail: LocalGmail,
    caplog: pytest.LogCaptureFixture,
) -> None:
    recording = _record(gmail, sampler=Treating(treatment, keeps=keeps))

    _check(recording, reference)
    assert _ours(caplog) == []


@pytest.mark.parametrize("processor", PROCESSORS, ids=lambda one: one.__name__)
def test_every_span_has_its_start_attributes_whatever_a_processor_does(
    processor: type[_Processor],
    reference: Recording,
    gmail: LocalGmail,
    caplog: pytest.LogCaptureFixture,
) -> None:
    recording = _record(gmail, processor=processor())

    _check(recording, reference)
    assert _ours(caplog) == []


@pytest.mark.parametrize("treatment", [_writes_by_index, _clears], ids=lambda one: one.__name__)
def test_nothing_of_spans_that_a_sampler_drops_is_on_those_after_them(
    treatment: Treatment, reference: Recording, gmail: LocalGmail
) -> None:
    # A batch that is dropped has no spans of parts.
    dropped = sum(_SPANS.values()) - 1

    recording = _record(gmail, sampler=Treating(treatment, drops=dropped))

    written, _ = _told_apart(reference.spans)
    ours, theirs = _told_apart(recording.spans)
    assert ours == written[dropped + 1 :]
    assert all(len(added) <= 1 for added in theirs)


def test_what_a_sampler_puts_into_its_result_is_on_that_span(
    gmail: LocalGmail,
) -> None:
    recording = _record(gmail, sampler=Treating(_returns_its_own_alone))

    _, theirs = _told_apart(recording.spans)
    assert all(len(added) == 1 for added in theirs)


def test_a_value_that_a_sampler_replaces_in_its_result_stays_replaced(
    gmail: LocalGmail,
) -> None:
    recording = _record(gmail, sampler=Treating(lambda _, __: {"server.address": "hidden"}))

    assert {attributes_of(span)["server.address"] for span in recording.spans} == {"hidden"}


class KeepsAttempts(Sampler):
    """Drops calls and samples what they send."""

    def should_sample(
        self,
        parent_context: Context | None,
        trace_id: int,
        name: str,
        kind: SpanKind | None = None,
        *_: object,
        **__: object,
    ) -> SamplingResult:
        is_kept = kind is SpanKind.CLIENT
        return SamplingResult(Decision.RECORD_AND_SAMPLE if is_kept else Decision.DROP)

    def get_description(self) -> str:
        return "KeepsAttempts"


def test_an_attempt_says_the_same_below_a_call_that_is_not_sampled(
    reference: Recording, gmail: LocalGmail
) -> None:
    recording = _record(gmail, sampler=KeepsAttempts())

    attempts = tuple(span for span in reference.spans if span.kind is SpanKind.CLIENT)
    assert _told_apart(recording.spans) == _told_apart(attempts)


class _WithoutAttributes(NonRecordingSpan):
    """Records, and does not show what: the API asks for no more."""

    def is_recording(self) -> bool:
        return True


class _OwnTracer(NoOpTracer):
    def start_span(self, *_: object, **__: object) -> trace.Span:
        return _WithoutAttributes(SpanContext(1, 2, is_remote=False))


class _OwnProvider(NoOpTracerProvider):
    def get_tracer(self, *_: object, **__: object) -> Tracer:
        return _OwnTracer()


def test_a_span_that_does_not_show_its_attributes_is_left_alone(
    gmail: LocalGmail, instrument: Callable[..., None], caplog: pytest.LogCaptureFixture
) -> None:
    instrument(tracer_provider=_OwnProvider())

    _make_calls(gmail)

    assert _ours(caplog) == []


class ReturnsNone(Sampler):
    def should_sample(self, *_: object, **__: object) -> Any:
        return None

    def get_description(self) -> str:
        return "ReturnsNone"


@pytest.mark.parametrize(
    "fault", [{"sampler": ReturnsNone()}, {"processor": RaisesInOnStart()}], ids=list
)
def test_a_fault_of_others_costs_spans_alone(fault: dict[str, Any], gmail: LocalGmail) -> None:
    recording = _record(gmail, **fault)

    # The calls were made: that is asserted where they are.
    assert recording.spans == ()
