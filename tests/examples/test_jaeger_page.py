# SPDX-License-Identifier: Apache-2.0
"""The page about Jaeger: its searches find in the demo's traces what it says they find."""

from __future__ import annotations

import json
import re
import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from ruamel.yaml import YAML

from demo.application import EXAMPLES, SERVICE_NAME
from demo.backend import SEARCHES
from support.attributes import ATTRIBUTE_TYPES

if TYPE_CHECKING:
    from opentelemetry.instrumentation.googleapiclient._terminal.attributes import Attributes, Value
    from opentelemetry.instrumentation.googleapiclient._terminal.spans import Span

# All in one process of pytest-xdist: they share one run of the demo.
pytestmark = pytest.mark.xdist_group("morning")

PAGE = (EXAMPLES / "jaeger" / "README.md").read_text("utf-8")
COMPOSE = (EXAMPLES / "jaeger" / "compose.yaml").read_text("utf-8")


@dataclass(frozen=True)
class Search:
    """A row of the page's table: the tags, in logfmt, and how many traces of the demo have them."""

    tags: str
    traces: int

    @property
    def pairs(self) -> dict[str, str]:
        return dict(pair.split("=", 1) for pair in shlex.split(self.tags))

    def finds(self, span: Span) -> bool:
        """As Jaeger searches, by internal/storage/v2/memory/tenant.go in its repository.

        All tags have to be on one span or its events; values are compared as text; ``error``
        stands for the status.
        """
        return all(
            span.failed is (value == "true")
            if name == "error"
            else any(_text(held, name) == value for held in _attributes(span))
            for name, value in self.pairs.items()
        )


def _attributes(span: Span) -> list[Attributes]:
    return [span.attributes, *(event.attributes for event in span.events)]


def _text(attributes: Attributes, name: str) -> str | None:
    value: Value | None = attributes.values.get(name)
    return str(value).lower() if isinstance(value, bool) else None if value is None else str(value)


ROW = re.compile(r"^\|[^|]+\| `(?P<tags>[^`]+)` \| (?P<traces>\d+) \|", re.MULTILINE)
SEARCHED = [Search(row["tags"], int(row["traces"])) for row in ROW.finditer(PAGE)]


def test_the_page_has_searches() -> None:
    assert len(SEARCHED) > 10
    assert len(SEARCHED) + len(SLOW) == len(re.findall(r"^\| .+\? \|", PAGE, re.MULTILINE))


@pytest.mark.parametrize("search", SEARCHED, ids=lambda search: search.tags)
def test_a_search_finds_as_many_traces_of_the_demo_as_the_page_says(
    search: Search, morning: list[Span]
) -> None:
    found = {span.trace_id for span in morning if search.finds(span)}
    assert len(found) == search.traces


SLOW = re.findall(r"^\|[^|]+\| `([^`]+)` \| `(\d+)s` \| (\d+) \|", PAGE, re.MULTILINE)


@pytest.mark.parametrize(("name", "seconds", "traces"), SLOW)
def test_a_search_for_slow_spans_finds_as_many_as_the_page_says(
    name: str, seconds: str, traces: str, morning: list[Span]
) -> None:
    """As Jaeger searches: the name and the least duration are of one span."""
    found = {
        span.trace_id for span in morning if span.name == name and span.seconds >= int(seconds)
    }
    assert len(found) == int(traces) > 0


def test_there_are_searches_for_slow_calls_and_for_slow_requests(morning: list[Span]) -> None:
    kinds = {span.kind for span in morning for name, *_ in SLOW if span.name == name}
    assert len(kinds) == len(SLOW) == 2


def test_the_requests_of_a_call_can_be_told_apart(morning: list[Span]) -> None:
    (call,) = [span for span in morning if span.name == "gmail.users.watch"]
    names = [span.name for span in morning if span.parent_id == call.span_id]
    assert sorted(names) == [*["POST"] * 2, *["POST /gmail/v1/users/{userId}/watch"] * 3]
    assert "`POST /gmail/v1/users/{userId}/watch`" in PAGE


