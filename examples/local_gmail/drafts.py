# SPDX-License-Identifier: Apache-2.0
"""The drafts of a mailbox: messages that have an id of their own until they are sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from local_gmail.errors import NotFound

if TYPE_CHECKING:
    from local_gmail.mailbox import Mailbox
    from local_gmail.messages import Message

_FIRST_ID = 7_000_000_000_000_000_001


@dataclass(frozen=True)
class Draft:
    """A draft; each update gives it another message."""

    id: str
    message: Message


class Drafts:
    """The drafts of a mailbox, which it holds itself as messages labelled DRAFT."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox
        self._message_ids: dict[str, str] = {}
        self._made = 0

    def all(self) -> list[Draft]:
        """All drafts, the newest first."""
        return self.find("", include_spam_trash=True)

    def find(self, query: str, *, include_spam_trash: bool = False) -> list[Draft]:
        """Return the drafts that match a query, the newest first."""
        with self._mailbox.lock:
            draft_ids = {message_id: own for own, message_id in self._message_ids.items()}
            found = self._mailbox.find(
                query, ["DRAFT"], include_spam_trash=include_spam_trash, limit=len(draft_ids)
            )
            return [
                Draft(draft_ids[message.id], message)
                for message in found.messages
                if message.id in draft_ids
            ]

    def get(self, draft_id: str) -> Draft:
        """Return the draft of that id."""
        with self._mailbox.lock:
            message_id = self._message_ids.get(draft_id)
            # Who deletes the message deletes the draft.
            if message_id is None or not self._mailbox.has(message_id):
                raise NotFound(draft_id)
            return Draft(draft_id, self._mailbox.message(message_id))

    def create(self, raw: bytes, thread_id: str | None = None) -> Draft:
        """Make a draft, which may still lack what a mail to be sent needs."""
        with self._mailbox.lock:
            message = self._mailbox.insert(raw, label_ids=["DRAFT"], thread_id=thread_id)
            draft_id = f"r{_FIRST_ID + self._made}"
            self._made += 1
            self._message_ids[draft_id] = message.id
            return Draft(draft_id, message)

    def update(self, draft_id: str, raw: bytes, thread_id: str | None = None) -> Draft:
        """Put another message in a draft's place, in the same thread if none is named."""
        with self._mailbox.lock:
            old = self.get(draft_id).message
            # Before the old one goes, which may be the only one of its thread.
            message = self._mailbox.insert(
                raw, label_ids=["DRAFT"], thread_id=thread_id or old.thread_id
            )
            self._mailbox.delete(old.id)
            self._message_ids[draft_id] = message.id
            return Draft(draft_id, message)

    def send(self, draft_id: str) -> Message:
        """Accept a draft for delivery, after which it is a draft no more."""
        with self._mailbox.lock:
            old = self.get(draft_id).message
            message = self._mailbox.send(old.raw, old.thread_id)
            self.delete(draft_id)
            return message

    def delete(self, draft_id: str) -> None:
        """Delete a draft for good."""
        with self._mailbox.lock:
            self._mailbox.delete(self.get(draft_id).message.id)
            del self._message_ids[draft_id]
