# SPDX-License-Identifier: Apache-2.0
"""Gmail's methods: from a request to the mailbox, and back to Gmail's JSON."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import parse_qs

from local_gmail import partial_response
from local_gmail.answers import Answer, Json
from local_gmail.failures import documented
from local_gmail.google_errors import google_error, invalid_argument
from local_gmail.mailbox import Conflict, Label, Mailbox, NotFound, Refused

if TYPE_CHECKING:
    from local_gmail.record import Received
    from local_gmail.routes import Route

MAX_SEND_BYTES = 36_700_160
NO_CONTENT = 204


@dataclass(frozen=True)
class Call:
    """A request, read as a call of a method."""

    args: Mapping[str, str]
    query: Mapping[str, list[str]]
    body: bytes
    is_upload: bool

    def values(self, name: str) -> list[str]:
        """All values of a query parameter."""
        return self.query.get(name, [])

    def value(self, name: str, default: str = "") -> str:
        """Return the last value of a query parameter."""
        return (self.values(name) or [default])[-1]

    def number(self, name: str, default: int) -> int:
        """Return a query parameter as a number that isn't negative."""
        text = self.value(name, str(default))
        if not text.isdecimal():
            raise Refused(f"Invalid value for {name}: {text}")
        return int(text)

    def json(self) -> Json:
        """Return the body as a JSON object; an empty body is an empty object."""
        try:
            value = json.loads(self.body or b"{}")
        except ValueError:
            value = None
        if not isinstance(value, dict):
            raise _AnswerInstead(
                google_error(400, "Parse Error", reason="parseError", status="INVALID_ARGUMENT")
            )
        return cast("Json", value)

    def strings(self, name: str) -> list[str]:
        """Return a field of the JSON body that is a list of strings."""
        value: Any = self.json().get(name, [])
        if not isinstance(value, list):
            raise Refused(f"Invalid value at '{name}'")
        return [str(each) for each in cast("list[object]", value)]


class _AnswerInstead(Exception):  # noqa: N818
    def __init__(self, answer: Answer) -> None:
        super().__init__(answer)
        self.answer = answer


Endpoint = Callable[[Mailbox, Call], Json | None]
_ENDPOINTS: dict[str, Endpoint] = {}


def serve(mailbox: Mailbox, route: Route, received: Received) -> Answer:
    """Ordinary service of a Gmail method."""
    endpoint = _ENDPOINTS.get(route.api_method)
    if endpoint is None:
        return google_error(
            501,
            f"{route.api_method} is not implemented by the local server; script an answer for it",
            reason="notImplemented",
            status="UNIMPLEMENTED",
        )
    query = parse_qs(received.effective_query, keep_blank_values=True)
    body = b"" if received.is_get_in_disguise else received.body
    call = Call(route.args, query, body, route.is_upload)
    try:
        _check_user(mailbox, call)
        mask = _mask(call)
        result = endpoint(mailbox, call)
    except (_AnswerInstead, Refused, NotFound, Conflict) as failure:
        return _answer_to(failure)
    if result is None:
        return Answer(NO_CONTENT)
    return Answer(200, partial_response.apply(mask, result))


def _answer_to(failure: _AnswerInstead | Refused | NotFound | Conflict) -> Answer:
    match failure:
        case _AnswerInstead():
            return failure.answer
        case Refused():
            return invalid_argument(str(failure))
        case NotFound():
            return documented("notFound")
        case Conflict():
            return documented("labelConflict")


def _check_user(mailbox: Mailbox, call: Call) -> None:
    user = call.args.get("userId", "me").lower()
    if user not in ("me", mailbox.owner.lower()):
        message = f"Delegation denied for {mailbox.owner}"
        raise _AnswerInstead(documented("delegationDenied", message=message))


def _mask(call: Call) -> partial_response.Mask:
    fields = call.value("fields")
    try:
        return partial_response.parse(fields) if fields else {}
    except ValueError:
        raise Refused(f"Invalid field selection {fields}") from None


def _serves(api_method: str) -> Callable[[Endpoint], Endpoint]:
    def register(endpoint: Endpoint) -> Endpoint:
        _ENDPOINTS[api_method] = endpoint
        return endpoint

    return register


