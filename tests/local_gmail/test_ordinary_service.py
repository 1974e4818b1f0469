# SPDX-License-Identifier: Apache-2.0
"""The server is a mailbox as Gmail's API shows it."""

from __future__ import annotations

import base64
from email.message import EmailMessage
from typing import TYPE_CHECKING, Any

import pytest

from local_gmail import LocalGmail

if TYPE_CHECKING:
    from collections.abc import Mapping

    from support.ask import Ask

ME = "/gmail/v1/users/me"
UNKNOWN_ID = "19ffffffffffffff"


def raw(**headers: str) -> str:
    email = EmailMessage()
    for name, value in headers.items():
        email[name] = value
    email.set_content("Hello\n")
    return base64.urlsafe_b64encode(email.as_bytes()).decode()


def test_the_real_client_lists_reads_sends_and_files_mail(gmail: LocalGmail, service: Any) -> None:
    messages = service.users().messages()
    listed = messages.list(userId="me", q="receipt", labelIds=["INBOX"]).execute()
    [found] = listed["messages"]

    shown = messages.get(userId="me", id=found["id"]).execute()
    headers = {header["name"]: header["value"] for header in shown["payload"]["headers"]}
    assert headers["Subject"] == "Your receipt for order 20931"
    text = base64.urlsafe_b64decode(shown["payload"]["body"]["data"]).decode()
    assert text.startswith("Thank you for your order.")

    body = {"raw": raw(To="sam@example.com", Subject="Sí, lunch")}
    sent = messages.send(userId="me", body=body).execute()
    assert sent == {"id": sent["id"], "threadId": sent["id"], "labelIds": ["SENT"]}
    assert [message.header("Subject") for message in gmail.mailbox.sent] == ["Sí, lunch"]

    change = {"addLabelIds": ["STARRED"], "removeLabelIds": ["INBOX"]}
    modified = messages.modify(userId="me", id=found["id"], body=change).execute()
    assert "STARRED" in modified["labelIds"]
    assert "INBOX" not in gmail.mailbox.message(found["id"]).label_ids

    assert "TRASH" in messages.trash(userId="me", id=found["id"]).execute()["labelIds"]
    assert messages.delete(userId="me", id=found["id"]).execute() == ""


def test_labels_are_made_counted_and_deleted(service: Any) -> None:
    labels = service.users().labels()
    made = labels.create(userId="me", body={"name": "Travel"}).execute()
    assert made["type"] == "user"
    assert made in labels.list(userId="me").execute()["labels"]
    inbox = labels.get(userId="me", id="INBOX").execute()
    assert (inbox["messagesTotal"], inbox["messagesUnread"]) == (8, 4)
    assert labels.delete(userId="me", id=made["id"]).execute() == ""
    assert made not in labels.list(userId="me").execute()["labels"]


def test_a_profile_is_that_of_me_or_of_the_own_address(ask: Ask) -> None:
    by_name = ask("GET", f"{ME}/profile").json()
    by_address = ask("GET", "/gmail/v1/users/Alex%40example.com/profile").json()
    assert by_name == by_address
    assert by_name["emailAddress"] == "alex@example.com"
    assert by_name["messagesTotal"] == 12


def test_mail_to_oneself_arrives_in_the_inbox(ask: Ask) -> None:
    sent = ask("POST", f"{ME}/messages/send", {"raw": raw(To="Alex <alex@example.com>")}).json()
    newest = ask("GET", f"{ME}/messages?q=in:inbox&maxResults=1").json()["messages"]
    assert newest == [{"id": sent["id"], "threadId": sent["threadId"]}]


def test_pages_cover_all_mail_once_and_leave_out_spam_and_trash(ask: Ask) -> None:
    ids: list[str] = []
    token = ""
    while True:
        page = ask("GET", f"{ME}/messages?maxResults=4&pageToken={token or '0'}").json()
        ids += [message["id"] for message in page["messages"]]
        token = page.get("nextPageToken")
        if not token:
            break
    assert len(ids) == len(set(ids)) == 10
    everything = ask("GET", f"{ME}/messages?includeSpamTrash=true").json()
    assert everything["resultSizeEstimate"] == 12


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("aurora", 3),
        ("from:priya is:unread", 1),
        ("SUBJECT:señal", 1),
        ("label:project-aurora", 4),
        ("in:spam", 0),
        ("no such words", 0),
    ],
)
def test_a_query_matches_all_of_its_words(
    gmail: LocalGmail, service: Any, query: str, count: int
) -> None:
    listed = service.users().messages().list(userId="me", q=query).execute()
    assert listed["resultSizeEstimate"] == len(listed.get("messages", [])) == count
    assert gmail.requests[-1].responded == 200


@pytest.mark.parametrize(
    ("format_", "has"),
    [
        ("minimal", set[str]()),
        ("metadata", {"payload"}),
        ("full", {"payload"}),
        ("raw", {"raw"}),
    ],
)
def test_each_format_shows_its_part(ask: Ask, format_: str, has: set[str]) -> None:
    first = ask("GET", f"{ME}/messages?q=invoice").json()["messages"][0]["id"]
    path = f"{ME}/messages/{first}?format={format_}&metadataHeaders=subject"
    shown = ask("GET", path).json()
    assert has == {"payload", "raw"} & set(shown)
    if format_ == "metadata":
        assert shown["payload"]["headers"] == [
            {"name": "Subject", "value": "Invoice for February 2025"}
        ]
    if format_ == "full":
        text, attached = shown["payload"]["parts"]
        assert (text["partId"], attached["partId"]) == ("0", "1")
        assert attached["filename"] == "invoice-2025-02.txt"
        assert "attachmentId" in attached["body"]
    if format_ == "raw":
        assert b"Invoice for February 2025" in base64.urlsafe_b64decode(shown["raw"])


