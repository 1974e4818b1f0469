# SPDX-License-Identifier: Apache-2.0
"""A backup job that reads messages in batches, and retries only what may succeed.

With the local Gmail:  .ci/nox -s example -- backup
With yours:            opentelemetry-instrument python -m applications.backup FOLDER

Run the second command in the folder `examples`. GMAIL_TOKEN names the token file that Google's
quick start writes.
"""

from __future__ import annotations

import base64
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from opentelemetry import trace
from opentelemetry.instrumentation.googleapiclient import explain

from applications.account import open_gmail

BATCH = 50
"""Messages fetched at once; Gmail advises against more."""
ROUNDS = 3
LONGEST_WAIT = 60.0
"""Seconds."""


class Backup:
    """Saves messages as files, and keeps account of those that it could not save."""

    def __init__(self, gmail: Any, folder: Path) -> None:
        self._gmail = gmail
        self._folder = folder
        self._advised_wait = 0.0
        """Seconds that the server asked for in the last batch."""
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
        """Save these; only what failed, and may succeed soon, is asked for again."""
        for number in range(ROUNDS):
            if number:
                time.sleep(min(max(self._advised_wait, 2**number), LONGEST_WAIT))
            ids = self._fetch(ids)
            if not ids:
                return
        self.lost += ids

    def _fetch(self, ids: list[str]) -> list[str]:
        """Save these in one batch, and return those that are worth another try."""
        again: list[str] = []
        self._advised_wait = 0.0

        def save(id_: str, message: dict[str, str] | None, error: Exception | None) -> None:
            if message is not None and error is None:
                mail = base64.urlsafe_b64decode(message["raw"])
                (self._folder / f"{id_}.eml").write_bytes(mail)
                self.saved += 1
                return
            why = explain(error)
            if why.retry == "backoff":
                again.append(id_)
                self._advised_wait = max(self._advised_wait, why.advised_wait or 0.0)
            else:
                self.lost.append(id_)
                print(f"{id_} {why}")

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
