# SPDX-License-Identifier: Apache-2.0
"""Your application: a list, a refused call, a call that is retried, a batch with a failed part."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import httplib2
from googleapiclient.discovery import build_from_document
from googleapiclient.errors import HttpError
from opentelemetry import trace


def main() -> None:
    document = json.loads(Path(os.environ["GMAIL_DOCUMENT"]).read_text("utf-8"))
    gmail = build_from_document(document, http=httplib2.Http())
    messages = gmail.users().messages()

    found = messages.list(userId="me").execute()["messages"]
    try:
        messages.get(userId="me", id=found[0]["id"]).execute()
    except HttpError as error:
        print(f"refused: {error.status_code}")
    labels = gmail.users().labels().list(userId="me")
    labels._rand = lambda: 0.01  # a short wait
    labels.execute(num_retries=2)
    batch = gmail.new_batch_http_request(callback=_show)
    for message in found[:2]:
        batch.add(messages.get(userId="me", id=message["id"]))
    batch.execute()

    # A program that runs on is exported every few seconds; this one ends at once.
    flush: Any = getattr(trace.get_tracer_provider(), "force_flush", None)
    if flush is not None:
        flush()
    print("all calls made")


def _show(_: str, response: dict[str, Any] | None, exception: HttpError | None) -> None:
    print("part:", exception.status_code if exception else response and response["id"])


if __name__ == "__main__":
    main()
