# SPDX-License-Identifier: Apache-2.0
"""docs/configuration.md has every option, every variable and every default, and no other."""

from __future__ import annotations

import re
from pathlib import Path
from types import ModuleType

import pytest
from opentelemetry.instrumentation.googleapiclient import (
    environment_variables as variables_of_calls,
)
from opentelemetry.instrumentation.googleapiclient._calls import options as of_calls
from opentelemetry.instrumentation.httplib2 import environment_variables as variables_of_requests
from opentelemetry.instrumentation.httplib2._wire import options as of_requests

_, CALLS, REQUESTS, TERMINAL = (
    (Path(__file__).parents[2] / "docs" / "configuration.md").read_text("utf-8").split("\n## ")
)
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
    """The cells of each row, without the head of the table."""
    lines = [line for line in section.splitlines() if line.startswith("| ")][2:]
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
    changed = {
        field
        for field, before in of_calls.Options()._asdict().items()
        if of_calls.read_options({})._asdict()[field] != before
    }
    assert changed == {name}
