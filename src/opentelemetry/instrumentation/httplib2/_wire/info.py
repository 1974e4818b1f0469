# SPDX-License-Identifier: Apache-2.0
"""What a request and its response were, as plain values: for hooks, and for swapping layers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class RequestInfo(NamedTuple):
    """One attempt to send a request."""

    method: str
    """As the application gave it."""
    url: str
    """As it goes out: nothing is redacted in what a hook of the application's own sees."""
    headers: Mapping[str, str]
    """As they go out, with those of the propagator; empty where nothing was sent."""
    resend_count: int
    """How many attempts this request has needed before."""
    resend_cause: str | None
    """Why it is resent, None on a first attempt.

    One of ``retry``, ``auth_refresh``, ``auth_challenge``, ``redirect``, ``no_response``.
    """


class ResponseInfo(NamedTuple):
    """The response to an attempt."""

    status_code: int
    headers: Mapping[str, str]
    """With lower-case names."""
    protocol_version: str | None
    """``1.1``"""
