# SPDX-License-Identifier: Apache-2.0
"""`users.getProfile`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local_gmail.methods.call import Call, serves

if TYPE_CHECKING:
    from local_gmail.mailbox import Mailbox
    from local_gmail.responses import Json


@serves("gmail.users.getProfile")
def _get(mailbox: Mailbox, call: Call) -> Json:  # noqa: ARG001
    counts = mailbox.counts()
    return {
        "emailAddress": mailbox.owner,
        "messagesTotal": counts.messages,
        "threadsTotal": counts.threads,
        "historyId": str(mailbox.history_id),
    }
