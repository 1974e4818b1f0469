# SPDX-License-Identifier: Apache-2.0
"""What of messages and metadata may leave the process.

Two things stay out: credentials, always; and what is personal, unless
``OTEL_PYTHON_GOOGLEAPICLIENT_CAPTURE_PERSONAL_DATA`` is on. Server messages are untrusted and echo
what was sent (``Invalid label: Dianne``), so beside known shapes of secrets three things are taken
out of them: text in quotes, what follows a colon, and every value of the request itself.
Exception texts are the libraries' own words; they lose URLs, secrets, addresses and values.

This module is pure: it knows neither OpenTelemetry nor googleapiclient.
"""

from __future__ import annotations

import base64
import binascii
import html
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple, cast
from urllib.parse import unquote, unquote_plus

from ..httplib2.headers import is_credential
from ..httplib2.sensitive_text import (
    has_credential,
    without_addresses,
    without_credentials,
)
from ..httplib2.url import origin_of, path_of, split_url

REDACTED: Final = "[redacted]"
MAX_DESCRIPTION: Final = 256

_MAX_SCRUBBED = 4096
_MAX_IDENTIFIER = 128
_MAX_BODY = 64 * 1024
_MAX_VALUES = 200
_MAX_VALUE = 4096
_MIN_VALUE = 3
_MIN_WORD = 4
_MIN_OPAQUE = 24
_MIN_DIGITS = 4
_MAX_DECODINGS = 3
_MAX_REMEMBERED = 128

# Query parameters whose values are settings of the API, not data of a person.
_PLAIN_PARAMETERS = frozenset(
    {
        "$.xgafv",
        "alt",
        "deleted",
        "fields",
        "format",
        "historyTypes",
        "includeSpamTrash",
        "internalDateSource",
        "maxResults",
        "metadataHeaders",
        "neverMarkSpam",
        "prettyPrint",
        "processForCalendar",
        "startHistoryId",
        "uploadType",
    }
)
_CREDENTIAL_PARAMETERS = frozenset(
    {"access_token", "key", "oauth_token", "sig", "signature", "token", "upload_id"}
)

