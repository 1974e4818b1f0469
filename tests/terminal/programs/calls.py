# SPDX-License-Identifier: Apache-2.0
"""Makes calls that succeed, are retried, and fail; ends with exit status 3.

Arguments: how many calls, and what becomes of standard error before them.
"""

import io
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

count, errors = int(sys.argv[1]), sys.argv[2]
document = json.loads(Path(os.environ["GMAIL_DOCUMENT"]).read_text("utf-8"))
labels = build_from_document(document, http=build_http()).users().labels()
match errors:
    case "closed":
        sys.stderr.close()
    case "closed below":
        os.close(2)
    case "none":
        sys.stderr = None  # type: ignore[assignment]
    case "replaced":
        sys.stderr = io.StringIO()
    case _:
        pass
for number in range(count):
    try:
        print(number, labels.get(userId="me", id="INBOX").execute(num_retries=1)["name"])
    except HttpError as error:
        print(number, error.resp.status)
if errors == "replaced":
    print("✖ gmail.users.labels.get" in sys.stderr.getvalue())  # type: ignore[union-attr]
sys.exit(3)
