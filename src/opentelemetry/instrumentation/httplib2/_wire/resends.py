# SPDX-License-Identifier: Apache-2.0
"""Resends: what the earlier attempts to send a request tell about the next one.

``watched_connection`` sees httplib2 resend by itself, ``scope`` tells why others resend; here is
kept what was sent before, and whether a change may be made twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from logging import getLogger
from typing import Final

from .._support.guard import warn_once

# What may be done twice if it is sent twice (RFC 9110, section 9.2.2).
_NOT_IDEMPOTENT: Final = frozenset({"PATCH", "POST"})

_logger = getLogger(__name__)


class PastAttempt:
    """How an attempt ended.

    Args:
        status: of the response that whoever sent it was given; None where there was none.
        failed_phase: what was being done when an exception ended it; None where none did, or it is
            not known.
        reused: whether its connection was open before; None where that is not known.
    """

    __slots__ = ("failed_phase", "reused", "status")

    def __init__(self, status: int | None, failed_phase: str | None, reused: bool | None) -> None:
        self.status = status
        self.failed_phase = failed_phase
        self.reused = reused


class AttemptHistory:
    """What is known of the attempts to send one request."""

    attempts: int = 0
    """How many there were, whatever their causes."""
    previous: PastAttempt | None = None
    """The last of them; None where nobody has looked."""
    may_have_been_carried_out: bool = False
    """Whether one was sent and failed before its response was read: the server may have acted."""
    awaited_on: object = None
    """The connection on which that response may still come."""

    @property
    def has_failed(self) -> bool:
        """Whether the last of them ended with an exception or was refused."""
        previous = self.previous
        return previous is not None and (previous.status is None or previous.status >= 400)  # noqa: PLR2004

    def would_be_done_twice(self, method: str, headers: Mapping[str, str]) -> bool:
        """Whether to send this request now may do twice what it changes.

        Args:
            method: the HTTP method.
            headers: of the request.
        """
        return (
            self.may_have_been_carried_out
            and method in _NOT_IDEMPOTENT
            and not _stands_for_get(headers)
        )

    def waits_on(self, connection: object) -> None:
        """An attempt has failed after it was sent, before its response was read."""
        self.may_have_been_carried_out = True
        self.awaited_on = connection

    def forget(self) -> None:
        """Another request begins."""
        self.attempts = 0
        self.previous = None
        self.may_have_been_carried_out = False
        self.awaited_on = None


def _stands_for_get(headers: Mapping[str, str]) -> bool:
    """Whether it is a GET whose URL is too long for one: googleapiclient posts its query."""
    return any(
        name.lower() == "x-http-method-override" and value == "GET"
        for name, value in headers.items()
    )


def warn_of_stale_response() -> None:
    """Say, once, that httplib2 has mixed up two responses."""
    warn_once(
        _logger,
        "stale response",
        "httplib2 returned the response to an earlier request: a request on this connection was "
        "interrupted or timed out before its response was read, so the next one was not sent. "
        "Use a new httplib2.Http after an interrupted request.",
    )
