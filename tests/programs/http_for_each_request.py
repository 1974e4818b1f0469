# SPDX-License-Identifier: Apache-2.0
"""Gives each request an http object of its own, since httplib2 is not thread-safe."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import google_auth_httplib2
import httplib2
from account import DOCUMENT, TOKEN_URI
from google.oauth2.credentials import Credentials
from googleapiclient.discovery import build_from_document
from googleapiclient.http import HttpRequest

CREDENTIALS = Credentials(
    "token", refresh_token="refresh", token_uri=TOKEN_URI, client_id="id", client_secret="secret"
)


class PatientRequest(HttpRequest):
    """Tries again where the caller did not say how often."""

    def execute(self, http: Any = None, num_retries: int = 2) -> Any:
        return super().execute(http=http, num_retries=num_retries)


def build_request(_: Any, *args: Any, **kwargs: Any) -> PatientRequest:
    http = google_auth_httplib2.AuthorizedHttp(CREDENTIALS, http=httplib2.Http(timeout=10))
    return PatientRequest(http, *args, **kwargs)


# The library's own guide passes a function here.
builder: Any = build_request
gmail = build_from_document(DOCUMENT, http=httplib2.Http(), requestBuilder=builder)
labels = gmail.users().labels()
names = [label["id"] for label in labels.list(userId="me").execute()["labels"]][:6]


def label_type(name: str) -> str:
    request = labels.get(userId="me", id=name)
    response = request.execute()
    request.http.close()
    return f"{name} {response['type']}"


with ThreadPoolExecutor(3) as pool:
    print(*pool.map(label_type, names), sep="\n")
