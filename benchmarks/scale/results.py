# SPDX-License-Identifier: Apache-2.0
"""What the programs of this package write."""

from __future__ import annotations

from typing import TypedDict


class Threads(TypedDict):
    """Calls by some threads at once, each with a service of its own, recorded."""

    threads: int
    calls: int
    bare_calls_per_second: float
    both_calls_per_second: float
    added_microseconds: float
    """Of processor time, per call."""


class Point(TypedDict):
    """What a process holds after some calls."""

    calls: int
    resident_bytes: int
    blocks: int
    """Of memory that the interpreter has allocated."""


class Growth(TypedDict):
    """What a process holds while it calls, with both layers and metrics."""

    name: str
    points: list[Point]
    blocks_per_call: float
    """By which it has grown from the second point to the last."""
    bytes_per_call: float


class Bulk(TypedDict):
    """One big thing without and with both layers, recorded."""

    name: str
    units: int
    """How many parts or chunks it has; 1 for one response."""
    bare_milliseconds: float
    added_milliseconds: float
    added_peak_bytes: int | None
    """By how much more memory the process needed at its peak, where that is of interest."""


class Scale(TypedDict):
    """All of it."""

    threads: list[Threads]
    growth: list[Growth]
    bulk: list[Bulk]
