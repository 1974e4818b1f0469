# SPDX-License-Identifier: Apache-2.0
"""Keeps responds in a folder, as httplib2 offers, and asks only whether they are still good."""

from pathlib import Path
from tempfile import TemporaryDirectory

import httplib2
from account import DOCUMENT
from googleapiclient.discovery import build_from_document

with TemporaryDirectory() as folder:
    http = httplib2.Http(folder, timeout=10)
    labels = build_from_document(DOCUMENT, http=http).users().labels()
    for _ in range(3):
        print(labels.get(userId="me", id="INBOX").execute())
    response, _ = http.request(labels.get(userId="me", id="INBOX").uri)
    print(response.fromcache, response.status)
    (kept,) = Path(folder).iterdir()
    print("traceparent" in kept.read_text("utf-8"))
