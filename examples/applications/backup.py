# SPDX-License-Identifier: Apache-2.0
"""A backup job: batches of messages, in one trace, with a span for each that could not be had.

Watch it here:  .ci/nox -s example -- backup
Run yours so:   opentelemetry-instrument python backup.py FOLDER
"""

from __future__ import annotations

import base64
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from googleapiclient.errors import HttpError
from opentelemetry import trace

from applications.account import open_gmail

BATCH = 50
"""Messages fetched at once; Gmail advises against more."""
ROUNDS = 3
PASSING = {429, 500, 502, 503, 504}
"""Statuses of failures that may have passed when the message is asked for again."""
RATE_LIMITS = {"rateLimitExceeded", "userRateLimitExceeded"}
"""Reasons of those that come as 403, like much that does not pass."""


def may_pass(error: Exception | None) -> bool:
    """Tell whether the same request has a chance later."""
    if not isinstance(error, HttpError):
        return False
    details = error.error_details if isinstance(error.error_details, list) else []
    reasons = {detail.get("reason") for detail in details}
    return error.status_code in PASSING or bool(reasons & RATE_LIMITS)


class Backup:
    """Saves messages as files, and keeps account of those that it could not save."""

    def __init__(self, gmail: Any, folder: Path) -> None:
        self._gmail = gmail
        self._folder = folder
        self.saved = 0
        self.lost: list[str] = []

    def run(self) -> None:
        """Save all messages, page by page."""
        messages = self._gmail.users().messages()
        request = messages.list(userId="me", maxResults=BATCH)
        while request is not None:
            page = request.execute(num_retries=3)
            self._save_all([message["id"] for message in page.get("messages", [])])
            request = messages.list_next(request, page)

    def _save_all(self, ids: list[str]) -> None:
        """Save these; only what failed, and may not fail again, is asked for again."""
        for number in range(ROUNDS):
            if number:
                time.sleep(2**number)
            ids = self._fetch(ids)
            if not ids:
                return
        self.lost += ids

    def _fetch(self, ids: list[str]) -> list[str]:
        """Save these in one batch, and return those that are worth another try."""
        again: list[str] = []

        def save(id_: str, message: dict[str, str] | None, error: Exception | None) -> None:
            if message is not None and error is None:
                mail = base64.urlsafe_b64decode(message["raw"])
                (self._folder / f"{id_}.eml").write_bytes(mail)
                self.saved += 1
            elif may_pass(error):
                again.append(id_)
            else:
                self.lost.append(id_)

        batch = self._gmail.new_batch_http_request(callback=save)
        for each in ids:
            request = self._gmail.users().messages().get(userId="me", id=each, format="raw")
            batch.add(request, request_id=each)
        batch.execute()
        return again


def main() -> None:
    """Save a mailbox to the folder that the command line names, else to a new one."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else tempfile.mkdtemp(prefix="backup-"))
    # One span around the job: all its calls are in one trace.
    with trace.get_tracer("backup").start_as_current_span("backup") as span:
        backup = Backup(open_gmail(), folder)
        backup.run()
        span.set_attribute("backup.saved", backup.saved)
        span.set_attribute("backup.lost", len(backup.lost))
    print(f"{backup.saved} messages saved in {folder}, {len(backup.lost)} could not be had")


if __name__ == "__main__":
    main()
