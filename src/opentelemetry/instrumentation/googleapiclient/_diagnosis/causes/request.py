# SPDX-License-Identifier: Apache-2.0
"""Causes that lie in the request, or in the state of what it is about."""

from __future__ import annotations

from typing import Final

from .cause import Cause

_REFERENCE: Final = "https://googleapis.github.io/google-api-python-client/docs/dyn/"
_RFC: Final = "https://www.rfc-editor.org/rfc/rfc9110"

INVALID_ARGUMENT: Final = Cause(
    "invalid_argument",
    "an argument or field is invalid or missing (400)",
    example="400 badRequest, Sorting is not supported for queries with fullText terms.",
    retry="never",
    owner="developer",
    remedy="Check the arguments and the body of {call} against its reference: one of them is "
    "missing, has the wrong type, or has a value that is not allowed.",
    help_url=_REFERENCE,
)
INVALID_ID: Final = Cause(
    "invalid_id",
    "a message, thread, draft, label or attachment ID is malformed",
    example="400 invalidArgument, Invalid id value",
    retry="never",
    owner="developer",
    remedy="Pass {call} an ID exactly as the API returned it for the same account. IDs from other "
    "accounts, from email headers or from URLs of the web interface are not valid here.",
    help_url="https://developers.google.com/workspace/gmail/api/reference/rest/v1/users.messages",
)
INVALID_RECIPIENT: Final = Cause(
    "invalid_recipient",
    "a recipient or a To, Cc, Bcc or From header was rejected",
    example="400 invalidArgument, Recipient address required",
    retry="never",
    owner="developer",
    remedy="Check the To, Cc, Bcc and From headers of the message passed to {call}: there must be "
    "at least one recipient, every address must be valid, and none may contain line breaks.",
    help_url="https://developers.google.com/workspace/gmail/api/guides/sending",
)
MESSAGE_TOO_LARGE: Final = Cause(
    "message_too_large",
    "the request exceeds a size limit",
    example="413 uploadTooLarge",
    retry="never",
    owner="developer",
    remedy="Send less with {call}, or upload the content as media with a resumable upload "
    "(media_body) if the method supports it: the request exceeds a size limit.",
    help_url="https://googleapis.github.io/google-api-python-client/docs/media.html",
)
NOT_FOUND: Final = Cause(
    "not_found",
    "the resource does not exist, or this identity can't see it (404)",
    example="404 notFound, Requested entity was not found.",
    retry="never",
    owner="developer",
    remedy="Treat the resource as gone, or check its ID and that this identity can see it: {call} "
    "found nothing.",
    help_url=_RFC + "#name-404-not-found",
)
HISTORY_EXPIRED: Final = Cause(
    "history_expired",
    "the sync token or the starting point in the history is too old",
    example="404 notFound on gmail.users.history.list",
    retry="never",
    owner="developer",
    remedy="Do a full synchronization and continue from the newest token that it returns: the one "
    "passed to {call} is no longer valid.",
    help_url="https://developers.google.com/workspace/calendar/api/guides/sync",
)
CONFLICT: Final = Cause(
    "conflict",
    "the resource already exists, or has changed since it was read (409, 412)",
    example="409 aborted, Label name exists or conflicts",
    retry="never",
    owner="developer",
    remedy="Read the resource again before you decide what to do: it already exists, or it has "
    "changed since it was read.",
    help_url=_RFC + "#name-409-conflict",
)
PRECONDITION_FAILED: Final = Cause(
    "precondition_failed",
    "the account or the resource is not in the state that the call requires",
    example="400 failedPrecondition, Precondition check failed.",
    retry="never",
    owner="developer",
    remedy="Bring the resource or the account into the state that {call} requires before you call "
    "it again.",
    help_url="https://github.com/googleapis/googleapis/blob/master/google/rpc/code.proto",
)
NOT_MODIFIED: Final = Cause(
    "not_modified",
    "nothing has changed (304), which the library raises as HttpError",
    example="304 after If-None-Match",
    retry="never",
    owner="developer",
    remedy="Use the copy that the etag belongs to: nothing has changed. The library raises "
    "HttpError for 304, so catch it wherever you send If-None-Match.",
    help_url=_RFC + "#name-conditional-requests",
)
CLIENT_ERROR: Final = Cause(
    "client_error",
    "any other redirect or client error (3xx, 4xx)",
    example="410 gone",
    retry="never",
    owner="developer",
    remedy="Change the request: the server rejects {call} in this form.",
    help_url=_RFC + "#name-client-error-4xx",
)
