# SPDX-License-Identifier: Apache-2.0
"""What an endpoint said that refused to renew a token, and which endpoint it was.

google-auth and oauth2client ask four kinds of endpoints for tokens, and tell what these said in
many ways: in the second argument of an exception, decoded or not, in its text, in a response
object, or not at all. What the exception lacks, the frames of its traceback may still have: the
response itself and the URL that it came from.

With ``credentials`` the only module that knows these libraries; nothing is imported for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from traceback import walk_tb
from types import FrameType
from typing import Any, Final, NamedTuple, cast

from opentelemetry.instrumentation.httplib2._support.exceptions import lineage, text_of, unwrap
from opentelemetry.instrumentation.httplib2._support.lazy_pattern import lazy_pattern
from opentelemetry.instrumentation.httplib2._urls.origin import origin_of

from .._diagnosis.rules import IAM_ENDPOINT, METADATA_ENDPOINT, STS_ENDPOINT, TOKEN_ENDPOINT
from .._errors.error import NO_RESPONSE_ERROR, ApiError, parse_document, parse_response
from .._errors.html_page import status_in
from .credentials import attribute_of, is_credentials

REFRESH_ERRORS: Final = frozenset(
    {
        "google.auth.exceptions.OAuthError",
        "google.auth.exceptions.RefreshError",
        "oauth2client.client.AccessTokenRefreshError",
    }
)
"""What the credential libraries raise when a token could not be renewed."""

_ENDPOINTS: Final[Mapping[str, str]] = {
    "google.auth.compute_engine._metadata": METADATA_ENDPOINT,
    "google.auth.iam": IAM_ENDPOINT,
    "google.auth.impersonated_credentials": IAM_ENDPOINT,
    "google.oauth2._client": TOKEN_ENDPOINT,
    "google.oauth2.gdch_credentials": TOKEN_ENDPOINT,
    "google.oauth2.reauth": TOKEN_ENDPOINT,
    "google.oauth2.sts": STS_ENDPOINT,
    "oauth2client.client": TOKEN_ENDPOINT,
    "oauth2client.contrib._metadata": METADATA_ENDPOINT,
}
"""Modules that send to one endpoint only; of those on the way the innermost decides."""
_OF_METADATA: Final = frozenset(
    name for name, endpoint in _ENDPOINTS.items() if endpoint == METADATA_ENDPOINT
)
_SENDING_WITH_TOKEN: Final = frozenset({"google_auth_httplib2", "oauth2client.transport"})
"""Modules that send the call's own requests, and renew the token on 401."""
_ENDPOINTS_BY_HOST: Final = {"iamcredentials": IAM_ENDPOINT, "sts": STS_ENDPOINT}
_URL_NAMES: Final = ("iam_endpoint", "iam_sign_endpoint", "token_uri", "url")
_KNOWN_HOST: Final = lazy_pattern(
    r"(?:[a-z0-9-]{1,63}\.){1,4}googleapis\.com|accounts\.google\.com"
    r"|metadata(?:\.google\.internal)?|169\.254\.169\.254"
)
_TEXTS: Final = (
    (lazy_pattern(r"unable to acquire impersonated credentials|error getting id token|iam sign"
                r"|signblob", re.IGNORECASE), IAM_ENDPOINT),
    (lazy_pattern(r"metadata (?:service|server)|engine ?metadata", re.IGNORECASE),
     METADATA_ENDPOINT),
)  # fmt: skip
# google.oauth2.reauth drops the response, but says this for invalid_grant with a rapt subtype only.
_REAUTHENTICATION: Final = "Reauthentication is needed"
_CODE_AND_DESCRIPTION: Final = lazy_pattern(
    r"(?:Error code )?([a-z][a-z_]{2,39})(?:: (.*?))?(?: - https?://\S*)?", re.DOTALL
)
_STATUS_IN_TEXT: Final = lazy_pattern(
    r"\b(?:response status|status|invalid response):? ([1-5]\d\d)\b", re.IGNORECASE
)
_BODY_FOLLOWS: Final = ("Response:\n", "Response details:\n", " signBlob API:", " sign_bytes:")
# What follows here is the library's own, and would be taken for an echo.
_BEFORE_OWN_WORDS: Final = (
    "Unable to acquire impersonated credentials: ",
    "Unexpected response from metadata server: ",
)
_NOT_ASKED: Final = lazy_pattern(
    r"do not contain the necessary fields|cannot be refreshed|can not be directly refreshed"
    r"|can't be refreshed"
)
_FAILING: Final = range(300, 600)
_MAX_FRAMES: Final = 200
_MAX_WRAPPED: Final = 3


