# SPDX-License-Identifier: Apache-2.0
"""Records the responses of the API once, and plays them back from then on."""

from pathlib import Path
from tempfile import TemporaryDirectory

import httplib2
import vcr
from account import DOCUMENT
from googleapiclient.discovery import build_from_document


def inbox(cassette: Path) -> tuple[str, int]:
    http = httplib2.Http(timeout=10)
    with vcr.use_cassette(str(cassette), filter_headers=["traceparent"]) as tape:
        label = build_from_document(DOCUMENT, http=http).users().labels()
        response = label.get(userId="me", id="INBOX").execute()
        played = tape.play_count
    http.close()
    return response["name"], played


with TemporaryDirectory() as folder:
    tape = Path(folder, "labels.yaml")
    print(*inbox(tape))
    print(*inbox(tape))
    print(tape.read_text("utf-8").count("uri:"))
