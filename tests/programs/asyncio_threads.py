# SPDX-License-Identifier: Apache-2.0
"""An asyncio service that calls the API in threads, and gives up waiting for some calls."""

import asyncio

import httplib2
from account import DOCUMENT
from googleapiclient.discovery import build_from_document


def label(name: str) -> str:
    http = httplib2.Http(timeout=10)
    try:
        labels = build_from_document(DOCUMENT, http=http).users().labels()
        return labels.get(userId="me", id=name).execute()["name"]
    finally:
        http.close()


async def main() -> None:
    print(await asyncio.gather(*(asyncio.to_thread(label, name) for name in ("INBOX", "SENT"))))
    try:
        await asyncio.wait_for(asyncio.to_thread(label, "DRAFT"), timeout=0.2)
    except asyncio.TimeoutError:
        print("gave up")


asyncio.run(main())
