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

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final, cast
from urllib.parse import unquote, unquote_plus

from ..httplib2.url import origin_of, path_of

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

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_URL = re.compile(r"\bhttps?://[^\s\"'<>]+", re.IGNORECASE)
_QUERY = re.compile(r"\?[^\s\"'<>=?]*=[^\s\"'<>]*")
_SECRET = re.compile(
    r"\b(?:Bearer|Basic)\s+[^\s,;]{6,}"
    r"|\bOAuth\s+(?=[^\s,;]{0,64}[\d._])[^\s,;]{6,}"
    r"|\bya29\.[\w.~+/=-]+"
    r"|\bAIza[\w-]{10,}"
    r"|\b1//[\w-]{8,}"
    r"|\bGOCSPX-[\w-]+"
    r"|\beyJ[\w-]{6,2000}\.[\w.-]+"
    r"|-----BEGIN [^-]{1,40}-----.*",
    re.DOTALL,
)
_SECRET_PARAMETER = re.compile(
    r"\b((?:api[_ -]?)?key|access_token|oauth_token|refresh_token|id_token|token|assertion"
    r"|client_secret|secret|password|passwd|upload_id|sig|signature|x-goog-[\w-]{1,40}|authorization"
    r"|(?:set-)?cookie)([\"']?\s?[=:]\s?[\"']?|%3D)[^\s&\"',;)]+",
    re.IGNORECASE,
)
_OPAQUE = re.compile(r"[\w.~+/=-]{24,}")
_WORD = re.compile(r"[^\s<>\"',;:()\[\]{}]+")
_ADDRESS = re.compile(r".[@\uff20\ufe6b].|%(?:25)*40", re.IGNORECASE)
_PROJECT = re.compile(
    r"\b(projects?(?:[_ ](?:number|id))?[:=/]['\"]?|project\s+(?=[\w.:-]*[\d-]))[\w.:-]+",
    re.IGNORECASE,
)
_LONG_NUMBER = re.compile(r"(?<![\w.-])(?:\d{6,}|\d{3}[- ]\d{3}[- ]\d{4})(?![\w-])")
_IP_ADDRESS = re.compile(r"\b(?:\d{1,3}\.){3}\d{1,3}\b|(?:[0-9a-fA-F]{0,4}:){3,7}[0-9a-fA-F]{0,4}")

_QUOTED = re.compile(
    r"(?<!\w)(?:'(?:[^']|'(?=\w))*'|\"[^\"]*\"|`[^`]*`|\u2018[^\u2019]*\u2019|\u201c[^\u201d]*\u201d"
    r"|\u00ab[^\u00bb]*\u00bb|\u201e[^\u201c]*\u201c)(?!\w)"
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
        return self._scrub(text, values, _without_addresses)

    def identifier(self, text: str) -> str:
        """Scrub a short value that is meant to be a name: a reason, a domain, a quota metric."""
        text = _clean(text[: _MAX_IDENTIFIER + 1])
        if len(text) > _MAX_IDENTIFIER or not _NAME.fullmatch(text):
            return REDACTED
        if _SECRET.search(text) or _SECRET_PARAMETER.search(text) or _looks_random(text):
            return REDACTED
        return text if self.capture_personal_data else _without_addresses(text)

    def scope(self, text: str) -> str:
        """Keep an OAuth scope of Google's, which names a permission and nobody."""
        return text if _SCOPE.fullmatch(text) else self.identifier(text)

    def _scrub(self, text: str, values: RequestValues, personal: Callable[[str], str]) -> str:
        text = _clean(text)
        if len(text) > _MAX_SCRUBBED:
            # Never cut through a word: half a secret is not recognized as one.
            text = text[:_MAX_SCRUBBED].rpartition(" ")[0]
        text = _without_values(text, values.credentials)
        if not self.capture_personal_data:
            text = _without_values(text, values.personal)
            text = personal(text)
        text = _without_secrets(text)
        return text if len(text) <= MAX_DESCRIPTION else text[: MAX_DESCRIPTION - 1] + "…"

    @staticmethod
    def _server_text(text: str) -> str:
        text = _URL.sub(_origin_only, text)
        text = _QUOTED.sub(_known_name_only, text)
        text = _without_echo(text)
        text = _PROJECT.sub(rf"\1{REDACTED}", text)
        text = _LONG_NUMBER.sub(REDACTED, text)
        text = _IP_ADDRESS.sub(REDACTED, text)
        return _without_addresses(text)


def values_of_request(uri: object, body: object, template: str | None) -> RequestValues:
    """Collect the values that a request carried in its path, query and body."""
    credentials: list[str] = []
    personal: list[str] = []
    if isinstance(uri, str):
        for name, value in _query_values(uri.partition("?")[2]):
            if name.lower() in _CREDENTIAL_PARAMETERS or name.lower().startswith("x-goog-"):
                credentials.append(value)
            elif name not in _PLAIN_PARAMETERS:
                personal.extend(_with_words(value))
        personal.extend(_path_values(path_of(uri), template))
    personal.extend(_body_values(body))
    return RequestValues(
        credentials=_worth_looking_for(credentials), personal=_worth_looking_for(personal)
    )


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


def _body_values(body: object) -> Iterator[str]:
    if isinstance(body, bytes):
        body = body[:_MAX_BODY].decode("utf-8", "replace")
    if not isinstance(body, str) or len(body) > _MAX_BODY:
        return
    if body.startswith("{"):
        yield from _json_values(body)
    elif "=" in body[:64]:
        # A GET whose URI was too long: googleapiclient sends the query as the body of a POST.
        for name, value in _query_values(body):
            if name not in _PLAIN_PARAMETERS:
                yield from _with_words(value)


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
        yield from (word for word in re.findall(r"\w+", value) if len(word) >= _MIN_WORD)


def _clean(text: str) -> str:
    """Make text that every exporter can encode and no terminal obeys."""
    return _CONTROL.sub(" ", text.encode("utf-8", "replace").decode("utf-8"))


def _without_values(text: str, values: tuple[str, ...]) -> str:
    folded = text.lower()
    for value in values:
        if value in folded:
            text = re.sub(rf"(?<!\w){re.escape(value)}(?!\w)", REDACTED, text, flags=re.IGNORECASE)
    return text


def _without_secrets(text: str) -> str:
    text = _SECRET.sub(REDACTED, text)
    text = _SECRET_PARAMETER.sub(rf"\1\2{REDACTED}", text)
    return _OPAQUE.sub(_opaque, text)


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
    text = _URL.sub(_origin_only, text)
    text = _QUERY.sub(f"?{REDACTED}", text)
    return _WORD.sub(lambda found: REDACTED if _ADDRESS.search(found[0]) else found[0], text)


def _origin_only(found: re.Match[str]) -> str:
    origin = origin_of(found[0])
    if origin is None:
        return REDACTED
    return f"{found[0].partition('://')[0]}://{origin.host}/{REDACTED}"


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
