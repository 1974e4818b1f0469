# SPDX-License-Identifier: Apache-2.0
"""Calls at the end of the interpreter: in ``atexit``, in ``__del__``, in a daemon thread."""

import atexit
import functools
import threading
from typing import Any

import httplib2
from account import DOCUMENT
from googleapiclient.discovery import build_from_document

entered = threading.Event()


class Noting(httplib2.HTTPConnectionWithTimeout):
    """Says when it waits for its answer."""

    def getresponse(self, *args: Any, **kwargs: Any) -> Any:
        entered.set()
        return super().getresponse(*args, **kwargs)


def wait_for_an_answer() -> None:
    http: Any = httplib2.Http(timeout=60)
    http.request = functools.partial(http.request, connection_type=Noting)
    build_from_document(DOCUMENT, http=http).users().getProfile(userId="me").execute()


class Labels:
    """Has all that it needs, for when the modules are taken apart."""

    def __init__(self) -> None:
        self.http = httplib2.Http(timeout=60)
        self.labels: Any = build_from_document(DOCUMENT, http=self.http).users().labels()

    def call(self, name: str) -> str:
        return self.labels.get(userId="me", id=name).execute()["name"]

    def say(self, when: str, name: str) -> None:
        print(when, self.call(name), flush=True)

    def __del__(self) -> None:
        # Says nothing unless it fails: the server has seen it.
        try:
            self.call("SENT")
        finally:
            self.http.close()


last = Labels()
others = Labels()
atexit.register(others.say, "in atexit:", "INBOX")
del others
threading.Thread(target=wait_for_an_answer, daemon=True).start()
entered.wait()
last.say("before:", "UNREAD")
