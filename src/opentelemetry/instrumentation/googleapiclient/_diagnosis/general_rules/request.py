# SPDX-License-Identifier: Apache-2.0
"""What was asked for: its form, its size, and the state of what it is about."""

from __future__ import annotations

from typing import Final

from .. import causes
from ..rules import Pattern, Rule, one_of

_BAD: Final = frozenset({400})
_PRECONDITION: Final = one_of("FAILED_PRECONDITION", "failedPrecondition")
_CONDITIONS: Final = one_of("conditionNotMet", "preconditionFailed")
_BATCH: Final = one_of("batch")
_UPLOADS: Final = "Google API guides, Resumable uploads"
_REFERENCE_URL: Final = "https://googleapis.github.io/google-api-python-client/docs/dyn/"
_MEDIA_URL: Final = "https://googleapis.github.io/google-api-python-client/docs/media.html"
_BATCH_URL: Final = "https://googleapis.github.io/google-api-python-client/docs/batch.html"
_EXISTS: Final = (
    "Use the existing one, or choose another ID or name: what {call} creates already exists. "
    "After a retry, the first try may have created it."
)
_SYNC_AGAIN: Final = (
    "Do a full synchronization without the token, then continue from the token that it returns: "
    "the one passed to {call} is too old or no longer valid."
)

_SIZES: Final = (
    Rule(
        cause=causes.MESSAGE_TOO_LARGE,
        operations=_BATCH,
        statuses=frozenset({400, 413, 429}),
        message=Pattern(
            r"\b(batch|parts|calls|requests?)\b.{0,80}\b(exceed|limit|large|maximum|many)"
            r"|\b(exceed|limit|large|maximum|many)[a-z]{0,3}\b.{0,80}\b(batch|parts|calls|requests)"
        ),
        remedy="Put fewer requests into one batch: Gmail and Drive accept at most 100, Calendar "
        "50, the library up to 1,000. Each part counts against the quota as a separate call.",
        help_url=_BATCH_URL,
        example="The batch request contains too many calls.",
        source="googleapis/google-api-python-client#2201; guides on batch requests",
    ),
    Rule(
        cause=causes.MESSAGE_TOO_LARGE,
        operations=_BATCH,
        statuses=frozenset({413}),
        remedy="Put fewer or smaller requests into one batch: as a whole, it exceeds a size limit.",
        help_url=_BATCH_URL,
        source="RFC 9110, section 15.5.14",
    ),
    Rule(
        cause=causes.MESSAGE_TOO_LARGE,
        statuses=frozenset({400, 413}),
        message=Pattern(r"(request )?payload size exceeds the limit"),
        remedy="Send the content as media (media_body=MediaIoBaseUpload(...), resumable=True) if "
        "{call} supports media, otherwise in several smaller requests: the JSON body exceeds the "
        "limit of this endpoint.",
        example="Request payload size exceeds the limit: 1048576 bytes.",
        source="googleapis/google-api-dotnet-client#856",
    ),
    Rule(
        cause=causes.MESSAGE_TOO_LARGE,
        statuses=frozenset({400, 403, 413}),
        reasons=one_of("requestTooLarge", "responseTooLarge", "uploadTooLarge"),
        example="Request Too Large",
        source="Google APIs, standard error messages",
    ),
    Rule(
        cause=causes.MESSAGE_TOO_LARGE,
        statuses=frozenset({400, 413}),
        message=Pattern(
            r"(request|entity|media|file|upload|content) (is )?(too large|larger than)"
        ),
        example="Media larger than the maximum allowed size",
        source="recorded 400 of upload endpoints",
    ),
)

