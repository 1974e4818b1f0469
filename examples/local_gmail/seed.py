# SPDX-License-Identifier: Apache-2.0
"""The mail that a fresh mailbox holds: a dozen messages, the same every time."""

from __future__ import annotations

import functools
from datetime import datetime, timedelta, timezone
from email.message import EmailMessage
from typing import TYPE_CHECKING

from local_gmail.messages import Message

if TYPE_CHECKING:
    from collections.abc import Iterator

FIRST_ID = 0x19A2B4C6D8E00000
_ID_STEP = 0x1A2B3C5
FIRST_DATE = datetime(2025, 3, 3, 8, 15, tzinfo=timezone.utc)
FIRST_HISTORY_ID = 412_000

USER_LABELS = ("Receipts", "Project Aurora")
RECEIPTS, AURORA = "Label_1", "Label_2"

# From, subject, text, labels, and how many messages further up the thread began.
_MAIL: tuple[tuple[str, str, str, tuple[str, ...], int], ...] = (
    (
        "Priya Raman <priya@example.com>",
        "Aurora: launch checklist",
        "Here is the list for Thursday. Can you take the load test?",
        ("INBOX", AURORA),
        0,
    ),
    (
        "Alex Doe <alex@example.com>",
        "Re: Aurora: launch checklist",
        "Yes. I will start it on Wednesday night.",
        ("SENT", AURORA),
        1,
    ),
    (
        "Corner Books <orders@books.example>",
        "Your receipt for order 20931",
        "Thank you for your order. Two books, 41.80 EUR.",
        ("INBOX", RECEIPTS, "CATEGORY_UPDATES"),
        0,
    ),
    (
        "City Library <noreply@library.example>",
        "Two items are due on Friday",
        "Renew them online or bring them back by Friday.",
        ("INBOX", "UNREAD", "CATEGORY_UPDATES"),
        0,
    ),
    (
        "Sam Okafor <sam@example.com>",
        "Lunch on Tuesday?",
        "The place at the canal has its terrace open again.",
        ("INBOX", "STARRED"),
        0,
    ),
    (
        "Priya Raman <priya@example.com>",
        "Re: Aurora: launch checklist",
        "Great. Results go to the shared folder, please.",
        ("INBOX", "UNREAD", "IMPORTANT", AURORA),
        5,
    ),
    (
        "Cloud Billing <billing@cloud.example>",
        "Invoice for February 2025",
        "Your invoice over 128.40 EUR is attached.",
        ("INBOX", RECEIPTS),
        0,
    ),
    (
        "Weekly Digest <digest@news.example>",
        "Ten stories you may have missed",
        "This week: batteries, bridges, and a bear in Bergen.",
        ("INBOX", "UNREAD", "CATEGORY_PROMOTIONS"),
        0,
    ),
    (
        "Tomás Ruiz <tomas@example.com>",
        "Señal débil en la sala B",
        "El punto de acceso se reinicia cada hora. ¿Puedes mirar?",
        ("INBOX", "UNREAD"),
        0,
    ),
    (
        "Alex Doe <alex@example.com>",
        "Load test: results",
        "Peak 1,800 requests a second, no errors. Details are attached.",
        ("SENT", AURORA),
        0,
    ),
    (
        "Prize Office <winner@lottery.example>",
        "You have won",
        "Send us your account number to receive the prize.",
        ("SPAM", "UNREAD"),
        0,
    ),
    (
        "Old Forum <robot@forum.example>",
        "Your account will be closed",
        "You have not signed in for five years.",
        ("TRASH",),
        0,
    ),
)
_WITH_ATTACHMENT = {
    "Invoice for February 2025": "invoice-2025-02.txt",
    "Load test: results": "a.csv",
}


def messages(owner: str) -> Iterator[Message]:
    """Return the seed messages, oldest first, as received by `owner`."""
    ids = [f"{FIRST_ID + index * _ID_STEP:016x}" for index in range(len(_MAIL))]
    for index, (sender, subject, text, labels, up) in enumerate(_MAIL):
        at = FIRST_DATE + timedelta(hours=7 * index)
        yield Message(
            id=ids[index],
            thread_id=ids[index - up],
            label_ids=list(labels),
            raw=_email(index, sender, (subject, text), owner, at),
            internal_date_ms=int(at.timestamp() * 1000),
            history_id=FIRST_HISTORY_ID + index,
        )


# Every server has the same mail, and parsing and building is most of what a mailbox costs.
@functools.cache
def _email(index: int, sender: str, content: tuple[str, str], owner: str, at: datetime) -> bytes:
    subject, text = content
    email = EmailMessage()
    email["From"] = sender
    email["To"] = "priya@example.com" if sender.startswith("Alex") else owner
    email["Subject"] = subject
    email["Date"] = at
    email["Message-ID"] = f"<seed-{index}@mail.example>"
    email.set_content(text + "\n")
    attachment = _WITH_ATTACHMENT.get(subject)
    if attachment is not None:
        email.add_attachment(f"contents of {attachment}\n", filename=attachment)
        # Otherwise a random one is made up each time.
        email.set_boundary(f"seed-boundary-{index}")
    return email.as_bytes()
