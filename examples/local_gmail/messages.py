# SPDX-License-Identifier: Apache-2.0
"""A stored message, and the forms in which Gmail shows it."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from email import message_from_bytes, policy
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import EmailMessage

    from local_gmail.responses import Json

SNIPPET_LENGTH = 200


@dataclass
class Message:
    """A message in the mailbox. `label_ids` is sorted as labels were added."""

    id: str
    thread_id: str
    label_ids: list[str]
    raw: bytes
    """The RFC 822 text, exactly as it came."""
    internal_date_ms: int
    """Milliseconds since the epoch."""
    history_id: int

    @property
    def email(self) -> EmailMessage:
        """The message parsed."""
        return message_from_bytes(self.raw, policy=policy.default)

    def header(self, name: str) -> str:
        """Return a header's decoded value, empty where there is none."""
        return str(self.email.get(name, ""))

    @property
    def text(self) -> str:
        """The plain text of the body."""
        part = self.email.get_body(("plain",))
        return "" if part is None else str(cast("object", part.get_content()))

    @property
    def snippet(self) -> str:
        """The beginning of the text."""
        return " ".join(self.text.split())[:SNIPPET_LENGTH]

    def attachment(self, attachment_id: str) -> bytes | None:
        """Return what is attached under an id, None where nothing is."""
        return _attachments(self.email, "", self.id).get(attachment_id)

    def reference(self) -> Json:
        """Return the form in a list of messages."""
        return {"id": self.id, "threadId": self.thread_id}

    def outline(self) -> Json:
        """Return the form after a change of labels."""
        return {**self.reference(), "labelIds": list(self.label_ids)}

    def minimal(self) -> Json:
        """`format=minimal`."""
        return {
            **self.outline(),
            "snippet": self.snippet,
            "historyId": str(self.history_id),
            "internalDate": str(self.internal_date_ms),
            "sizeEstimate": len(self.raw),
        }

    def metadata(self, wanted: list[str]) -> Json:
        """`format=metadata`, with the headers wanted; all where that is empty."""
        email = self.email
        headers = _headers(email)
        if wanted:
            names = {name.lower() for name in wanted}
            headers = [header for header in headers if header["name"].lower() in names]
        payload = {"mimeType": email.get_content_type(), "headers": headers}
        return {**self.minimal(), "payload": payload}

    def full(self) -> Json:
        """`format=full`."""
        return {**self.minimal(), "payload": _part(self.email, "", self.id)}

    def in_raw(self) -> Json:
        """`format=raw`."""
        return {**self.minimal(), "raw": base64url(self.raw)}


def base64url(data: bytes) -> str:
    """Gmail's way to put bytes into JSON: URL-safe alphabet, padded."""
    return base64.urlsafe_b64encode(data).decode()


def _headers(part: EmailMessage) -> list[dict[str, str]]:
    return [{"name": name, "value": str(value)} for name, value in part.items()]


def _part(part: EmailMessage, part_id: str, message_id: str) -> Json:
    shown: Json = {
        "partId": part_id,
        "mimeType": part.get_content_type(),
        "filename": part.get_filename() or "",
        "headers": _headers(part),
    }
    if part.is_multipart():
        shown["body"] = {"size": 0}
        shown["parts"] = [
            _part(child, child_id, message_id) for child_id, child in _children(part, part_id)
        ]
        return shown
    data = _data(part)
    if shown["filename"]:
        shown["body"] = {"attachmentId": _attachment_id(message_id, part_id), "size": len(data)}
    else:
        shown["body"] = {"size": len(data), "data": base64url(data)}
    return shown


def _attachments(part: EmailMessage, part_id: str, message_id: str) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    if part.is_multipart():
        for child_id, child in _children(part, part_id):
            found |= _attachments(child, child_id, message_id)
    elif part.get_filename():
        found[_attachment_id(message_id, part_id)] = _data(part)
    return found


def _children(part: EmailMessage, part_id: str) -> Iterator[tuple[str, EmailMessage]]:
    for index, child in enumerate(cast("list[EmailMessage]", part.get_payload())):
        yield f"{part_id}.{index}".lstrip("."), child


def _attachment_id(message_id: str, part_id: str) -> str:
    return f"ANG{message_id}-{part_id}"


def _data(part: EmailMessage) -> bytes:
    return cast("bytes", part.get_payload(decode=True))
