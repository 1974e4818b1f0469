# SPDX-License-Identifier: Apache-2.0
"""Processes that ``multiprocessing`` spawns are given requests, and carry them out."""

import multiprocessing
from typing import Any

import httplib2
from account import DOCUMENT
from googleapiclient.discovery import build_from_document


def carry_out(request: Any, results: Any, goes_on: Any) -> None:
    http = httplib2.Http(timeout=60)
    results.put(request.execute(http=http)["name"])
    http.close()
    goes_on.wait()


def main() -> None:
    spawn = multiprocessing.get_context("spawn")
    results, goes_on = spawn.Queue(), spawn.Event()
    unused = httplib2.Http()
    labels = build_from_document(DOCUMENT, http=unused).users().labels()
    processes: list[Any] = []
    for name in ("INBOX", "SENT"):
        request = labels.get(userId="me", id=name)
        # A connection does not go from one process to another.
        request.http = None
        processes.append(spawn.Process(target=carry_out, args=(request, results, goes_on)))
    for process in processes:
        process.start()
    print(*sorted(results.get(timeout=60) for _ in processes), flush=True)
    goes_on.set()
    for process in processes:
        process.join(60)
        assert process.exitcode == 0


if __name__ == "__main__":
    main()
