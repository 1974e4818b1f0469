# SPDX-License-Identifier: Apache-2.0
"""What only the Calendar API knows."""

from __future__ import annotations

from typing import Final

from .. import causes
from ..rules import SERVICE_ACCOUNT_WITH_SUBJECT, Pattern, Rule, one_of
from .service import Service
from .workspace import ITSELF, PRECONDITION_OF_ITSELF, acting_as_itself, refused_to_itself

_GUIDE: Final = "Calendar API guide, Handle API errors"
_GUIDE_URL: Final = "https://developers.google.com/workspace/calendar/api/guides/errors"
_PUSH_URL: Final = "https://developers.google.com/workspace/calendar/api/guides/push"
_RECORDED: Final = "recorded responses of the Calendar API"
_GAM: Final = "GAM, reasons of the Calendar API"
_ITSELF: Final = (
    "Impersonate a user: credentials.with_subject('user@domain'), with domain-wide delegation; or "
    "share the calendar with the service account's own address. Inviting guests, and anything "
    "else that is for users only, requires impersonation."
)

_RULES: Final = (
    Rule(
        cause=causes.SERVICE_ACCOUNT_WITHOUT_SUBJECT,
        reasons=one_of("forbiddenForServiceAccounts"),
        message=Pattern(r"invite attendees"),
        remedy="Impersonate a user: credentials.with_subject('user@domain'), with domain-wide "
        "delegation; or pass no attendees to {call}. A service account that acts as itself can't "
        "invite anybody.",
        example="Service accounts cannot invite attendees without Domain-Wide Delegation of "
        "Authority.",
        source="spatie/laravel-google-calendar#242",
    ),
    *acting_as_itself(_ITSELF),
    Rule(
        cause=causes.ACCOUNT_LACKS_SERVICE,
        reasons=one_of("notACalendarUser"),
        remedy="Have the user's administrator turn on Google Calendar for the account (license "
        "and service status), or let the user sign up for Calendar once: the account has no "
        "Calendar.",
        example="The user must be signed up for Google Calendar.",
        source=_GAM,
    ),
    Rule(
        cause=causes.QUOTA_EXCEEDED,
        reasons=one_of("quotaExceeded"),
        retry="later",
        remedy="Wait a few hours, then create fewer events, guests and calendars at once: a usage "
        "limit of Calendar for this account is reached (invitations, external guests, new "
        "calendars), not a quota of the project. sendUpdates='none' helps.",
        help_url="https://support.google.com/a/answer/2905486",
        example="Calendar usage limits exceeded.",
        source=_GUIDE + "; Avoid Calendar use limits",
    ),
    Rule(
        cause=causes.FORBIDDEN,
        reasons=one_of("forbiddenForNonOrganizer"),
        remedy="Change shared properties as the organizer of the event, in the organizer's "
        "calendar: called as a guest, {call} changes only the guest's own copy.",
        example="Shared properties can only be changed by the organizer of the event.",
        source=_GUIDE,
    ),
    Rule(
        cause=causes.FORBIDDEN,
        reasons=one_of("requiredAccessLevel"),
        remedy="Have the owner share the calendar with this identity with permission to make "
        "changes (writer, or owner for sharing): its current role is not sufficient for {call}.",
        example="You need to have writer access to this calendar.",
        source=_GAM,
    ),
    Rule(
        cause=causes.FORBIDDEN,
        reasons=one_of(
            "cannotChangeOrganizer",
            "cannotChangeOwnAcl",
            "participantIsNeitherOrganizerNorAttendee",
        ),
        remedy="Send {call} as another user, the organizer of the event or another owner of the "
        "calendar: for this user it is rejected for {reason}.",
        example="Cannot change your own access level.",
        source=_GAM,
    ),
    Rule(
        cause=causes.INVALID_ARGUMENT,
        reasons=one_of("timeRangeEmpty"),
        remedy="Pass {call} an end that is later than the start: the time range is empty.",
        example="The specified time range is empty.",
        source=_GUIDE,
    ),
    Rule(
        cause=causes.INVALID_ARGUMENT,
        message=Pattern(r"missing time zone|start and end times|both be date"),
        statuses=frozenset({400}),
        remedy="Use the same format for start and end in {call}: both date, or both dateTime with "
        "an offset or timeZone.",
        example="Start and end times must either both be date or both be dateTime.",
        source=_RECORDED,
    ),
    Rule(
        cause=causes.INVALID_ARGUMENT,
        message=Pattern(r"sync token cannot be used|request restrictions"),
        statuses=frozenset({400}),
        remedy="Remove the filters (orderBy, q, timeMin, timeMax, updatedMin) from {call}: they "
        "can't be combined with a syncToken.",
        help_url="https://developers.google.com/workspace/calendar/api/guides/sync",
        example="Sync token cannot be used with other query restrictions.",
        source=_RECORDED,
    ),
    Rule(
        cause=causes.INVALID_ARGUMENT,
        statuses=frozenset({400}),
        methods=one_of(
            "calendar.events.instances", "calendar.events.list", "calendar.freebusy.query"
        ),
        bare=True,
        remedy="Add a time zone to timeMin, timeMax and updatedMin of {call}, as in "
        "2026-11-13T00:00:00Z (datetime.isoformat() of a naive datetime has none), and use "
        "orderBy='startTime' only with singleEvents=True. The server gives no reason.",
        help_url="https://developers.google.com/workspace/calendar/api/v3/reference/events/list",
        example="Bad Request",
        source="googleapis/google-api-python-client#779",
    ),
    Rule(
        cause=causes.CONFLICT,
        reasons=one_of("channelIdNotUnique"),
        remedy="Pass {call} a new channel ID (uuid4) each time: this one has been used before.",
        help_url=_PUSH_URL,
        example="Channel id <id> not unique",
        source="Calendar API guide, Push notifications",
    ),
    Rule(
        cause=causes.INVALID_ARGUMENT,
        reasons=one_of(
            "push.webhookUrlNotHttps", "push.webhookUrlUnauthorized", "webhookUrlUnauthorized"
        ),
        remedy="Pass {call} an https address with a valid certificate, on a domain that is "
        "verified for the project: Calendar does not send notifications to this one.",
        help_url=_PUSH_URL,
        example="Unauthorized WebHook callback channel: <URL>",
        source="Calendar API guide, Push notifications",
    ),
    Rule(
        cause=causes.INVALID_ARGUMENT,
        reasons=one_of("pushNotSupportedForRequestedResource"),
        remedy="Poll this resource instead of using {call}: Calendar sends no notifications for "
        "it (holidays, birthdays and other public calendars).",
        help_url=_PUSH_URL,
        example="Push notifications are not supported by this resource.",
        source=_RECORDED,
    ),
    Rule(
        cause=causes.NOT_FOUND,
        statuses=frozenset({404}),
        credentials=ITSELF,
        remedy="Share the calendar with the service account's own address (and pass the owner's "
        "address as calendarId, not 'primary'), or impersonate the user: {call} can't find what "
        "the service account can't see.",
        example="Not Found",
        source=_GUIDE,
    ),
    Rule(
        cause=causes.NOT_FOUND,
        statuses=frozenset({404}),
        remedy="Check calendarId and event ID, and that the calendar is shared with this user: an "
        "event is found only in the calendar that contains it, and {call} can't find what the "
        "user can't see.",
        example="Not Found",
        source=_GUIDE,
    ),
    Rule(
        cause=causes.PRECONDITION_FAILED,
        reasons=one_of("FAILED_PRECONDITION", "failedPrecondition"),
        statuses=frozenset({400}),
        credentials=one_of(SERVICE_ACCOUNT_WITH_SUBJECT),
        bare=True,
        remedy="Check that the user whom the service account acts for has Calendar, then the "
        "state that {call} requires: the server does not say which of the two is wrong.",
        example="Precondition check failed.",
        source="google/rpc/code.proto",
    ),
    PRECONDITION_OF_ITSELF,
)

SERVICE: Final = Service(
    host="calendar-json.googleapis.com",
    rules=_RULES,
    last_rules=refused_to_itself(_ITSELF),
    help_urls=dict.fromkeys(
        (
            causes.CONFLICT.name,
            causes.FORBIDDEN.name,
            causes.INVALID_ARGUMENT.name,
            causes.NOT_FOUND.name,
            causes.QUOTA_EXCEEDED.name,
            causes.RATE_LIMIT_PER_USER.name,
            causes.TOKEN_EXPIRED.name,
        ),
        _GUIDE_URL,
    ),
)
