# SPDX-License-Identifier: Apache-2.0
"""What has changed since a point in history, as an incremental synchronization asks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from googleapiclient.errors import HttpError

if TYPE_CHECKING:
    from local_gmail import LocalGmail


@pytest.fixture
def users(service: Any) -> Any:
    return service.users()


def kinds(response: Any) -> list[str]:
    return [
        kind for change in response.get("history", []) for kind in set(change) - {"id", "messages"}
    ]


def test_each_change_is_told_once_and_in_order(gmail: LocalGmail, users: Any) -> None:
    start = users.getProfile(userId="me").execute()["historyId"]
    assert users.history().list(userId="me", startHistoryId=start).execute() == {"historyId": start}
    sent = gmail.mailbox.send(b"To: sam@example.com\n\nHello\n")
    gmail.mailbox.modify(sent.id, ["STARRED"], ["SENT"])
    gmail.mailbox.delete(sent.id)

    response = users.history().list(userId="me", startHistoryId=start).execute()
    assert kinds(response) == ["messagesAdded", "labelsRemoved", "labelsAdded", "messagesDeleted"]
    added, removed, labelled, _ = response["history"]
    reference = {"id": sent.id, "threadId": sent.id}
    assert added["messages"] == [reference]
    assert added["messagesAdded"] == [{"message": {**reference, "labelIds": ["SENT"]}}]
    assert removed["labelsRemoved"] == [
        {"message": {**reference, "labelIds": []}, "labelIds": ["SENT"]}
    ]
    assert labelled["labelsAdded"][0]["labelIds"] == ["STARRED"]
    ids = [int(change["id"]) for change in response["history"]]
    assert ids == list(range(int(start) + 1, int(start) + 5))
    assert response["historyId"] == str(ids[-1])
    later = users.history().list(userId="me", startHistoryId=str(ids[1])).execute()
    assert later["history"] == response["history"][2:]


def test_what_changes_nothing_is_no_change(gmail: LocalGmail) -> None:
    message = gmail.mailbox.messages()[0]
    before = gmail.mailbox.history_id
    gmail.mailbox.modify(message.id, message.label_ids, [])
    assert gmail.mailbox.history_id == before


def test_the_history_may_be_narrowed_down(gmail: LocalGmail, users: Any) -> None:
    start = str(gmail.mailbox.history_id)
    first, second, *_ = gmail.mailbox.messages()
    gmail.mailbox.modify(first.id, ["STARRED"], [])
    gmail.mailbox.modify(second.id, ["IMPORTANT"], [])
    gmail.mailbox.modify(first.id, [], ["STARRED"])

    def listed(**narrower: Any) -> list[str]:
        asked = users.history().list(userId="me", startHistoryId=start, **narrower)
        return kinds(asked.execute())

    assert listed(historyTypes=["labelRemoved"]) == ["labelsRemoved"]
    assert listed(historyTypes=["labelAdded", "labelRemoved"], labelId="STARRED") == [
        "labelsAdded",
        "labelsRemoved",
    ]
    assert listed(labelId="IMPORTANT") == ["labelsAdded"]


def test_a_long_history_comes_in_pages(gmail: LocalGmail, users: Any) -> None:
    start = str(gmail.mailbox.history_id)
    for message in gmail.mailbox.messages()[:5]:
        gmail.mailbox.trash(message.id)
    request = users.history().list(userId="me", startHistoryId=start, maxResults=3)
    found: list[str] = []
    while request is not None:
        page = request.execute()
        found += [change["id"] for change in page["history"]]
        request = users.history().list_next(request, page)
    everything = users.history().list(userId="me", startHistoryId=start).execute()
    assert found == [change["id"] for change in everything["history"]]


def test_a_message_tells_where_it_stands_in_history(gmail: LocalGmail, users: Any) -> None:
    oldest = gmail.mailbox.messages()[-1]
    response = users.history().list(userId="me", startHistoryId=str(oldest.history_id)).execute()
    assert len(response["history"]) == 11
    gmail.mailbox.modify(oldest.id, ["STARRED"], [])
    assert oldest.history_id == gmail.mailbox.history_id


@pytest.mark.parametrize(
    ("start", "complaint"),
    [
        ("1", "404.*Requested entity was not found"),
        ("soon", "400.*Missing/invalid parameter: startHistoryId"),
    ],
)
def test_history_that_is_not_there(users: Any, start: str, complaint: str) -> None:
    with pytest.raises(HttpError, match=complaint):
        users.history().list(userId="me", startHistoryId=start).execute()


def test_history_may_be_forgotten(gmail: LocalGmail, users: Any) -> None:
    start = str(gmail.mailbox.history_id)
    gmail.mailbox.send(b"To: sam@example.com\n\nHello\n")
    gmail.mailbox.history.forget()
    with pytest.raises(HttpError, match="404"):
        users.history().list(userId="me", startHistoryId=start).execute()
    now = str(gmail.mailbox.history_id)
    users.history().list(userId="me", startHistoryId=now).execute()
