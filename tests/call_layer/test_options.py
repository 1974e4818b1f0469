# SPDX-License-Identifier: Apache-2.0
"""Options come from the environment, then from keywords; a bad one is a warning, never a crash."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from opentelemetry.instrumentation.googleapiclient._calls import options
from opentelemetry.instrumentation.googleapiclient._calls.options import read_options

PREFIX = "OTEL_PYTHON_GOOGLEAPICLIENT_"


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    def set_variables(**variables: str) -> None:
        for name, value in variables.items():
            monkeypatch.setenv(PREFIX + name, value)

    return set_variables


def test_defaults(caplog: pytest.LogCaptureFixture) -> None:
    assert vars(read_options({})) == {}
    assert not caplog.records


@pytest.mark.parametrize(
    ("variable", "value", "option", "expected"),
    [
        ("RETRY_EVENTS", "none", "retry_events", "none"),
        ("RETRY_EVENTS", " Span ", "retry_events", "span"),
        ("RETRY_EVENTS", "log", "retry_events", "log"),
        ("BATCH_PART_SPANS", "ALL", "batch_part_spans", "all"),
        ("USER_HASH_KEY", "secret", "user_hash_key", "secret"),
        ("GMAIL_QUOTA_TABLE", "legacy", "gmail_quota_table", "legacy"),
        ("CAPTURE_PERSONAL_DATA", "true", "capture_personal_data", True),
        ("CAPTURE_PERSONAL_DATA", "FALSE", "capture_personal_data", False),
        ("CAPTURE_PERSONAL_DATA", "", "capture_personal_data", False),
        ("EXCLUDED_METHODS", "gmail.users.labels.*, drive.*,", "excluded_methods",
         ("gmail.users.labels.*", "drive.*")),
    ],
)  # fmt: skip
def test_the_environment_is_read(
    variable: str,
    value: str,
    option: str,
    expected: object,
    environment: Callable[..., None],
    caplog: pytest.LogCaptureFixture,
) -> None:
    environment(**{variable: value})

    assert getattr(read_options({}), option) == expected
    assert not caplog.records


def test_keywords_win(environment: Callable[..., None]) -> None:
    environment(RETRY_EVENTS="none", CAPTURE_PERSONAL_DATA="true", EXCLUDED_METHODS="a.*")

    options = read_options(
        {"retry_events": "span", "capture_personal_data": False, "excluded_methods": ["b.*"]}
    )

    assert vars(options) == {
        "retry_events": "span",
        "capture_personal_data": False,
        "excluded_methods": ("b.*",),
    }


@pytest.mark.parametrize(
    ("variable", "value", "allowed"),
    [
        ("RETRY_EVENTS", "always", ["span", "log", "none"]),
        ("BATCH_PART_SPANS", "some", ["all", "errors", "none"]),
        ("GMAIL_QUOTA_TABLE", "2020", ["2026-05", "legacy"]),
        ("CAPTURE_PERSONAL_DATA", "maybe", ["true", "false"]),
    ],
)
def test_a_bad_variable_is_one_warning_that_says_what_is_allowed(
    variable: str,
    value: str,
    allowed: list[str],
    environment: Callable[..., None],
    caplog: pytest.LogCaptureFixture,
) -> None:
    environment(**{variable: value})

    assert vars(read_options({})) == {}

    (record,) = caplog.records
    for part in (PREFIX + variable, value, *allowed):
        assert part in record.getMessage()


@pytest.mark.parametrize(
    ("keyword", "value"),
    [
        ("retry_events", 7),
        ("capture_personal_data", "perhaps"),
        ("batch_part_spans", True),
        ("user_hash_key", ""),
        ("gmail_quota_table", 2026),
        ("excluded_methods", 7),
        ("excluded_methods", [7]),
        ("request_hook", "not callable"),
        ("response_hook", 7),
    ],
)
def test_a_bad_keyword_is_one_warning(
    keyword: str, value: Any, caplog: pytest.LogCaptureFixture
) -> None:
    assert vars(read_options({keyword: value})) == {}

    (record,) = caplog.records
    assert keyword in record.getMessage()
    assert "allowed" in record.getMessage()


def test_an_unknown_keyword_is_a_warning_that_lists_the_known_ones(
    instrument: Callable[..., None], caplog: pytest.LogCaptureFixture
) -> None:
    instrument(retry_event="none")

    (record,) = caplog.records
    assert "retry_event" in record.getMessage()
    assert all(name in record.getMessage() for name in options.OPTION_NAMES)
