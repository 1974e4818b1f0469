# SPDX-License-Identifier: Apache-2.0
"""What of messages and metadata may leave the process.

Two things stay out: credentials, always; and what is personal, unless
``OTEL_PYTHON_GOOGLEAPICLIENT_CAPTURE_PERSONAL_DATA`` is on. Addresses go before anything that cuts
words, so that no part of one is left. Server messages are untrusted and echo what was sent
(``Invalid label: Dianne``): see :mod:`server_message`. Exception texts are the libraries' own
words; they lose URLs, secrets, addresses and values of the request.

This module is pure: it knows neither OpenTelemetry nor googleapiclient.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from functools import lru_cache
from typing import Final, NamedTuple

from opentelemetry.instrumentation.httplib2._support.lazy_pattern import lazy_pattern
from opentelemetry.instrumentation.httplib2._urls.origin import origin_in, origin_of, split_url
from opentelemetry.instrumentation.httplib2._urls.sensitive_text import (
    Span,
    addresses_in,
    has_credential,
    without_addresses,
    without_credentials,
    without_spans,
)

from .encoded_text import clean, hidden_in, percent_decoded, unescaped
from .field_names import NO_NAMES
from .known_sentences import is_known
from .plain_parts import API_HOST, PLAIN_PART, is_plain_url
from .request_values import NO_VALUES, RequestValues
from .server_message import REDACTED, redact_server_message, without_values
from .server_words import SERVER_WORDS

MAX_DESCRIPTION: Final = 256

# Addresses are looked for in more than what is shown, for none may be cut in two.
_MAX_READ: Final = 8192
_MAX_REDACTED: Final = 4096
_MAX_IDENTIFIER: Final = 128
_MIN_OPAQUE: Final = 24
_MIN_DIGITS: Final = 4
_MIN_WORD: Final = 3

_URL: Final = lazy_pattern(r"\bhttps?://(?!\[redacted\](?!@))[^\s\"'<>]+", re.IGNORECASE)
_QUERY: Final = lazy_pattern(r"\?[^\s\"'<>=?]*=[^\s\"'<>]*")
_SECRET_PARAMETER: Final = lazy_pattern(
    r"\b((?:api[_ -]?)?key|access_token|oauth_token|refresh_token|id_token|token|assertion"
    r"|client_secret|secret|password|passwd|upload_id|sig|signature|x-goog-[\w-]{1,40}|authorization"
    r"|(?:set-)?cookie)([\"']?\s?[=:]\s?[\"']?|%3D)[^\s&\"',;)]+",
    re.IGNORECASE,
)
# Whose files they are: /home/alice/key.json.
_HOME: Final = lazy_pattern(
    r"(?<![\w./\\])((?:[A-Za-z]:)?[\\/]{1,2}(?:home|Users)[\\/]{1,2})"
    r"(?:[^\\/\"'<>|:*?\n]{1,64}(?=[\\/])|[^\\/\s\"'<>|:*?,;)\]]{1,64})"
)
_TOKEN: Final = lazy_pattern(r"[^\s<>\"']+")
_OPAQUE: Final = lazy_pattern(r"[\w.~+/=-]{24,}")
_URL_OR_OPAQUE: Final = lazy_pattern(rf"{_URL.pattern}|{_OPAQUE.pattern}", re.IGNORECASE)
_BEHIND_URL: Final = ".,;:!)]}"
# A resource's name, or the key of a map that the application filled.
_OF_SOMEBODY: Final = lazy_pattern(
    r"\b(?:projects|organizations|folders|customers|people|users)/|\[(?!\d{0,6}\])"
)
_SCOPE: Final = lazy_pattern(r"(?:https://[a-z.]{0,20}google(?:apis)?\.com/)?[\w./-]{0,100}")
# A name may have a second and third word ("http error"), as long as they are plain.
_NAME: Final = lazy_pattern(r"[^\s]{1,128}(?: [a-z][\w-]{0,40}){0,2}")
_WORD: Final = lazy_pattern(r"[^\W\d_]+")
# Of addresses, beside words of servers.
_OF_ANY_ADDRESS: Final = frozenset(
    {"com", "edu", "gov", "googlegroups", "googlemail", "gserviceaccount", "info", "net", "www"}
)


class Redaction:
    """Redacts what must not leave the process. Never raises, whatever the text."""

    def __init__(self, *, capture_personal_data: bool = False) -> None:
        self.capture_personal_data = capture_personal_data

    def message(
        self, text: str, values: RequestValues = NO_VALUES, names: Container[str] = NO_NAMES
    ) -> str:
        """Redact a server's message, which may echo anything that was sent.

        Args:
            text: the message.
            values: what the request carried.
            names: of the fields and parameters of the API, which may be shown: see
                :mod:`discovery_names`.
        """
        text = clean(text)
        if is_known(text):
            # Servers say this to everybody: there is nothing of the request in it.
            return _cut(text)
        text, personal = self._without_secrets(text, values)
        if not self.capture_personal_data:
            text = redact_server_message(text, personal, names)
        return _cut(text)

    def exception_text(self, text: str, values: RequestValues = NO_VALUES) -> str:
        """Redact the text of an exception that no server message explains."""
        text, personal = self._without_secrets(text, values)
        return _cut(without_values(text, personal, REDACTED))

    def identifier(self, text: str, values: RequestValues = NO_VALUES) -> str:
        """Redact a short value that is meant to be a name: a reason, a domain, a quota metric."""
        name = _read_name(text[: _MAX_IDENTIFIER + 1], keeps_personal=self.capture_personal_data)
        if name is None:
            return REDACTED
        echoed = values.credentials
        if not self.capture_personal_data:
            echoed = (*echoed, *values.personal)
        if without_values(name.plain, echoed, REDACTED) != name.plain or any(
            value in name.hidden for value in echoed
        ):
            return REDACTED
        return name.text

    def scope(self, text: str) -> str:
        """Keep an OAuth scope of Google's, which names a permission and nobody."""
        return text if _is_plain_scope(text) else self.identifier(text)

    def _without_secrets(self, text: str, values: RequestValues) -> tuple[str, tuple[str, ...]]:
        """The text without credentials and addresses; what else of it is personal."""
        text = clean(text)
        if len(text) > _MAX_READ:
            # Never cut through a word: half a secret is not recognized as one.
            text = text[:_MAX_READ].rpartition(" ")[0]
        text = clean(unescaped(text))
        # What is known by its look goes first: a value of the request may be a part of it.
        text = _without_known_secrets(text)
        personal: tuple[str, ...] = ()
        if not self.capture_personal_data:
            if "://" in text:
                text = _URL.sub(_origin_only, text)
            if "?" in text:
                text = _QUERY.sub(f"?{REDACTED}", text)
            if "home" in text or "Users" in text:
                text = _HOME.sub(rf"\1{REDACTED}", text)
            addresses = addresses_in(text)
            personal = (*values.personal, *_words_of(text, addresses))
            text = without_spans(text, addresses, REDACTED)
        text = _without_opaque(text)
        if len(text) > _MAX_REDACTED:
            text = text[:_MAX_REDACTED].rpartition(" ")[0]
        text = _TOKEN.sub(lambda found: self._encoded(found[0], values), text)
        return without_values(text, values.credentials, REDACTED), personal

    def _encoded(self, word: str, values: RequestValues) -> str:
        """Take a word out that says, once decoded, what must not be said."""
        if "%" in word:
            plain = percent_decoded(word)
            if plain != word and self.says_secret(plain, values):
                return REDACTED
        return REDACTED if self.hides_secret(word, values) else word

    def says_secret(self, plain: str, values: RequestValues) -> bool:
        """Whether anything in here would have to go."""
        without = without_values(_without_known_secrets(plain), values.credentials, REDACTED)
        if not self.capture_personal_data:
            if _URL.search(without) or _QUERY.search(without):
                return True
            without = without_values(
                without_addresses(without, REDACTED), values.personal, REDACTED
            )
        return without != plain

    def hides_secret(self, word: str, values: RequestValues) -> bool:
        """Whether what must not be said is in here in base64."""
        hidden = hidden_in(word)
        if hidden is None:
            return False
        if hidden.credential or any(value in hidden.folded for value in values.credentials):
            return True
        return not self.capture_personal_data and (
            hidden.address or any(value in hidden.folded for value in values.personal)
        )


