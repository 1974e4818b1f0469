# SPDX-License-Identifier: Apache-2.0
"""Reaches the API through a SOCKS proxy only."""

import os

import httplib2
import socks
from account import DOCUMENT
from googleapiclient.discovery import build_from_document

proxy = httplib2.ProxyInfo(socks.PROXY_TYPE_SOCKS5, "127.0.0.1", int(os.environ["SOCKS_PORT"]))
http = httplib2.Http(proxy_info=proxy, timeout=10)
users = build_from_document(DOCUMENT, http=http).users()
for _ in range(2):
    print(users.getProfile(userId="me").execute()["emailAddress"])
print(type(next(iter(http.connections.values())).sock).__name__)