class TokenRefresh(NamedTuple):
    """A token that could not be renewed."""

    error: ApiError = NO_RESPONSE_ERROR
    """What the endpoint responded, or the library's own words as the message."""
    endpoint: str | None = None
    """Which endpoint was asked, None where none was or that is unknown."""
    host: str | None = None
    """Its host name, where that is Google's or the metadata server's."""
    credentials: object = None
    """The credentials that were to be renewed, where they were seen."""
    api_response: tuple[Any, Any] | None = None
    """The API's 401 where the credentials could not even try: that is what failed then."""


class _Response(NamedTuple):
    status: int | None
    headers: object
    body: object


@dataclass(slots=True)
class _Seen:
    """What the frames of a traceback have."""

    endpoint: str | None = None
    url: str | None = None
    credentials: object = None
    response: _Response | None = None
    api_response: tuple[Any, Any] | None = None


def token_refresh_of(error: BaseException, last_status: int | None = None) -> TokenRefresh | None:
    """What is known of a token that could not be renewed, None where it was something else.

    Args:
        error: what was raised.
        last_status: the HTTP status of the last response to a request for a token, where one was
            seen: google-auth drops the one that came with a JSON error of the token endpoint.
    """
    wrapped = list(islice(unwrap(error), _MAX_WRAPPED))
    seen = _Seen()
    for one in wrapped:
        _look_at(one, seen)
    refused = not REFRESH_ERRORS.isdisjoint(lineage(error))
    if seen.endpoint is None and seen.api_response is None and not refused:
        return None
    text = _without_body(text_of(error))
    if _NOT_ASKED.search(text):
        return TokenRefresh(
            error=ApiError(message=text),
            credentials=seen.credentials,
            api_response=seen.api_response,
        )
    said = (
        _said_by_endpoint(wrapped, seen.response, text)
        if refused or seen.response
        else NO_RESPONSE_ERROR
    )
    if refused and not said.message and not said.is_page:
        said = said._replace(message=_own_words(text) or None)
    if said.http_status is None and last_status in _FAILING:
        said = said._replace(http_status=last_status)
    endpoint = seen.endpoint or _endpoint_told_by(lineage(error), text, said)
    host = _host(seen.url)
    return TokenRefresh(
        error=said,
        endpoint=_ENDPOINTS_BY_HOST.get((host or "").partition(".")[0], endpoint),
        host=host,
        credentials=seen.credentials,
    )


def _look_at(error: BaseException, seen: _Seen) -> None:
    """Look for endpoint, response and credentials in the frames that an exception went through."""
    frames = [frame for frame, _ in islice(walk_tb(error.__traceback__), _MAX_FRAMES)]
    # Else the response in a frame is that to an earlier request.
    refused = bool(frames) and _asks_for_tokens(_module(frames[-1]))
    for frame in frames:
        module = _module(frame)
        if module not in _SENDING_WITH_TOKEN and not _asks_for_tokens(module):
            continue
        names = frame.f_locals
        if seen.credentials is None:
            seen.credentials = _credentials_in(names.get("self"))
        if module in _SENDING_WITH_TOKEN:
            response = names.get("response", names.get("resp"))
            if response is not None:
                seen.api_response = (response, names.get("content"))
        elif module in _ENDPOINTS:
            url = next((names[name] for name in _URL_NAMES if name in names), None)
            if isinstance(url, str) or module in _OF_METADATA:
                seen.endpoint = _ENDPOINTS[module]
                seen.url = url if isinstance(url, str) else seen.url
                seen.response = _response_in(names) if refused else None


def _module(frame: FrameType) -> str:
    name = frame.f_globals.get("__name__")
    return name if isinstance(name, str) else ""


def _asks_for_tokens(module: str) -> bool:
    return module not in _SENDING_WITH_TOKEN and module.startswith(
        ("google.auth.", "google.oauth2.", "oauth2client.")
    )


