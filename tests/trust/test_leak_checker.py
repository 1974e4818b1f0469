# SPDX-License-Identifier: Apache-2.0
"""The search for leaks finds what is there: in each form, in each place of each signal."""

from __future__ import annotations

import base64
import logging
import warnings
from collections.abc import Callable, Iterator

import pytest
from opentelemetry._logs import LogRecord, SeverityNumber
from opentelemetry.instrumentation.googleapiclient import GoogleApiClientInstrumentor
from opentelemetry.trace import (
    NonRecordingSpan,
    SpanContext,
    Status,
    StatusCode,
    TraceFlags,
    TraceState,
    set_span_in_context,
)

from local_gmail import LocalGmail
from support.leaving import OUR_LOGGERS, Exported
from support.planting import ENCODINGS, credential, personal, search
from trust import plants
from trust.journeys import JOURNEYS, World
from trust.responses import RESPONSES

PLANT = credential("the place of this test", "token={}; x")
SECRET = PLANT.value


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("around", ["{}", "a{}b", "ab{}", "... {} ..."])
def test_a_planted_value_is_found_in_every_form(encoding: str, around: str) -> None:
    text = around.format(ENCODINGS[encoding](SECRET))

    (leak,) = search([PLANT], {"here": text}).leaks

    assert (leak.place, leak.where) == ("the place of this test", "here")


@pytest.mark.parametrize("before", range(7))
def test_a_planted_value_is_found_within_what_is_encoded_in_base64(before: int) -> None:
    encoded = base64.b64encode(b"x" * before + SECRET.encode() + b"yy").decode()

    assert len(search([PLANT], {"": encoded}).leaks) == 1


@pytest.mark.parametrize("outer", ["percent-encoded", "every character HTML-escaped"])
def test_forms_that_are_not_in_the_list_are_found_by_decoding(outer: str) -> None:
    core = PLANT.core
    partly = core[:5].upper() + f"%{ord(core[5]):02x}"

    assert len(search([PLANT], {"": ENCODINGS[outer](partly) + core[6:]}).leaks) == 1


def test_what_is_not_there_is_not_found_and_counted() -> None:
    result = search([PLANT, personal("another place")], {"a": SECRET[:10], "b": "nothing"})

    assert result.leaks == []
    assert result.searched == 2 * 2 * (len(ENCODINGS) - 2 + 3 + 1)


def test_no_two_places_have_the_same_core() -> None:
    assert len({plant.core for plant in plants.PLANTS}) == len(plants.PLANTS)
    assert len({plant.place for plant in plants.PLANTS}) == len(plants.PLANTS)


# Every field of every signal


@pytest.fixture
def exported() -> Iterator[Exported]:
    made = Exported()
    yield made
    made.shutdown()


def _as_attribute(exported: Exported) -> None:
    exported.tracer_provider.get_tracer("t").start_span("s", attributes={"a": SECRET}).end()


def _as_item_of_an_attribute(exported: Exported) -> None:
    exported.tracer_provider.get_tracer("t").start_span("s", attributes={"a": ["", SECRET]}).end()


def _as_name_of_an_attribute(exported: Exported) -> None:
    exported.tracer_provider.get_tracer("t").start_span("s", attributes={SECRET: 1}).end()


def _as_name_of_a_span(exported: Exported) -> None:
    exported.tracer_provider.get_tracer("t").start_span(SECRET).end()


def _as_description_of_the_status(exported: Exported) -> None:
    span = exported.tracer_provider.get_tracer("t").start_span("s")
    span.set_status(Status(StatusCode.ERROR, SECRET))
    span.end()


def _as_recorded_exception(exported: Exported) -> None:
    span = exported.tracer_provider.get_tracer("t").start_span("s")
    span.record_exception(ValueError(SECRET))
    span.end()


def _in_the_tracestate(exported: Exported) -> None:
    state = TraceState([("k", PLANT.core)])
    parent = SpanContext(1, 1, is_remote=True, trace_flags=TraceFlags(1), trace_state=state)
    context = set_span_in_context(NonRecordingSpan(parent))
    exported.tracer_provider.get_tracer("t").start_span("s", context).end()


def _as_name_of_a_scope(exported: Exported) -> None:
    exported.tracer_provider.get_tracer(SECRET).start_span("s").end()


def _as_attribute_of_a_metric(exported: Exported) -> None:
    exported.meter_provider.get_meter("m").create_counter("c").add(1, {"a": SECRET})


def _as_description_of_a_metric(exported: Exported) -> None:
    exported.meter_provider.get_meter("m").create_counter("c", description=SECRET).add(1)


def _as_attribute_of_a_log_record(exported: Exported) -> None:
    record = LogRecord(
        timestamp=1,
        severity_number=SeverityNumber.DEBUG,
        attributes={"a": SECRET},
        event_name="e",
    )
    logger = exported.logger_provider.get_logger("l")
    record.resource = getattr(logger, "resource", None)  # type: ignore[attr-defined] # older SDKs
    record.dropped_attributes = 0  # type: ignore[attr-defined] # older SDKs
    logger.emit(record)


def _as_log_message(_: Exported) -> None:
    logging.getLogger(f"{OUR_LOGGERS}.httplib2.guard").debug("said %s", SECRET)


def _as_logged_traceback(_: Exported) -> None:
    failure = ValueError(SECRET)
    logging.getLogger(f"{OUR_LOGGERS}.googleapiclient").warning("failed", exc_info=failure)


def _as_warning(_: Exported) -> None:
    warnings.warn(SECRET, DeprecationWarning, stacklevel=1)


LEAKS = [
    _as_attribute,
    _as_item_of_an_attribute,
    _as_name_of_an_attribute,
    _as_name_of_a_span,
    _as_description_of_the_status,
    _as_recorded_exception,
    _in_the_tracestate,
    _as_name_of_a_scope,
    _as_attribute_of_a_metric,
    _as_description_of_a_metric,
    _as_attribute_of_a_log_record,
    _as_log_message,
    _as_logged_traceback,
    _as_warning,
]


@pytest.mark.parametrize("leak", LEAKS)
def test_a_leak_is_found_wherever_it_is(
    leak: Callable[[Exported], None], exported: Exported
) -> None:
    with exported.listening():
        leak(exported)

    assert search([PLANT], exported.take()).leaks


def test_what_was_taken_is_not_found_again(exported: Exported) -> None:
    _as_attribute(exported)
    exported.take()

    assert search([PLANT], exported.take()).leaks == []


def test_what_personal_data_may_leave_is_found_when_it_does(
    exported: Exported, gmail: LocalGmail
) -> None:
    """The whole way: the same journey, with the option that lets personal data out."""
    instrumentor = GoogleApiClientInstrumentor()
    instrumentor.instrument(**exported.providers, capture_personal_data=True)
    world = World(gmail, None, gmail.url)
    try:
        gmail.script("*", *RESPONSES["an address"], times=None)
        JOURNEYS["calls"](world)
    finally:
        instrumentor.uninstrument()
        world.close()

    places = {leak.place for leak in search(plants.PLANTS, exported.take()).leaks}
    assert places == {plants.MESSAGE_ADDRESS.place}