_FORMS: Final = (
    Rule(
        cause=causes.INVALID_ARGUMENT,
        statuses=frozenset({403}),
        message=Pattern(r"\bparameter (must|should|is required)"),
        located=True,
        remedy="Set {location} of {call} as its reference requires: the request is rejected "
        "because of it, not because of a permission.",
        example="The transferOwnership parameter must be enabled when the permission role is "
        "'owner'.",
        source="recorded 403 of Drive",
    ),
    Rule(
        cause=causes.INVALID_ARGUMENT,
        statuses=frozenset({400, 415}),
        message=Pattern(r"media type .{0,200}\bvalid media types"),
        shown=Pattern(
            r"valid media types: \[(?P<media_types>[a-z]{1,20}/[\w/.*+, -]{1,100})\]",
            keeps_case=True,
        ),
        remedy="Give the media a type that {call} accepts: MediaFileUpload(..., mimetype=...) "
        "with {media_types}.",
        help_url=_MEDIA_URL,
        example="Media type 'application/octet-stream' is not supported. Valid media types: "
        "[message/rfc822]",
        source="googleapis/google-api-nodejs-client#229",
    ),
    Rule(
        cause=causes.INVALID_ARGUMENT,
        statuses=frozenset({400, 415}),
        message=Pattern(r"media type .{0,200}\bnot supported|unsupported media type"),
        remedy="Give the media the right type: MediaFileUpload(..., mimetype=...) with one of the "
        "types that the reference of {call} lists.",
        help_url=_MEDIA_URL,
        example="Media type 'application/octet-stream' is not supported.",
        source="recorded 400 of upload endpoints",
    ),
    Rule(
        cause=causes.INVALID_ARGUMENT,
        reasons=one_of("wrongUrlForUpload"),
        remedy="Pass the content as media_body, so that the library sends it to the upload "
        "address: {call} was sent with media to the JSON address.",
        help_url=_MEDIA_URL,
        example="Uploads must be sent to the upload URL.",
        source="Google APIs, standard error messages",
    ),
    Rule(
        cause=causes.INVALID_ARGUMENT,
        statuses=_BAD,
        message=Pattern(r"base64|type_bytes|bytestring"),
        remedy="Encode the bytes in the body of {call} as base64url: "
        "base64.urlsafe_b64encode(data).decode(). Plain base64 contains + and /, which are "
        "rejected.",
        example="Invalid value at 'message.raw' (TYPE_BYTES), Base64 decoding failed",
        source="google.protobuf JSON mapping; recorded 400 of Gmail",
    ),
    Rule(
        cause=causes.INVALID_ARGUMENT,
        statuses=_BAD,
        message=Pattern(r"\bnan\b|\binfinity\b"),
        remedy="Replace NaN and infinity in the body of {call}, for example with None: JSON has "
        "no such values, although json.dumps writes them.",
        example="Invalid JSON payload received. Unexpected token. [[NaN",
        source="recorded 400 of Sheets",
    ),
    Rule(
        cause=causes.INVALID_ARGUMENT,
        statuses=_BAD,
        message=Pattern(r"unknown name|cannot find field"),
        remedy="Remove the unknown field from the body of {call}, or spell and nest it as in the "
        "reference.",
        example='Invalid JSON payload received. Unknown name "<name>": Cannot find field.',
        source="google.protobuf JSON mapping",
    ),
    Rule(
        cause=causes.INVALID_ARGUMENT,
        statuses=_BAD,
        message=Pattern(
            r"page ?token.{0,40}(invalid|expired|not valid)|invalid.{0,20} page ?token"
        ),
        remedy="Start the list again without a page token: a token is valid only for the same "
        "query by the same user, and not for long.",
        example="Invalid pageToken value",
        source="recorded 400; AIP-158",
    ),
    Rule(
        cause=causes.INVALID_ARGUMENT,
        reasons=one_of("parseError"),
        remedy="Send {call} with a body of valid JSON: the server can't read this one.",
        example="Parse Error",
        source="Google APIs, standard error messages",
    ),
)

