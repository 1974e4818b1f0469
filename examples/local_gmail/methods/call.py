# SPDX-License-Identifier: Apache-2.0
"""What a method of the API is given, and how it is registered."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from local_gmail.errors import Refused
from local_gmail.failures import documented
from local_gmail.google_errors import google_error
from local_gmail.mailbox import Mailbox
from local_gmail.messages import Message
from local_gmail.responses import Json, Response

_MAX_PAGE = 500


class ResponseInstead(Exception):  # noqa: N818
    """The method says `response` instead of what it was asked for."""

    def __init__(self, response: Response) -> None:
        super().__init__(response)
        self.response = response


@dataclass(frozen=True)
class Call:
    """A request, read as a call of a method."""

    args: Mapping[str, str]
    query: Mapping[str, list[str]]
    body: bytes
    """JSON, or empty."""
    media: bytes | None = None
    """What was uploaded; None where the request isn't an upload."""

    def values(self, name: str) -> list[str]:
        """All values of a query parameter."""
        return self.query.get(name, [])

    def value(self, name: str, default: str = "") -> str:
        """Return the last value of a query parameter."""
        return (self.values(name) or [default])[-1]

    def flag(self, name: str) -> bool:
        """Whether a query parameter is true."""
        return self.value(name) == "true"

    def number(self, name: str, default: int) -> int:
        """Return a query parameter as a number that isn't negative."""
        text = self.value(name, str(default))
        if not text.isdecimal():
            raise Refused(f"Invalid value for {name}: {text}")
        return int(text)

    def offset(self) -> int:
        """Where the page asked for begins."""
        token = self.value("pageToken", "0")
        if not token.isdecimal():
            raise Refused("Invalid pageToken")
        return int(token)

    def limit(self) -> int:
        """How much the page asked for may hold."""
        return min(self.number("maxResults", 100), _MAX_PAGE) or 100

    def json(self) -> Json:
        """Return the body as a JSON object; an empty body is an empty object."""
        try:
            value = json.loads(self.body or b"{}")
        except ValueError:
            value = None
        if not isinstance(value, dict):
            raise ResponseInstead(
                google_error(400, "Parse Error", reason="parseError", status="INVALID_ARGUMENT")
            )
        return cast("Json", value)

    def strings(self, name: str) -> list[str]:
        """Return a field of the JSON body that is a list of strings."""
        return strings(self.json(), name)

    def rfc822(self, resource: Json, max_bytes: int) -> bytes:
        """Return the mail that was uploaded, or is in the field `raw` of a message resource."""
        raw = _decoded(resource.get("raw")) if self.media is None else self.media
        if len(raw) > max_bytes:
            raise ResponseInstead(documented("uploadTooLarge"))
        return raw

    def show(self, message: Message) -> Json:
        """Return a message in the format asked for."""
        wanted = self.value("format", "full").lower()
        match wanted:
            case "minimal":
                return message.minimal()
            case "metadata":
                return message.metadata(self.values("metadataHeaders"))
            case "full":
                return message.full()
            case "raw":
                return message.in_raw()
            case _:
                raise Refused(
                    f"Invalid value at 'format' (type.googleapis.com/Format), \"{wanted}\""
                )


def strings(resource: Json, name: str) -> list[str]:
    """Return a field of a resource that is a list of strings."""
    value: Any = resource.get(name, [])
    if not isinstance(value, list):
        raise Refused(f"Invalid value at '{name}'")
    return [str(each) for each in cast("list[object]", value)]


def paged(name: str, page: Sequence[Json], next_offset: int | None) -> Json:
    """Return a page of a list, without the list where it is empty: so does Gmail."""
    shown: Json = {name: list(page)} if page else {}
    if next_offset is not None:
        shown["nextPageToken"] = f"{next_offset:020d}"
    return shown


Endpoint = Callable[[Mailbox, Call], Json | None]
ENDPOINTS: dict[str, Endpoint] = {}


def serves(api_method: str) -> Callable[[Endpoint], Endpoint]:
    """Register a function for a method id."""

    def register(endpoint: Endpoint) -> Endpoint:
        ENDPOINTS[api_method] = endpoint
        return endpoint

    return register


def _decoded(raw: object) -> bytes:
    if not isinstance(raw, str) or not raw:
        raise Refused(
            "'raw' RFC822 payload message string or uploading message via /upload/* URL required"
        )
    try:
        padded = raw + "=" * (-len(raw) % 4)
        return base64.b64decode(padded, altchars=b"-_", validate=True)
    except binascii.Error:
        raise Refused(
            "Invalid value at 'message.raw' (TYPE_BYTES), Base64 decoding failed"
        ) from None
