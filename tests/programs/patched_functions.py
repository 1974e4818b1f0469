# SPDX-License-Identifier: Apache-2.0
"""Counts and slows down all calls, by functions of its own around those of the libraries."""

from collections import Counter
from typing import Any

import googleapiclient.http
import httplib2
from account import DOCUMENT
from googleapiclient.discovery import build_from_document
from googleapiclient.errors import HttpError

counted: Counter[str] = Counter()
execute, request = googleapiclient.http.HttpRequest.execute, httplib2.Http.request
retry_request = googleapiclient.http._retry_request


def counting_execute(self: Any, *args: Any, **kwargs: Any) -> Any:
    counted[self.methodId] += 1
    return execute(self, *args, **kwargs)


def counting_request(self: Any, *args: Any, **kwargs: Any) -> Any:
    response, content = request(self, *args, **kwargs)
    counted[str(response.status)] += 1
    return response, content


def retrying_at_once(
    http: Any, num_retries: int, req_type: str, _: Any, *args: Any, **kwargs: Any
) -> Any:
    counted["loops"] += 1
    return retry_request(http, num_retries, req_type, lambda _: None, *args, **kwargs)


googleapiclient.http.HttpRequest.execute = counting_execute
httplib2.Http.request = counting_request
googleapiclient.http._retry_request = retrying_at_once

users = build_from_document(DOCUMENT, http=httplib2.Http(timeout=10)).users()
print(users.getProfile(userId="me").execute(num_retries=3)["emailAddress"])
try:
    users.messages().get(userId="me", id="missing").execute()
except HttpError as error:
    print(error.resp.status)
print(sorted(counted.items()))
