# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from rich.console import Console

from demo.morning import spend_morning
from demo.receiver import Receiver
from demo.show import variables

if TYPE_CHECKING:
    from demo.spans import Span


@pytest.fixture(scope="session")
def morning() -> list[Span]:
    """What a backend gets of one run of the demo."""
    with Receiver() as receiver:
        spend_morning(Console(file=io.StringIO()), variables(receiver.endpoint))
        return receiver.spans()
