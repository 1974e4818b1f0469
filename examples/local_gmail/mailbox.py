# SPDX-License-Identifier: Apache-2.0
"""A mailbox in memory: messages and labels, and what may be done with them."""

from __future__ import annotations

import re
import threading
import time
from collections import defaultdict
from dataclasses import dataclass
from email import message_from_bytes
from email.utils import getaddresses
from typing import TYPE_CHECKING

from local_gmail import seed
from local_gmail.drafts import Drafts
from local_gmail.errors import Conflict, NotFound, Refused
from local_gmail.history import History
from local_gmail.messages import Message

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

SYSTEM_LABELS = (
    "INBOX", "SENT", "DRAFT", "TRASH", "SPAM", "STARRED", "UNREAD", "IMPORTANT", "CHAT",
    "CATEGORY_PERSONAL", "CATEGORY_SOCIAL", "CATEGORY_PROMOTIONS", "CATEGORY_UPDATES",
    "CATEGORY_FORUMS",
)  # fmt: skip
_ADDRESS = re.compile(r"[^\s@<>,;]+@[^\s@<>,;]+")
_ID = re.compile(r"[0-9a-f]{1,16}")


@dataclass
class Label:
    """A label; those of the system have their id for a name."""

    id: str
    name: str
    is_system: bool = False


@dataclass(frozen=True)
class Counts:
    """How much carries a label."""

    messages: int
    unread_messages: int
    threads: int
    unread_threads: int


@dataclass(frozen=True)
class Page:
    """Some of the messages asked for, newest first."""

    messages: list[Message]
    next_offset: int | None
    total: int