_SYNCHRONIZATION: Final = (
    Rule(
        cause=causes.HISTORY_EXPIRED,
        reasons=one_of("EXPIRED_SYNC_TOKEN", "fullSyncRequired"),
        remedy=_SYNC_AGAIN,
        example="Sync token is no longer valid, a full sync is required.",
        source="Calendar API guide, Handle API errors; People API, listing changes",
    ),
    Rule(
        cause=causes.HISTORY_EXPIRED,
        reasons=one_of("updatedMinTooLongAgo"),
        remedy="Do a full synchronization: updatedMin is older than the changes that the server "
        "keeps. Then poll more often, or use a sync token.",
        example="The requested minimum modification time lies too far in the past.",
        source="Calendar API guide, Handle API errors",
    ),
    Rule(
        cause=causes.HISTORY_EXPIRED,
        statuses=frozenset({400, 404, 410}),
        message=Pattern(r"sync ?token.{0,40}(expired|no longer valid|too old|invalid)"),
        remedy=_SYNC_AGAIN,
        example="Sync token is expired. Clear local cache and retry call without the sync token.",
        source="People API, connections.list",
    ),
    Rule(
        cause=causes.NOT_FOUND,
        statuses=frozenset({410}),
        reasons=one_of("deleted", "gone"),
        remedy="Treat the resource as deleted and continue: it existed and is gone for good. "
        "Deleting it again causes the same error.",
        example="Resource has been deleted",
        source="Calendar API guide, Handle API errors",
    ),
)

_STATES: Final = (
    Rule(
        cause=causes.PRECONDITION_FAILED,
        preconditions=one_of("TOS"),
        remedy="Accept the terms of service of {api} with the account or for the project: {call} "
        "is rejected until then.",
        example="PreconditionFailure with a violation of type TOS",
        source="google/rpc/error_details.proto",
    ),
    Rule(
        cause=causes.PRECONDITION_FAILED,
        statuses=_BAD,
        message=Pattern(r"not supported for this document|must not be an office file"),
        remedy="Save the file as a Google document first (in Drive: Save as Google Sheets, Docs "
        "or Slides; or files.copy with its mimeType), or download it through Drive: it is an "
        "Office file such as .xlsx.",
        example="This operation is not supported for this document",
        source="burnash/gspread#732; tidyverse/googlesheets4#275",
    ),
    Rule(
        cause=causes.CONFLICT,
        statuses=frozenset({400, 409, 412}),
        message=Pattern(r"\b(marked for deletion|(is|are) (still |currently )?being deleted)\b"),
        retry="backoff",
        remedy="Wait until the old one is gone, with exponential backoff, or choose another ID or "
        "name: what {call} creates still exists, and is being deleted.",
        example="Resource <name> already exists but was marked for deletion.",
        source="recorded 409 of Cloud Run",
    ),
    Rule(
        cause=causes.CONFLICT,
        statuses=frozenset({400, 409, 412}),
        message=Pattern(r"\balready exists?\b"),
        remedy=_EXISTS,
        example="Filter already exists",
        source="recorded 400 and 409",
    ),
    Rule(
        cause=causes.PRECONDITION_FAILED,
        reasons=_PRECONDITION,
        statuses=_BAD,
        bare=True,
        remedy="Check the state of the resource and of the account that {call} requires: the "
        "server says only that a precondition is not met, not which. If a service account makes "
        "the call, check whether it should act as itself.",
        example="Precondition check failed.",
        source="google/rpc/code.proto",
    ),
    Rule(
        cause=causes.PRECONDITION_FAILED,
        reasons=_PRECONDITION,
        statuses=_BAD,
        remedy="Meet the precondition that the server describes: {call} fails until then.",
        example="Too many labels",
        source="google/rpc/code.proto",
    ),
    Rule(
        cause=causes.CONFLICT,
        statuses=frozenset({409}),
        message=Pattern(r"concurrent (policy )?(changes|modif|update)|read-modify-write"),
        remedy="Read it again, apply the change again and write it with the new etag, with "
        "exponential backoff: somebody else wrote it in between.",
        example="There were concurrent policy changes. Please retry the whole read-modify-write "
        "with exponential backoff.",
        source="IAM, setIamPolicy",
    ),
    Rule(
        cause=causes.CONFLICT,
        statuses=frozenset({409}),
        message=Pattern(
            r"operation was aborted|operation.{0,20} in progress"
            r"|after the (current|other) operation"
        ),
        retry="backoff",
        remedy="Read the resource again, then retry {call} with exponential backoff: another "
        "change to it is or was in progress at the same time.",
        example="The operation was aborted.",
        source="google/rpc/code.proto, ABORTED; recorded 409 of Cloud SQL, operationInProgress",
    ),
    Rule(
        cause=causes.CONFLICT,
        statuses=frozenset({409}),
        reasons=one_of("ALREADY_EXISTS", "alreadyExists", "duplicate"),
        remedy=_EXISTS,
        example="409, with reason duplicate",
        source="google/rpc/code.proto, ALREADY_EXISTS; Calendar API guide, Handle API errors",
    ),
    Rule(
        cause=causes.CONFLICT,
        statuses=frozenset({412}),
        reasons=_CONDITIONS,
        message=Pattern(
            r"^\s*$|pre-?condition|\betag|if-(none-)?match|fingerprint|\b(changed|modified|stale)\b"
        ),
        remedy="Read the resource again, apply the change again and write it with the new etag: "
        "it has changed since it was read (If-Match).",
        example="Precondition Failed",
        source="RFC 9110, section 15.5.13",
    ),
    Rule(
        cause=causes.PRECONDITION_FAILED,
        statuses=frozenset({412}),
        reasons=_CONDITIONS,
        remedy="Meet the precondition that the server describes: {call} fails until then.",
        example="The type of authentication token used for this request requires that Uniform "
        "Bucket Level Access be enabled.",
        source="recorded 412 of Cloud Storage",
    ),
)

