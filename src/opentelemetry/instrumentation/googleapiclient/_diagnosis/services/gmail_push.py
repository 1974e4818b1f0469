# SPDX-License-Identifier: Apache-2.0
"""What Gmail says of ``users.watch`` and its Pub/Sub topic: five things that look alike."""

from __future__ import annotations

from typing import Final

from .. import causes
from ..rules import Pattern, Rule, one_of

_PUSH: Final = "Gmail API guide, Push notifications"
_PUSH_URL: Final = "https://developers.google.com/workspace/gmail/api/guides/push"
_WATCH: Final = one_of("gmail.users.watch")

RULES: Final = (
    Rule(
        cause=causes.INVALID_ARGUMENT,
        methods=_WATCH,
        message=Pattern(r"topic_?name (is )?required"),
        remedy="Pass {call} the topic in its body: body={{'topicName': "
        "'projects/PROJECT/topics/TOPIC'}}. The request has no topicName.",
        help_url=_PUSH_URL,
        example="topicName required",
        source="googleapis/elixir-google-api#6629",
    ),
    Rule(
        cause=causes.INVALID_ARGUMENT,
        methods=_WATCH,
        message=Pattern(r"invalid topic_?name"),
        remedy="Pass {call} the full topic name, projects/PROJECT/topics/TOPIC, with the project "
        "of the OAuth client or service account that made the token: it accepts neither topics of "
        "other projects nor bare names.",
        help_url=_PUSH_URL,
        example="Invalid topicName does not match projects/<project>/topics/*",
        source="googleapis/google-api-nodejs-client#1301",
    ),
    Rule(
        cause=causes.INVALID_ARGUMENT,
        methods=_WATCH,
        message=Pattern(r"only one user push notification client"),
        remedy="Call users.stop for this mailbox first, or keep using its current topic: a "
        "mailbox has one topic per project.",
        help_url=_PUSH_URL,
        example="Only one user push notification client allowed per developer (call /stop then "
        "try again)",
        source="recorded 400",
    ),
    Rule(
        cause=causes.NOT_FOUND,
        methods=_WATCH,
        message=Pattern(r"pub/?sub\b.{0,300}not found|topic\b.{0,200}not found"),
        remedy="Create the Pub/Sub topic that topicName of {call} names, or correct the name: "
        "there is no such topic. Then grant gmail-api-push@system.gserviceaccount.com the role "
        "Pub/Sub Publisher on it.",
        help_url=_PUSH_URL,
        example="Error sending test message to Cloud PubSub <topic> : Resource not found",
        source=_PUSH,
    ),
    Rule(
        cause=causes.FORBIDDEN,
        methods=_WATCH,
        statuses=frozenset({400, 403}),
        message=Pattern(r"pub/?sub"),
        remedy="Grant gmail-api-push@system.gserviceaccount.com the role Pub/Sub Publisher on the "
        "topic of {call}. If a policy limits members to a domain, exempt the topic's project.",
        help_url=_PUSH_URL,
        example="Error sending test message to Cloud PubSub <topic> : User not authorized to "
        "perform this action.",
        source=_PUSH,
    ),
    Rule(
        cause=causes.BACKEND_ERROR,
        statuses=frozenset({500}),
        methods=_WATCH,
        remedy="Retry {call} with exponential backoff. If the error persists, check that "
        "gmail-api-push@system.gserviceaccount.com may publish to the topic: without that "
        "permission, Gmail responds with 500, too.",
        help_url=_PUSH_URL,
        example="Backend Error",
        source="googleapis/google-api-ruby-client#657",
    ),
)
