# SPDX-License-Identifier: Apache-2.0
"""Notices when two threads are inside of one connection at once.

httplib2 is not thread-safe: each thread needs an ``Http`` of its own. A shared one is behind many
TLS and decode errors that come at random.
"""

from __future__ import annotations

from logging import getLogger
from threading import Lock
from typing import Any

from .guard import warn_once

_logger = getLogger(__name__)


class Connections:
    """Who is inside of which connection."""

    def __init__(self) -> None:
        self._inside: dict[int, list[object]] = {}
        self._shared: set[int] = set()
        self._lock = Lock()

    def enter(self, connection: Any, user: object) -> None:
        """``user`` begins to use the connection; a warning where another is still inside."""
        with self._lock:
            users = self._inside.setdefault(id(connection), [])
            users.append(user)
            if len(users) == 1:
                return
            self._shared.update(map(id, users))
        warn_once(
            _logger,
            "shared",
            "One httplib2 connection is used by several threads at once. httplib2 is not "
            "thread-safe: give each thread an httplib2.Http of its own. Expect random TLS and "
            "decode errors until then.",
        )

    def leave(self, connection: Any, user: object) -> bool:
        """``user`` is done with the connection; whether it was shared meanwhile."""
        with self._lock:
            users = self._inside.get(id(connection), [])
            if user in users:
                users.remove(user)
            if not users:
                self._inside.pop(id(connection), None)
            shared = id(user) in self._shared
            self._shared.discard(id(user))
        return shared