@pytest.mark.parametrize(
    ("fields", "left"),
    [
        ("id", {"id"}),
        ("id,payload/headers/name", {"id", "payload"}),
        ("payload(mimeType,body(size)),snippet", {"payload", "snippet"}),
        ("*", {"id", "payload", "snippet", "labelIds", "threadId", "sizeEstimate"}),
    ],
)
def test_fields_leave_only_what_was_asked_for(ask: Ask, fields: str, left: set[str]) -> None:
    first = ask("GET", f"{ME}/messages?fields=messages/id").json()["messages"][0]
    assert set(first) == {"id"}
    shown = ask("GET", f"{ME}/messages/{first['id']}?fields={fields}").json()
    assert set(shown) - {"historyId", "internalDate"} == left
    if fields.startswith("payload("):
        assert set(shown["payload"]) == {"mimeType", "body"}


def test_a_get_too_long_for_a_uri_is_still_a_get(gmail: LocalGmail, service: Any) -> None:
    query = "subject:" + "lunch" * 500
    listed = service.users().messages().list(userId="me", q=query).execute()
    assert listed == {"resultSizeEstimate": 0}
    [received] = gmail.requests_for("gmail.users.messages.list")
    assert (received.method, received.query) == ("POST", "")
    assert received.effective_method == "GET"
    assert "lunchlunch" in received.effective_query


def test_mail_may_be_sent_as_an_upload(gmail: LocalGmail, ask: Ask) -> None:
    email = b"To: sam@example.com\r\nSubject: Uploaded\r\n\r\nHello\r\n"
    path = "/upload/gmail/v1/users/me/messages/send?uploadType=media"
    assert ask("POST", path, email, {"Content-Type": "message/rfc822"}).status == 200
    assert gmail.mailbox.sent[0].raw == email


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "reason", "message"),
    [
        ("GET", f"{ME}/messages/{UNKNOWN_ID}", None, 404, "notFound", "Requested entity was not"),
        ("GET", f"{ME}/messages/not-an-id", None, 400, "invalidArgument", "Invalid id value"),
        ("GET", f"{ME}/messages?pageToken=x", None, 400, "invalidArgument", "Invalid pageToken"),
        ("GET", f"{ME}/messages?fields=a(b", None, 400, "invalidArgument", "Invalid field sel"),
        ("GET", f"{ME}/labels/Label_77", None, 404, "notFound", "Requested entity was not found."),
        ("DELETE", f"{ME}/labels/INBOX", None, 400, "invalidArgument", "Invalid delete request"),
        ("POST", f"{ME}/labels", {"name": "receipts"}, 409, "aborted", "Label name exists or"),
        ("POST", f"{ME}/labels", {}, 400, "invalidArgument", "Invalid label name"),
        ("POST", f"{ME}/labels", "{", 400, "parseError", "Parse Error"),
        ("POST", f"{ME}/messages/send", {}, 400, "invalidArgument", "'raw' RFC822 payload"),
        ("POST", f"{ME}/messages/send", {"raw": "@"}, 400, "invalidArgument", "Invalid value at"),
        ("POST", f"{ME}/messages/send", {"raw": raw()}, 400, "invalidArgument", "Recipient addr"),
        (
            "POST",
            f"{ME}/messages/send",
            {"raw": raw(To="nobody")},
            400,
            "invalidArgument",
            "Invalid To header",
        ),
        (
            "POST",
            f"{ME}/messages/send",
            {"raw": raw(To="a@example.com", Cc="b@@c")},
            400,
            "invalidArgument",
            "Invalid Cc header",
        ),
        (
            "GET",
            "/gmail/v1/users/someone@example.com/profile",
            None,
            403,
            "forbidden",
            "Delegation denied for alex@example.com",
        ),
        ("POST", f"{ME}/watch", {}, 501, "notImplemented", "gmail.users.watch is not implemented"),
    ],
)
def test_bad_requests_get_googles_errors(
    *,
    ask: Ask,
    method: str,
    path: str,
    body: Mapping[str, Any] | str | None,
    status: int,
    reason: str,
    message: str,
) -> None:
    reply = ask(method, path, body)
    error = reply.json()["error"]
    assert (reply.status, error["code"], error["errors"][0]["reason"]) == (status, status, reason)
    assert error["message"].startswith(message)


def test_an_unknown_path_is_a_page_of_googles_front_end(gmail: LocalGmail, ask: Ask) -> None:
    reply = ask("GET", "/no/such/path")
    assert reply.status == 404
    assert reply.headers["Content-Type"].startswith("text/html")
    assert gmail.requests[0].api_method is None


def test_every_server_starts_with_the_same_mail(gmail: LocalGmail) -> None:
    with LocalGmail() as other:
        assert other.mailbox.messages() == gmail.mailbox.messages()


def test_a_reset_mailbox_forgets_what_was_done(gmail: LocalGmail) -> None:
    before = gmail.mailbox.messages()
    gmail.mailbox.send(b"To: sam@example.com\n\nHello\n")
    gmail.mailbox.delete(before[0].id)
    gmail.mailbox.reset()
    assert gmail.mailbox.messages() == before
    assert gmail.mailbox.sent == []
