# SPDX-License-Identifier: Apache-2.0
"""Uses all kinds of calls: live discovery, pages, a batch, an upload and a download in chunks."""

import io

import httplib2
from account import URL
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError
from googleapiclient.http import MediaIoBaseDownload, MediaIoBaseUpload, build_http

gmail = build(
    "gmail",
    "v1",
    http=build_http(),
    discoveryServiceUrl=URL + "discovery/v1/apis/{api}/{apiVersion}/rest",
    cache_discovery=False,
)
messages = gmail.users().messages()
request, pages = messages.list(userId="me", maxResults=5), []
while request is not None and len(pages) < 2:
    response = request.execute(num_retries=2)
    pages.append([message["id"] for message in response["messages"]])
    request = messages.list_next(request, response)
print(pages)

outcomes: dict[str, str] = {}


def note(name: str, _: object, error: HttpError | None) -> None:
    outcomes[name] = str(error.resp.status) if error else "responded"


batch = gmail.new_batch_http_request(callback=note)
for page in pages:
    batch.add(messages.get(userId="me", id=page[0]), request_id=page[0])
batch.add(messages.get(userId="me", id="missing"), request_id="missing")
batch.execute()
print(sorted(outcomes.items()))

letter = b"To: a@example.com\r\nSubject: scans\r\n\r\n" + bytes(300_000)
media = MediaIoBaseUpload(io.BytesIO(letter), "message/rfc822", chunksize=262144, resumable=True)
upload, stored, steps = messages.insert(userId="me", media_body=media), None, 0
while stored is None:
    status, stored = upload.next_chunk(num_retries=1)
    steps += 1
print(steps, sorted(stored))

kept = io.BytesIO()
download = MediaIoBaseDownload(kept, gmail.users().labels().list(userId="me"), chunksize=1000)
finished = False
while not finished:
    _, finished = download.next_chunk(num_retries=1)
print(len(kept.getvalue()))

try:
    messages.get(userId="me", id=pages[0][0]).execute(http=httplib2.Http(timeout=10))
    messages.get(userId="me", id="missing").execute()
except HttpError as error:
    print(error.resp.status, error.content[:1])
