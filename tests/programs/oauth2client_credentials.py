# SPDX-License-Identifier: Apache-2.0
"""Still on oauth2client, whose credentials put a request method of their own on the http object."""

from datetime import datetime, timedelta
from typing import Any

import httplib2
from account import DOCUMENT, TOKEN_URI
from googleapiclient.discovery import build_from_document
from googleapiclient.errors import HttpError
from oauth2client.client import OAuth2Credentials

tomorrow = datetime.now() + timedelta(days=1)  # noqa: DTZ005 - oauth2client wants a naive one
credentials = OAuth2Credentials(
    "no longer good", "client", "secret", "refresh", tomorrow, TOKEN_URI, "mail-admin/1.0"
)
http = credentials.authorize(httplib2.Http(timeout=10))
print(sorted(vars(http).keys() & {"request", "credentials"}), http.request.__name__)
users = build_from_document(DOCUMENT, http=http).users()
print(users.getProfile(userId="me").execute()["emailAddress"])
request: Any = http.request
print(credentials.access_token != "no longer good", request.credentials is credentials)

labels: list[str] = []


def count(name: str, _: object, error: HttpError | None) -> None:
    labels.append(f"{name} {error.resp.status if error else 'responded'}")


batch = build_from_document(DOCUMENT, http=http).new_batch_http_request(callback=count)
batch.add(users.labels().get(userId="me", id="INBOX"), request_id="inbox")
batch.add(users.labels().get(userId="me", id="missing"), request_id="missing")
batch.execute()
print(labels)
