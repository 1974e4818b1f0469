# SPDX-License-Identifier: Apache-2.0
"""A server in the manner of gunicorn: the master loads all, its forked workers make the calls.

Each worker is forked while another thread of the master is inside of a call.
"""

import os
import sys
import threading
import warnings

import httplib2
from account import DOCUMENT
from googleapiclient.discovery import build_from_document

# Python 3.12 on says so of each fork of a program with threads.
warnings.simplefilter("ignore", DeprecationWarning)


def label(name: str) -> str:
    http = httplib2.Http(timeout=60)
    try:
        labels = build_from_document(DOCUMENT, http=http).users().labels()
        return labels.get(userId="me", id=name).execute()["name"]
    finally:
        http.close()


print("master", label("INBOX"))
busy = threading.Thread(target=label, args=["SPAM"])
busy.start()
sys.stdout.flush()
results, goes_on = os.pipe(), os.pipe()
workers: list[int] = []
for name in ("SENT", "TRASH", "UNREAD"):
    worker = os.fork()
    if not worker:
        os.close(goes_on[1])
        os.write(results[1], f"worker {label(name)}\n".encode())
        # What a worker says at its end comes after all that the master prints.
        os.read(goes_on[0], 1)
        sys.exit()
    workers.append(worker)
os.close(results[1])
busy.join()
responded = b""
while responded.count(b"\n") < len(workers):
    responded += os.read(results[0], 1000)
print(*sorted(responded.decode().splitlines()), sep="\n", flush=True)
os.close(goes_on[1])
for worker in workers:
    assert os.waitpid(worker, 0)[1] == 0