# Programs ask for few scopes, and most failures name the same ones.
@lru_cache(maxsize=256)
def _is_plain_scope(text: str) -> bool:
    return _SCOPE.fullmatch(text) is not None and not has_credential(text)


class _Name(NamedTuple):
    """A name in which nothing is to be redacted, whatever the request was about."""

    text: str
    plain: str
    """Decoded, without the host of an API, which may be shown even if the request named it."""
    hidden: str
    """What it says in base64, in lower case."""


# Servers use few names, and most failures have the same ones.
@lru_cache(maxsize=256)
def _read_name(text: str, *, keeps_personal: bool) -> _Name | None:
    text = clean(text)
    if len(text) > _MAX_IDENTIFIER or not _NAME.fullmatch(text) or _looks_random(text):
        return None
    plain = percent_decoded(unescaped(API_HOST.sub("", text)))
    redaction = Redaction(capture_personal_data=keeps_personal)
    if redaction.says_secret(plain, NO_VALUES) or redaction.hides_secret(plain, NO_VALUES):
        return None
    if not keeps_personal and _OF_SOMEBODY.search(plain):
        return None
    hidden = hidden_in(plain)
    return _Name(text, plain, hidden.folded if hidden is not None else "")


def _cut(text: str) -> str:
    """No longer than a description may be, and not through the middle of a replacement."""
    if len(text) <= MAX_DESCRIPTION:
        return text
    end = MAX_DESCRIPTION - 1
    replaced = text.rfind(REDACTED, end - len(REDACTED) + 1, end + len(REDACTED) - 1)
    return text[: replaced if 0 <= replaced < end < replaced + len(REDACTED) else end] + "…"


