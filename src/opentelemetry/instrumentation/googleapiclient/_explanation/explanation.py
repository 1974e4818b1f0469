# SPDX-License-Identifier: Apache-2.0
"""What ``explain`` returns."""

from __future__ import annotations

from dataclasses import dataclass

from .._diagnosis.causes import Owner, Retry
from .._diagnosis.diagnosis import diagnose
from .._diagnosis.rules import Evidence

_OUTLOOKS: dict[Retry, str] = {
    "backoff": "retry with backoff",
    "later": "retry later",
    "never": "not retryable",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """What an error means. Everything in it is redacted as on spans; ``str()`` is three lines."""

    cause: str
    """What happened: one of a closed list, see the causes page."""
    retry: Retry
    """When the same request can succeed: ``backoff`` (within seconds to minutes), ``later`` (after
    hours, or at the time that the server names), ``never``.
    """
    owner: Owner
    """Who can fix it: ``developer``, ``end_user``, ``domain_admin``, ``project_owner``, ``google``
    or ``nobody``.
    """
    remedy: str
    """What to do, in one to three sentences."""
    help_url: str
    """Where to read more."""
    message: str = ""
    """What the server said, or the exception."""
    method: str | None = None
    """The method's ID, ``gmail.users.messages.get``, if known."""
    status_code: int | None = None
    """The HTTP status of the response."""
    reason: str | None = None
    """``errors[0].reason`` of the response, or the OAuth error code."""
    domain: str | None = None
    """``errors[0].domain``."""
    location: str | None = None
    """Which argument or field was refused."""
    canonical_status: str | None = None
    """``RESOURCE_EXHAUSTED``, for example: one of google.rpc.Code."""
    advised_wait: float | None = None
    """Seconds that the server asks to wait from now on."""

    @property
    def retryable(self) -> bool:
        """Whether a retry can help, now or later."""
        return self.retry != "never"

    def __str__(self) -> str:
        given = (str(self.status_code) if self.status_code else "", self.reason or "")
        what = " ".join(part for part in given if part)
        message = _on_one_line(self.message)
        # "404 Not Found" and "internal_failure" say it themselves.
        said = ": ".join(part for part in (what, message) if part)
        if what and (message == what or message.startswith(f"{what} ")):
            said = message
        first = f"{self.method or 'The call'} failed: {said or 'nothing more is known'}"
        wait = "" if self.advised_wait is None else f" (advised wait: {self.advised_wait:.0f} s)"
        return (
            f"{first}\n"
            f"  cause: {self.cause}, {_OUTLOOKS[self.retry]}{wait}, owner: {self.owner}\n"
            f"  remedy: {_on_one_line(self.remedy)} {self.help_url}"
        )


def unknown() -> Explanation:
    """What is said of what nothing is known about."""
    nothing = diagnose(Evidence())
    return Explanation(
        cause=nothing.cause,
        retry=nothing.retry,
        owner=nothing.owner,
        remedy=nothing.remedy,
        help_url=nothing.help_url,
    )


def _on_one_line(text: str) -> str:
    return " ".join(text.split())
