# SPDX-License-Identifier: Apache-2.0
"""docs/telemetry.md says what the two semconv.py say, and that is what calls record."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
from googleapiclient.errors import HttpError
from opentelemetry.instrumentation.googleapiclient import semconv as calls
from opentelemetry.instrumentation.httplib2 import semconv as wire
from opentelemetry.sdk.metrics.export import Histogram
from opentelemetry.trace import SpanKind

import attribute_docstrings
import telemetry_page
from local_gmail import Fault, LocalGmail, documented, ordinary_service
from support.recording import Recording

TYPES = {"string": str, "int": int, "double": float, "bool": bool, "string[]": tuple}
OF_CALLS = (
    telemetry_page.CALL_SPAN,
    telemetry_page.FAILED_CALL,
    telemetry_page.CHUNK,
    telemetry_page.BATCH,
)


@pytest.fixture(name="recorded")
def _recorded(
    instrument: Callable[..., None],
    wire: Recording,
    build: Callable[..., Any],
    http: Any,
    gmail: LocalGmail,
) -> Recording:
    """Retries that help or don't, a refusal, a batch with a failed part, a mail sent twice."""
    instrument(meter_provider=wire.meter_provider)
    service = build(http)
    messages = service.users().messages()
    limited = documented("rateLimitExceeded", retry_after=60)
    gmail.script("gmail.users.messages.list", limited, ordinary_service, limited, limited)
    gmail.script("gmail.users.messages.get", documented("notFound"), documented("notFound"))
    gmail.script("gmail.users.messages.send", Fault.SERVE_AND_DROP)
    listing = messages.list(userId="me")
    listing._sleep = lambda _: time.sleep(0.01)
    listing.execute(num_retries=1)
    with pytest.raises(HttpError):
        listing.execute(num_retries=1)
    with pytest.raises(HttpError):
        messages.get(userId="me", id="1").execute()
    batch = service.new_batch_http_request()
    batch.add(messages.get(userId="me", id="1"))
    batch.execute()
    messages.send(userId="me", body={"raw": "VG86IGFAZXhhbXBsZS5jb20NCg0KaGk="}).execute()
    return wire


def test_the_page_is_up_to_date() -> None:
    assert telemetry_page.PAGE.read_text("utf-8") == telemetry_page.page(), (
        "run: python docs/telemetry_page.py"
    )


@pytest.mark.parametrize("module", [calls, wire])
def test_every_name_of_ours_is_on_the_page(module: ModuleType) -> None:
    of_the_page = set(re.findall(r"`([^`]+?)(?:\.<key>)?`", telemetry_page.PAGE.read_text("utf-8")))
    ours = {value for name, value in vars(module).items() if name.isupper()}
    assert ours
    assert ours <= of_the_page


def test_a_name_without_docstring_is_refused(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "undocumented.py").write_text('A: str = "a"\n"""What a is."""\nB: str = "b"\n')
    monkeypatch.syspath_prepend(tmp_path)
    import undocumented  # noqa: PLC0415  # pyright: ignore[reportMissingImports]

    with pytest.raises(ValueError, match=r"undocumented\.B has no docstring"):
        attribute_docstrings.documented(undocumented)


def test_call_spans_carry_what_the_page_names_with_its_types(recorded: Recording) -> None:
    spans = recorded.of_kind(SpanKind.INTERNAL)
    assert len(spans) == 6  # the part of the batch has one of its own
    for span in spans:
        _check(span.attributes, *OF_CALLS)


def test_retry_events_carry_what_the_page_names_with_its_types(recorded: Recording) -> None:
    events = [event for span in recorded.spans for event in span.events]
    assert [event.name for event in events] == ["googleapiclient.retry"] * 2
    for event in events:
        _check(event.attributes, telemetry_page.RETRY_EVENT)
        assert set(event.attributes or ()) == set(telemetry_page.RETRY_EVENT)


def test_attempt_spans_carry_what_the_page_names_with_its_types(recorded: Recording) -> None:
    spans = recorded.of_kind(SpanKind.CLIENT)
    assert len(spans) == 8
    for span in spans:
        _check(span.attributes, telemetry_page.ATTEMPT_SPAN)


def test_metrics_are_what_the_page_says(recorded: Recording) -> None:
    found = {
        metric.name: (
            f"{'histogram' if isinstance(metric.data, Histogram) else 'counter'}, {metric.unit}",
            {name for point in metric.data.data_points for name in point.attributes or ()},
        )
        for metric in recorded.metrics
    }
    rows = re.findall(r"^\| `(.+)` \| (.+) \| .+ \| (.+) \|$", _section("Metrics"), re.MULTILINE)
    assert found == {
        name: (instrument, set(re.findall("`(.+?)`", attributes)))
        for name, instrument, attributes in rows
    }


def _check(attributes: Any, *tables: telemetry_page.Rows) -> None:
    """All attributes stand in one of the tables, and have the type that the page gives them."""
    named = {name for table in tables for name in table}
    page = telemetry_page.PAGE.read_text("utf-8")
    for name, value in attributes.items():
        assert name in named
        (kind, *_) = re.findall(rf"^\| `{re.escape(name)}` \| ([\w\[\]]+)", page, re.MULTILINE)
        assert type(value) is TYPES[kind], (name, value)


def _section(title: str) -> str:
    return telemetry_page.PAGE.read_text("utf-8").partition(f"\n## {title}\n")[2]
