# SPDX-License-Identifier: Apache-2.0
"""Puts a module of its own in httplib2's place before anything imports httplib2."""

import urllib_httplib2
from account import DOCUMENT

urllib_httplib2.install()

from googleapiclient.discovery import build_from_document
from googleapiclient.errors import HttpError
from googleapiclient.http import build_http

http = build_http()
print(type(http).__module__)
users = build_from_document(DOCUMENT, http=http).users()
print(users.getProfile(userId="me").execute()["emailAddress"])
try:
    users.labels().create(userId="me", body={"name": "INBOX"}).execute()
except HttpError as error:
    print(error.resp.status, type(error.resp).__module__)
print(urllib_httplib2.sent)
