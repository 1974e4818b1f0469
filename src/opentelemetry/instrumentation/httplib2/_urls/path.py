# SPDX-License-Identifier: Apache-2.0
"""What of the paths of Google's APIs names a person or carries a title, a range or a project.

The template that a path was made from tells, by the names of its variables: what is known to hold
the id of a thing stays if it looks like one, anything else goes. Where no template is known, the
words of the path tell: behind ``users`` stands a user, behind ``messages`` the id of a message.

This module is pure: it knows neither OpenTelemetry nor httplib2.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

from .._support.lazy_pattern import lazy_pattern
from .credentials import holds_credential
from .sensitive_text import ADDRESS, has_credential

REDACTED: Final = "REDACTED"

LONGEST_SEGMENT: Final = 512
"""Ids are far shorter. What is longer gets a closer look."""

LABEL: Final = r"(?:Label_[0-9]{1,20}|[A-Z_]{1,40})"
"""An expression for the ids of Gmail's labels, which, unlike their names, tell nothing."""

_VARIABLE: Final = lazy_pattern(r"\{(\w+)\}")
# As a set of what may be: one look for each character. What may not be, and classes like ``\\w``,
# are gone through one after the other.
_ID: Final = rf"[A-Za-z0-9_-]{{0,{LONGEST_SEGMENT}}}"
# Version, word, ``word:verb``, ``$discovery``.
_WORD: Final = r"(?:v[0-9][a-z0-9]*|oauth2|\$?[a-z][A-Za-z]*(?::[a-zA-Z]*)?)"

NOBODY: Final = frozenset({"me", "my_customer", "primary", "root", "people/me", "-"})
"""Values of such variables that stand for the caller, or for all."""

_THINGS: Final = frozenset(
    {
        "api",
        "attachmentId",
        "commentId",
        "courseId",
        "courseWorkId",
        "documentId",
        "driveId",
        "eventId",
        "fileId",
        "formId",
        "id",
        "keyPairId",
        "messageId",
        "metadataId",
        "pageObjectId",
        "presentationId",
        "productId",
        "proposalId",
        "replyId",
        "responseId",
        "revisionId",
        "setting",
        "sheetId",
        "skuId",
        "spreadsheetId",
        "task",
        "tasklist",
        "teamDriveId",
        "version",
    }
)
"""Variables that hold the id of a thing, or a setting: whatever it is, it names nobody."""

_OF_THINGS: Final = frozenset(
    {
        "attachments",
        "changes",
        "comments",
        "courseWork",
        "courses",
        "documents",
        "drafts",
        "drives",
        "events",
        "files",
        "filters",
        "forms",
        "history",
        "keypairs",
        "lists",
        "messages",
        "presentations",
        "replies",
        "responses",
        "revisions",
        "sheets",
        "smimeInfo",
        "spreadsheets",
        "tasks",
        "teamdrives",
        "threads",
    }
)
"""Words behind which the id of such a thing stands."""

# Behind these, all that follows is one name.
_OF_PATHS: Final = frozenset({"o", "orgunits"})
# Behind these, more words of the path follow.
_OF_WORDS: Final = frozenset({"apis", "feeds", "resources", "settings"})
# Behind every other word that ends in "s", and these, a person, a title or a project follows.
_OF_PERSONS: Final = lazy_pattern(
    r"[A-Za-z]+s|acl|b|calendarList|children|customer|domain|entity|location|o|people|project|user"
    r"|webResource"
)
_NOBODY: Final = "|".join(map(re.escape, sorted(NOBODY)))
_ID_ONLY: Final = lazy_pattern(_ID)
_LABEL_ONLY: Final = lazy_pattern(LABEL)
_WORD_ONLY: Final = lazy_pattern(_WORD)
_VERSION: Final = lazy_pattern(r"v[0-9]")


def unsuspicious_path(template: str | None) -> str:
    """An expression for paths in which there is nothing to redact, by whatever policy."""
    if template is None:
        # Words alone, and behind what persons and ids stand behind nothing but the caller.
        alone = rf"(?!(?:{_OF_PERSONS.pattern}|courseWork|history|smimeInfo)/(?!me(?:[/?]|\Z)))"
        return rf"(?:/{alone}{_WORD}){{1,32}}"
    pieces = _VARIABLE.split(template)
    return "".join(
        re.escape(piece) if index % 2 == 0 else f"(?:{_thing(piece, pieces[index - 1]) or _NOBODY})"
        for index, piece in enumerate(pieces)
    )


