# SPDX-License-Identifier: Apache-2.0
"""The request whose ``execute()`` is timed."""

from __future__ import annotations

from typing import Any

from googleapiclient.discovery import build_from_document
from googleapiclient.discovery_cache import get_static_doc

from .memory_socket import http_in_memory

HOST = "gmail.googleapis.com"


def ready_request() -> Any:
    """A request of a new service, through an ``Http`` of its own."""
    service = build_from_document(get_static_doc("gmail", "v1"), http=http_in_memory(HOST))
    return service.users().messages().get(userId="me", id="18c2f0a1b2c3d4e5", format="metadata")