def _credentials_in(found: object) -> object:
    if is_credentials(found):
        return found
    inner = attribute_of(found, "credentials")
    return inner if is_credentials(inner) else None


def _response_in(names: Mapping[str, object]) -> _Response | None:
    # google-auth: the last request to the metadata server may have failed after one that did not.
    response = names.get("response", names.get("resp"))
    if response is None or names.get("last_exception") is not None:
        return None
    return _response_of(response, names.get("content"))


def _response_of(response: object, content: object = None) -> _Response | None:
    """A response in the form of httplib2, google-auth or requests."""
    status = attribute_of(response, "status")
    if not isinstance(status, int):
        status = attribute_of(response, "status_code")
    if not isinstance(status, int):
        return None
    headers = attribute_of(response, "headers")
    for body in (content, attribute_of(response, "data"), attribute_of(response, "content")):
        if body is not None:
            return _Response(status, response if headers is None else headers, body)
    return _Response(status, headers, None)


def _said_by_endpoint(
    wrapped: list[BaseException], response: _Response | None, text: str
) -> ApiError:
    """What the endpoint responded, as far as the exceptions or the frames still have it."""
    for one in wrapped:
        for argument in one.args[1:2]:
            response = response or _response_of(argument)
    status = response.status if response and response.status in _FAILING else None
    for said in _bodies(wrapped, response):
        if said.reason or said.message or said.is_page:
            break
    else:
        said = _said_in_text(text)
        if response is not None:
            # Plain text, as the metadata server's.
            whole = parse_response(response.status, response.headers, response.body)
            said = said._replace(body_text=whole.body_text)
    named = attribute_of(wrapped[0], "status")
    if not isinstance(named, int) or named not in _FAILING:
        named = None
    return said._replace(
        http_status=status or said.http_status or named or _status_named(said, text)
    )


def _bodies(wrapped: list[BaseException], response: _Response | None) -> Iterator[ApiError]:
    if response is not None and response.status in _FAILING:
        yield parse_response(response.status, response.headers, response.body)
    for one in wrapped:
        # The response is the second argument: decoded (_client.py) or as text
        # (impersonated_credentials). A page or plain text is the first and only one.
        for argument in (*one.args[1:2], *one.args[:1]):
            if isinstance(argument, Mapping):
                yield parse_document(cast("Mapping[str, object]", argument))
            elif isinstance(argument, (str, bytes)):
                yield parse_response(None, None, argument)


def _said_in_text(text: str) -> ApiError:
    if text.startswith(_REAUTHENTICATION):
        return ApiError(reason="invalid_grant", subreason="invalid_rapt", message=text)
    said = _CODE_AND_DESCRIPTION.fullmatch(text)
    if said is None:
        return NO_RESPONSE_ERROR
    return ApiError(reason=said[1], message=said[2] if said[2] != str(None) else None)


def _status_named(said: ApiError, text: str) -> int | None:
    if said.is_page:
        return status_in(said.body_text or "")
    found = _STATUS_IN_TEXT.search(text)
    return int(found[1]) if found and int(found[1]) in _FAILING else None


def _endpoint_told_by(names: frozenset[str], text: str, said: ApiError) -> str | None:
    """Which endpoint it was, where no frame tells: the exception was raised anew, say."""
    for pattern, endpoint in _TEXTS:
        if pattern.search(text):
            return endpoint
    if "google.auth.exceptions.OAuthError" in names:
        return STS_ENDPOINT
    return TOKEN_ENDPOINT if said.reason or said.is_page else None


def _host(url: str | None) -> str | None:
    """The host of an endpoint; where it is not one of Google's, nobody needs to know it."""
    origin = origin_of(url) if url else None
    return origin.host if origin and _KNOWN_HOST.fullmatch(origin.host) else None


def _own_words(text: str) -> str:
    for beginning in _BEFORE_OWN_WORDS:
        text = text.removeprefix(beginning)
    return text


def _without_body(text: str) -> str:
    """What a library says without the response that it quotes, which may hold a token."""
    for marker in _BODY_FOLLOWS:
        text = text.partition(marker)[0]
    return text.rstrip()
