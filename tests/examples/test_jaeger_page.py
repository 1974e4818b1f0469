# SPDX-License-Identifier: Apache-2.0
"""The page about Jaeger: its searches find in the demo's traces what it says they find."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

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
    assert len(SEARCHED) == PAGE.count("| `") > 10


@pytest.mark.parametrize("search", SEARCHED, ids=lambda search: search.tags)
def test_a_search_finds_as_many_traces_of_the_demo_as_the_page_says(
    search: Search, morning: list[Span]
) -> None:
    found = {span.trace_id for span in morning if search.finds(span)}
    assert len(found) == search.traces


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