class Mailbox:
    """One user's mail. May be used from many threads.

    What it returns are the stored objects: look at them, and change them by its functions.
    """

    def __init__(self, owner: str) -> None:
        self.owner = owner
        self.lock = threading.RLock()
        """Hold it over what belongs together."""
        self.reset()

    def reset(self) -> None:
        """Go back to the seed mail."""
        with self.lock:
            self._labels = {name: Label(name, name, is_system=True) for name in SYSTEM_LABELS}
            self._labels_made = 0
            for name in seed.USER_LABELS:
                self.create_label(name)
            self._sent: list[Message] = []
            self._messages: dict[str, Message] = {}
            self.history = History(seed.FIRST_HISTORY_ID - 1)
            """What has changed."""
            self.drafts = Drafts(self)
            """The drafts, which are messages too."""
            for message in seed.messages(self.owner):
                self._messages[message.id] = message
                self.history.add("messageAdded", message)

    @property
    def history_id(self) -> int:
        """Grows with each change."""
        return self.history.last_id

    @property
    def sent(self) -> list[Message]:
        """What `send` has accepted since the start or the last reset, oldest first."""
        with self.lock:
            return list(self._sent)

    def messages(self) -> list[Message]:
        """All messages, newest first, trash and spam too."""
        with self.lock:
            return sorted(
                self._messages.values(), key=lambda m: (m.internal_date_ms, m.id), reverse=True
            )

    def message(self, message_id: str) -> Message:
        """Return the message of that id."""
        # Gmail tells an id that can't be one from one that is gone.
        if not _ID.fullmatch(message_id):
            raise Refused("Invalid id value")
        with self.lock:
            if message_id not in self._messages:
                raise NotFound(message_id)
            return self._messages[message_id]

    def has(self, message_id: str) -> bool:
        """Whether there is a message of that id."""
        with self.lock:
            return message_id in self._messages

    def thread(self, thread_id: str) -> list[Message]:
        """Return the messages of a thread, oldest first."""
        found = [message for message in self.messages() if message.thread_id == thread_id]
        if not found:
            raise NotFound(thread_id)
        return found[::-1]

    def find(
        self,
        query: str = "",
        label_ids: Sequence[str] = (),
        *,
        include_spam_trash: bool = False,
        offset: int = 0,
        limit: int = 100,
    ) -> Page:
        """Return a page of the messages that have all labels and match all words of the query.

        A word matches where it stands in From or Subject, whatever its case; `from:`, `subject:`,
        `to:`, `is:` and `label:` narrow it down.
        """
        found = self._found(query, label_ids, include_spam_trash=include_spam_trash)
        end = offset + limit
        return Page(found[offset:end], end if end < len(found) else None, len(found))

    def find_threads(
        self, query: str = "", label_ids: Sequence[str] = (), *, include_spam_trash: bool = False
    ) -> list[list[Message]]:
        """Return the threads, newest first, that have a message that `find` would find."""
        with self.lock:
            threads: defaultdict[str, list[Message]] = defaultdict(list)
            for message in reversed(self.messages()):
                threads[message.thread_id].append(message)
            found = self._found(query, label_ids, include_spam_trash=include_spam_trash)
            # A dict keeps the order and leaves out what comes again.
            return [threads[each] for each in dict.fromkeys(m.thread_id for m in found)]

    def send(self, raw: bytes, thread_id: str | None = None) -> Message:
        """Accept a message for delivery; it is stored under SENT, and under INBOX if to oneself."""
        recipients = _recipients(raw)
        labels = ["SENT"]
        if self.owner.lower() in recipients:
            labels = ["UNREAD", "SENT", "INBOX"]
        with self.lock:
            message = self.insert(raw, label_ids=labels, thread_id=thread_id)
            self._sent.append(message)
            return message

    def insert(
        self,
        raw: bytes,
        *,
        label_ids: Sequence[str] = (),
        thread_id: str | None = None,
        date_ms: int | None = None,
    ) -> Message:
        """Put a message into the mailbox without sending it; `date_ms` None is now."""
        with self.lock:
            self._check_labels(label_ids)
            if thread_id is not None:
                self.thread(thread_id)
            message_id = f"{seed.FIRST_ID + (self.history_id + 1 << 20):016x}"
            if date_ms is None:
                date_ms = time.time_ns() // 1_000_000
            message = Message(
                message_id, thread_id or message_id, list(label_ids), raw, date_ms, history_id=0
            )
            self._messages[message_id] = message
            message.history_id = self.history.add("messageAdded", message)
            return message

    def modify(self, message_id: str, add: Iterable[str], remove: Iterable[str]) -> Message:
        """Add labels to a message and remove others; ids, not names."""
        add, remove = list(add), list(remove)
        with self.lock:
            self._check_labels([*add, *remove])
            message = self.message(message_id)
            lost = [label for label in message.label_ids if label in remove]
            kept = [label for label in message.label_ids if label not in remove]
            new = [label for label in dict.fromkeys(add) if label not in kept]
            if lost:
                message.label_ids = kept
                message.history_id = self.history.add("labelRemoved", message, lost)
            if new:
                message.label_ids = kept + new
                message.history_id = self.history.add("labelAdded", message, new)
            return message

    def trash(self, message_id: str) -> Message:
        """Move to the trash."""
        return self.modify(message_id, ["TRASH"], ["INBOX"])

    def untrash(self, message_id: str) -> Message:
        """Take out of the trash."""
        return self.modify(message_id, [], ["TRASH"])

    def delete(self, message_id: str) -> None:
        """Delete for good."""
        with self.lock:
            message = self.message(message_id)
            del self._messages[message.id]
            self.history.add("messageDeleted", message)

    def labels(self) -> list[Label]:
        """All labels, those of the system first."""
        with self.lock:
            return list(self._labels.values())

    def label(self, label_id: str) -> Label:
        """Return the label of that id."""
        with self.lock:
            if label_id not in self._labels:
                raise NotFound(label_id)
            return self._labels[label_id]

    def create_label(self, name: str) -> Label:
        """Make a label of the user's own; names are compared whatever their case."""
        if not name.strip():
            raise Refused("Invalid label name")
        with self.lock:
            if any(label.name.lower() == name.lower() for label in self._labels.values()):
                raise Conflict(name)
            self._labels_made += 1
            label = Label(f"Label_{self._labels_made}", name)
            self._labels[label.id] = label
            return label

    def delete_label(self, label_id: str) -> None:
        """Delete a label of the user's own, and take it off all messages."""
        with self.lock:
            if self.label(label_id).is_system:
                raise Refused("Invalid delete request")
            del self._labels[label_id]
            for message in self._messages.values():
                message.label_ids = [label for label in message.label_ids if label != label_id]

    def counts(self, label_id: str | None = None) -> Counts:
        """How many messages and threads carry the label; None for all mail."""
        chosen = [m for m in self.messages() if label_id is None or label_id in m.label_ids]
        unread = [m for m in chosen if "UNREAD" in m.label_ids]
        return Counts(
            len(chosen),
            len(unread),
            len({m.thread_id for m in chosen}),
            len({m.thread_id for m in unread}),
        )

    def _found(
        self, query: str, label_ids: Sequence[str], *, include_spam_trash: bool
    ) -> list[Message]:
        words = query.lower().split()
        hidden = {"SPAM", "TRASH"} - set(label_ids)
        with self.lock:
            return [
                message
                for message in self.messages()
                if set(label_ids) <= set(message.label_ids)
                and (include_spam_trash or not hidden & set(message.label_ids))
                and all(self._matches(message, word) for word in words)
            ]

    def _check_labels(self, label_ids: Iterable[str]) -> None:
        for label_id in label_ids:
            if label_id not in self._labels:
                raise Refused(f"Invalid label: {label_id}")

    def _matches(self, message: Message, word: str) -> bool:
        operator, separator, value = word.partition(":")
        if separator and operator in ("from", "to", "subject"):
            return value in message.header(operator).lower()
        if separator and operator in ("is", "in", "label"):
            names = {self._labels[each].name.lower() for each in message.label_ids}
            return value in names or value.replace("-", " ") in names
        return word in f"{message.header('From')} {message.header('Subject')}".lower()


def _recipients(raw: bytes) -> set[str]:
    """Return the addresses that a message goes to, in lower case; `Refused` as Gmail would."""
    email = message_from_bytes(raw)
    found: set[str] = set()
    for name in ("To", "Cc", "Bcc"):
        values = [str(value) for value in email.get_all(name, [])]
        for _, address in getaddresses([value for value in values if value.strip()]):
            if not _ADDRESS.fullmatch(address):
                raise Refused(f"Invalid {name} header")
            found.add(address.lower())
    if not found:
        raise Refused("Recipient address required")
    return found
