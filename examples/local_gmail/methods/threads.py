# SPDX-License-Identifier: Apache-2.0
"""`users.threads`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local_gmail.methods.call import Call, paged, serves
from local_gmail.methods.messages import label_changes

if TYPE_CHECKING:
    from local_gmail.mailbox import Mailbox
    from local_gmail.messages import Message
    from local_gmail.responses import Json


@serves("gmail.users.threads.list")
def _list(mailbox: Mailbox, call: Call) -> Json:
    found = mailbox.find_threads(
        call.value("q"),
        call.values("labelIds"),
        include_spam_trash=call.flag("includeSpamTrash"),
    )
    begin, end = call.offset(), call.offset() + call.limit()
    page = [
        {
            "id": thread[-1].thread_id,
            "snippet": thread[-1].snippet,
            "historyId": _history_id(thread),
        }
        for thread in found[begin:end]
    ]
    shown = paged("threads", page, end if end < len(found) else None)
    return {**shown, "resultSizeEstimate": len(found)}


@serves("gmail.users.threads.get")
def _get(mailbox: Mailbox, call: Call) -> Json:
    thread = mailbox.thread(call.args["id"])
    return {
        "id": call.args["id"],
        "historyId": _history_id(thread),
        "messages": [call.show(message) for message in thread],
    }


@serves("gmail.users.threads.modify")
def _modify(mailbox: Mailbox, call: Call) -> Json:
    add, remove = label_changes(call)
    with mailbox.lock:
        thread = mailbox.thread(call.args["id"])
        changed = [mailbox.modify(message.id, add, remove) for message in thread]
    return {"id": call.args["id"], "messages": [message.outline() for message in changed]}


def _history_id(thread: list[Message]) -> str:
    return str(max(message.history_id for message in thread))