_UPLOAD_SESSIONS: Final = (
    Rule(
        cause=causes.NOT_FOUND,
        statuses=frozenset({404}),
        in_upload_session=True,
        remedy="Start the upload again with a new request: its session has expired, and this "
        "request keeps using it.",
        source=_UPLOADS,
    ),
    Rule(
        cause=causes.CLIENT_ERROR,
        statuses=frozenset({410}),
        in_upload_session=True,
        remedy="Start the upload again with a new request: its session has ended.",
        help_url=_MEDIA_URL,
        source=_UPLOADS,
    ),
    Rule(
        cause=causes.BACKEND_UNAVAILABLE,
        statuses=frozenset({500, 502, 503, 504}),
        in_upload_session=True,
        remedy="Call next_chunk() again: it asks the server where to continue. num_retries alone "
        "does not help if the media is a stream, which the library does not rewind.",
        help_url=_MEDIA_URL,
        source="run: googleapiclient 2.202; " + _UPLOADS,
    ),
)

_ADDRESSES: Final = (
    Rule(
        cause=causes.NOT_FOUND,
        operations=one_of("discovery"),
        statuses=frozenset({404}),
        remedy="Correct the name and version passed to build(): no API has them. A private API "
        "needs its discovery address (discoveryServiceUrl).",
        help_url=_REFERENCE_URL,
        example="Not Found, for a discovery document",
        source="run: googleapiclient 2.202",
    ),
    Rule(
        cause=causes.NOT_FOUND,
        operations=_BATCH,
        statuses=frozenset({404}),
        remedy="Send the batch to the API's own endpoint, as service.new_batch_http_request() "
        "does: the global one has been shut down.",
        help_url=_BATCH_URL,
        example="Not Found, for https://www.googleapis.com/batch",
        source="Google Developers Blog, Discontinuing support for global HTTP batch endpoints",
    ),
    Rule(
        cause=causes.NOT_FOUND,
        statuses=frozenset({404}),
        message=Pattern(r"method not found|no such method"),
        remedy="Check that this version of {api} still has {call}, and check its address "
        "(api_endpoint): the server does not know the method.",
        help_url=_REFERENCE_URL,
        example="Method not found.",
        source="google/rpc/code.proto, UNIMPLEMENTED",
    ),
)

RULES: Final = (
    *_SIZES,
    *_FORMS,
    *_SYNCHRONIZATION,
    *_STATES,
    *_UPLOAD_SESSIONS,
    *_ADDRESSES,
)
