# SPDX-License-Identifier: Apache-2.0
"""What ``measure`` and its workers say to each other: one JSON document a line."""

from __future__ import annotations

from enum import Enum
from typing import TypeAlias, TypedDict


class Environment(Enum):
    """A set of installed packages; instrumentations of one library must not mix."""

    OWN = "own"
    PEER = "peer"


class Turns(TypedDict):
    """Asked of a worker: a turn for each of its sides."""

    calls: int
    warm_up: int


class Turn(TypedDict):
    """How one turn of one side went, per call."""

    nanoseconds: float
    garbage: float
    """Objects that only the garbage collector could free."""


Round: TypeAlias = dict[str, Turn]
"""The turns of all sides, by name; a worker's response to :class:`Turns`."""


class Greeting(TypedDict):
    """Said by a worker once, when it is ready."""

    python: str
    versions: dict[str, str]
