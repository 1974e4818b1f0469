# SPDX-License-Identifier: Apache-2.0
"""Redacts what a server's message echoes, and keeps what explains the failure.

A message is untrusted: it may echo what was sent, and name what belongs to the account. What names
nobody stays: known sentences, plain parts (:mod:`plain_parts`), names of fields and parameters of
the API. Of the rest goes every value of the request, what stands where servers put names (in
quotes, behind a colon, behind ``project`` and its like), and what looks like an id, a domain, a
path or a number of somebody's.

What stays is put behind a character of its own while the rest is looked at, and so is what goes.

This module is pure: it knows neither OpenTelemetry nor googleapiclient.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable
from typing import Final

from opentelemetry.instrumentation.httplib2._support.lazy_pattern import lazy_pattern

from .field_names import NO_NAMES, folded
from .identifiers import without_identifiers
from .known_sentences import SENTENCE_END, is_known
from .plain_parts import PLAIN_PART
from .server_words import OF_OWNERS, SERVER_WORDS

REDACTED: Final = "[redacted]"

HIDDEN: Final = "\uf8ff"
"""Stands for what was redacted."""

_TAG: Final = lazy_pattern(r"</?(?:a|b|br|code|em|i|ins|li|p|span|strong|ul)(?: [^<>]{0,200})?>")
_PRIVATE_USE: Final = lazy_pattern("[\ue000-\uf8ff]")
_FIRST_KEPT: Final = 0xE000
_MAX_KEPT: Final = 4096
_KEPT: Final = lazy_pattern("[\ue000-\uefff]")
_HIDDEN_TWICE: Final = lazy_pattern(rf"{HIDDEN}(?:[ ,.-]{{0,3}}{HIDDEN})+(?!\w)")
_KEPT_ONLY: Final = lazy_pattern(r"[\ue000-\uefff\s.,;()\[\]-]*")
_NOTHING_ELSE: Final = lazy_pattern(
    r"(?:[\ue000-\uf8ff\s.,;!?()\[\]&'\"-]|\b\d{1,3}\b|\b(?:and|or)\b)*"
)
_LAST_WORD: Final = lazy_pattern(r"(?<![\w-])([A-Za-z_]{2,16})[ :#=]{1,3}\Z")

# Always matches once it has begun: a quotation without an end runs to the end of the text, which
# may have been cut, and no input makes the search start again inside of it.
_QUOTED: Final = lazy_pattern(
    r"(?<![\w\uf8ff])(?:'(?:[^']|'(?=\w))*(?:'|\Z)|\"[^\"]*(?:\"|\Z)|`[^`]*(?:`|\Z)"
    r"|\u2018(?:[^\u2019]|\u2019(?=\w))*(?:\u2019|\Z)|\u201c[^\u201d]*(?:\u201d|\Z)"
    r"|\u00ab[^\u00bb]*(?:\u00bb|\Z)|\u201e[^\u201c\u201d]*(?:[\u201c\u201d]|\Z))"
)
_CLOSING: Final = "'\"`\u2019\u201c\u201d\u00bb"
_LIMIT_BEFORE: Final = lazy_pattern(r"\b(?:metric|limit|service|quota group) \Z", re.IGNORECASE)
_LIMIT_NAME: Final = lazy_pattern(r"[A-Za-z0-9][A-Za-z0-9 ._/-]{0,99}")
_SUSPICIOUS: Final = lazy_pattern(r"project|/|\d{4}", re.IGNORECASE)
_FIELD_BEFORE: Final = lazy_pattern(r"\b(?:at|field|parameters?|argument) \Z", re.IGNORECASE)
_FIELD_BEHIND: Final = lazy_pattern(r" (?:parameter|field|argument)s?\b")
_FIELD_PATH: Final = lazy_pattern(r"[A-Za-z_][\w.\[\]]{0,99}")

_IDENTIFIER: Final = lazy_pattern(
    r"(?<![\w.-])[A-Za-z_][\w-]*(?:\[\d{0,6}\])?(?:\.[A-Za-z_][\w-]*(?:\[\d{0,6}\])?)*"
)
_DISTINCTIVE: Final = lazy_pattern(r"[a-z0-9][A-Z]|\w_\w|\d|\.")
_INDEX: Final = lazy_pattern(r"\[\d*\]")
# Where servers name a field, even one whose name is an ordinary word.
_NAMES_FIELD: Final = lazy_pattern(
    r"\b(?:at|fields?|parameters?|argument|property|header|unknown name|invalid input|not found"
    r"|paths are|path|support|allow|mask)(?: [\"'`\[]|: ?[\"'`\[]?)\Z",
    re.IGNORECASE,
)
_IS_FIELD: Final = lazy_pattern(
    r"[\"'`]? (?:parameter|field|argument|property|header|mask|is required|required|must)\b"
)

_COLON: Final = lazy_pattern(r" ?:\s+(?=\S)|(?<=[A-Za-z]):(?=[^\s/:\d\uf8ff])")
# Behind these, servers go on in their own words.
_ANNOUNCES: Final = lazy_pattern(
    r"(?:\b(?:invalid (?:input|jwt|grant|request|assertion|client|scope|token|credentials"
    r"|\w{1,40}\[\d{0,6}\][\w.\[\]]{0,100})|permission denied|insufficient permissions?|forbidden"
    r"|bad request|unauthorized|too many requests|(?:quota|limit) exceeded"
    r"|(?:access|request) denied|error|reason|message|precondition|caused by|status|response|note"
    r"|[a-z]{2,20}(?:_[a-z]{2,20}){1,4}|pub/?sub \S{1,200}|unknown name \S{1,200}(?: at \S{1,200})?"
    r"|invalid value at \S{1,200}(?: \([^()]{0,100}\))?|\d{3}(?: [a-z]{2,20}){0,3}"
    r"|connectionpool\([^()]{0,200}\)|(?:dataset|job|model|project|routine|table|view) \uf8ff)"
    r"|[\ue000-\uefff]\.?)\Z",
    re.IGNORECASE,
)
# ``Access Denied: Project <project>: User does not have ...``: BigQuery tells what it is about.
_HIDDEN_THING: Final = lazy_pattern(
    rf"(?:dataset|job|model|project|routine|table|view) {HIDDEN}", re.IGNORECASE
)
_PARAMETER_BEFORE: Final = lazy_pattern(r"\bparameters?\Z", re.IGNORECASE)
_URL: Final = lazy_pattern(f"https?://[\\w.-]{{1,253}}/?{HIDDEN}?")
_WORD: Final = lazy_pattern(r"[^\W\d_]+(?:['\u2019][a-z]{1,2}\b)?")
_MIN_WORDS: Final = 3
# ``invalid_scope``, ``INVALID_OU_ID``.
_CODE: Final = lazy_pattern(
    r"(?:[a-z]{2,20}(?:_[a-z]{2,20}){1,4}|[A-Z]{2,20}(?:_[A-Z]{2,20}){1,4})\.?"
)
_LISTED: Final = lazy_pattern(r"[\w$.]+")
_LIST: Final = lazy_pattern(
    r"\[?[\w$.\ue000-\uefff]{1,60}(?:, ?(?:or |and )?[\w$.\ue000-\uefff]{1,60}){2,60}\]?\.?"
)
_NO_PROSE: Final = lazy_pattern(r"[^\w\s.,;!?=()\[\]'\"\u2019/\ue000-\uf8ff-]|\d{4}")


class _Kept:
    """What stays, each behind a character of its own."""

    def __init__(self) -> None:
        self._texts: list[str] = []

    def keep(self, text: str) -> str:
        """The character that stands for a text."""
        if len(self._texts) >= _MAX_KEPT:
            return HIDDEN
        self._texts.append(self.restored(text))
        return chr(_FIRST_KEPT + len(self._texts) - 1)

    def restored(self, text: str) -> str:
        """The text, with everything back that is behind a character."""
        return _KEPT.sub(lambda found: self._texts[ord(found[0]) - _FIRST_KEPT], text)


def redact_server_message(
    text: str, values: Iterable[str], names: Container[str] = NO_NAMES
) -> str:
    """Redact in a message what names somebody, or belongs to somebody.

    Args:
        text: the message, without credentials and addresses.
        values: what the request carried, in lower case, the longest first.
        names: of the fields and parameters of the API, as :func:`folded` makes them.
    """
    if is_known(text):
        return text
    kept = _Kept()
    text = _TAG.sub("", _PRIVATE_USE.sub("\ufffd", text)).replace(REDACTED, HIDDEN)
    text = _keep_sentences(text, kept)
    text = PLAIN_PART.sub(lambda found: _plain_part(found, kept), text)
    if names is not NO_NAMES:
        text = _IDENTIFIER.sub(lambda found: _field_or_text(found, names, kept), text)
    text = without_values(text, values, HIDDEN)
    text = _QUOTED.sub(lambda found: _quoted(found, kept), text)
    text = without_identifiers(text, HIDDEN)
    text = _without_echo(text, names)
    text = _HIDDEN_TWICE.sub(HIDDEN, text)
    return kept.restored(text).replace(HIDDEN, REDACTED)


def without_values(text: str, values: Iterable[str], replacement: str) -> str:
    """Replace values, given in lower case, where they stand as words."""
    folded = text.lower()
    for value in values:
        if value in folded:
            pattern = rf"(?<![^\W_]){re.escape(value)}(?![^\W_])"
            text = re.sub(pattern, replacement, text, flags=re.IGNORECASE)
    return text


def _keep_sentences(text: str, kept: _Kept) -> str:
    parts: list[str] = []
    end = 0
    for stop, following in _ends_of_sentences(text):
        sentence = text[end:stop]
        parts.extend(
            (kept.keep(sentence) if is_known(sentence) else sentence, text[stop:following])
        )
        end = following
    return "".join(parts)


def _ends_of_sentences(text: str) -> Iterable[tuple[int, int]]:
    for found in SENTENCE_END.finditer(text):
        yield found.span()
    yield len(text), len(text)


def _plain_part(found: re.Match[str], kept: _Kept) -> str:
    if found[0][0].isdigit():
        # "project 204711 users": the number is the project's.
        before = _LAST_WORD.search(found.string, max(0, found.start() - 20), found.start())
        if before and before[1].lower() in OF_OWNERS:
            return found[0]
    return kept.keep(found[0])


def _field_or_text(found: re.Match[str], names: Container[str], kept: _Kept) -> str:
    text, path = found.string, found[0]
    if not (
        _DISTINCTIVE.search(path)
        or _NAMES_FIELD.search(text, max(0, found.start() - 20), found.start())
        or _IS_FIELD.match(text, found.end())
    ):
        return path
    first, *others = (folded(_INDEX.sub("", part)) for part in path.split("."))
    # A path begins with the name of the message that the request is, which no document tells.
    return kept.keep(path) if all(part in names for part in others or (first,)) else path


def _quoted(found: re.Match[str], kept: _Kept) -> str:
    """Keep what is quoted only where it is known, or names a limit or a field."""
    text, inner = found.string, found[0][1:].rstrip(_CLOSING)
    said = kept.restored(inner)
    if HIDDEN not in inner and (_KEPT_ONLY.fullmatch(inner) or is_known(said)):
        return kept.keep(found[0])
    if len(inner) > len(found[0]) - 2:
        # It has no end.
        return HIDDEN
    before = text[max(0, found.start() - 12) : found.start()]
    names_limit = _LIMIT_BEFORE.search(before) and _LIMIT_NAME.fullmatch(said)
    if names_limit and not (_SUSPICIOUS.search(inner) and without_identifiers(inner, "") != inner):
        return kept.keep(found[0])
    names_field = _FIELD_BEFORE.search(before) or _FIELD_BEHIND.match(text, found.end())
    if names_field and _FIELD_PATH.fullmatch(inner):
        return kept.keep(found[0])
    return HIDDEN


def _without_echo(text: str, names: Container[str]) -> str:
    """Keep what stands behind a colon only where it is known, or the server's own words."""
    position = 0
    while True:
        colon = _COLON.search(text, position)
        if colon is None:
            return text
        following = _COLON.search(text, colon.end())
        announced = _ANNOUNCES.search(text, max(0, colon.start() - 500), colon.start())
        piece = text[colon.end() : following.start() if following else len(text)]
        if (
            _NOTHING_ELSE.fullmatch(piece)
            or (announced and (_is_prose(piece) or _HIDDEN_THING.fullmatch(piece.rstrip("."))))
            or _lists_names(piece, names)
            or (_PARAMETER_BEFORE.search(text, 0, colon.start()) and _FIELD_PATH.fullmatch(piece))
        ):
            position = colon.end()
        else:
            return f"{text[: colon.start()]}: {HIDDEN}"


def _lists_names(text: str, names: Container[str]) -> bool:
    """Whether this is a list of three fields or more, of which one was expected."""
    return _LIST.fullmatch(text) is not None and all(
        folded(name.rstrip(".").rpartition(".")[2]) in names
        for name in _LISTED.findall(text)
        if name not in {"and", "or"}
    )


def _is_prose(text: str) -> bool:
    """Whether a text has words of servers only, and enough of them to be no name."""
    text = _URL.sub("", text)
    if _NO_PROSE.search(text):
        return False
    words = _WORD.findall(text)
    enough = len(words) >= _MIN_WORDS or _KEPT.search(text) or _CODE.fullmatch(text)
    return enough is not None and all(
        word.lower().replace("\u2019", "'") in SERVER_WORDS or word.lower() in {"a", "i", "s"}
        for word in words
    )
