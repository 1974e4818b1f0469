# SPDX-License-Identifier: Apache-2.0
"""The applications, what happens to each of them, and how their users start them."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from demo.application import instrument_command
from local_gmail import documented, ordinary_service

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local_gmail.responses import Script


@dataclass(frozen=True, slots=True)
class Application:
    """One application, and what its requests of Gmail get instead of ordinary service."""

    name: str
    story: str
    troubles: Mapping[str, tuple[Script, ...]]
    is_auto_instrumented: bool = True
    variables: Mapping[str, str] | None = None
    visits: tuple[str, ...] = ()
    """What is asked of it, if it is a web service."""
    writes_files: bool = False

    def command(self, folder: str) -> list[str]:
        """Return the command line that starts it, for work in this folder."""
        instrument = instrument_command() if self.is_auto_instrumented else []
        arguments = [folder] if self.writes_files else []
        return [*instrument, sys.executable, "-m", f"applications.{self.name}", *arguments]

    def shown_command(self, options: str = "") -> str:
        """Return the same as a person would type it."""
        instrument = f"opentelemetry-instrument{options} " if self.is_auto_instrumented else ""
        return f"{instrument}python -m applications.{self.name}"


APPLICATIONS = {
    application.name: application
    for application in (
        Application(
            "unread",
            "a script without tracing code: one read comes too fast and is retried, one message "
            "is gone",
            {
                "gmail.users.messages.get": (
                    documented("userRateLimitExceeded"),
                    ordinary_service,
                    documented("notFound"),
                )
            },
        ),
        Application(
            "patient",
            "a retry loop that waits as long as the server asks, and stops if a retry can't help",
            {
                "gmail.users.messages.list": (
                    documented("concurrentRequests", retry_after=1),
                    documented("serviceUnavailable"),
                ),
                "gmail.users.labels.create": (documented("labelConflict"),),
            },
        ),
        Application(
            "send",
            "instrument() with options and hooks: one order confirmation has an invalid address",
            {"gmail.users.messages.send": (ordinary_service, documented("invalidTo"))},
            is_auto_instrumented=False,
            variables={"USER_HASH_KEY": "made up for the example"},
        ),
        Application(
            "web",
            "a Flask service: Gmail is unavailable for a moment, then forbidden by the domain",
            {
                "gmail.users.messages.list": (
                    documented("serviceUnavailable"),
                    ordinary_service,
                    documented("domainPolicy"),
                )
            },
            # The stable names of the HTTP conventions, which Flask's instrumentation has by option.
            variables={"OTEL_SEMCONV_STABILITY_OPT_IN": "http"},
            visits=("/unread", "/unread"),
        ),
        Application(
            "backup",
            "a batch job: two messages fail inside a response of 200, one of them for good",
            {
                "gmail.users.messages.get": (
                    documented("rateLimitExceeded"),
                    documented("notFound"),
                )
            },
            writes_files=True,
        ),
    )
}
