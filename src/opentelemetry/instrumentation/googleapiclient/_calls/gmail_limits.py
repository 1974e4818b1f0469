# SPDX-License-Identifier: Apache-2.0
"""Gmail's limits that successful calls come near to: quota units, and the size of batches.

Gmail API, "Usage limits". Release note of 2026-05-01: the units of drafts.get,
messages.attachments.get, messages.get, messages.trash, threads.get and threads.trash have changed,
for projects created then or later, or without use of Gmail between 2025-11 and 2026-04. A method
that no table lists (labels.patch, smimeInfo, cse, ...) charges nothing here: it is never guessed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

ADVISED_BATCH_SIZE: Final = 50
"""Parts. Gmail API guide, Batch requests: larger batches are likely to trigger rate limiting."""

_BEFORE: Final = {
    "gmail.users.drafts.create": 10,
    "gmail.users.drafts.delete": 10,
    "gmail.users.drafts.get": 5,
    "gmail.users.drafts.list": 5,
    "gmail.users.drafts.send": 100,
    "gmail.users.drafts.update": 15,
    "gmail.users.getProfile": 1,
    "gmail.users.history.list": 2,
    "gmail.users.labels.create": 5,
    "gmail.users.labels.delete": 5,
    "gmail.users.labels.get": 1,
    "gmail.users.labels.list": 1,
    "gmail.users.labels.update": 5,
    "gmail.users.messages.attachments.get": 5,
    "gmail.users.messages.batchDelete": 50,
    "gmail.users.messages.batchModify": 50,
    "gmail.users.messages.delete": 10,
    "gmail.users.messages.get": 5,
    "gmail.users.messages.import": 25,
    "gmail.users.messages.insert": 25,
    "gmail.users.messages.list": 5,
    "gmail.users.messages.modify": 5,
    "gmail.users.messages.send": 100,
    "gmail.users.messages.trash": 5,
    "gmail.users.messages.untrash": 5,
    "gmail.users.settings.delegates.create": 100,
    "gmail.users.settings.delegates.delete": 5,
    "gmail.users.settings.delegates.get": 1,
    "gmail.users.settings.delegates.list": 1,
    "gmail.users.settings.filters.create": 5,
    "gmail.users.settings.filters.delete": 5,
    "gmail.users.settings.filters.get": 1,
    "gmail.users.settings.filters.list": 1,
    "gmail.users.settings.forwardingAddresses.create": 100,
    "gmail.users.settings.forwardingAddresses.delete": 5,
    "gmail.users.settings.forwardingAddresses.get": 1,
    "gmail.users.settings.forwardingAddresses.list": 1,
    "gmail.users.settings.getAutoForwarding": 1,
    "gmail.users.settings.getImap": 1,
    "gmail.users.settings.getPop": 1,
    "gmail.users.settings.getVacation": 1,
    "gmail.users.settings.sendAs.create": 100,
    "gmail.users.settings.sendAs.delete": 5,
    "gmail.users.settings.sendAs.get": 1,
    "gmail.users.settings.sendAs.list": 1,
    "gmail.users.settings.sendAs.update": 100,
    "gmail.users.settings.sendAs.verify": 100,
    "gmail.users.settings.updateAutoForwarding": 5,
    "gmail.users.settings.updateImap": 5,
    "gmail.users.settings.updatePop": 100,
    "gmail.users.settings.updateVacation": 5,
    "gmail.users.stop": 50,
    "gmail.users.threads.delete": 20,
    "gmail.users.threads.get": 10,
    "gmail.users.threads.list": 10,
    "gmail.users.threads.modify": 10,
    "gmail.users.threads.trash": 10,
    "gmail.users.threads.untrash": 10,
    "gmail.users.watch": 100,
}

UNITS: Final[Mapping[str, Mapping[str, int]]] = {
    "legacy": _BEFORE,
    "2026-05": {
        **_BEFORE,
        "gmail.users.drafts.get": 20,
        "gmail.users.messages.attachments.get": 20,
        "gmail.users.messages.get": 20,
        "gmail.users.messages.trash": 20,
        "gmail.users.threads.get": 40,
        "gmail.users.threads.trash": 20,
    },
}
"""Name of a table to method id to units."""
