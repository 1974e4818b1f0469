# SPDX-License-Identifier: Apache-2.0
"""What is asked of Tempo, against the contract's names and the spans that really came.

There is no Tempo to run here: names, values and structure are checked instead.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pytest
from opentelemetry.instrumentation.googleapiclient import semconv
from opentelemetry.instrumentation.httplib2 import semconv as wire_semconv
from opentelemetry.semconv.attributes import error_attributes, http_attributes, server_attributes

from views.measured import attributes_of
from views.mornings import Mornings
from views.panels import Query, panels, queries

QUERIES = queries("tempo")
ASKED = [pytest.param(query, id=query.panel) for query in QUERIES]

CONTRACT = {
    value
    for module in (semconv, wire_semconv, error_attributes, http_attributes, server_attributes)
    for name, value in vars(module).items()
    if isinstance(value, str) and not name.startswith("_")
}


def _constants(of: type) -> set[str]:
    return {value for name, value in vars(of).items() if name.isupper()}


VALUES = {
    semconv.GOOGLEAPICLIENT_OPERATION: _constants(semconv.Operation),
    wire_semconv.HTTPLIB2_RESEND_CAUSE: _constants(wire_semconv.ResendCause),
    http_attributes.HTTP_REQUEST_METHOD: {"POST"},
}


def span_attributes(query: Query) -> set[str]:
    return set(re.findall(r"\bspan\.([\w.]+)", query.text))


def test_there_is_something_to_check() -> None:
    assert len(QUERIES) == 2


@pytest.mark.parametrize("query", ASKED)
def test_every_name_is_of_the_contract(query: Query) -> None:
    assert span_attributes(query)
    assert span_attributes(query) <= CONTRACT
    assert set(re.findall(r"\bresource\.([\w.]+)", query.text)) == {"service.name"}


@pytest.mark.parametrize("query", ASKED)
def test_every_value_is_one_that_the_attribute_can_have(query: Query) -> None:
    compared = re.findall(r'span\.([\w.]+) = "([^"$]*)"', query.text)
    assert compared
    for name, value in compared:
        assert value in VALUES[name], (name, value)


@pytest.mark.parametrize("query", ASKED)
def test_what_is_opened_is_closed(query: Query) -> None:
    text = re.sub(r'"[^"]*"', "", query.filled)
    for opening, closing in ("{}", "()"):
        assert text.count(opening) == text.count(closing)


@pytest.mark.parametrize("query", ASKED)
def test_spans_with_these_attributes_came(query: Query, mornings: Mornings) -> None:
    seen = {name for span in mornings.tap.spans for name in attributes_of(span)}
    assert span_attributes(query) <= seen


def test_every_failure_has_all_columns_of_the_table(mornings: Mornings) -> None:
    (query,) = [query for query in QUERIES if "select" in query.text]
    columns = set(re.findall(r"span\.([\w.]+)", query.text.partition("select")[2]))
    failures = [
        attributes
        for attributes in map(attributes_of, mornings.tap.spans)
        if semconv.GOOGLEAPICLIENT_ERROR_CAUSE in attributes
    ]
    assert len(failures) == 22  # 21 calls, and a part of a batch
    for attributes in failures:
        assert columns <= set(attributes)


def test_columns_are_titled_by_the_names_that_tempo_gives_them() -> None:
    own = {"spanID", "time", "traceService", "traceName", "name"}
    for _, panel in panels():
        if panel["datasource"]["type"] == "tempo":
            (query,) = [query for query in QUERIES if query.panel == panel["title"]]
            assert set(_titles(panel)) <= own | span_attributes(query)
            overridden = {each["matcher"]["options"] for each in panel["fieldConfig"]["overrides"]}
            assert overridden <= set(_titles(panel).values())


def test_tables_are_of_spans() -> None:
    for _, panel in panels():
        if panel["datasource"]["type"] == "tempo":
            (target,) = panel["targets"]
            assert (target["queryType"], target["tableType"]) == ("traceql", "spans")


def _titles(panel: Mapping[str, Any]) -> dict[str, str]:
    (organized,) = panel["transformations"]
    return organized["options"]["renameByName"]
