# SPDX-License-Identifier: Apache-2.0
"""Makes as many calls as its argument says, which succeed, are retried, and fail.

It ends with exit status 3.
"""

import json
import os
import sys
from pathlib import Path

from google_auth_httplib2 import AuthorizedHttp
from googleapiclient.discovery import build_from_document
from googleapiclient.errors import HttpError
from googleapiclient.http import build_http

# As most programs have it loaded.
LOADED = AuthorizedHttp

document = json.loads(Path(os.environ["GMAIL_DOCUMENT"]).read_text("utf-8"))
labels = build_from_document(document, http=build_http()).users().labels()
for number in range(int(sys.argv[1])):
    try:
        print(number, labels.get(userId="me", id="INBOX").execute(num_retries=1)["name"])
    except HttpError as error:
        print(number, error.resp.status)
sys.exit(3)
