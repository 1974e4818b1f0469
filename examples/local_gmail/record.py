# SPDX-License-Identifier: Apache-2.0
"""What the server has received."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from werkzeug.datastructures import Headers


@dataclass
class Received:
    """One request, as it came over the wire."""

    method: str
    path: str
    """Still percent-encoded, without the query."""
    query: str
    """Raw, without the question mark."""
    url: str
    headers: Headers
    """Names are case-insensitive; repeated ones by `headers.getlist(name)`."""
    body: bytes
    api_method: str | None
    """A method id such as `gmail.users.messages.get`, `token`, or None."""
    connection: int
    """Which TCP connection carried it: 1 for the first that the server accepted."""
    received_at: float
    """`time.monotonic()` when its first line had arrived, in seconds."""
    answered: int | None = None
    """The status sent, None while and where there is none."""
    read: bool = True
    """False where the connection was closed on it unread, or its body never came in full."""

    def json(self) -> Any:
        """Return the body as JSON."""
        return json.loads(self.body)

    @property
    def is_get_in_disguise(self) -> bool:
        """Whether this POST stands for a GET whose URI was too long for googleapiclient."""
        return (
            self.method == "POST"
            and self.headers.get("x-http-method-override", "").upper() == "GET"
        )

    @property
    def effective_method(self) -> str:
        """The method meant, which `x-http-method-override` may set."""
        return "GET" if self.is_get_in_disguise else self.method

    @property
    def effective_query(self) -> str:
        """The query meant, which is the form body of a GET in disguise."""
        return self.body.decode("latin-1") if self.is_get_in_disguise else self.query


class Record:
    """The requests in order of arrival; may be used from many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requests: list[Received] = []

    def add(self, received: Received) -> None:
        """Append a request."""
        with self._lock:
            self._requests.append(received)

    def requests(self) -> list[Received]:
        """Return a copy of the list so far."""
        with self._lock:
            return list(self._requests)

    def clear(self) -> None:
        """Forget all."""
        with self._lock:
            self._requests.clear()
