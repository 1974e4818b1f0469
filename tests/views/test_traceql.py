# SPDX-License-Identifier: Apache-2.0
"""What is asked of Tempo, against the contract's names and the spans that really came.

There is no Tempo to run here: Grafana's grammar reads the queries; names and values are checked.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from opentelemetry.instrumentation.googleapiclient import semconv
from opentelemetry.instrumentation.httplib2 import semconv as wire_semconv
from opentelemetry.semconv.attributes import error_attributes, http_attributes, server_attributes

from grafana.traceql import COMPARED as _COMPARED
from views.measured import attributes_of
from views.mornings import Mornings
from views.panels import Query, panels, queries

pytestmark = pytest.mark.xdist_group("mornings")

QUERIES = queries("tempo")
ASKED = [pytest.param(query, id=query.panel) for query in QUERIES]

CONTRACT = {
    value
    for module in (semconv, wire_semconv, error_attributes, http_attributes, server_attributes)
    for name, value in vars(module).items()
    if isinstance(value, str) and not name.startswith("_")
}


COMPARED = set(_COMPARED)


def _constants(of: type) -> set[str]:
    return {value for name, value in vars(of).items() if name.isupper()}


VALUES = {
    semconv.GOOGLEAPICLIENT_OPERATION: _constants(semconv.Operation),
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


def mistakes(*texts: str) -> list[list[str]]:
    """What Grafana's own grammar of TraceQL does not understand of each text."""
    node = shutil.which("node")
    modules = os.environ.get("TRACEQL_GRAMMAR")
    assert node, "Node.js is missing"
    assert modules, "the grammar is missing"
    script = Path(__file__).with_name("traceql.cjs")
    done = subprocess.run(
        [node, str(script)],
        input=json.dumps(texts),
        env={**os.environ, "NODE_PATH": modules},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("query", ASKED)
def test_grafana_s_grammar_understands_it(query: Query) -> None:
    assert mistakes(query.text, query.filled) == [[], []]


def test_the_grammar_tells_mistakes() -> None:
    wrong = ("{ span.a = }", "{ span.a = 1 } | selct(span.b)", "{ span.a = 1 } with (most_recent=")
    assert all(mistakes(*wrong))


@pytest.mark.parametrize("query", ASKED)
def test_spans_with_these_attributes_came(query: Query, mornings: Mornings) -> None:
    seen = {name for span in mornings.tap.spans for name in attributes_of(span)}
    assert span_attributes(query) <= seen


def test_every_failure_has_all_columns_of_the_table(mornings: Mornings) -> None:
    (query,) = [query for query in QUERIES if "error.remedy" in query.text]
    columns = set(re.findall(r"span\.([\w.]+)", query.text.partition("select")[2]))
    failures = [
        attributes
        for attributes in map(attributes_of, mornings.tap.spans)
        if semconv.GOOGLEAPICLIENT_ERROR_CAUSE in attributes
    ]
    assert len(failures) == 22  # 21 calls, and a part of a batch
    for attributes in failures:
        assert columns <= set(attributes)


OWN_COLUMNS = {"Span ID", "Start time", "Trace Service", "Trace Name", "Name", "Duration"}
"""What Grafana calls Tempo's own columns; transformations know them by these names."""


def test_columns_are_ordered_and_titled_by_the_names_that_grafana_shows() -> None:
    for _, panel in panels():
        if panel["datasource"]["type"] == "tempo":
            (query,) = [query for query in QUERIES if query.panel == panel["title"]]
            (organized,) = panel["transformations"]
            options = organized["options"]
            named = {*options["renameByName"], *options["indexByName"], *options["excludeByName"]}
            asked = span_attributes(query) | {"service.name"}
            assert named <= OWN_COLUMNS | asked | COMPARED
            assert {"Span ID", "Start time", "Trace Service"} <= set(options["renameByName"])
            # Nothing that is only compared makes a column of its own.
            selected = set(re.findall(r"span\.([\w.]+)", query.text.partition("select")[2]))
            assert asked - selected <= set(options["excludeByName"])
            overridden = {each["matcher"]["options"] for each in panel["fieldConfig"]["overrides"]}
            assert overridden <= set(options["renameByName"].values())


def test_the_latest_spans_are_asked_for() -> None:
    assert all(query.text.endswith(" with (most_recent=true)") for query in QUERIES)


def test_tables_are_of_spans() -> None:
    for _, panel in panels():
        if panel["datasource"]["type"] == "tempo":
            (target,) = panel["targets"]
            assert (target["queryType"], target["tableType"]) == ("traceql", "spans")
