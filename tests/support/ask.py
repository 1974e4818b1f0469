# SPDX-License-Identifier: Apache-2.0
"""The plainest of HTTP clients, as a type."""

from __future__ import annotations

import json
from collections.abc import Callable
from email.message import Message
from typing import Any, NamedTuple


class Reply(NamedTuple):
    status: int
    reason: str
    headers: Message[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


Ask = Callable[..., Reply]