LABELS = {"Attributes": "Tags", "Span Name": "Operation", "Events": "Logs"}
"""What the page of Jaeger 2 calls things, and what earlier ones called them."""


@pytest.mark.parametrize(("now", "before"), LABELS.items())
def test_the_page_names_both_generations_of_labels(now: str, before: str) -> None:
    assert re.search(rf"\*{now}\* \((older: )?\*{before}\*", PAGE)


def test_the_page_says_how_to_see_all_of_it() -> None:
    assert "*Limit Results* to 50" in PAGE
    assert "*List*" in PAGE


@pytest.mark.parametrize("search", SEARCHED, ids=lambda search: search.tags)
def test_a_search_asks_for_attributes_of_the_contract(search: Search) -> None:
    assert search.pairs.keys() <= ATTRIBUTE_TYPES.keys() | {"error"}


def test_the_searches_that_the_demo_names_are_on_the_page() -> None:
    assert set(SEARCHES) <= {search.tags for search in SEARCHED}


def test_every_attribute_that_the_text_names_is_of_the_contract() -> None:
    named = set(re.findall(r"`((?:googleapiclient|httplib2|rpc|error|url|http)\.[\w.]+)`", PAGE))
    assert named
    assert named <= ATTRIBUTE_TYPES.keys()


def test_the_page_and_the_compose_file_name_the_same_release() -> None:
    (image,) = re.findall(r"image: (\S+)", COMPOSE)
    assert f"`{image}`" in PAGE


def test_the_page_names_the_service_of_the_demo() -> None:
    assert f"`{SERVICE_NAME}`" in PAGE


TOP: list[str] = json.loads((EXAMPLES / "jaeger" / "ui.json").read_text("utf-8"))["topTagPrefixes"]
MESSAGE = "otel.status_description"
"""What Jaeger calls the description of a span's status."""


def in_jaeger_s_order(names: set[str]) -> list[str]:
    """As orderAttributes() of jaeger-ui sorts: by the first prefix that fits, then by name."""

    def place(name: str) -> tuple[int, str]:
        fits = [number for number, prefix in enumerate(TOP) if name.startswith(prefix)]
        return min(fits, default=len(TOP)), name

    return sorted(names, key=place)


def test_what_made_a_call_fail_and_what_to_do_stand_first(morning: list[Span]) -> None:
    (call,) = [
        span
        for span in morning
        if span.attributes.text("googleapiclient.error.cause") == "scope_insufficient"
    ]
    first = in_jaeger_s_order({*call.attributes.values, MESSAGE})
    assert first[:4] == [
        "googleapiclient.error.cause",
        "googleapiclient.error.owner",
        "googleapiclient.error.remedy",
        MESSAGE,
    ]


def test_retries_resends_and_the_url_come_next(morning: list[Span]) -> None:
    (resent,) = [
        span for span in morning if span.attributes.text("httplib2.resend.cause") == "no_response"
    ]
    names = in_jaeger_s_order(set(resent.attributes.values))
    assert names[:3] == ["httplib2.connection.reused", "httplib2.resend.cause", "url.full"]


@pytest.mark.parametrize("prefix", TOP)
def test_there_are_attributes_with_each_prefix(prefix: str) -> None:
    assert any(name.startswith(prefix) for name in {*ATTRIBUTE_TYPES, MESSAGE})


@pytest.mark.parametrize("folder", ["jaeger", "collector"])
def test_jaeger_is_told_of_it(folder: str) -> None:
    compose = YAML(typ="safe").load((EXAMPLES / folder / "compose.yaml").read_text("utf-8"))
    jaeger = compose["services"]["jaeger"]
    (setting,) = jaeger["command"]
    name, _, path = setting.removeprefix("--set=").partition("=")
    assert name == "extensions.jaeger_query.ui.config_file"
    (volume,) = [volume for volume in jaeger["volumes"] if f":{path}:" in volume]
    source = EXAMPLES / folder / volume.partition(":")[0]
    assert source.resolve() == EXAMPLES / "jaeger" / "ui.json"
