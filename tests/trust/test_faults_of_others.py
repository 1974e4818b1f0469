# SPDX-License-Identifier: Apache-2.0
"""Samplers, processors, exporters, hooks, propagators, meters that raise, or are none at all.

The application notices nothing; one warning says where it happens, without the text of what was
raised: that may hold anything.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from typing import Any, Final
from unittest.mock import patch

import httplib2
import pytest
from opentelemetry.sdk.trace import Span, SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor, SpanExporter
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
from opentelemetry.sdk.trace.sampling import Sampler
from opentelemetry.trace import StatusCode

from local_gmail import LocalGmail
from support import figures
from support.behaviour import Call, Script, Setup, Stage, instrumented, play
from support.recording import Recording, attributes_of

_CHECK: Final = "faults of others"
_SCRIPTS: Final = (
    Script((Call("twice", retries=1), Call("batch")), ("503", "drop", "404"), ("404", "401")),
    Script((Call("next chunk", retries=1), Call("download")), ("ordinary", "503")),
    Script((Call("GET"), Call("POST", "subclass"), Call("list", "authorized, to be refreshed", 1))),
)
_PLANTED: Final = "https://x/?key=planted"


class _Fault(Exception):
    pass


def _raise(*_: Any, **__: Any) -> Any:
    raise _Fault(_PLANTED)


class _Raising:
    """An object any method of which raises, but for the ones it is given."""

    def __init__(self, **methods: Any) -> None:
        self._methods = methods

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self._methods.get(name, _raise)


def _giving(**methods: Any) -> _Raising:
    return _Raising(
        **{name: lambda *_, given=given, **__: given for name, given in methods.items()}
    )


class _BadSampler(Sampler):
    should_sample = get_description = _raise


class _BadProcessor(SpanProcessor):
    def __init__(self, name: str) -> None:
        setattr(self, name, _raise)


class _BadExporter(SpanExporter):
    export = _raise


class _BadIds(RandomIdGenerator):
    generate_span_id = _raise


def _with(processor: SpanProcessor) -> dict[str, Any]:
    provider = TracerProvider()
    provider.add_span_processor(processor)
    return {"tracer_provider": provider}


def _instruments() -> dict[str, Any]:
    return {f"create_{kind}": _Raising() for kind in ("histogram", "counter", "up_down_counter")}


def _inject_half(carrier: dict[str, str], *_: Any) -> None:
    carrier["traceparent"] = "half"
    carrier.pop("content-length", None)
    _raise()


_SPAN_METHODS: Final = (
    "is_recording", "get_span_context", "set_attribute", "set_attributes", "add_event",
    "set_status", "update_name", "record_exception", "end",
)  # fmt: skip


class _RaisingMethod:
    """Spans of the SDK, one method of which raises."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __call__(self) -> dict[str, Any]:
        return {"_patched": patch.object(Span, self._name, _raise)}


FAULTS: Final[Mapping[str, Callable[[], dict[str, Any]]]] = {
    "request_hook": lambda: {"request_hook": _raise},
    "response_hook": lambda: {"response_hook": _raise},
    "hooks of the wrong kind": lambda: {"request_hook": 7, "response_hook": "hook"},
    "hooks with other arguments": lambda: {"request_hook": lambda: 0, "response_hook": lambda: 0},
    "sampler": lambda: {"tracer_provider": TracerProvider(sampler=_BadSampler())},
    "ids": lambda: {"tracer_provider": TracerProvider(id_generator=_BadIds())},
    "on_start": lambda: _with(_BadProcessor("on_start")),
    "on_end": lambda: _with(_BadProcessor("on_end")),
    "exporter": lambda: _with(SimpleSpanProcessor(_BadExporter())),
    "tracer provider": lambda: {"tracer_provider": _Raising()},
    "tracer": lambda: {"tracer_provider": _giving(get_tracer=_Raising())},
    "spans": lambda: {"tracer_provider": _giving(get_tracer=_giving(start_span=_Raising()))},
    "no spans": lambda: {"tracer_provider": _giving(get_tracer=_giving(start_span=None))},
    "meter provider": lambda: {"meter_provider": _Raising()},
    "meter": lambda: {"meter_provider": _giving(get_meter=_Raising())},
    "instruments": lambda: {"meter_provider": _giving(get_meter=_giving(**_instruments()))},
    "logger provider": lambda: {"logger_provider": _Raising(), "retry_events": "log"},
    "logger": lambda: {"logger_provider": _giving(get_logger=_Raising()), "retry_events": "log"},
    "propagator": lambda: {"propagator": _Raising()},
    "propagator that injects half": lambda: {"propagator": _Raising(inject=_inject_half)},
    "providers of the wrong kind": lambda: {
        "tracer_provider": "tracer", "meter_provider": 7, "logger_provider": [], "propagator": {},
    },
    "unknown options": lambda: {"tracing_provider": None},
    **{f"Span.{name}": _RaisingMethod(name) for name in _SPAN_METHODS},
}  # fmt: skip


