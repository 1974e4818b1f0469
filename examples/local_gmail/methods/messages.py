# SPDX-License-Identifier: Apache-2.0
"""`users.messages` and `users.messages.attachments`."""

from __future__ import annotations

from email import message_from_bytes
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from local_gmail.errors import NotFound, Refused
from local_gmail.messages import base64url
from local_gmail.methods.call import Call, paged, serves

if TYPE_CHECKING:
    from local_gmail.mailbox import Mailbox
    from local_gmail.responses import Json

MAX_SEND_BYTES = 36_700_160
MAX_INSERT_BYTES = 157_286_400
_MAX_IDS = 1000


@serves("gmail.users.messages.list")
def _list(mailbox: Mailbox, call: Call) -> Json:
    page = mailbox.find(
        call.value("q"),
        call.values("labelIds"),
        include_spam_trash=call.flag("includeSpamTrash"),
        offset=call.offset(),
        limit=call.limit(),
    )
    shown = paged("messages", [message.reference() for message in page.messages], page.next_offset)
    return {**shown, "resultSizeEstimate": page.total}


@serves("gmail.users.messages.get")
def _get(mailbox: Mailbox, call: Call) -> Json:
    return call.show(mailbox.message(call.args["id"]))


@serves("gmail.users.messages.send")
def _send(mailbox: Mailbox, call: Call) -> Json:
    resource = call.json()
    raw = call.rfc822(resource, MAX_SEND_BYTES)
    return mailbox.send(raw, resource.get("threadId")).outline()


@serves("gmail.users.messages.insert")
def _insert(mailbox: Mailbox, call: Call) -> Json:
    return _put(mailbox, call, date_source="receivedTime")


@serves("gmail.users.messages.import")
def _import(mailbox: Mailbox, call: Call) -> Json:
    return _put(mailbox, call, date_source="dateHeader")


def _put(mailbox: Mailbox, call: Call, *, date_source: str) -> Json:
    resource = call.json()
    raw = call.rfc822(resource, MAX_INSERT_BYTES)
    by_header = call.value("internalDateSource", date_source) == "dateHeader"
    return mailbox.insert(
        raw,
        label_ids=call.strings("labelIds"),
        thread_id=resource.get("threadId"),
        date_ms=_header_date_ms(raw) if by_header else None,
    ).outline()


def _header_date_ms(raw: bytes) -> int | None:
    """Return the time that the mail itself names, None where it names none."""
    try:
        return int(parsedate_to_datetime(str(message_from_bytes(raw)["Date"])).timestamp() * 1000)
    except ValueError:
        return None


@serves("gmail.users.messages.modify")
def _modify(mailbox: Mailbox, call: Call) -> Json:
    add, remove = label_changes(call)
    return mailbox.modify(call.args["id"], add, remove).outline()


@serves("gmail.users.messages.batchModify")
def _batch_modify(mailbox: Mailbox, call: Call) -> None:
    ids = call.strings("ids")
    if not ids:
        raise Refused("No message ids specified")
    if len(ids) > _MAX_IDS:
        raise Refused(f"Number of ids cannot exceed {_MAX_IDS}")
    add, remove = label_changes(call)
    with mailbox.lock:
        for message_id in ids:
            # Gmail says nothing of ids that it doesn't know.
            if mailbox.has(message_id):
                mailbox.modify(message_id, add, remove)


def label_changes(call: Call) -> tuple[list[str], list[str]]:
    """Return which labels to add and to remove; `Refused` where both are empty."""
    add, remove = call.strings("addLabelIds"), call.strings("removeLabelIds")
    if not add and not remove:
        raise Refused("No label add or removes specified")
    return add, remove


@serves("gmail.users.messages.trash")
def _trash(mailbox: Mailbox, call: Call) -> Json:
    return mailbox.trash(call.args["id"]).outline()


@serves("gmail.users.messages.untrash")
def _untrash(mailbox: Mailbox, call: Call) -> Json:
    return mailbox.untrash(call.args["id"]).outline()


@serves("gmail.users.messages.delete")
def _delete(mailbox: Mailbox, call: Call) -> None:
    mailbox.delete(call.args["id"])


@serves("gmail.users.messages.attachments.get")
def _get_attachment(mailbox: Mailbox, call: Call) -> Json:
    data = mailbox.message(call.args["messageId"]).attachment(call.args["id"])
    if data is None:
        raise NotFound(call.args["id"])
    return {"size": len(data), "data": base64url(data)}
