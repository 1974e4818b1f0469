# SPDX-License-Identifier: Apache-2.0
"""A retry loop that waits as long as the server asks, and stops if a retry can't help.

With the local Gmail:  .ci/nox -s example -- patient
With yours:            opentelemetry-instrument python -m applications.patient

Run the second command in the folder `examples`. GMAIL_TOKEN names the token file that Google's
quick start writes.
"""

from __future__ import annotations

import random
import time
from typing import Any

from google.auth.exceptions import GoogleAuthError
from googleapiclient.errors import HttpError
from httplib2.error import HttpLib2Error
from opentelemetry.instrumentation.googleapiclient import explain

from applications.account import open_gmail

TRIES = 5
LONGEST_WAIT = 120.0
"""Seconds. A limit that lasts longer is for the next run."""


def execute(request: Any) -> Any:
    """Execute a request, again after a wait where that may help."""
    for number in range(1, TRIES + 1):
        try:
            return request.execute()
        except (GoogleAuthError, HttpError, HttpLib2Error, OSError) as error:
            why = explain(error)
            wait = why.advised_wait or random.uniform(0, 2**number)
            print(why)
            if why.retry != "backoff" or wait > LONGEST_WAIT or number == TRIES:
                raise
            time.sleep(wait)
    raise AssertionError("unreachable")


def main() -> None:
    """Count the mail, then ask for a change that is not allowed."""
    users = open_gmail().users()
    found = execute(users.messages().list(userId="me", labelIds=["UNREAD"]))
    print(f"{found['resultSizeEstimate']} messages are unread")
    try:
        execute(users.labels().create(userId="me", body={"name": "Handled"}))
    except HttpError as error:
        print(f"no label was created: {error.reason}")


if __name__ == "__main__":
    main()
