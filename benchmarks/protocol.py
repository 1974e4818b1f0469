# SPDX-License-Identifier: Apache-2.0
"""What ``measure`` and its workers say to each other: one JSON document a line."""

from __future__ import annotations

from enum import Enum
from typing import TypeAlias, TypedDict


class Environment(Enum):
    """A set of installed packages; instrumentations of one library must not mix."""

    OWN = "own"
    PEER = "peer"


class Greeting(TypedDict):
    """Said by a worker once, when it is ready."""

    python: str
    versions: dict[str, str]


Block: TypeAlias = int
"""Asked of a worker: how many executions a block has."""

Times: TypeAlias = dict[str, float]
"""Its response: nanoseconds of one execution, or of a piece of it, by side."""
