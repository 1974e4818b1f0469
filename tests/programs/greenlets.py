# SPDX-License-Identifier: Apache-2.0
"""Serves many mailboxes in greenlets: gevent puts its own in place of sockets and threads."""

from gevent import monkey

monkey.patch_all()

import gevent
import httplib2
from account import DOCUMENT
from googleapiclient.discovery import build_from_document


def profile(number: int) -> str:
    http = httplib2.Http(timeout=10)
    users = build_from_document(DOCUMENT, http=http).users()
    address = users.getProfile(userId="me").execute()["emailAddress"]
    http.close()
    return f"{number} {address}"


jobs = [gevent.spawn(profile, number) for number in range(5)]
gevent.joinall(jobs, timeout=30)
for job in jobs:
    print(job.get())
