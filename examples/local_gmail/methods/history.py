# SPDX-License-Identifier: Apache-2.0
"""`users.history`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local_gmail.errors import Refused
from local_gmail.methods.call import Call, paged, serves

if TYPE_CHECKING:
    from local_gmail.mailbox import Mailbox
    from local_gmail.responses import Json


@serves("gmail.users.history.list")
def _list(mailbox: Mailbox, call: Call) -> Json:
    start = call.value("startHistoryId")
    if not start.isdecimal():
        raise Refused("Missing/invalid parameter: startHistoryId")
    with mailbox.lock:
        changes = mailbox.history.since(
            int(start), types=call.values("historyTypes"), label_id=call.value("labelId") or None
        )
        now = str(mailbox.history_id)
    begin, end = call.offset(), call.offset() + call.limit()
    page = [change.shown() for change in changes[begin:end]]
    return {**paged("history", page, end if end < len(changes) else None), "historyId": now}
