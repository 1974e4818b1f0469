# SPDX-License-Identifier: Apache-2.0
"""What is called, and what the server does: names only, so that a failing script reads well."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Call:
    """One thing that the application does."""

    kind: str
    """A name of ``calls.CALLS``."""
    transport: str = "plain"
    """A name of ``transports.TRANSPORTS``; calls of one script that name the same one share it."""
    retries: int = 0
    """``num_retries``"""


@dataclass(frozen=True)
class Script:
    """What an application does one after the other, and what it gets."""

    calls: tuple[Call, ...]
    responses: tuple[str, ...] = ()
    """Names of ``responses.RESPONSES``, one for each request in order; then ordinary service."""
    parts: tuple[str, ...] = ()
    """The same for the parts of batches."""
