# SPDX-License-Identifier: Apache-2.0
"""A real HTTP server on this machine that is an ordinary Gmail mailbox, and fails on demand.

    with LocalGmail() as gmail:
        gmail.script("gmail.users.messages.get", documented("backendError"), Fault.RESET)
        service = build_from_document(gmail.discovery_document(), http=httplib2.Http())
        ...
        gmail.requests_for("gmail.users.messages.get")[0].answered == 500

Made for tests and examples, with the standard library and werkzeug alone.
"""

from local_gmail.answers import Answer, Fault, FaultKind, close_after, redirect_to_itself
from local_gmail.failures import CATALOGUE, Failure, documented
from local_gmail.gmail import LocalGmail
from local_gmail.google_errors import google_error, oauth_error
from local_gmail.mailbox import Label, Mailbox
from local_gmail.messages import Message
from local_gmail.record import Received

__all__ = [
    "CATALOGUE",
    "Answer",
    "Failure",
    "Fault",
    "FaultKind",
    "Label",
    "LocalGmail",
    "Mailbox",
    "Message",
    "Received",
    "close_after",
    "documented",
    "google_error",
    "oauth_error",
    "redirect_to_itself",
]