def _words_of(text: str, addresses: list[Span]) -> Iterator[str]:
    """The names that addresses are made of: servers say them apart, too."""
    for address in addresses:
        for word in _WORD.findall(percent_decoded(text[address.start : address.end]).lower()):
            if len(word) >= _MIN_WORD and word not in SERVER_WORDS and word not in _OF_ANY_ADDRESS:
                yield word


def _without_known_secrets(text: str) -> str:
    text = without_credentials(text, REDACTED)
    if "=" in text or ":" in text or "%" in text:
        text = _SECRET_PARAMETER.sub(rf"\1\2{REDACTED}", text)
    return text


def _without_opaque(text: str) -> str:
    """Replace what may be a token, but not the parts of an address where these may be shown."""
    parts: list[str] = []
    end = 0
    for span in addresses_in(text):
        parts.extend(
            (_URL_OR_OPAQUE.sub(_opaque, text[end : span.start]), text[span.start : span.end])
        )
        end = span.end
    parts.append(_URL_OR_OPAQUE.sub(_opaque, text[end:]))
    return "".join(parts)


def _opaque(found: re.Match[str]) -> str:
    word = found[0]
    if "://" in word:
        if is_plain_url(word.rstrip(_BEHIND_URL)):
            return word
        origin = origin_in(word)
        return origin + _OPAQUE.sub(_opaque, word[len(origin) :])
    mixed = any(map(str.isdigit, word)) and any(map(str.isalpha, word))
    if not mixed or PLAIN_PART.fullmatch(word.rstrip(".")):
        return word
    segments = word.split("/")
    if not SERVER_WORDS.isdisjoint(segments):
        return "/".join(one if one in SERVER_WORDS else one and REDACTED for one in segments)
    return REDACTED


def _looks_random(name: str) -> bool:
    """Whether a part of a name is a token: ``Gemini25ProRequestsPerDayPerUser`` is none."""
    return any(
        len(part) >= _MIN_OPAQUE and sum(map(str.isdigit, part)) >= _MIN_DIGITS
        for part in re.split(r"[^A-Za-z0-9]", name)
    )


def _origin_only(found: re.Match[str]) -> str:
    url = found[0].rstrip(_BEHIND_URL)
    if is_plain_url(url):
        return found[0]
    if url.endswith(REDACTED[:-1]):
        # It has been redacted before.
        url += REDACTED[-1]
    scheme, authority, _ = split_url(url)
    origin = origin_of(f"{scheme}://{authority.rpartition('@')[2]}")
    shown = f"{scheme}://{origin.host}/{REDACTED}" if origin else REDACTED
    return shown + found[0][len(url) :]
