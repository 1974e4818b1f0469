# SPDX-License-Identifier: Apache-2.0
"""Has googleapiclient send over http.client, by an http object that is not httplib2's."""

import http.client
from collections.abc import Mapping
from urllib.parse import urlsplit

import httplib2
from account import DOCUMENT
from googleapiclient.discovery import build_from_document
from googleapiclient.errors import HttpError


class Transport:
    """All that googleapiclient needs, with no attribute besides."""

    __slots__ = ("requests",)

    def __init__(self) -> None:
        self.requests = 0

    def request(
        self,
        uri: str,
        method: str = "GET",
        body: str | bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> tuple[httplib2.Response, bytes]:
        self.requests += 1
        url = urlsplit(uri)
        connection = http.client.HTTPConnection(url.netloc, timeout=10)
        try:
            connection.request(method, f"{url.path}?{url.query}", body, dict(headers or {}))
            response = connection.getresponse()
            return httplib2.Response(response), response.read()
        finally:
            connection.close()


transport = Transport()
users = build_from_document(DOCUMENT, http=transport).users()
print(users.getProfile(userId="me").execute()["emailAddress"])
try:
    users.messages().get(userId="me", id="missing").execute()
except HttpError as error:
    print(error.resp.status)
print(transport.requests)
