# SPDX-License-Identifier: Apache-2.0
"""What has changed in a mailbox, change by change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from local_gmail.messages import Message
    from local_gmail.responses import Json

Kind = Literal["messageAdded", "messageDeleted", "labelAdded", "labelRemoved"]
_LISTS: dict[Kind, str] = {
    "messageAdded": "messagesAdded",
    "messageDeleted": "messagesDeleted",
    "labelAdded": "labelsAdded",
    "labelRemoved": "labelsRemoved",
}


class TooOld(Exception):  # noqa: N818
    """The history that was asked for is forgotten."""


@dataclass(frozen=True)
class Change:
    """One change of one message."""

    id: int
    kind: Kind
    message: Json
    """The message's outline right after the change."""
    label_ids: tuple[str, ...] = ()
    """Which labels were added or removed."""

    def shown(self) -> Json:
        """Return the form in a list of history."""
        reference = {name: self.message[name] for name in ("id", "threadId")}
        entry: Json = {"message": self.message}
        if self.label_ids:
            entry["labelIds"] = list(self.label_ids)
        return {"id": str(self.id), "messages": [reference], _LISTS[self.kind]: [entry]}


class History:
    """The changes of a mailbox, oldest first. The mailbox sees to it that threads take turns."""

    def __init__(self, before: int) -> None:
        self.last_id = before
        """Of the newest change."""
        self._oldest = before
        self._changes: list[Change] = []

    def add(self, kind: Kind, message: Message, label_ids: Sequence[str] = ()) -> int:
        """Note a change that was just made, and return its id."""
        self.last_id += 1
        self._changes.append(Change(self.last_id, kind, message.outline(), tuple(label_ids)))
        return self.last_id

    def since(
        self, start: int, *, types: Sequence[str] = (), label_id: str | None = None
    ) -> list[Change]:
        """Return the changes after one of them; `TooOld` where they aren't known any more.

        `types`: of these kinds alone. `label_id`: of messages that have the label, or had it
        added or removed.
        """
        if start < self._oldest:
            raise TooOld(start)
        return [
            change
            for change in self._changes
            if change.id > start
            and (not types or change.kind in types)
            and (label_id is None or label_id in (*change.message["labelIds"], *change.label_ids))
        ]

    def forget(self) -> None:
        """Know nothing of what has happened so far: Gmail keeps history for about a week."""
        self._oldest = self.last_id
        self._changes.clear()
