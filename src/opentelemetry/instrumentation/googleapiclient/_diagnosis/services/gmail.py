# SPDX-License-Identifier: Apache-2.0
"""What only the Gmail API knows."""

from __future__ import annotations

from typing import Final

from .. import causes
from ..rules import SERVICE_ACCOUNT_WITH_SUBJECT, Pattern, Rule, one_of
from . import gmail_push, gmail_settings
from .service import Service
from .workspace import IMPERSONATE, acting_as_itself, refused_to_itself

_GUIDE: Final = "Gmail API guide, Resolve errors"
_GUIDE_URL: Final = "https://developers.google.com/workspace/gmail/api/guides/handle-errors"
_QUOTA_URL: Final = "https://developers.google.com/workspace/gmail/api/reference/quota"
_SYNC_URL: Final = "https://developers.google.com/workspace/gmail/api/guides/sync"
_UPLOAD_URL: Final = "https://developers.google.com/workspace/gmail/api/guides/uploads"


_BAD: Final = frozenset({400})
_PRECONDITION: Final = one_of("FAILED_PRECONDITION", "failedPrecondition")
_SENDING: Final = one_of("gmail.users.messages.send", "gmail.users.drafts.send")
_WRITING: Final = one_of(
    "gmail.users.drafts.create",
    "gmail.users.drafts.update",
    "gmail.users.messages.import",
    "gmail.users.messages.insert",
    *_SENDING,
)
_HISTORY: Final = one_of("gmail.users.history.list")
_SIZES: Final = (
    "Keep messages under 36,700,160 bytes for send and drafts, and under 157,286,400 for import "
    "and insert. Share large attachments as links."
)

_LIMITS: Final = (
    Rule(
        cause=causes.MAIL_SENDING_LIMIT,
        statuses=frozenset({403, 429}),
        message=Pattern(r"mail sending|sending (limit|quota)"),
        example="Too many requests: User-rate limit exceeded (Mail sending)",
        source=_GUIDE,
    ),
    Rule(
        cause=causes.MAIL_SENDING_LIMIT,
        statuses=frozenset({429}),
        message=Pattern(r"^\W{0,3}user-rate limit exceeded"),
        methods=_SENDING,
        remedy="Stop sending from this mailbox until the time that the server gives, up to 24 "
        "hours: this is most likely its daily sending limit, which the web interface, SMTP and "
        "the API share. The upload bandwidth limit looks the same for {call}.",
        example="User-rate limit exceeded.  Retry after <time>",
        source=_GUIDE + "; GAMADV-XTD3#337",
    ),
    Rule(
        cause=causes.BANDWIDTH_LIMIT,
        statuses=frozenset({429}),
        message=Pattern(r"^\W{0,3}user-rate limit exceeded"),
        remedy="Pause this mailbox until the time that the server gives, which can be hours away: "
        "this is most likely its bandwidth limit, so fetch less (format='metadata', a fields "
        "mask). If the time is less than a minute away, it is the per-user rate: slow down {call}.",
        example="User-rate limit exceeded.  Retry after <time>",
        source=_GUIDE,
    ),
    Rule(
        cause=causes.RATE_LIMIT_PER_USER,
        statuses=frozenset({403}),
        message=Pattern(r"user-rate limit exceeded"),
        example="User-rate limit exceeded.  Retry after <time>",
        source="recorded responses of 2026",
    ),
)

# 400 failedPrecondition: four unlike states, told apart by message and credentials.
_PRECONDITIONS: Final = (
    Rule(
        cause=causes.MAILBOX_UNAVAILABLE,
        message=Pattern(r"(mail|gmail) service (is )?not enabled"),
        example="Mail service not enabled",
        source="FlowCrypt#435; GAM, serviceNotAvailable",
    ),
    Rule(
        cause=causes.MAILBOX_UNAVAILABLE,
        statuses=frozenset({401, 403}),
        message=Pattern(r"active session is invalid|cannot access this service"),
        example="The authenticated user cannot access this service.",
        source="GAM, checkGAPIError",
    ),
    Rule(
        cause=causes.SERVICE_ACCOUNT_WITHOUT_SUBJECT,
        reasons=_PRECONDITION,
        statuses=_BAD,
        service_account_without_subject=True,
        remedy="Impersonate a mailbox owner: credentials.with_subject('user@domain'), with "
        "domain-wide delegation. A service account has no mailbox of its own.",
        example="Precondition check failed.",
        source="googleworkspace/cli#753; googleapis/google-api-go-client#764",
    ),
    Rule(
        cause=causes.PRECONDITION_FAILED,
        reasons=_PRECONDITION,
        statuses=_BAD,
        credentials=one_of(SERVICE_ACCOUNT_WITH_SUBJECT),
        bare=True,
        remedy="Check that the user whom the service account acts for has Gmail (license, service "
        "status, the domain's mail hosted by Google), then that the resource is in the state that "
        "{call} requires: the server does not say which is wrong.",
        example="Precondition check failed.",
        source="FlowCrypt#435; googleapis/google-api-java-client#1648",
    ),
    Rule(
        cause=causes.PRECONDITION_FAILED,
        reasons=_PRECONDITION,
        statuses=_BAD,
        bare=True,
        remedy="If a service account makes the call, impersonate a mailbox owner "
        "(credentials.with_subject). If an end user does, check that the account has Gmail and "
        "that the resource is in the state that {call} requires. For a user's token, one slow "
        "retry is reasonable: in rare cases the error goes away.",
        example="Precondition check failed.",
        source="googleworkspace/cli#753; googleapis/google-api-php-client#2558",
    ),
)