@pytest.fixture(scope="module")
def without(stage: Stage) -> dict[Script, Any]:
    return {script: play(stage, script) for script in _SCRIPTS}


@pytest.mark.parametrize("fault", FAULTS)
def test_the_application_notices_nothing(
    fault: str, stage: Stage, without: dict[Script, Any], caplog: pytest.LogCaptureFixture
) -> None:
    with ExitStack() as stack:
        options = FAULTS[fault]()
        patched = options.pop("_patched", None)
        if patched is not None:
            stack.enter_context(patched)
        stack.enter_context(instrumented(Setup(), **options))
        seen = {script: play(stage, script) for script in _SCRIPTS}
    figures.add(_CHECK, "scripts", len(seen))
    figures.add(_CHECK, "differences", sum(seen[one] != without[one] for one in _SCRIPTS))
    assert seen == without

    ours = [one for one in caplog.records if one.name.startswith("opentelemetry.instrumentation")]
    said = [one.getMessage() for one in ours]
    assert all(one.levelno == logging.WARNING for one in ours)
    assert len(set(said)) == len(said), "said more than once"
    assert "planted" not in "".join(said)


class _Interrupt(BaseException):
    """As what a signal raises wherever the program is: maybe inside of us."""


@pytest.mark.parametrize("hook", ["request_hook", "response_hook"])
@pytest.mark.parametrize("layer", ["call", "wire"])
@pytest.mark.parametrize("kind", [_Interrupt, KeyboardInterrupt])
def test_an_interrupt_inside_of_us_reaches_the_application_and_every_span_ends(
    kind: type[BaseException],
    layer: str,
    hook: str,
    instrument: Callable[..., None],
    instrument_wire: Callable[..., None],
    recording: Recording,
    messages: Callable[[], Any],
) -> None:
    def interrupt(*_: Any) -> None:
        raise kind

    instrument(**({hook: interrupt} if layer == "call" else {}))
    instrument_wire(**({hook: interrupt} if layer == "wire" else {}))
    begun: list[Any] = []
    recording.tracer_provider.add_span_processor(_Noting(begun))

    with pytest.raises(kind):
        messages().list(userId="me").execute()

    assert len(begun) == len(recording.spans) > 0
    # The layer above sees its call end with it.
    call = recording.last_span
    if kind is KeyboardInterrupt:
        assert call.status.status_code is StatusCode.UNSET
        assert "error.type" not in attributes_of(call)
    else:
        assert call.status.status_code is StatusCode.ERROR
        assert str(attributes_of(call)["error.type"]).endswith("._Interrupt")


class _Noting(SpanProcessor):
    def __init__(self, begun: list[Any]) -> None:
        self._begun = begun

    def on_start(self, span: Span, parent_context: Any = None) -> None:
        self._begun.append(span)


def test_a_handler_that_refuses_our_warning(
    instrument_wire: Callable[..., None], http: httplib2.Http, gmail: LocalGmail
) -> None:
    class Refusing(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            raise _Fault(record.name)

    logger, handler = logging.getLogger("opentelemetry.instrumentation"), Refusing()
    instrument_wire(request_hook=_raise)
    logger.addHandler(handler)
    try:
        response, _ = http.request(f"{gmail.url}gmail/v1/users/me/profile")
    finally:
        logger.removeHandler(handler)

    assert response.status == 200
