# SPDX-License-Identifier: Apache-2.0
"""What only the People API knows."""

from __future__ import annotations

from typing import Final

from .. import causes
from ..rules import Pattern, Rule, one_of
from .service import Service
from .workspace import (
    IMPERSONATE,
    PRECONDITION_OF_ITSELF,
    acting_as_itself,
    refused_to_itself,
)

_CONTACTS_URL: Final = "https://developers.google.com/people/v1/contacts"
_DIRECTORY_URL: Final = "https://developers.google.com/people/v1/directory"
_PROFILES_URL: Final = "https://developers.google.com/people/v1/profiles"
_REFERENCE: Final = "People API reference"
_BAD: Final = frozenset({400})

_RULES: Final = (
    *acting_as_itself(IMPERSONATE),
    Rule(
        cause=causes.INVALID_ARGUMENT,
        statuses=_BAD,
        message=Pattern(
            r"(personfields|readmask|updatepersonfields|copymask|sources)\b.{0,60}mask"
            r"|mask is required|mask path"
        ),
        remedy="Pass {call} a field mask with valid names, such as "
        "personFields='names,emailAddresses': it requires one and accepts no unknown names.",
        help_url=_PROFILES_URL,
        example="personFields mask is required. Please specify one or more valid paths.",
        source=_REFERENCE + ", people.get",
    ),
    Rule(
        cause=causes.CONFLICT,
        statuses=frozenset({400, 409, 412}),
        message=Pattern(r"\betag\b"),
        remedy="Read the contact again (people.get), apply the change to it and send it with its "
        "etag: the etag in {call} is missing or out of date.",
        help_url=_CONTACTS_URL,
        example="Request person.etag is different than the current person.etag. Clear local cache "
        "and get the latest person.",
        source=_REFERENCE + ", people.updateContact",
    ),
    Rule(
        cause=causes.ACCOUNT_LACKS_SERVICE,
        statuses=frozenset({400, 403}),
        message=Pattern(r"must be a (g suite|google workspace) domain user"),
        remedy="Send {call} for a user of a Google Workspace domain whose administrator shares "
        "contacts: consumer accounts have no directory.",
        help_url=_DIRECTORY_URL,
        example="Must be a G Suite domain user.",
        source=_REFERENCE + ", people.listDirectoryPeople",
    ),
    Rule(
        cause=causes.STORAGE_FULL,
        reasons=one_of("MY_CONTACTS_OVERFLOW_COUNT"),
        remedy="Delete contacts of this account: it has the maximum number (25,000), or one of "
        "them has too many fields.",
        help_url=_CONTACTS_URL,
        example="MY_CONTACTS_OVERFLOW_COUNT",
        source=_REFERENCE + ", people.createContact",
    ),
    Rule(
        cause=causes.STORAGE_FULL,
        message=Pattern(r"my_contacts_overflow_count|maximum number of (my )?contacts"),
        remedy="Delete contacts of this account: it has the maximum number (25,000), or one of "
        "them has too many fields.",
        help_url=_CONTACTS_URL,
        example="MY_CONTACTS_OVERFLOW_COUNT",
        source=_REFERENCE + ", people.createContact",
    ),
    PRECONDITION_OF_ITSELF,
)

SERVICE: Final = Service(
    rules=_RULES,
    last_rules=refused_to_itself(IMPERSONATE),
    help_urls={
        causes.HISTORY_EXPIRED.name: _CONTACTS_URL,
        causes.INVALID_ARGUMENT.name: _PROFILES_URL,
        causes.NOT_FOUND.name: _CONTACTS_URL,
    },
)
