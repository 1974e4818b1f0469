# SPDX-License-Identifier: Apache-2.0
"""Notices when two threads are inside of one connection at once.

httplib2 is not thread-safe: each thread needs an ``Http`` of its own. A shared one is behind many
TLS and decode errors that come at random.

There is no lock in here: one that a fork copies while it is held, or that a signal handler asks for
again, would stop the application for good. Single operations on dicts are enough for a hint.
"""

from __future__ import annotations

import threading
from logging import getLogger
from typing import Any

from .._support.guard import warn_once

_logger = getLogger(__name__)


class ConnectionUse:
    """One thread inside of one connection."""

    # What each one starts with.
    connection: Any = None
    key: int = 0
    """Of the connection."""
    thread: int = 0
    """By its ``get_ident()``."""
    shared: bool = False
    """Whether another thread was inside at the same time."""


class Connections:
    """Which thread is inside of which connection."""

    def __init__(self) -> None:
        self._inside: dict[int, ConnectionUse] = {}

    def enter(self, use: ConnectionUse, connection: Any) -> None:
        """This thread begins to use a connection; a warning where another is still inside."""
        use.connection = connection
        # Looked up each time: gevent and Eventlet put one there that tells greenlets apart.
        use.thread = threading.get_ident()
        use.key = key = id(connection)
        other = self._inside.setdefault(key, use)
        if other is not use:
            self._inside[key] = use
            if other.thread != use.thread:
                self._warn(use, other)

    def leave(self, use: ConnectionUse) -> None:
        """The thread is done with the connection."""
        other = self._inside.pop(use.key, use)
        if other is not use:
            self._inside.setdefault(use.key, other)

    def _warn(self, use: ConnectionUse, other: ConnectionUse) -> None:
        use.shared = other.shared = True
        warn_once(
            _logger,
            "shared",
            "One httplib2 connection is used by several threads at once. httplib2 is not "
            "thread-safe: give each thread an httplib2.Http of its own. Expect random TLS and "
            "decode errors until then.",
        )
