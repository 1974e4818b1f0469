# SPDX-License-Identifier: Apache-2.0
"""Gmail's methods: from a request to the mailbox, and back to Gmail's JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

# The methods register themselves.
import local_gmail.methods  # noqa: F401  # pyright: ignore[reportUnusedImport]
from local_gmail import partial_response
from local_gmail.errors import Conflict, NotFound, Refused
from local_gmail.failures import documented
from local_gmail.google_errors import google_error, invalid_argument
from local_gmail.history import TooOld
from local_gmail.methods.call import ENDPOINTS, Call, ResponseInstead
from local_gmail.responses import Response

if TYPE_CHECKING:
    from local_gmail.mailbox import Mailbox

NO_CONTENT = 204


def unimplemented(api_method: str) -> Response | None:
    """Return what a method gets that this server doesn't have; None if it has it."""
    if api_method in ENDPOINTS:
        return None
    return google_error(
        501,
        f"{api_method} is not implemented by the local server; script a response for it",
        reason="notImplemented",
        status="UNIMPLEMENTED",
    )


def serve(mailbox: Mailbox, api_method: str, call: Call) -> Response:
    """Ordinary service of a Gmail method."""
    missing = unimplemented(api_method)
    if missing is not None:
        return missing
    try:
        _check_user(mailbox, call)
        mask = _mask(call)
        result = ENDPOINTS[api_method](mailbox, call)
    except (ResponseInstead, Refused, NotFound, Conflict, TooOld) as failure:
        return _response_to(failure)
    if result is None:
        return Response(NO_CONTENT)
    return Response(200, partial_response.apply(mask, result))


def _response_to(failure: ResponseInstead | Refused | NotFound | Conflict | TooOld) -> Response:
    match failure:
        case ResponseInstead():
            return failure.response
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
        raise ResponseInstead(documented("delegationDenied", message=message))


def _mask(call: Call) -> partial_response.Mask:
    fields = call.value("fields")
    try:
        return partial_response.parse(fields) if fields else {}
    except ValueError:
        raise Refused(f"Invalid field selection {fields}") from None
