# SPDX-License-Identifier: Apache-2.0
"""What only the Gmail API knows."""

from __future__ import annotations

from typing import Final

from .. import causes
from ..rules import Rule, pattern
from .gmail_quota import UNITS
from .service import Service

_GUIDE: Final = "Gmail API guide, Resolve errors"
_GUIDE_URL: Final = "https://developers.google.com/workspace/gmail/api/guides/handle-errors"
_QUOTA_URL: Final = "https://developers.google.com/workspace/gmail/api/reference/quota"
_SCOPES_URL: Final = "https://developers.google.com/workspace/gmail/api/auth/scopes"

# Gmail API guide, Batch requests: larger ones are likely to trigger rate limiting.
_ADVISED_BATCH_SIZE: Final = 50

_PRECONDITION: Final = frozenset({"FAILED_PRECONDITION", "failedPrecondition"})
_SENDING: Final = frozenset({"gmail.users.messages.send", "gmail.users.drafts.send"})


_RULES: Final = (
    # 429 and 403 for limits of one mailbox.
    Rule(
        cause=causes.MAIL_SENDING_LIMIT,
        statuses=frozenset({403, 429}),
        message=pattern(r"mail sending"),
        source=_GUIDE,
    ),
    Rule(
        cause=causes.MAIL_SENDING_LIMIT,
        statuses=frozenset({429}),
        message=pattern(r"^\W*user-rate limit exceeded"),
        methods=_SENDING,
        remedy="Stop sending from this mailbox until the time that the server gives, up to 24 "
        "hours: most likely its daily sending limit, which web, SMTP and API share. The upload "
        "bandwidth limit answers {call} in the same words.",
        source=_GUIDE + "; GAMADV-XTD3#337",
    ),
    Rule(
        cause=causes.BANDWIDTH_LIMIT,
        statuses=frozenset({429}),
        message=pattern(r"^\W*user-rate limit exceeded"),
        remedy="Pause this mailbox until the time that the server gives, which can be hours: most "
        "likely its bandwidth limit, so fetch less (format='metadata', a fields mask). If the "
        "time is under a minute it is the per-user rate: slow down {call}.",
        source=_GUIDE,
    ),
    Rule(
        cause=causes.RATE_LIMIT_PER_USER,
        statuses=frozenset({403}),
        message=pattern(r"user-rate limit exceeded"),
        source="recorded answers of 2026",
    ),
    # 400 failedPrecondition: four unlike states, told apart by message and credentials.
    Rule(
        cause=causes.MAILBOX_UNAVAILABLE,
        message=pattern(r"mail service not enabled"),
        source="FlowCrypt#435; GAM, serviceNotAvailable",
    ),
    Rule(
        cause=causes.MAILBOX_UNAVAILABLE,
        statuses=frozenset({401, 403}),
        message=pattern(r"active session is invalid|cannot access this service"),
        source="GAM, checkGAPIError",
    ),
    Rule(
        cause=causes.SERVICE_ACCOUNT_WITHOUT_SUBJECT,
        reasons=_PRECONDITION,
        service_account_without_subject=True,
        source="googleworkspace/cli#753; googleapis/google-api-go-client#764",
    ),
    Rule(
        cause=causes.PRECONDITION_FAILED,
        reasons=_PRECONDITION,
        message=pattern(r"forwarding address"),
        remedy="Verify the forwarding address first (its owner confirms by mail), "
        "then send {call} again.",
        source="mbrt/gmailctl#56",
    ),
    Rule(
        cause=causes.PRECONDITION_FAILED,
        reasons=_PRECONDITION,
        message=pattern(r"^\W*(precondition check failed|bad request)"),
        remedy="If a service account makes the call, impersonate a mailbox owner "
        "(credentials.with_subject); if an end user does, check that the account has Gmail and "
        "that the resource is in the state that {call} needs. One slow retry is defensible for "
        "a user's token: rarely it passes by itself.",
        source="googleworkspace/cli#753; googleapis/google-api-php-client#2558",
    ),
    # Who may read this mailbox.
    Rule(
        cause=causes.DELEGATION_DENIED,
        message=pattern(r"delegation denied"),
        source="recorded 403",
    ),
    Rule(
        cause=causes.SCOPE_INSUFFICIENT,
        statuses=frozenset({403}),
        message=pattern(r"metadata scope"),
        remedy="Request gmail.readonly or gmail.modify instead of gmail.metadata and let the user "
        "authorize again: with the metadata scope {call} accepts neither a search nor full "
        "messages.",
        source="recorded 403",
    ),
    Rule(
        cause=causes.FORBIDDEN,
        message=pattern(r"cloud ?pub/?sub"),
        methods=frozenset({"gmail.users.watch"}),
        remedy="Grant gmail-api-push@system.gserviceaccount.com the role Pub/Sub Publisher on the "
        "topic that {call} names.",
        help_url="https://developers.google.com/workspace/gmail/api/guides/push",
        source="Gmail API guide, Push notifications",
    ),
    # What was asked for.
    Rule(
        cause=causes.INVALID_RECIPIENT,
        statuses=frozenset({400}),
        message=pattern(
            r"invalid (to|cc|bcc|from|reply-to)\b.{0,20}header|recipient (address )?(is )?required"
            r"|invalid recipient"
        ),
        source="recorded 400",
    ),
    Rule(
        cause=causes.INVALID_ID,
        statuses=frozenset({400}),
        message=pattern(
            r"invalid (message|thread|draft|label|attachment|history)?[ _]?(id|token)\b"
        ),
        source="recorded 400, Invalid id value",
    ),
    Rule(
        cause=causes.MESSAGE_TOO_LARGE,
        statuses=frozenset({400, 413}),
        message=pattern(r"too large|exceeds the (maximum )?size|size limit"),
        remedy="Keep messages under 36,700,160 bytes for send and drafts, 157,286,400 for import "
        "and insert; share large attachments as links.",
        source="discovery document, maxSize",
    ),
    Rule(
        cause=causes.MESSAGE_TOO_LARGE,
        statuses=frozenset({413}),
        remedy="Keep messages under 36,700,160 bytes for send and drafts, 157,286,400 for import "
        "and insert; share large attachments as links.",
        source="discovery document, maxSize",
    ),
    Rule(
        cause=causes.NOT_FOUND,
        statuses=frozenset({404}),
        methods=frozenset({"gmail.users.history.list"}),
        unparsed=True,
        remedy="Check the address of the API (api_endpoint) and any proxy before a full "
        "synchronization: this 404 is not an API's answer.",
        source="recorded 404 page of Google's front end",
    ),
    Rule(
        cause=causes.HISTORY_EXPIRED,
        statuses=frozenset({404}),
        methods=frozenset({"gmail.users.history.list"}),
        source="discovery document, startHistoryId",
    ),
    Rule(
        cause=causes.CONFLICT,
        statuses=frozenset({409}),
        message=pattern(r"label name"),
        remedy="Use the label that exists: names differ in more than case, "
        "and system label names are reserved.",
        source="jay0lee/got-your-back#105",
    ),
    # 500 that a retry does not cure.
    Rule(
        cause=causes.BACKEND_ERROR,
        statuses=frozenset({500}),
        methods=frozenset({"gmail.users.watch"}),
        remedy="Retry {call} with exponential backoff; if it stays, check that "
        "gmail-api-push@system.gserviceaccount.com may publish to the topic, "
        "which Gmail also answers with 500.",
        source="googleapis/google-api-ruby-client#657",
    ),
    Rule(
        cause=causes.BACKEND_ERROR,
        statuses=frozenset({500}),
        methods=frozenset({"gmail.users.settings.filters.create"}),
        remedy="Retry {call} with exponential backoff; if it stays, the mailbox has its 1,000 "
        "filters, which Gmail also answers with 500.",
        source="elie222/inbox-zero#1192",
    ),
)

SERVICE: Final = Service(rules=_RULES, advised_batch_size=_ADVISED_BATCH_SIZE, quota_units=UNITS)
