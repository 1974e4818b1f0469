# SPDX-License-Identifier: Apache-2.0
"""`users.labels`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local_gmail.methods.call import Call, serves

if TYPE_CHECKING:
    from local_gmail.mailbox import Label, Mailbox
    from local_gmail.responses import Json


@serves("gmail.users.labels.list")
def _list(mailbox: Mailbox, call: Call) -> Json:  # noqa: ARG001
    return {"labels": [_shown(label) for label in mailbox.labels()]}


@serves("gmail.users.labels.get")
def _get(mailbox: Mailbox, call: Call) -> Json:
    label = mailbox.label(call.args["id"])
    counts = mailbox.counts(label.id)
    return {
        **_shown(label),
        "messagesTotal": counts.messages,
        "messagesUnread": counts.unread_messages,
        "threadsTotal": counts.threads,
        "threadsUnread": counts.unread_threads,
    }


@serves("gmail.users.labels.create")
def _create(mailbox: Mailbox, call: Call) -> Json:
    return _shown(mailbox.create_label(str(call.json().get("name", ""))))


@serves("gmail.users.labels.delete")
def _delete(mailbox: Mailbox, call: Call) -> None:
    mailbox.delete_label(call.args["id"])


def _shown(label: Label) -> Json:
    shown: Json = {"id": label.id, "name": label.name}
    if label.is_system:
        return {**shown, "type": "system"}
    return {
        **shown,
        "messageListVisibility": "show",
        "labelListVisibility": "labelShow",
        "type": "user",
    }
