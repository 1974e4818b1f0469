# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from collections.abc import Generator

import pytest
from opentelemetry.instrumentation.googleapiclient._diagnosis import error_type


@pytest.fixture(autouse=True)
def error_types_of_this_test(monkeypatch: pytest.MonkeyPatch) -> None:
    """What servers make up here must not use up the places of what those of other tests say."""
    monkeypatch.setattr(error_type, "_error_types", error_type._ErrorTypes())


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Escape what hostile servers have put into the logs: pytest-xdist can't send it as it is."""
    report = yield
    report.sections = [
        (name, text.encode("utf-8", "backslashreplace").decode()) for name, text in report.sections
    ]
    return report