@_serves("gmail.users.getProfile")
def _get_profile(mailbox: Mailbox, call: Call) -> Json:  # noqa: ARG001
    counts = mailbox.counts()
    return {
        "emailAddress": mailbox.owner,
        "messagesTotal": counts.messages,
        "threadsTotal": counts.threads,
        "historyId": str(mailbox.history_id),
    }


@_serves("gmail.users.messages.list")
def _list_messages(mailbox: Mailbox, call: Call) -> Json:
    token = call.value("pageToken", "0")
    if not token.isdecimal():
        raise Refused("Invalid pageToken")
    page = mailbox.find(
        call.value("q"),
        call.values("labelIds"),
        include_spam_trash=call.value("includeSpamTrash") == "true",
        offset=int(token),
        limit=min(call.number("maxResults", 100), 500) or 100,
    )
    shown: Json = {}
    if page.messages:
        shown["messages"] = [message.reference() for message in page.messages]
    if page.next_offset is not None:
        shown["nextPageToken"] = f"{page.next_offset:020d}"
    shown["resultSizeEstimate"] = page.total
    return shown


@_serves("gmail.users.messages.get")
def _get_message(mailbox: Mailbox, call: Call) -> Json:
    message = mailbox.message(call.args["id"])
    wanted = call.value("format", "full").lower()
    match wanted:
        case "minimal":
            return message.minimal()
        case "metadata":
            return message.metadata(call.values("metadataHeaders"))
        case "full":
            return message.full()
        case "raw":
            return message.in_raw()
        case _:
            raise Refused(f"Invalid value at 'format' (type.googleapis.com/Format), \"{wanted}\"")


@_serves("gmail.users.messages.send")
def _send_message(mailbox: Mailbox, call: Call) -> Json:
    thread_id = None if call.is_upload else call.json().get("threadId")
    raw = _rfc822(call)
    if len(raw) > MAX_SEND_BYTES:
        raise _AnswerInstead(documented("uploadTooLarge"))
    return mailbox.send(raw, thread_id).outline()


def _rfc822(call: Call) -> bytes:
    if call.is_upload:
        if call.value("uploadType") != "media":
            raise _AnswerInstead(
                google_error(
                    501,
                    "the local server takes uploads with uploadType=media only",
                    reason="notImplemented",
                    status="UNIMPLEMENTED",
                )
            )
        return call.body
    raw = call.json().get("raw")
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


@_serves("gmail.users.messages.modify")
def _modify_message(mailbox: Mailbox, call: Call) -> Json:
    add, remove = call.strings("addLabelIds"), call.strings("removeLabelIds")
    if not add and not remove:
        raise Refused("No label add or removes specified")
    return mailbox.modify(call.args["id"], add, remove).outline()


@_serves("gmail.users.messages.trash")
def _trash_message(mailbox: Mailbox, call: Call) -> Json:
    return mailbox.trash(call.args["id"]).outline()


@_serves("gmail.users.messages.untrash")
def _untrash_message(mailbox: Mailbox, call: Call) -> Json:
    return mailbox.untrash(call.args["id"]).outline()


@_serves("gmail.users.messages.delete")
def _delete_message(mailbox: Mailbox, call: Call) -> None:
    mailbox.delete(call.args["id"])


@_serves("gmail.users.labels.list")
def _list_labels(mailbox: Mailbox, call: Call) -> Json:  # noqa: ARG001
    return {"labels": [_shown_label(label) for label in mailbox.labels()]}


@_serves("gmail.users.labels.get")
def _get_label(mailbox: Mailbox, call: Call) -> Json:
    label = mailbox.label(call.args["id"])
    counts = mailbox.counts(label.id)
    return {
        **_shown_label(label),
        "messagesTotal": counts.messages,
        "messagesUnread": counts.unread_messages,
        "threadsTotal": counts.threads,
        "threadsUnread": counts.unread_threads,
    }


@_serves("gmail.users.labels.create")
def _create_label(mailbox: Mailbox, call: Call) -> Json:
    return _shown_label(mailbox.create_label(str(call.json().get("name", ""))))


@_serves("gmail.users.labels.delete")
def _delete_label(mailbox: Mailbox, call: Call) -> None:
    mailbox.delete_label(call.args["id"])


def _shown_label(label: Label) -> Json:
    shown: Json = {"id": label.id, "name": label.name}
    if label.is_system:
        return {**shown, "type": "system"}
    return {
        **shown,
        "messageListVisibility": "show",
        "labelListVisibility": "labelShow",
        "type": "user",
    }
