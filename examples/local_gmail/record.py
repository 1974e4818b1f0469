# SPDX-License-Identifier: Apache-2.0
"""What the server has received."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

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
    """A method id such as `gmail.users.messages.get`, or else `token`, `batch`, `upload` (a chunk
    of a resumable upload), `upload-status` (the question how far it has come), `discovery`, or
    None."""
    connection: int
    """Which TCP connection carried it: 1 for the first that the server accepted."""
    received_at: float
    """`time.monotonic()` when its first line had arrived, in seconds."""
    responded: int | None = None
    """The status sent, None while and where there is none."""
    read: bool = True
    """False where the connection was closed on it unread, or its body never came in full."""
    parts: list[Received] = field(default_factory=list["Received"], repr=False)
    """What a batch consists of, in its order."""
    part_of: Received | None = field(default=None, repr=False, compare=False)
    """The batch that this is a part of; None for what came over the wire by itself."""
    content_id: str | None = None
    """What a batch calls this part of it, without the angle brackets."""

    def json(self) -> Any:
        """Return the body as JSON."""
        return json.loads(self.body)

    @property
    def root_url(self) -> str:
        """The URL of the server, with a slash at its end."""
        target = urlsplit(self.url)
        return f"{target.scheme}://{target.netloc}/"

    @property
    def authorization(self) -> str:
        """The Authorization header; a part without one has that of its batch."""
        own = self.headers.get("authorization")
        if own is None and self.part_of is not None:
            return self.part_of.authorization
        return own or ""

    @property
    def parameters(self) -> dict[str, list[str]]:
        """The parameters of the query meant, decoded."""
        return parse_qs(self.effective_query, keep_blank_values=True)

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

    def batch_parts(self) -> list[Received]:
        """Return the parts of all batches so far."""
        return [part for received in self.requests() for part in received.parts]

    def clear(self) -> None:
        """Forget all."""
        with self._lock:
            self._requests.clear()
