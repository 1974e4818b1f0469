# SPDX-License-Identifier: Apache-2.0
"""docs/configuration.md has every option, every variable and every default, and no other."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import httplib2
import pytest
from googleapiclient.errors import HttpError
from opentelemetry.instrumentation.googleapiclient import (
    GoogleApiClientInstrumentor,
)
from opentelemetry.instrumentation.googleapiclient import (
    environment_variables as variables_of_calls,
)
from opentelemetry.instrumentation.googleapiclient._calls import options as of_calls
from opentelemetry.instrumentation.httplib2 import Httplib2Instrumentor
from opentelemetry.instrumentation.httplib2 import environment_variables as variables_of_requests
from opentelemetry.instrumentation.httplib2._wire import options as of_requests

from local_gmail import LocalGmail, documented
from support.otlp.receiver import Receiver

PAGE = (Path(__file__).parents[2] / "docs" / "configuration.md").read_text("utf-8")
CALLS, REQUESTS, TERMINAL = (
    PAGE.partition(f"\n## {title}\n")[2].partition("\n## ")[0]
    for title in ("Calls", "Requests", "Terminal exporter")
)
EXAMPLES = re.findall(r"(?ms)^```python\n(.*?)^```$", PAGE)
OPTIONS = [
    pytest.param(CALLS, of_calls, id="calls"),
    pytest.param(REQUESTS, of_requests, id="requests"),
]
VARIABLES = [
    pytest.param(CALLS, variables_of_calls, id="calls"),
    pytest.param(REQUESTS, variables_of_requests, id="requests"),
]
OF_TERMINAL = [each for each in vars(variables_of_calls) if "_TERMINAL_" in each]
PROVIDERS = {"tracer_provider", "meter_provider", "logger_provider", "propagator"}


def rows(section: str) -> list[list[str]]:
    """The cells of each row of the section's first table, without its head."""
    table = section[section.index("\n| ") :].strip().partition("\n\n")[0]
    lines = table.splitlines()[2:]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]


def variables(cell: str) -> set[str]:
    return set(re.findall(r"`(OTEL_\w+)`", cell))


def keywords(cell: str) -> set[str]:
    return set(re.findall(r"`(\w+)(?:\(.*?\))?`", cell))


@pytest.mark.parametrize(("section", "options"), OPTIONS)
def test_every_keyword_is_listed(section: str, options: ModuleType) -> None:
    listed = {name for _, cell, *_ in rows(section) for name in keywords(cell)}
    assert listed - PROVIDERS == set(options.OPTION_NAMES)


@pytest.mark.parametrize(("section", "environment"), VARIABLES)
def test_every_variable_is_listed(section: str, environment: ModuleType) -> None:
    listed = {name for cell, *_ in rows(section) for name in variables(cell)}
    assert listed == {
        value
        for name, value in vars(environment).items()
        if name.isupper() and name not in OF_TERMINAL
    }


def test_every_variable_of_the_terminal_exporter_is_listed() -> None:
    assert OF_TERMINAL
    assert {name for cell, *_ in rows(TERMINAL) for name in variables(cell)} == set(OF_TERMINAL)


@pytest.mark.parametrize(("section", "options"), OPTIONS)
def test_defaults_are_those_of_the_code(section: str, options: ModuleType) -> None:
    defaults = options.Options()
    for _, keyword, default, _ in rows(section):
        for name in keywords(keyword) - PROVIDERS:
            value = getattr(defaults, name)
            if default in {"none", "unset"}:
                assert not value, name
            else:
                assert default.strip("`").lower() == str(value).lower(), name


@pytest.mark.parametrize(
    "variable",
    [each for each in vars(variables_of_calls) if each.isupper() and each not in OF_TERMINAL],
)
def test_a_variable_stands_beside_its_keyword(
    variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Set to what the row allows, it changes the option that the row names, and only that."""
    samples = {
        "retry_events": "log",
        "batch_part_spans": "all",
        "capture_personal_data": "true",
        "user_hash_key": "a secret",
        "gmail_quota_table": "legacy",
        "excluded_methods": "gmail.users.labels.*",
    }
    (name,) = [
        name for cell, keyword, *_ in rows(CALLS) if variable in cell for name in keywords(keyword)
    ]
    monkeypatch.setenv(variable, samples[name])
    assert set(vars(of_calls.read_options({}))) == {name}
    assert getattr(of_calls.read_options({}), name) != getattr(of_calls.Options(), name)


@pytest.fixture(name="receiver")
def _receiver() -> Iterator[Receiver]:
    with Receiver() as receiver:
        yield receiver


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_instruments_calls_without_a_warning(
    example: str,
    gmail: LocalGmail,
    build: Callable[..., Any],
    http: httplib2.Http,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    receiver: Receiver,
) -> None:
    gmail.script("gmail.users.labels.list", documented("insufficientPermissions"))
    monkeypatch.setattr("opentelemetry.trace.set_tracer_provider", lambda _: None)
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.endpoint)
    instrumentors = (GoogleApiClientInstrumentor(), Httplib2Instrumentor())
    namespace: dict[str, Any] = {}
    try:
        exec(example, namespace)
        assert any(one.is_instrumented_by_opentelemetry for one in instrumentors)
        with pytest.raises(HttpError):
            build(http).users().labels().list(userId="me").execute()
    finally:
        for one in instrumentors:
            one.uninstrument()
        if provider := namespace.get("provider"):
            provider.shutdown()
    ours = (
        "opentelemetry.instrumentation.googleapiclient",
        "opentelemetry.instrumentation.httplib2",
    )
    assert [each.getMessage() for each in caplog.records if each.name.startswith(ours)] == []


@pytest.mark.parametrize("options", [of_calls, of_requests])
def test_every_option_is_in_an_example(options: ModuleType) -> None:
    shown = "".join(EXAMPLES)
    assert [name for name in options.OPTION_NAMES if f"{name}=" not in shown] == []
