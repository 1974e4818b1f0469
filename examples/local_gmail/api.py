# SPDX-License-Identifier: Apache-2.0
"""Gmail's methods: from a request to the mailbox, and back to Gmail's JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

# The methods register themselves.
import local_gmail.methods  # noqa: F401  # pyright: ignore[reportUnusedImport]
from local_gmail import partial_response
from local_gmail.answers import Answer
from local_gmail.errors import Conflict, NotFound, Refused
from local_gmail.failures import documented
from local_gmail.google_errors import google_error, invalid_argument
from local_gmail.history import TooOld
from local_gmail.methods.call import ENDPOINTS, AnswerInstead, Call

if TYPE_CHECKING:
    from local_gmail.mailbox import Mailbox

NO_CONTENT = 204


def unimplemented(api_method: str) -> Answer | None:
    """Return what a method gets that this server doesn't have; None if it has it."""
    if api_method in ENDPOINTS:
        return None
    return google_error(
        501,
        f"{api_method} is not implemented by the local server; script an answer for it",
        reason="notImplemented",
        status="UNIMPLEMENTED",
    )


def serve(mailbox: Mailbox, api_method: str, call: Call) -> Answer:
    """Ordinary service of a Gmail method."""
    missing = unimplemented(api_method)
    if missing is not None:
        return missing
    try:
        _check_user(mailbox, call)
        mask = _mask(call)
        result = ENDPOINTS[api_method](mailbox, call)
    except (AnswerInstead, Refused, NotFound, Conflict, TooOld) as failure:
        return _answer_to(failure)
    if result is None:
        return Answer(NO_CONTENT)
    return Answer(200, partial_response.apply(mask, result))


def _answer_to(failure: AnswerInstead | Refused | NotFound | Conflict | TooOld) -> Answer:
    match failure:
        case AnswerInstead():
            return failure.answer
        case Refused():
            return invalid_argument(str(failure))
        case NotFound() | TooOld():
            return documented("notFound")
        case Conflict():
            return documented("labelConflict")


def _check_user(mailbox: Mailbox, call: Call) -> None:
    user = call.args.get("userId", "me").lower()
    if user not in ("me", mailbox.owner.lower()):
        message = f"Delegation denied for {mailbox.owner}"
        raise AnswerInstead(documented("delegationDenied", message=message))


def _mask(call: Call) -> partial_response.Mask:
    fields = call.value("fields")
    try:
        return partial_response.parse(fields) if fields else {}
    except ValueError:
        raise Refused(f"Invalid field selection {fields}") from None
