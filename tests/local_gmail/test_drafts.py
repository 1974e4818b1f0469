# SPDX-License-Identifier: Apache-2.0
"""Drafts are written, changed, sent and thrown away."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import pytest
from googleapiclient.errors import HttpError

if TYPE_CHECKING:
    from local_gmail import LocalGmail
    from support.ask import Ask

DRAFTS = "/gmail/v1/users/me/drafts"


def raw(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode()


@pytest.fixture
def drafts(service: Any) -> Any:
    return service.users().drafts()


def test_a_draft_becomes_a_mail(gmail: LocalGmail, drafts: Any) -> None:
    body = {"message": {"raw": raw("Subject: Plan\n\n")}}
    made = drafts.create(userId="me", body=body).execute()
    assert made["message"]["labelIds"] == ["DRAFT"]
    listed = drafts.list(userId="me", q="subject:plan").execute()
    reference = {name: made["message"][name] for name in ("id", "threadId")}
    assert listed == {
        "drafts": [{"id": made["id"], "message": reference}],
        "resultSizeEstimate": 1,
    }

    body = {"message": {"raw": raw("To: sam@example.com\nSubject: Plan\n\n")}}
    changed = drafts.update(userId="me", id=made["id"], body=body).execute()
    assert changed["id"] == made["id"]
    assert changed["message"]["id"] != made["message"]["id"]
    assert changed["message"]["threadId"] == made["message"]["threadId"]
    shown = drafts.get(userId="me", id=made["id"], format="raw").execute()
    assert shown["message"]["raw"] == body["message"]["raw"]

    sent = drafts.send(userId="me", body={"id": made["id"]}).execute()
    assert sent["labelIds"] == ["SENT"]
    assert sent["threadId"] == made["message"]["threadId"]
    assert [message.id for message in gmail.mailbox.sent] == [sent["id"]]
    assert drafts.list(userId="me").execute() == {"resultSizeEstimate": 0}
    assert len(gmail.mailbox.thread(sent["threadId"])) == 1


def test_a_draft_may_be_changed_while_it_is_sent(gmail: LocalGmail, drafts: Any) -> None:
    draft = gmail.mailbox.drafts.create(b"Subject: Old\n\n")
    body = {"id": draft.id, "message": {"raw": raw("To: sam@example.com\nSubject: New\n\n")}}
    drafts.send(userId="me", body=body).execute()
    assert [message.header("Subject") for message in gmail.mailbox.sent] == ["New"]


def test_a_draft_that_cannot_be_sent_stays(gmail: LocalGmail, drafts: Any) -> None:
    draft = gmail.mailbox.drafts.create(b"Subject: To nobody\n\n")
    with pytest.raises(HttpError, match="Recipient address required"):
        drafts.send(userId="me", body={"id": draft.id}).execute()
    assert gmail.mailbox.drafts.all() == [draft]


def test_a_deleted_draft_is_gone(gmail: LocalGmail, drafts: Any) -> None:
    first, second = (gmail.mailbox.drafts.create(b"Subject: A\n\n") for _ in range(2))
    assert drafts.delete(userId="me", id=first.id).execute() == ""
    # So is one whose message was deleted.
    gmail.mailbox.delete(second.message.id)
    assert gmail.mailbox.drafts.all() == []
    for draft in (first, second):
        with pytest.raises(HttpError, match="Requested entity was not found"):
            drafts.get(userId="me", id=draft.id).execute()


def test_a_reply_is_drafted_in_its_thread(gmail: LocalGmail, drafts: Any) -> None:
    thread_id = gmail.mailbox.messages()[0].thread_id
    body = {"message": {"raw": raw("Subject: Re\n\n"), "threadId": thread_id}}
    assert drafts.create(userId="me", body=body).execute()["message"]["threadId"] == thread_id
    body["message"]["threadId"] = "19ffffffffffffff"
    with pytest.raises(HttpError, match="404"):
        drafts.create(userId="me", body=body).execute()


def test_many_drafts_come_in_pages(gmail: LocalGmail, drafts: Any) -> None:
    made = [gmail.mailbox.drafts.create(b"Subject: A\n\n").id for _ in range(5)]
    request = drafts.list(userId="me", maxResults=2)
    found: list[str] = []
    while request is not None:
        page = request.execute()
        found += [draft["id"] for draft in page["drafts"]]
        request = drafts.list_next(request, page)
    assert found == made[::-1]


@pytest.mark.parametrize(
    ("path", "body", "message"),
    [
        (DRAFTS, {}, "'raw' RFC822 payload"),
        (DRAFTS, {"message": "text"}, "Invalid value at 'draft.message'"),
        (f"{DRAFTS}/send", {}, "Invalid draft"),
    ],
)
def test_bad_drafts_are_refused(ask: Ask, path: str, body: Any, message: str) -> None:
    reply = ask("POST", path, body)
    assert reply.status == 400
    assert reply.json()["error"]["message"].startswith(message)
