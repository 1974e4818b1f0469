# SPDX-License-Identifier: Apache-2.0
"""Puts requests into a queue, pickled or as JSON, and executes what comes out of it again."""

import copy
import json
import pickle

import httplib2
from account import DOCUMENT, URL
from googleapiclient.discovery import build_from_document
from googleapiclient.http import HttpRequest

http = httplib2.Http(timeout=10)
labels = build_from_document(DOCUMENT, http=http).users().labels()
request = labels.get(userId="me", id="INBOX")

waiting = pickle.dumps(request.execute)
print(pickle.loads(waiting)()["name"])
copied = copy.copy(request)
print(copied.execute()["name"], vars(copied) == vars(request))

as_json = copied.to_json()
print(sorted(json.loads(as_json)))
response = HttpRequest.from_json(as_json, http, lambda _, content: json.loads(content))
print(response.execute()["name"], response.uri.startswith(URL))
