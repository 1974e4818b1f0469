# SPDX-License-Identifier: Apache-2.0
"""A real HTTP server on this machine that is an ordinary Gmail mailbox, and fails on demand.

    with LocalGmail() as gmail:
        gmail.script("gmail.users.messages.get", documented("backendError"), Fault.RESET)
        service = build_from_document(gmail.discovery_document(), http=httplib2.Http())
        ...
        gmail.requests_for("gmail.users.messages.get")[0].responded == 500

Batches are carried out part by part, and scripts for a method meet the parts too; uploads may be
resumed, downloads come in ranges, and discovery documents are served:

        gmail.script("batch", Fault.TRUNCATE)
        gmail.script("upload", ordinary_service, documented("backendError"))
        gmail.files["report"] = b"what Drive's files.get(alt=media) gives"
        build("gmail", "v1", discoveryServiceUrl=gmail.discovery_url, static_discovery=False, ...)

Made for tests and examples, with the standard library and werkzeug alone.
"""

from local_gmail.batch import batch_response
from local_gmail.drafts import Draft
from local_gmail.failures import CATALOGUE, Failure, documented
from local_gmail.gmail import LocalGmail
from local_gmail.google_errors import google_error, oauth_error
from local_gmail.mailbox import Label, Mailbox
from local_gmail.messages import Message
from local_gmail.record import Received
from local_gmail.responses import (
    Fault,
    FaultKind,
    Response,
    close_after,
    ordinary_service,
    redirect_to_itself,
)

__all__ = [
    "CATALOGUE",
    "Draft",
    "Failure",
    "Fault",
    "FaultKind",
    "Label",
    "LocalGmail",
    "Mailbox",
    "Message",
    "Received",
    "Response",
    "batch_response",
    "close_after",
    "documented",
    "google_error",
    "oauth_error",
    "ordinary_service",
    "redirect_to_itself",
]
