# SPDX-License-Identifier: Apache-2.0
"""Threads gather messages, several messages change at once, and attachments are had by their id."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import pytest
from googleapiclient.errors import HttpError

if TYPE_CHECKING:
    from local_gmail import LocalGmail
    from support.ask import Ask

BATCH_MODIFY = "/gmail/v1/users/me/messages/batchModify"


@pytest.fixture
def threads(service: Any) -> Any:
    return service.users().threads()


def test_a_thread_is_found_by_any_of_its_messages(threads: Any) -> None:
    found = threads.list(userId="me", q="re: launch checklist").execute()
    [thread] = found["threads"]
    assert found["resultSizeEstimate"] == 1
    shown = threads.get(userId="me", id=thread["id"], format="metadata").execute()
    subjects = [
        next(h["value"] for h in message["payload"]["headers"] if h["name"] == "Subject")
        for message in shown["messages"]
    ]
    assert subjects[:2] == ["Aurora: launch checklist", "Re: Aurora: launch checklist"]
    assert thread["snippet"] == shown["messages"][-1]["snippet"]
    newest = max(shown["messages"], key=lambda message: int(message["historyId"]))
    assert thread["historyId"] == shown["historyId"] == newest["historyId"]


def test_threads_come_in_pages_and_leave_out_spam_and_trash(threads: Any) -> None:
    request = threads.list(userId="me", maxResults=4)
    found: list[str] = []
    while request is not None:
        page = request.execute()
        found += [thread["id"] for thread in page["threads"]]
        request = threads.list_next(request, page)
    everything = threads.list(userId="me", includeSpamTrash=True).execute()["threads"]
    assert len(found) == len(set(found)) == len(everything) - 2


def test_a_thread_is_modified_as_a_whole(gmail: LocalGmail, threads: Any) -> None:
    [thread] = threads.list(userId="me", q="re: launch checklist").execute()["threads"]
    body = {"addLabelIds": ["STARRED"]}
    changed = threads.modify(userId="me", id=thread["id"], body=body).execute()
    assert len(changed["messages"]) > 1
    assert all("STARRED" in message["labelIds"] for message in changed["messages"])
    assert all("STARRED" in m.label_ids for m in gmail.mailbox.thread(thread["id"]))


def test_an_unknown_thread_is_not_found(threads: Any) -> None:
    with pytest.raises(HttpError, match="404"):
        threads.get(userId="me", id="19ffffffffffffff").execute()


def test_many_messages_are_modified_at_once(gmail: LocalGmail, service: Any) -> None:
    ids = [message.id for message in gmail.mailbox.messages()[:3]]
    # Gmail passes over what it doesn't know.
    body = {"ids": [*ids, "19ffffffffffffff"], "addLabelIds": ["STARRED"]}
    assert service.users().messages().batchModify(userId="me", body=body).execute() == ""
    starred = gmail.mailbox.find("is:starred", include_spam_trash=True).messages
    assert set(ids) <= {message.id for message in starred}


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"addLabelIds": ["STARRED"]}, "No message ids specified"),
        ({"ids": ["1"] * 1001, "addLabelIds": ["STARRED"]}, "Number of ids cannot exceed 1000"),
        ({"ids": ["1"]}, "No label add or removes specified"),
        ({"ids": "1"}, "Invalid value at 'ids'"),
    ],
)
def test_bad_changes_of_many_are_refused(ask: Ask, body: Any, message: str) -> None:
    reply = ask("POST", BATCH_MODIFY, body)
    assert (reply.status, reply.json()["error"]["message"]) == (400, message)


def test_an_attachment_is_had_by_the_id_that_its_message_shows(service: Any) -> None:
    messages = service.users().messages()
    [found] = messages.list(userId="me", q="invoice").execute()["messages"]
    shown = messages.get(userId="me", id=found["id"]).execute()
    [part] = [part for part in shown["payload"]["parts"] if part["filename"]]
    attachments = messages.attachments()
    name = {"userId": "me", "messageId": found["id"]}
    attached = attachments.get(**name, id=part["body"]["attachmentId"]).execute()
    assert attached["size"] == part["body"]["size"]
    content = base64.urlsafe_b64decode(attached["data"])
    assert content == b"contents of invoice-2025-02.txt\n"
    with pytest.raises(HttpError, match="404"):
        attachments.get(**name, id="other").execute()
