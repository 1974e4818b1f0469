# SPDX-License-Identifier: Apache-2.0
"""What a request carried that a server may echo: values of its path, query, body and headers.

This module is pure: it knows neither OpenTelemetry nor googleapiclient.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from typing import Final, cast
from urllib.parse import unquote, unquote_plus

from opentelemetry.instrumentation.httplib2._support.lazy_pattern import lazy_pattern
from opentelemetry.instrumentation.httplib2._urls.origin import path_of
from opentelemetry.instrumentation.httplib2._urls.sensitive_text import is_credential_header

from .server_words import SERVER_WORDS

_MAX_BODY: Final = 64 * 1024
_MAX_VALUES: Final = 200
_MAX_VALUE: Final = 4096
_MIN_VALUE: Final = 3
_MIN_WORD: Final = 4

# Query parameters whose values are settings of the API, not data of a person.
_PLAIN_PARAMETERS: Final = frozenset(
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
        "part",
        "prettyPrint",
        "processForCalendar",
        "startHistoryId",
        "uploadType",
    }
)
_CREDENTIAL_PARAMETERS: Final = frozenset(
    {"access_token", "key", "oauth_token", "sig", "signature", "token", "upload_id"}
)
_AUTH_SCHEMES: Final = frozenset({"basic", "bearer", "oauth"})
_WORD: Final = lazy_pattern(r"[^\W_]+")


class SentValues:
    """What one request carried that a server may echo, as it was sent.

    Args:
        credentials: what gives access, and is hidden in any case.
        personal: what may be somebody's.
    """

    __slots__ = ("credentials", "personal")

    def __init__(self, credentials: Iterable[str], personal: Iterable[str]) -> None:
        self.credentials = list(credentials)
        self.personal = list(personal)


class RequestValues:
    """What requests carried that a server message may echo, in lower case, the longest first.

    It is looked for when it is asked for: most of what servers say echoes nothing.

    Args:
        collect: finds those of each request. It may raise, and is asked again then.
    """

    def __init__(self, collect: Callable[[], Iterable[SentValues]] = tuple) -> None:
        self._collect = collect

    @property
    def credentials(self) -> tuple[str, ...]:
        return self._found[0]

    @property
    def personal(self) -> tuple[str, ...]:
        return self._found[1]

    @cached_property
    def _found(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        each = list(self._collect())
        return (
            _worth_looking_for(value for one in each for value in one.credentials),
            _worth_looking_for(value for one in each for value in one.personal),
        )


NO_VALUES: Final = RequestValues()


def values_of_request(
    uri: object,
    body: object,
    template: str | None,
    *,
    headers: object = None,
    secrets: Iterable[str] = (),
    names: Iterable[str] = (),
) -> SentValues:
    """Collect the values that a request carried in its path, query, body and headers.

    Args:
        uri: its URL.
        body: its body.
        template: the path that its URL was made from, where that is known.
        headers: its headers, as far as the application gave them.
        secrets: credentials that it was sent with besides.
        names: of whom these stand for.
    """
    sent = SentValues(secrets, names)
    if isinstance(uri, str):
        _add_query_values(uri.partition("?")[2], sent)
        sent.personal.extend(_path_values(path_of(uri), template))
    _add_body_values(body, sent)
    if isinstance(headers, Mapping):
        for name, value in cast("Mapping[object, object]", headers).items():
            if isinstance(name, str) and isinstance(value, str):
                _add_header_values(name, value, sent)
    return sent


def with_words(value: str) -> Iterator[str]:
    """A value, and its words: a server may echo one of them.

    Words that servers use themselves, like ``message``, say nothing about the value.
    """
    yield value
    if len(value) <= _MAX_VALUE:
        yield from (
            word
            for word in _WORD.findall(value)
            if len(word) >= _MIN_WORD and word.lower() not in SERVER_WORDS
        )


def _add_query_values(query: str, sent: SentValues) -> None:
    for name, value in _query_values(query):
        if name.lower() in _CREDENTIAL_PARAMETERS or name.lower().startswith("x-goog-"):
            sent.credentials.append(value)
        elif name not in _PLAIN_PARAMETERS:
            sent.personal.extend(with_words(value))


def _add_header_values(name: str, value: str, sent: SentValues) -> None:
    scheme, _, token = value.partition(" ")
    if is_credential_header(name):
        # ``SID=secret; HSID=secret``, ``Basic secret``: each part may come back by itself.
        sent.credentials.append(value)
        sent.credentials.extend(re.split(r"[\s;,=]+", value[:_MAX_VALUE]))
    elif scheme.lower() in _AUTH_SCHEMES:
        sent.credentials.append(token)
    elif "?" in value:
        _add_query_values(value.partition("?")[2], sent)


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
            yield from with_words(unquote(segment))


def _add_body_values(body: object, sent: SentValues) -> None:
    if isinstance(body, bytes):
        body = body[:_MAX_BODY].decode("utf-8", "replace")
    if not isinstance(body, str) or len(body) > _MAX_BODY:
        return
    if body.startswith("{"):
        sent.personal.extend(_json_values(body))
    elif "=" in body[:64]:
        # A GET whose URI was too long: googleapiclient sends the query as the body of a POST.
        _add_query_values(body, sent)


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
            yield from with_words(value)