def redact_path(path: str, template: str | None, *, google: bool) -> str:
    """Redact in a path what names a person, is a title, an address or a credential.

    Args:
        path: the path of a URL, as it is written there.
        template: the one that it was made from, where that is known.
        google: whether it is a path of a Google API.
    """
    if not google:
        return without_sensitive_segments(path)
    known = compile_template(template) if template else None
    made = known.pattern.fullmatch(path) if known else None
    if known is None or made is None:
        path = "/".join(_by_words(path.split("/")))
    else:
        path = _without_values(path, made, known)
    return without_sensitive_segments(path)


def without_sensitive_segments(path: str) -> str:
    """Replace the segments of a path that hold an address or a credential."""
    if not ADDRESS.search(path) and not has_credential(path) and ";" not in path:
        return path
    return "/".join(REDACTED if _is_sensitive(segment) else segment for segment in path.split("/"))


def without_credential_segments(path: str) -> str:
    """Replace the segments of a path that hold a credential."""
    if not has_credential(path) and ";" not in path:
        return path
    return "/".join(
        REDACTED if holds_credential(segment) else segment for segment in path.split("/")
    )


def is_label(value: str) -> bool:
    """Whether a value is the id of a Gmail label, and not a label's name."""
    return _LABEL_ONLY.fullmatch(value) is not None


def _is_sensitive(segment: str) -> bool:
    return ADDRESS.search(segment) is not None or holds_credential(segment)


def _thing(variable: str, before: str) -> str | None:
    """An expression for what a variable may hold; None where that may be a person or a title."""
    if variable not in _THINGS:
        return None
    # Applications give the name of a label for its id.
    return LABEL if before.endswith("labels/") else _ID


class _Template:
    """A pattern with a group for each variable, and what each of them may hold."""

    def __init__(self, pattern: re.Pattern[str], things: Sequence[re.Pattern[str] | None]) -> None:
        self.pattern = pattern
        self.things = things


@lru_cache(maxsize=128)
def compile_template(template: str) -> _Template:
    """A pattern for the paths of a template."""
    pieces = _VARIABLE.split(template)
    things = [_thing(name, before) for before, name in zip(pieces[::2], pieces[1::2], strict=False)]
    # ``{+name}`` may hold several segments.
    longest = max((index for index, thing in enumerate(things) if thing is None), default=-1)
    return _Template(
        re.compile(
            "".join(
                re.escape(piece)
                if index % 2 == 0
                else "(.*)"
                if index // 2 == longest
                else "([^/]*)"
                for index, piece in enumerate(pieces)
            ),
            re.DOTALL,
        ),
        tuple(re.compile(thing) if thing else None for thing in things),
    )


def _without_values(path: str, made: re.Match[str], template: _Template) -> str:
    parts: list[str] = []
    end = 0
    for (begin, stop), thing in zip(made.regs[1:], template.things, strict=True):
        value = path[begin:stop]
        if value not in NOBODY and (thing is None or not thing.fullmatch(value)):
            parts.extend((path[end:begin], REDACTED if value else ""))
            end = stop
    parts.append(path[end:])
    return "".join(parts)


def _by_words(segments: list[str]) -> Iterator[str]:
    before = ""
    for segment in segments:
        yield segment if _may_stand_behind(before, segment) else REDACTED
        if before not in _OF_PATHS:
            before = segment.partition(":")[0]


def _may_stand_behind(before: str, segment: str) -> bool:
    if not segment or segment in NOBODY:
        return True
    if before in _OF_THINGS:
        return _ID_ONLY.fullmatch(segment) is not None
    if before == "labels":
        return is_label(segment)
    is_word = _WORD_ONLY.fullmatch(segment) is not None
    return is_word and (
        before in _OF_WORDS
        or _VERSION.match(segment) is not None
        or not _OF_PERSONS.fullmatch(before)
    )
