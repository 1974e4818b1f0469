# SPDX-License-Identifier: Apache-2.0
"""Opens the mailbox that the environment names."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from google.oauth2.credentials import Credentials
from googleapiclient.discovery import build, build_from_document


def open_gmail() -> Any:
    """Return a Gmail service with a connection of its own, since httplib2 is not thread-safe.

    ``GMAIL_TOKEN`` names the file that Google's quick start writes. ``GMAIL_DISCOVERY_DOCUMENT``
    names a discovery document that points to another server than Google's, here the local one.
    """
    credentials = Credentials.from_authorized_user_file(os.environ["GMAIL_TOKEN"])
    if document := os.environ.get("GMAIL_DISCOVERY_DOCUMENT"):
        return build_from_document(Path(document).read_text("utf-8"), credentials=credentials)
    return build("gmail", "v1", credentials=credentials)
