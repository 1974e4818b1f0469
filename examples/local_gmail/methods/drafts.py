# SPDX-License-Identifier: Apache-2.0
"""`users.drafts`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from local_gmail.errors import Refused
from local_gmail.methods.call import Call, paged, serves
from local_gmail.methods.messages import MAX_SEND_BYTES

if TYPE_CHECKING:
    from local_gmail.drafts import Draft
    from local_gmail.mailbox import Mailbox
    from local_gmail.responses import Json


@serves("gmail.users.drafts.create")
def _create(mailbox: Mailbox, call: Call) -> Json:
    raw, thread_id = _content(call)
    return _outline(mailbox.drafts.create(raw, thread_id))


@serves("gmail.users.drafts.update")
def _update(mailbox: Mailbox, call: Call) -> Json:
    raw, thread_id = _content(call)
    return _outline(mailbox.drafts.update(call.args["id"], raw, thread_id))


@serves("gmail.users.drafts.get")
def _get(mailbox: Mailbox, call: Call) -> Json:
    draft = mailbox.drafts.get(call.args["id"])
    return {"id": draft.id, "message": call.show(draft.message)}


@serves("gmail.users.drafts.list")
def _list(mailbox: Mailbox, call: Call) -> Json:
    drafts = mailbox.drafts.find(call.value("q"), include_spam_trash=call.flag("includeSpamTrash"))
    begin, end = call.offset(), call.offset() + call.limit()
    page = [{"id": each.id, "message": each.message.reference()} for each in drafts[begin:end]]
    shown = paged("drafts", page, end if end < len(drafts) else None)
    return {**shown, "resultSizeEstimate": len(drafts)}


@serves("gmail.users.drafts.send")
def _send(mailbox: Mailbox, call: Call) -> Json:
    draft_id = call.json().get("id")
    if not isinstance(draft_id, str):
        raise Refused("Invalid draft")
    with mailbox.lock:
        # A draft may be changed on its way out.
        if call.media is not None or "raw" in _message(call):
            raw, thread_id = _content(call)
            mailbox.drafts.update(draft_id, raw, thread_id)
        return mailbox.drafts.send(draft_id).outline()


@serves("gmail.users.drafts.delete")
def _delete(mailbox: Mailbox, call: Call) -> None:
    mailbox.drafts.delete(call.args["id"])


def _content(call: Call) -> tuple[bytes, str | None]:
    message = _message(call)
    return call.rfc822(message, MAX_SEND_BYTES), message.get("threadId")


def _message(call: Call) -> Json:
    message: Any = call.json().get("message", {})
    if not isinstance(message, dict):
        raise Refused("Invalid value at 'draft.message'")
    return cast("Json", message)


def _outline(draft: Draft) -> Json:
    return {"id": draft.id, "message": draft.message.outline()}
