# SPDX-License-Identifier: Apache-2.0
"""What the status alone supports, and a specific reason that no other row knows.

401 and 403 stand in ``access``: there the kind of the credentials says more.
"""

from __future__ import annotations

from typing import Final

from .. import causes
from ..rules import (
    COMPUTE,
    IMPERSONATED,
    SERVICE_ACCOUNT,
    WORKLOAD_IDENTITY,
    Rule,
    one_of,
)
from .html_pages import NOT_FOUND_RULES

_GUIDE: Final = "Gmail API guide, Resolve errors"
_CODE: Final = "google/rpc/code.proto"
_UNKNOWN_REASON: Final = "a reason that no other row knows"
_BAD: Final = frozenset({400})

RULES: Final = (
    Rule(
        cause=causes.NOT_MODIFIED,
        statuses=frozenset({304}),
        example="304 Not Modified",
        source="RFC 9110, section 15.4.5",
    ),
    Rule(
        cause=causes.BACKEND_ERROR,
        statuses=_BAD,
        reasons=one_of("jobBackendError", "jobInternalError", "tableUnavailable"),
        example="400, with reason jobBackendError",
        source="BigQuery, Error messages",
    ),
    Rule(
        cause=causes.INVALID_ARGUMENT,
        statuses=_BAD,
        specific_reason=True,
        located=True,
        remedy="Correct {location} of {call}, which the server rejects for {reason}. Unchanged, "
        "the request fails again.",
        source=_UNKNOWN_REASON,
    ),
    Rule(
        cause=causes.INVALID_ARGUMENT,
        statuses=_BAD,
        specific_reason=True,
        remedy="Change the request: {call} is rejected for {reason}. Look it up in the error "
        "reference of {api}.",
        source=_UNKNOWN_REASON,
    ),
    Rule(
        cause=causes.INVALID_ARGUMENT,
        statuses=_BAD,
        located=True,
        remedy="Correct {location} of {call}, which the server rejects. Unchanged, the request "
        "fails again.",
        example="Invalid Value, with location maxResults",
        source="google/rpc/error_details.proto; " + _GUIDE,
    ),
    Rule(
        cause=causes.INVALID_ARGUMENT,
        statuses=_BAD,
        bare=True,
        remedy="Check the required arguments, types and values of {call} against its reference: "
        "the server rejects the request without a reason.",
        example="Bad Request",
        source=_GUIDE,
    ),
    Rule(
        cause=causes.INVALID_ARGUMENT,
        statuses=_BAD,
        remedy="Correct what the message objects to in the arguments or the body of {call}. "
        "Unchanged, the request fails again.",
        example="Sorting is not supported for queries with fullText terms.",
        source=_GUIDE,
    ),
    *NOT_FOUND_RULES,
    Rule(
        cause=causes.NOT_FOUND,
        statuses=frozenset({404}),
        credentials=one_of(SERVICE_ACCOUNT, COMPUTE, IMPERSONATED, WORKLOAD_IDENTITY),
        remedy="Check the ID, and that the service account itself can see the object (shared with "
        "its address, or through a role): {call} can't find what it can't see.",
        example="Requested entity was not found.",
        source="Drive and Calendar say so of what is not shared",
    ),
    Rule(
        cause=causes.NOT_FOUND,
        statuses=frozenset({404}),
        example="Requested entity was not found.",
        source="RFC 9110, section 15.5.5",
    ),
    Rule(
        cause=causes.TIMEOUT,
        statuses=frozenset({408}),
        example="408 Request Timeout",
        source="RFC 9110, section 15.5.9",
    ),
    Rule(
        cause=causes.CONFLICT,
        statuses=frozenset({409}),
        specific_reason=True,
        remedy="Check the state of what {call} changes before you decide what to do: the request "
        "is rejected for {reason}.",
        source=_UNKNOWN_REASON,
    ),
    Rule(
        cause=causes.PRECONDITION_FAILED,
        statuses=frozenset({412}),
        specific_reason=True,
        remedy="Meet the requirements of {call}, which is rejected for {reason}. Look it up in "
        "the error reference of {api}.",
        source=_UNKNOWN_REASON,
    ),
    Rule(
        cause=causes.CONFLICT,
        statuses=frozenset({409, 412}),
        example="409 Conflict",
        source=_CODE,
    ),
    Rule(
        cause=causes.MESSAGE_TOO_LARGE,
        statuses=frozenset({413}),
        example="413 Payload Too Large",
        source="RFC 9110, section 15.5.14",
    ),
    Rule(
        cause=causes.CLIENT_ERROR,
        statuses=frozenset(
            status
            for status in range(300, 500)
            if status not in {304, 400, 404, 408, 409, 412, 499}
        ),
        specific_reason=True,
        remedy="Change the request or the state of the resource: {call} is rejected for {reason}.",
        source=_UNKNOWN_REASON,
    ),
    Rule(
        cause=causes.CLIENT_ERROR,
        statuses=frozenset({499}),
        retry="backoff",
        remedy="Retry {call} with exponential backoff if it is safe to run it twice: it was "
        "canceled on the way, as happens when a client disconnects or a deadline passes.",
        example="The operation was cancelled.",
        source=_CODE + ", CANCELLED",
    ),
    Rule(
        cause=causes.CLIENT_ERROR,
        statuses=frozenset(range(300, 500)),
        example="418 I'm a teapot",
        source="RFC 9110, sections 15.4 and 15.5",
    ),
    Rule(
        cause=causes.BACKEND_ERROR,
        statuses=frozenset({500}),
        specific_reason=True,
        remedy="Retry {call} a few times with exponential backoff (num_retries). If the error "
        "persists, check the request: the server gives {reason}.",
        source=_UNKNOWN_REASON,
    ),
    Rule(
        cause=causes.BACKEND_ERROR,
        statuses=frozenset({500}),
        example="Internal error encountered.",
        source=_GUIDE,
    ),
    Rule(
        cause=causes.UNKNOWN,
        statuses=frozenset({501}),
        remedy="Check that this version of {api} offers {call} with these arguments: the server "
        "says that it is not implemented.",
        example="Operation is not implemented, or supported, or enabled.",
        source=_CODE + ", UNIMPLEMENTED",
    ),
    Rule(
        cause=causes.BACKEND_UNAVAILABLE,
        statuses=frozenset({502, 503, 504}),
        page=True,
        remedy="Retry {call} with exponential backoff (num_retries), starting at 1 s. If the "
        "error persists, check any proxies on the way: the response is an HTML page, which may "
        "not be Google's.",
        example="Error 502 (Server Error)!!1",
        source=_GUIDE,
    ),
    Rule(
        cause=causes.BACKEND_UNAVAILABLE,
        statuses=frozenset({502, 503, 504}),
        example="The service is currently unavailable.",
        source=_GUIDE,
    ),
)
