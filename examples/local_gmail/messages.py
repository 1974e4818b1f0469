# SPDX-License-Identifier: Apache-2.0
"""A stored message, and the forms in which Gmail shows it."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from email import message_from_bytes, policy
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from email.message import EmailMessage

    from local_gmail.answers import Json

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
            "snippet": " ".join(self.text.split())[:SNIPPET_LENGTH],
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
        children = cast("list[EmailMessage]", part.get_payload())
        shown["body"] = {"size": 0}
        shown["parts"] = [
            _part(child, f"{part_id}.{index}".lstrip("."), message_id)
            for index, child in enumerate(children)
        ]
        return shown
    data = cast("bytes", part.get_payload(decode=True))
    if shown["filename"]:
        shown["body"] = {"attachmentId": f"ANG{message_id}-{part_id}", "size": len(data)}
    else:
        shown["body"] = {"size": len(data), "data": base64url(data)}
    return shown
