# SPDX-License-Identifier: Apache-2.0
"""Sets the time limit of all sockets, which googleapiclient takes for its own."""

import socket

socket.setdefaulttimeout(3)

from account import DOCUMENT
from googleapiclient.discovery import build_from_document
from googleapiclient.http import build_http

http = build_http()
print(http.timeout)
users = build_from_document(DOCUMENT, http=http).users()
try:
    users.getProfile(userId="me").execute()
except socket.timeout as error:
    print(repr(error))
print(users.getProfile(userId="me").execute()["emailAddress"])
