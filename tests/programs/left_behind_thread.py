# SPDX-License-Identifier: Apache-2.0
"""A program that ends while a daemon thread still waits for a response."""

import functools
import threading
from typing import Any

import httplib2
from account import DOCUMENT
from googleapiclient.discovery import build_from_document

sent = threading.Event()


class Noting(httplib2.HTTPConnectionWithTimeout):
    """Says when it has sent something."""

    def request(self, *args: Any, **kwargs: Any) -> None:
        super().request(*args, **kwargs)
        sent.set()


def wait_for_a_response() -> None:
    http: Any = httplib2.Http(timeout=60)
    http.request = functools.partial(http.request, connection_type=Noting)
    build_from_document(DOCUMENT, http=http).users().getProfile(userId="me").execute()


threading.Thread(target=wait_for_a_response, daemon=True).start()
sent.wait()
http = httplib2.Http(timeout=60)
labels = build_from_document(DOCUMENT, http=http).users().labels()
print(labels.get(userId="me", id="INBOX").execute()["name"])
http.close()
