# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from demo.backend import variables_of_demo
from demo.morning import spend_morning
from support.otlp.receiver import Receiver, variables

if TYPE_CHECKING:
    from opentelemetry.instrumentation.googleapiclient._terminal.spans import Span


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What looks at a run of the demo waits for it: that is slow."""
    for item in items:
        if "morning" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="session")
def morning() -> list[Span]:
    """What a backend gets of one run of the demo."""
    with Receiver() as receiver:
        telemetry = {**variables_of_demo(receiver.endpoint), **variables(receiver.endpoint)}
        spend_morning(telemetry, output=subprocess.DEVNULL)
        return receiver.spans()