_ACCESS: Final = (
    *acting_as_itself(IMPERSONATE),
    Rule(
        cause=causes.DELEGATION_DENIED,
        message=Pattern(r"delegation denied"),
        credentials=one_of(SERVICE_ACCOUNT_WITH_SUBJECT),
        remedy="Create credentials with_subject for each mailbox and call {call} with "
        "userId='me': the service account acts for a user other than the owner of the requested "
        "mailbox.",
        example="Delegation denied for <address>",
        source="googleapis/google-api-nodejs-client#1751",
    ),
    Rule(
        cause=causes.DELEGATION_DENIED,
        message=Pattern(r"delegation denied"),
        example="Delegation denied for <address>",
        source="recorded 403",
    ),
    Rule(
        cause=causes.SCOPE_INSUFFICIENT,
        statuses=frozenset({403}),
        message=Pattern(r"metadata scope"),
        remedy="Request gmail.readonly or gmail.modify instead of gmail.metadata and let the user "
        "authorize again: with the metadata scope, {call} supports neither searches nor full "
        "messages.",
        example="Metadata scope does not support 'q' parameter",
        source="recorded 403",
    ),
)

_ARGUMENTS: Final = (
    Rule(
        cause=causes.INVALID_RECIPIENT,
        statuses=_BAD,
        message=Pattern(
            r"invalid (to|cc|bcc|from|reply-to)\b.{0,20}header|recipient (address )?(is )?required"
            r"|invalid recipient"
        ),
        example="Invalid To header",
        source="recorded 400",
    ),
    Rule(
        cause=causes.INVALID_ID,
        statuses=_BAD,
        message=Pattern(r"invalid thread_?id"),
        remedy="Remove threadId from {call}, or pass the ID that this mailbox has for the thread "
        "(messages.get): thread IDs of other mailboxes and from URLs of the web interface are not "
        "valid.",
        example="Invalid thread_id value",
        source="relaticle/relaticle#667",
    ),
    Rule(
        cause=causes.INVALID_ID,
        statuses=_BAD,
        message=Pattern(
            r"invalid (message|thread|draft|label|attachment|history)?[ _]?(id|token)s?\b"
        ),
        example="Invalid id value",
        source="recorded 400",
    ),
    Rule(
        cause=causes.INVALID_ARGUMENT,
        statuses=_BAD,
        shown=Pattern(r"invalid label: (?P<label>SENT|DRAFT|CHAT)\b", keeps_case=True),
        remedy="Remove {label} from {call}: Gmail sets the system labels SENT, DRAFT and CHAT "
        "itself, so they can't be added or removed.",
        example="Invalid label: SENT",
        source="googleapis/google-api-php-client#1254",
    ),
    Rule(
        cause=causes.INVALID_ARGUMENT,
        statuses=frozenset({400, 404}),
        message=Pattern(r"invalid label\b(?! name)|label ?id not found"),
        remedy="Pass {call} label IDs of this mailbox as labels.list returns them, not names. The "
        "system labels SENT, DRAFT and CHAT can't be added or removed. A new label takes a moment "
        "to become known.",
        example="Invalid label: <label>",
        source="recorded 400; googleapis/google-api-php-client#1254",
    ),
    Rule(
        cause=causes.INVALID_ARGUMENT,
        statuses=_BAD,
        message=Pattern(r"invalid label name"),
        remedy="Choose another name for the label: names of system labels (INBOX, SENT, ...) are "
        "reserved in upper and lower case, and a name must not be empty, or begin or end with /.",
        example="Invalid label name",
        source="recorded 400 of labels.create",
    ),
    Rule(
        cause=causes.INVALID_ARGUMENT,
        statuses=_BAD,
        message=Pattern(r"no label add or removes"),
        remedy="Pass {call} a body with addLabelIds or removeLabelIds: it has neither.",
        example="No label add or removes specified",
        source="googleapis/google-api-nodejs-client#312",
    ),
    Rule(
        cause=causes.INVALID_ARGUMENT,
        statuses=_BAD,
        message=Pattern(r"'raw' rfc822 payload|rfc822 payload message"),
        remedy="Pass {call} the whole message in its body as raw: {{'raw': "
        "base64.urlsafe_b64encode(message.as_bytes()).decode()}}, or as media_body. Other fields "
        "of the message are ignored.",
        example="'raw' RFC822 payload message string or uploading message via /upload/* URL "
        "required",
        source="omarryhan/aiogoogle#131",
    ),
    Rule(
        cause=causes.INVALID_ARGUMENT,
        statuses=frozenset({400, 415}),
        message=Pattern(r"media type .{0,200}\bnot supported"),
        remedy="Give the media the type of a message, MediaFileUpload(..., "
        "mimetype='message/rfc822'), and upload the whole message with its headers: {call} "
        "accepts no other type.",
        help_url=_UPLOAD_URL,
        example="Media type 'application/octet-stream' is not supported. Valid media types: "
        "[message/rfc822]",
        source="googleapis/google-api-nodejs-client#229",
    ),
    Rule(
        cause=causes.MESSAGE_TOO_LARGE,
        statuses=frozenset({400, 413}),
        message=Pattern(r"payload size exceeds the limit"),
        remedy="Send the message as media instead of raw: with media_body=MediaIoBaseUpload(..., "
        "'message/rfc822', resumable=True) and an empty body, {call} accepts 35 MB. The JSON "
        "endpoint accepts far less.",
        help_url=_UPLOAD_URL,
        example="Request payload size exceeds the limit: 1048576 bytes.",
        source="googleapis/google-api-dotnet-client#856",
    ),
    Rule(
        cause=causes.MESSAGE_TOO_LARGE,
        statuses=frozenset({400, 413}),
        message=Pattern(
            r"(message|media|request|entity) (is )?(too large|larger)|exceed.{0,20} size|size limit"
        ),
        remedy=_SIZES,
        help_url=_UPLOAD_URL,
        example="Message too large",
        source="discovery document, maxSize",
    ),
    Rule(
        cause=causes.MESSAGE_TOO_LARGE,
        statuses=frozenset({413}),
        reasons=one_of("uploadTooLarge"),
        remedy=_SIZES,
        help_url=_UPLOAD_URL,
        example="uploadTooLarge",
        source="discovery document, maxSize",
    ),
    Rule(
        cause=causes.INVALID_ARGUMENT,
        statuses=_BAD,
        methods=_WRITING,
        bare=True,
        remedy="Check the message passed to {call}, which the server rejects without a reason: it "
        "needs valid headers and line endings (RFC 5322) and the right encoding, must not be "
        "empty, and its labels and threadId must be those of this mailbox.",
        help_url="https://developers.google.com/workspace/gmail/api/guides/sending",
        example="Bad Request",
        source="google/import-mailbox-to-gmail#29; GAM-team/got-your-back#294",
    ),
    Rule(
        cause=causes.NOT_FOUND,
        statuses=frozenset({404}),
        methods=_HISTORY,
        unparsed=True,
        remedy="Check the address of the API (api_endpoint) and any proxy before you do a full "
        "synchronization: this 404 did not come from an API.",
        example="Error 404 (Not Found)!!1",
        source="recorded 404 page of Google's front end",
    ),
    Rule(
        cause=causes.HISTORY_EXPIRED,
        statuses=frozenset({404}),
        methods=_HISTORY,
        remedy="Do a full synchronization and continue from its newest historyId. History is kept "
        "for about a week, sometimes only for hours.",
        help_url=_SYNC_URL,
        example="Requested entity was not found.",
        source="discovery document, startHistoryId",
    ),
    Rule(
        cause=causes.CONFLICT,
        statuses=frozenset({400, 409}),
        message=Pattern(r"label name exists"),
        remedy="Use the existing label: names must differ in more than case, and names of system "
        "labels are reserved.",
        example="Label name exists or conflicts",
        source="jay0lee/got-your-back#105",
    ),
)

_HELP_URLS: Final = {
    **dict.fromkeys(
        (causes.FORBIDDEN.name, causes.INVALID_ARGUMENT.name, causes.TOKEN_EXPIRED.name),
        _GUIDE_URL,
    ),
    **dict.fromkeys(
        (
            causes.RATE_LIMIT_PER_USER.name,
            causes.RATE_LIMIT_PER_PROJECT.name,
            causes.CONCURRENT_REQUESTS.name,
            causes.DAILY_LIMIT.name,
            causes.QUOTA_EXCEEDED.name,
        ),
        _QUOTA_URL,
    ),
}

SERVICE: Final = Service(
    rules=(
        *gmail_settings.RULES,
        *_LIMITS,
        *_PRECONDITIONS,
        *_ACCESS,
        *gmail_push.RULES,
        *_ARGUMENTS,
    ),
    last_rules=refused_to_itself(IMPERSONATE),
    help_urls=_HELP_URLS,
)
