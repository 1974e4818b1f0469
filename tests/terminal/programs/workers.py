# SPDX-License-Identifier: Apache-2.0
"""A master that makes a call and forks workers, which make many at once and end in order."""

import json
import os
import sys
import warnings
from pathlib import Path

from googleapiclient.discovery import build_from_document
from googleapiclient.errors import HttpError
from googleapiclient.http import build_http
from opentelemetry import trace

# Python 3.12 on says so of each fork of a program with threads.
warnings.simplefilter("ignore", DeprecationWarning)

document = json.loads(Path(os.environ["GMAIL_DOCUMENT"]).read_text("utf-8"))
labels = build_from_document(document, http=build_http()).users().labels()


def call(method: str, times: int) -> None:
    http = build_http()
    for _ in range(times):
        try:
            getattr(labels, method)(
                userId="me", **({"id": "INBOX"} if method == "get" else {})
            ).execute(http)
        except HttpError:
            pass


call("list", 1)
# So that all that draws is loaded once.
trace.get_tracer_provider().force_flush()  # type: ignore[attr-defined]
begin = os.pipe()
workers: list[int] = []
for _ in range(2):
    worker = os.fork()
    if not worker:
        os.close(begin[1])
        os.read(begin[0], 1)
        call("get", 10)
        sys.exit()
    workers.append(worker)
os.close(begin[0])
os.close(begin[1])
for worker in workers:
    assert os.waitpid(worker, 0)[1] == 0
