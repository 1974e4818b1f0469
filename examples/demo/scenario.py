# SPDX-License-Identifier: Apache-2.0
"""What happens to the application this morning: which requests fail, and with what.

Requests that no row names get ordinary service.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from local_gmail import Fault, documented, ordinary_service

if TYPE_CHECKING:
    from local_gmail.responses import Script

MAILBOXES = ("archive@example.com", "partner@example.com", "support@example.com")
"""The accounts that the application synchronises, in this order."""

SCOPES = (
    "https://www.googleapis.com/auth/gmail.readonly",
    "https://www.googleapis.com/auth/gmail.compose",
    "https://www.googleapis.com/auth/gmail.insert",
    "https://www.googleapis.com/auth/gmail.labels",
    "https://www.googleapis.com/auth/gmail.settings.sharing",
)
"""What their owners were asked to consent to."""

TIMEOUT = 2.0
"""Seconds that the application waits for a response."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """What the next requests of one API method get instead of ordinary service."""

    method: str
    """The method id, ``token`` for requests to the authorization server, ``upload`` for chunks."""
    outcomes: tuple[Script, ...]
    story: str


def _trouble(method: str, story: str, *outcomes: Script) -> Trouble:
    return Trouble(method, outcomes, story)


TROUBLES = (
    _trouble(
        "token",
        "the owner of the first mailbox took the consent back",
        documented("invalidGrant"),
    ),
    _trouble(
        "gmail.users.getProfile",
        "the second mailbox is in a domain that allows no Gmail apps",
        documented("domainPolicy"),
    ),
    _trouble(
        "gmail.users.labels.list",
        "two bad moments of the server, which the library's repeats hide",
        *[documented("serviceUnavailable")] * 2,
    ),
    _trouble("gmail.users.messages.list", "a search that can't be", documented("badRequest")),
    _trouble(
        "gmail.users.messages.get",
        "too fast, twice, by two of the limits; then a message that is gone, within a batch",
        documented("userRateLimitExceeded"),
        documented("rateLimitExceeded"),
        documented("notFound"),
    ),
    _trouble(
        "gmail.users.messages.attachments.get",
        "a limit that lasts hours, against which repeats within seconds are lost",
        *[documented("bandwidth", retry_after=7200)] * 3,
    ),
    _trouble("gmail.users.threads.get", "a fault of the server", documented("backendError")),
    _trouble(
        "gmail.users.messages.send",
        "one mail meets the sending limit; the next is accepted but the connection dies before the "
        "response: httplib2 resends it, and nobody notices",
        documented("mailSending"),
        Fault.SERVE_AND_DROP,
    ),
    _trouble(
        "gmail.users.drafts.create",
        "other clients of the mailbox are at work; the application tries again too early, and has "
        "luck",
        documented("concurrentRequests", retry_after=5),
    ),
    _trouble(
        "gmail.users.labels.create",
        "the project's day is used up",
        documented("dailyLimitExceeded"),
    ),
    _trouble(
        "gmail.users.messages.modify",
        "the consent doesn't cover changes",
        documented("insufficientPermissions"),
    ),
    _trouble(
        "upload",
        "the second chunk fails; the application goes on from there",
        ordinary_service,
        documented("serviceUnavailable"),
    ),
    _trouble(
        "gmail.users.settings.updateAutoForwarding",
        "the forwarding address was never verified",
        documented("failedPrecondition"),
    ),
    _trouble("gmail.users.settings.getVacation", "no response within the timeout", Fault.HANG),
    _trouble(
        "gmail.users.watch",
        "access tokens are refused, also those just fetched",
        *[documented("authError")] * 3,
    ),
)
