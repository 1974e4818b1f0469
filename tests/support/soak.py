# SPDX-License-Identifier: Apache-2.0
"""How much tests of bounds try: little each time, much where ``nox -s soak`` asks for it."""

from __future__ import annotations

import os
from typing import Final

SOAK: Final = "SOAK_CALLS" in os.environ


def soak_calls(otherwise: int) -> int:
    """How many calls to make."""
    return int(os.environ.get("SOAK_CALLS", otherwise))
