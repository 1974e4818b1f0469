# SPDX-License-Identifier: Apache-2.0
"""Replaces httplib2's class with one that sends over urllib3, as httplib2shim does."""

from typing import Any

import httplib2
import urllib3
from account import DOCUMENT


class Http(httplib2.Http):
    """Leaves caching and redirects to httplib2, and the network to urllib3."""

    pool = urllib3.PoolManager(retries=False)

    def _conn_request(
        self, conn: Any, request_uri: str, method: str, body: Any, headers: Any
    ) -> tuple[httplib2.Response, bytes]:
        url = f"http://{conn.host}:{conn.port}{request_uri}"
        answer = self.pool.request(method, url, body=body, headers=headers, redirect=False)
        response = httplib2.Response({**answer.headers, "status": str(answer.status)})
        return response, answer.data


httplib2.Http = Http  # pyright: ignore[reportAttributeAccessIssue] - what httplib2shim.patch() does

from googleapiclient.discovery import build_from_document
from googleapiclient.http import build_http

http = build_http()
print(type(http) is Http)
users = build_from_document(DOCUMENT, http=http).users()
print(users.getProfile(userId="me").execute()["emailAddress"])
print(len(users.labels().list(userId="me").execute(num_retries=2)["labels"]))
print(len(Http.pool.pools))
Http.pool.clear()