_AUTH_SCHEMES = frozenset({"basic", "bearer", "oauth"})

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_URL = re.compile(r"\bhttps?://[^\s\"'<>]+", re.IGNORECASE)
_QUERY = re.compile(r"\?[^\s\"'<>=?]*=[^\s\"'<>]*")
_SECRET_PARAMETER = re.compile(
    r"\b((?:api[_ -]?)?key|access_token|oauth_token|refresh_token|id_token|token|assertion"
    r"|client_secret|secret|password|passwd|upload_id|sig|signature|x-goog-[\w-]{1,40}|authorization"
    r"|(?:set-)?cookie)([\"']?\s?[=:]\s?[\"']?|%3D)[^\s&\"',;)]+",
    re.IGNORECASE,
)
_ESCAPE = re.compile(
    r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z]{2,8});|\\(?:u[0-9a-f]{4}|[\"nrt])", re.IGNORECASE
)
_JSON_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|([\"nrt]))")
_TOKEN = re.compile(r"[^\s<>\"']+")
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{6,}")
_PLAIN_ADDRESS = re.compile(r"[\w.+-]{2,64}@\w[\w-]{0,62}\.\w")
_API_HOST = re.compile(r"[a-z][a-z0-9-]{0,40}\.googleapis\.com(?![\w.-])")
_OPAQUE = re.compile(r"[\w.~+/=-]{24,}")
_PROJECT = re.compile(
    r"\b(projects?(?:[_ ](?:number|id))?[:=/]['\"]?|project\s+(?=[\w.:-]*[\d-]))[\w.:-]+",
    re.IGNORECASE,
)
_LONG_NUMBER = re.compile(r"(?<![\w.-])(?:\d{6,}|\d{3}[- ]\d{3}[- ]\d{4})(?![\w-])")
_IP_ADDRESS = re.compile(r"\b(?:\d{1,3}\.){3}\d{1,3}\b|(?:[0-9a-fA-F]{0,4}:){3,7}[0-9a-fA-F]{0,4}")

# Always matches once it has begun: a quotation without an end runs to the end of the text, which
# may have been cut, and no input makes the search start again inside of it.
_QUOTED = re.compile(
    r"(?<!\w)(?:'(?:[^']|'(?=\w))*(?:'|\Z)|\"[^\"]*(?:\"|\Z)|`[^`]*(?:`|\Z)"
    r"|\u2018(?:[^\u2019]|\u2019(?=\w))*(?:\u2019|\Z)|\u201c[^\u201d]*(?:\u201d|\Z)"
    r"|\u00ab[^\u00bb]*(?:\u00bb|\Z)|\u201e[^\u201c\u201d]*(?:[\u201c\u201d]|\Z))"
)
_LIMIT_BEFORE = re.compile(r"\b(?:metric|limit|service) $", re.IGNORECASE)
_FIELD_BEFORE = re.compile(r"\b(?:at|field|parameter) $", re.IGNORECASE)
_LIMIT_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._/-]{0,99}")
_FIELD_PATH = re.compile(r"[A-Za-z_][\w.\[\]]{0,99}")
_AFTER_COLON = re.compile(r":\s+(?=\S)|(?<=[a-z]{3}):(?=[A-Z])")
_PLAIN_TAIL = re.compile(
    r"user-rate limit exceeded(?: \(mail sending\))?[. ]*"
    r"|user-rate limit exceeded\.\s+retry after [\d:TZ.+-]+"
    r"|request had insufficient authentication scopes\.?"
    r"|\d{1,3}\W?",
    re.IGNORECASE,
)
_SCOPE = re.compile(r"(?:https://[a-z.]{0,20}google(?:apis)?\.com/)?[\w./-]{0,100}")
# A name may have a second and third word ("http error"), as long as they are plain.
_NAME = re.compile(r"[^\s]{1,128}(?: [a-z][\w-]{0,40}){0,2}")
_PARAMETER_BEFORE = re.compile(r"\bparameters?$", re.IGNORECASE)


class _Hidden(NamedTuple):
    """What a word says in base64."""

    folded: str
    credential: bool
    address: bool


@dataclass(frozen=True, slots=True)
class RequestValues:
    """What a request carried that a server message may echo."""

    credentials: tuple[str, ...] = ()
    personal: tuple[str, ...] = ()


NO_VALUES = RequestValues()


@dataclass(frozen=True, slots=True)
class Redaction:
    """Takes out of text what must not leave the process. Never raises, whatever the text."""

    capture_personal_data: bool = False

    def message(self, text: str, values: RequestValues = NO_VALUES) -> str:
        """Scrub a server's message, which may echo anything that was sent."""
        return self._scrub(text, values, self._server_text)

    def exception_text(self, text: str, values: RequestValues = NO_VALUES) -> str:
        """Scrub the text of an exception that no server message explains."""
        return self._scrub(text, values, str)

    def identifier(self, text: str, values: RequestValues = NO_VALUES) -> str:
        """Scrub a short value that is meant to be a name: a reason, a domain, a quota metric."""
        text = _clean(text[: _MAX_IDENTIFIER + 1])
        if len(text) > _MAX_IDENTIFIER or not _NAME.fullmatch(text) or _looks_random(text):
            return REDACTED
        # Where the API is may be told, whatever the request was about.
        told = _decoded(_unescaped(_API_HOST.sub("", text)))
        if self._tells(told, values) or self._hides(told, values):
            return REDACTED
        return text

    def scope(self, text: str) -> str:
        """Keep an OAuth scope of Google's, which names a permission and nobody."""
        if _SCOPE.fullmatch(text) and not has_credential(text):
            return text
        return self.identifier(text)

    def _scrub(self, text: str, values: RequestValues, personal: Callable[[str], str]) -> str:
        text = _clean(text)
        if len(text) > _MAX_SCRUBBED:
            # Never cut through a word: half a secret is not recognized as one.
            text = text[:_MAX_SCRUBBED].rpartition(" ")[0]
        text = _clean(_unescaped(text))
        # What is told by its look goes first: a value of the request may be a part of it.
        text = _without_secrets(text)
        if not self.capture_personal_data:
            text = _without_addresses(text)
        text = _TOKEN.sub(lambda found: self._encoded(found[0], values), text)
        text = _without_values(text, values.credentials)
        if not self.capture_personal_data:
            text = _without_values(text, values.personal)
            text = personal(text)
        return text if len(text) <= MAX_DESCRIPTION else text[: MAX_DESCRIPTION - 1] + "…"

    def _encoded(self, word: str, values: RequestValues) -> str:
        """Take a word out that says, once decoded, what must not be said."""
        if "%" in word:
            plain = _decoded(word)
            if plain != word and self._tells(plain, values):
                return REDACTED
        return REDACTED if self._hides(word, values) else word

    def _tells(self, plain: str, values: RequestValues) -> bool:
        """Whether anything in here would have to go."""
        without = _without_values(_without_known_secrets(plain), values.credentials)
        if not self.capture_personal_data:
            without = _without_values(_without_addresses(without), values.personal)
        return without != plain

    def _hides(self, word: str, values: RequestValues) -> bool:
        """Whether what must not be said is in here in base64."""
        hidden = _hidden(word) if len(word) <= _MAX_REMEMBERED else _hidden.__wrapped__(word)
        if hidden is None:
            return False
        if hidden.credential or any(value in hidden.folded for value in values.credentials):
            return True
        return not self.capture_personal_data and (
            hidden.address or any(value in hidden.folded for value in values.personal)
        )

    @staticmethod
    def _server_text(text: str) -> str:
        text = _QUOTED.sub(_known_name_only, text)
        text = _without_echo(text)
        text = _PROJECT.sub(rf"\1{REDACTED}", text)
        text = _LONG_NUMBER.sub(REDACTED, text)
        return _IP_ADDRESS.sub(REDACTED, text)


def values_of_request(
    uri: object,
    body: object,
    template: str | None,
    *,
    headers: object = None,
    secrets: Iterable[str] = (),
) -> RequestValues:
    """Collect the values that a request carried in its path, query, body and headers.

    Args:
        uri: its URL.
        body: its body.
        template: the path that its URL was made from, where that is known.
        headers: its headers, as far as the application gave them.
        secrets: credentials that it was sent with besides.
    """
    credentials: list[str] = list(secrets)
    personal: list[str] = []
    if isinstance(uri, str):
        _add_query_values(uri.partition("?")[2], credentials, personal)
        personal.extend(_path_values(path_of(uri), template))
    _add_body_values(body, credentials, personal)
    if isinstance(headers, Mapping):
        for name, value in cast("Mapping[object, object]", headers).items():
            if isinstance(name, str) and isinstance(value, str):
                _add_header_values(name, value, credentials, personal)
    return RequestValues(
        credentials=_worth_looking_for(credentials), personal=_worth_looking_for(personal)
    )


def values_of_all(found: Iterable[RequestValues]) -> RequestValues:
    """The values of several requests in one."""
    each = list(found)
    return RequestValues(
        credentials=_worth_looking_for(value for one in each for value in one.credentials),
        personal=_worth_looking_for(value for one in each for value in one.personal),
    )


def _add_query_values(query: str, credentials: list[str], personal: list[str]) -> None:
    for name, value in _query_values(query):
        if name.lower() in _CREDENTIAL_PARAMETERS or name.lower().startswith("x-goog-"):
            credentials.append(value)
        elif name not in _PLAIN_PARAMETERS:
            personal.extend(_with_words(value))


def _add_header_values(name: str, value: str, credentials: list[str], personal: list[str]) -> None:
    scheme, _, token = value.partition(" ")
    if is_credential(name):
        # ``SID=secret; HSID=secret``, ``Basic secret``: each part may come back by itself.
        credentials.append(value)
        credentials.extend(re.split(r"[\s;,=]+", value[:_MAX_VALUE]))
    elif scheme.lower() in _AUTH_SCHEMES:
        credentials.append(token)
    elif "?" in value:
        _add_query_values(value.partition("?")[2], credentials, personal)


def _worth_looking_for(values: Iterable[str]) -> tuple[str, ...]:
    unique = {value.lower() for value in values if _MIN_VALUE <= len(value) <= _MAX_VALUE}
    # The longest first: the words of a value must not go before the value itself.
    return tuple(sorted(unique, key=len, reverse=True)[:_MAX_VALUES])


def _query_values(query: str) -> Iterator[tuple[str, str]]:
    for pair in query[:_MAX_BODY].split("&", _MAX_VALUES):
        name, _, value = pair.partition("=")
        yield unquote_plus(name), unquote_plus(value)


def _path_values(path: str, template: str | None) -> Iterator[str]:
    fixed = set(template.split("/")) if template else set[str]()
    for segment in path[:_MAX_BODY].split("/", _MAX_VALUES):
        if segment not in fixed and segment != "me":
            yield unquote(segment)


def _add_body_values(body: object, credentials: list[str], personal: list[str]) -> None:
    if isinstance(body, bytes):
        body = body[:_MAX_BODY].decode("utf-8", "replace")
    if not isinstance(body, str) or len(body) > _MAX_BODY:
        return
    if body.startswith("{"):
        personal.extend(_json_values(body))
    elif "=" in body[:64]:
        # A GET whose URI was too long: googleapiclient sends the query as the body of a POST.
        _add_query_values(body, credentials, personal)


def _json_values(body: str) -> Iterator[str]:
    try:
        pending: list[object] = [json.loads(body)]
    except (ValueError, RecursionError):
        return
    for _ in range(_MAX_VALUES * 5):
        if not pending:
            return
        value = pending.pop()
        if isinstance(value, dict):
            pending.extend(cast("dict[str, object]", value).values())
        elif isinstance(value, list):
            pending.extend(cast("list[object]", value))
        elif isinstance(value, str):
            yield from _with_words(value)


def _with_words(value: str) -> Iterator[str]:
    yield value
    if len(value) <= _MAX_VALUE:
        yield from (word for word in re.findall(r"[^\W_]+", value) if len(word) >= _MIN_WORD)


def _clean(text: str) -> str:
    """Make text that every exporter can encode and no terminal obeys."""
    return _CONTROL.sub(" ", text.encode("utf-8", "replace").decode("utf-8"))


def _without_values(text: str, values: tuple[str, ...]) -> str:
    folded = text.lower()
    for value in values:
        if value in folded:
            pattern = rf"(?<![^\W_]){re.escape(value)}(?![^\W_])"
            text = re.sub(pattern, REDACTED, text, flags=re.IGNORECASE)
    return text


def _unescaped(text: str) -> str:
    """Take the escapes of HTML and JSON away, which hide what they stand for."""
    for _ in range(_MAX_DECODINGS):
        if not _ESCAPE.search(text):
            break
        text = _JSON_ESCAPE.sub(_unescape, html.unescape(text))
    return text


def _unescape(found: re.Match[str]) -> str:
    if found[1]:
        return chr(int(found[1], 16))
    return '"' if found[2] == '"' else " "


def _decoded(text: str) -> str:
    """Take percent-encoding away, as often as it was put on."""
    for _ in range(_MAX_DECODINGS):
        if "%" not in text:
            break
        text = unquote(text)
    return text


# Servers say the same few words again and again.
@lru_cache(maxsize=1024)
def _hidden(word: str) -> _Hidden | None:
    # What stands before it, a path or a name, may shift it.
    plains = [
        plain
        for found in _BASE64.finditer(word)
        for shift in range(4)
        if (plain := _from_base64(found[0][shift:]))
    ]
    if not plains:
        return None
    return _Hidden(
        folded="\n".join(plains).lower(),
        credential=any(map(has_credential, plains)),
        address=any(map(_PLAIN_ADDRESS.search, plains)),
    )


def _from_base64(text: str) -> str:
    """What of a text can be read once decoded, empty where it is no base64."""
    whole = text[: len(text) // 4 * 4] or text
    try:
        decoded = base64.b64decode(whole.replace("-", "+").replace("_", "/"))
    except (binascii.Error, ValueError):
        return ""
    return decoded.decode("utf-8", "ignore")


def _without_known_secrets(text: str) -> str:
    text = without_credentials(text, REDACTED)
    if "=" in text or ":" in text or "%" in text:
        text = _SECRET_PARAMETER.sub(rf"\1\2{REDACTED}", text)
    return text


def _without_secrets(text: str) -> str:
    return _OPAQUE.sub(_opaque, _without_known_secrets(text))


def _opaque(found: re.Match[str]) -> str:
    word = found[0]
    mixed = any(map(str.isdigit, word)) and any(map(str.isalpha, word))
    return REDACTED if mixed else word


def _looks_random(name: str) -> bool:
    """Whether a part of a name is a token: ``Gemini25ProRequestsPerDayPerUser`` is none."""
    return any(
        len(part) >= _MIN_OPAQUE and sum(map(str.isdigit, part)) >= _MIN_DIGITS
        for part in re.split(r"[^A-Za-z0-9]", name)
    )


def _without_addresses(text: str) -> str:
    if "://" in text:
        text = _URL.sub(_origin_only, text)
    if "?" in text:
        text = _QUERY.sub(f"?{REDACTED}", text)
    return without_addresses(text, REDACTED)


def _origin_only(found: re.Match[str]) -> str:
    scheme, authority, _ = split_url(found[0])
    origin = origin_of(f"{scheme}://{authority.rpartition('@')[2]}")
    return f"{scheme}://{origin.host}/{REDACTED}" if origin else REDACTED


def _known_name_only(found: re.Match[str]) -> str:
    """Keep what is quoted only where it names a limit or a field."""
    before = found.string[max(0, found.start() - 12) : found.start()]
    after = found.string[found.end() : found.end() + 11].lower()
    inner = found[0][1:-1]
    if _LIMIT_BEFORE.search(before) and _LIMIT_NAME.fullmatch(inner):
        return found[0]
    names_field = _FIELD_BEFORE.search(before) or after.startswith((" parameter", " field"))
    if names_field and _FIELD_PATH.fullmatch(inner):
        return found[0]
    return REDACTED


def _without_echo(text: str) -> str:
    """Keep what follows a colon only where it is known to be the server's own words."""
    colon = _AFTER_COLON.search(text)
    if colon is None:
        return text
    head, tail = text[: colon.start()], text[colon.end() :]
    if _PLAIN_TAIL.fullmatch(tail):
        return text
    if _PARAMETER_BEFORE.search(head) and _FIELD_PATH.fullmatch(tail):
        return text
    return f"{head}: {REDACTED}"
