# SPDX-License-Identifier: Apache-2.0
"""Wraps the request method of its http object twice, with googleapiclient's own helpers."""

import httplib2
from account import DOCUMENT
from googleapiclient.discovery import build_from_document
from googleapiclient.http import set_user_agent, tunnel_patch

http = tunnel_patch(set_user_agent(httplib2.Http(timeout=10), "mail-admin/4.2"))
labels = build_from_document(DOCUMENT, http=http).users().labels()
print(labels.patch(userId="me", id="Label_1", body={"name": "Renamed"}).execute())
