# SPDX-License-Identifier: Apache-2.0
"""The work of one morning on one mailbox, step by step.

A step that fails is logged and the next one goes on: half of a morning's work is better than none.
"""

# googleapiclient has no types.
# pyright: reportMissingTypeStubs=false, reportUnknownVariableType=false

from __future__ import annotations

import base64
import io
import logging
from email.message import EmailMessage
from typing import TYPE_CHECKING, Any

from google.auth.exceptions import GoogleAuthError
from google_auth_httplib2 import AuthorizedHttp
from googleapiclient.discovery import build_from_document
from googleapiclient.errors import Error as ApiClientError
from googleapiclient.http import MediaIoBaseUpload, build_http
from httplib2.error import HttpLib2Error

if TYPE_CHECKING:
    from google.oauth2.credentials import Credentials

log = logging.getLogger(__name__)

CHUNK = 256 * 1024
"""Bytes of an upload that are sent at once; Gmail wants multiples of this."""

FAILURES = (ApiClientError, GoogleAuthError, HttpLib2Error, OSError)


def open_mailbox(document: str, credentials: Credentials, *, timeout: float) -> Any:
    """Return the Gmail service that works with these credentials."""
    http = build_http()  # which takes a 308 for what it is during an upload, not for a redirect
    http.timeout = timeout
    return build_from_document(document, http=AuthorizedHttp(credentials, http=http))


class Morning:
    """What is done with one mailbox each morning."""

    def __init__(self, gmail: Any, address: str) -> None:
        self._users = gmail.users()
        self._batch = gmail.new_batch_http_request
        self._address = address

    def work(self) -> None:
        """Do all steps, in the order in which the team would do them by hand."""
        profile = self._step("open mailbox", self._users.getProfile(userId="me"))
        if profile is None:
            log.error("%s: mailbox skipped", self._address)
            return
        self._step("read labels", self._users.labels().list(userId="me"), retries=3)
        self._search("subject:delivery newer_than:1d")
        unread = self._unread()
        self._read(unread[:2])
        self._preview(unread[2:])
        self._save_attachments(self._search("subject:invoice"))
        self._response(unread)
        self._tidy(unread)
        self._file_scans()
        self._set_up_the_day()
        log.info("%s: done", self._address)

    def _step(self, what: str, request: Any, *, retries: int = 0) -> dict[str, Any] | None:
        """Send one request; None where it failed, which is logged."""
        try:
            response = request.execute(num_retries=retries)
        except FAILURES as error:
            log.error("%s: %s failed: %s", self._address, what, error)  # noqa: TRY400
            return None
        log.info("%s: %s", self._address, what)
        return response

    def _upload(self, what: str, request: Any, *, patience: int = 2) -> None:
        """Send one request chunk by chunk; after a failure go on from where it was."""
        response = None
        try:
            while response is None:
                _, response = request.next_chunk()
        except FAILURES as error:
            log.error("%s: %s failed: %s", self._address, what, error)  # noqa: TRY400
            if patience:
                self._upload(what, request, patience=patience - 1)
            return
        log.info("%s: %s", self._address, what)

    def _search(self, query: str) -> list[dict[str, Any]]:
        request = self._users.messages().list(userId="me", q=query)
        response = self._step(f"search {query}", request) or {}
        return response.get("messages", [])

    def _unread(self) -> list[dict[str, Any]]:
        request = self._users.messages().list(userId="me", labelIds=["INBOX", "UNREAD"])
        response = self._step("list unread mail", request) or {}
        return response.get("messages", [])

    def _read(self, messages: list[dict[str, Any]]) -> None:
        for message in messages:
            request = self._users.messages().get(userId="me", id=message["id"])
            self._step("read message", request)

    def _preview(self, messages: list[dict[str, Any]]) -> None:
        """Fetch the beginnings of many messages in one batch."""
        snippets: list[str] = []

        def collect(_: str, message: dict[str, Any] | None, error: Exception | None) -> None:
            if message is not None and error is None:
                snippets.append(message["snippet"])

        batch = self._batch(callback=collect)
        for message in messages:
            batch.add(self._users.messages().get(userId="me", id=message["id"], format="metadata"))
        try:
            batch.execute()
        except FAILURES as error:
            log.error("%s: preview failed: %s", self._address, error)  # noqa: TRY400
            return
        log.info("%s: preview of %d messages", self._address, len(snippets))

    def _save_attachments(self, messages: list[dict[str, Any]]) -> None:
        for message in messages:
            request = self._users.messages().get(userId="me", id=message["id"])
            full = self._step("read invoice", request) or {"payload": {}}
            for part in full["payload"].get("parts", []):
                if attachment := part["body"].get("attachmentId"):
                    attachments = self._users.messages().attachments()
                    request = attachments.get(userId="me", messageId=message["id"], id=attachment)
                    self._step("save invoice", request, retries=2)

    def _response(self, unread: list[dict[str, Any]]) -> None:
        """Thank the first two writers; leave a draft for the third."""
        for message in unread[:2]:
            thanks = self._letter("customer@example.com", "Thank you, we have your order.")
            reply = {**_raw(thanks), "threadId": message["threadId"]}
            self._step("send reply", self._users.messages().send(userId="me", body=reply))
        for message in unread[2:3]:
            request = self._users.threads().get(userId="me", id=message["threadId"])
            self._step("read thread", request)
        letter = self._letter("customer@example.com", "We are looking into your question.")
        draft = self._users.drafts().create(userId="me", body={"message": _raw(letter)})
        if self._step("save draft", draft) is None:
            self._step("save draft", draft)

    def _letter(self, to: str, text: str) -> EmailMessage:
        letter = EmailMessage()
        letter["To"] = to
        letter["From"] = self._address
        letter["Subject"] = "Your order"
        letter.set_content(text)
        return letter

    def _tidy(self, unread: list[dict[str, Any]]) -> None:
        """Archive what was read, under a label of its own."""
        label = {"name": "Handled"}
        self._step("create label", self._users.labels().create(userId="me", body=label))
        if unread:
            archive = {"removeLabelIds": ["INBOX", "UNREAD"]}
            request = self._users.messages().modify(userId="me", id=unread[0]["id"], body=archive)
            self._step("archive message", request)

    def _file_scans(self) -> None:
        """Put yesterday's paper into the mailbox: a mail so large that it goes up in chunks."""
        letter = self._letter(self._address, "Yesterday's orders on paper.")
        letter.add_attachment(
            bytes(300_000), maintype="image", subtype="tiff", filename="scans.tiff"
        )
        media = MediaIoBaseUpload(
            io.BytesIO(letter.as_bytes()), "message/rfc822", chunksize=CHUNK, resumable=True
        )
        request = self._users.messages().insert(userId="me", media_body=media)
        self._upload("file scans", request)

    def _set_up_the_day(self) -> None:
        """Forward what arrives to whoever is on call, and renew the notifications."""
        settings = self._users.settings()
        forwarding = {
            "enabled": True,
            "emailAddress": "on-call@example.com",
            "disposition": "leaveInInbox",
        }
        request = settings.updateAutoForwarding(userId="me", body=forwarding)
        self._step("forward to on-call", request)
        self._step("check vacation reply", settings.getVacation(userId="me"))
        topic = {"topicName": "projects/mail-sync/topics/inbox", "labelIds": ["INBOX"]}
        self._step("renew notifications", self._users.watch(userId="me", body=topic))


def _raw(letter: EmailMessage) -> dict[str, Any]:
    return {"raw": base64.urlsafe_b64encode(letter.as_bytes()).decode()}
