# SPDX-License-Identifier: Apache-2.0
"""Calls at the end of the interpreter: in ``atexit``, and when the modules go."""

import atexit
from typing import Any

import httplib2
from account import DOCUMENT
from googleapiclient.discovery import build_from_document
from googleapiclient.errors import HttpError


class Labels:
    """Has all that it needs, for when the modules are taken apart."""

    error = HttpError

    def __init__(self, last: str) -> None:
        self.last = last
        self.http = httplib2.Http(timeout=60)
        self.labels: Any = build_from_document(DOCUMENT, http=self.http).users().labels()

    def call(self, name: str) -> str:
        return self.labels.get(userId="me", id=name).execute()["name"]

    def say(self, when: str, name: str) -> None:
        print(when, self.call(name), flush=True)

    def __del__(self) -> None:
        # Says nothing unless it fails: the server has seen it.
        try:
            self.call(self.last)
        except self.error as error:
            if error.status_code != 404 or self.last != "Label_404":
                raise
        finally:
            self.http.close()


last = Labels("SENT")
absent = Labels("Label_404")
others = Labels("TRASH")
atexit.register(others.say, "in atexit:", "INBOX")
del others
last.say("before:", "UNREAD")
