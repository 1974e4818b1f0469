# SPDX-License-Identifier: Apache-2.0
"""What Gmail says of a mailbox's settings: delegates, forwarding, aliases, filters, S/MIME."""

from __future__ import annotations

from typing import Final

from .. import causes
from ..rules import Pattern, Rule, one_of

_BAD: Final = frozenset({400})

RULES: Final = (
    Rule(
        cause=causes.FORBIDDEN,
        statuses=frozenset({403}),
        message=Pattern(r"access restricted to service accounts"),
        remedy="Send {call} with a service account that has domain-wide delegation "
        "(gmail.settings.sharing) and the user as its subject: it accepts no user's own token, so "
        "consumer accounts can't use it.",
        example="Access restricted to service accounts that have been delegated domain-wide "
        "authority",
        source="Gmail API reference, users.settings.sendAs.create and delegates",
    ),
    Rule(
        cause=causes.PRECONDITION_FAILED,
        statuses=_BAD,
        message=Pattern(r"unrecognized forwarding address"),
        remedy="Verify the forwarding address first (its owner confirms by email), then call "
        "{call} again.",
        example="Unrecognized forwarding address",
        source="mbrt/gmailctl#56",
    ),
    Rule(
        cause=causes.INVALID_ARGUMENT,
        statuses=_BAD,
        methods=one_of(
            "gmail.users.settings.sendAs.smimeInfo.insert",
            "gmail.users.settings.cse.keypairs.create",
        ),
        bare=True,
        remedy="Check the certificate passed to {call}: it needs the whole chain up to a root "
        "that Gmail trusts, as PKCS #12 with its password, for this address, and not expired. The "
        "server gives no reason.",
        help_url="https://support.google.com/a/answer/7300887",
        example="Bad Request",
        source="GAM-team/GAM#1162, #631",
    ),
    # 500 that a retry does not cure.
    Rule(
        cause=causes.BACKEND_ERROR,
        statuses=frozenset({500}),
        methods=one_of("gmail.users.settings.filters.create"),
        remedy="Retry {call} with exponential backoff. If the error persists, delete filters: a "
        "mailbox has at most 1,000, and Gmail responds to more with 500.",
        example="Internal error encountered.",
        source="elie222/inbox-zero#1192",
    ),
    Rule(
        cause=causes.BACKEND_ERROR,
        statuses=frozenset({500}),
        methods=one_of(
            "gmail.users.settings.delegates.create",
            "gmail.users.settings.delegates.delete",
            "gmail.users.settings.delegates.get",
            "gmail.users.settings.delegates.list",
        ),
        remedy="Retry {call} with exponential backoff. If the error persists, check that the "
        "accounts of the mailbox and of the delegate are both active: not suspended, signed in "
        "once, in the same organization, with delegation allowed.",
        example="Backend Error",
        source="GAM-team/GAM#727",
    ),
    Rule(
        cause=causes.BACKEND_ERROR,
        statuses=frozenset({500}),
        methods=one_of(
            "gmail.users.settings.forwardingAddresses.create",
            "gmail.users.settings.updateAutoForwarding",
            "gmail.users.settings.sendAs.create",
            "gmail.users.settings.sendAs.update",
            "gmail.users.settings.sendAs.verify",
        ),
        remedy="Retry {call} with exponential backoff. If the error persists, check that the "
        "address exists and receives mail, and that the Admin console allows automatic forwarding "
        "and sending from other addresses.",
        example="Backend Error",
        source="GAM, forwarding addresses; Gmail API reference, users.settings",
    ),
)
