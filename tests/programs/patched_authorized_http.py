# SPDX-License-Identifier: Apache-2.0
"""Has every request of its credentials name the program, by patching google_auth_httplib2."""

import functools
from collections.abc import Callable
from typing import Any

import google_auth_httplib2
import httplib2
from account import DOCUMENT, TOKEN_URI
from google.oauth2.credentials import Credentials
from googleapiclient.discovery import build_from_document
from googleapiclient.errors import HttpError


def naming_the_program(send: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(send)
    def named(*args: Any, **kwargs: Any) -> Any:
        kwargs["headers"] = {**(kwargs.get("headers") or {}), "user-agent": "mail-admin/4.2"}
        return send(*args, **kwargs)

    return named


google_auth_httplib2.Request.__call__ = naming_the_program(google_auth_httplib2.Request.__call__)
google_auth_httplib2.AuthorizedHttp.request = naming_the_program(
    google_auth_httplib2.AuthorizedHttp.request
)

credentials = Credentials(
    None, refresh_token="refresh", token_uri=TOKEN_URI, client_id="client", client_secret="secret"
)
http = google_auth_httplib2.AuthorizedHttp(credentials, http=httplib2.Http(timeout=10))
users = build_from_document(DOCUMENT, http=http).users()
print(users.getProfile(userId="me").execute()["emailAddress"])
try:
    users.messages().get(userId="me", id="missing").execute()
except HttpError as error:
    print(error.resp.status, (error.uri or "").startswith("http://"))
