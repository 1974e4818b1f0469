# SPDX-License-Identifier: Apache-2.0
"""Errors made again from what a log has of them, with the names that they had."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from http import HTTPStatus
from importlib import import_module
from ssl import SSL_ERROR_SSL, SSLError
from typing import Any, Final, cast

from opentelemetry.instrumentation.httplib2._support.lazy_pattern import lazy_pattern

from .._errors.error import parse_response
from .._errors.error_details import mapping
from .literals import value_of

_HTTP_ERROR: Final = "googleapiclient.errors.HttpError"
_REFRESH_ERROR: Final = "google.auth.exceptions.RefreshError"
_TRANSPORT_ERROR: Final = "google.auth.exceptions.TransportError"
_BASES: Final[Mapping[str, str]] = {
    "google.auth.exceptions.OAuthError": "google.auth.exceptions.GoogleAuthError",
    "google.auth.exceptions.ReauthFailError": _REFRESH_ERROR,
    "google.auth.exceptions.MalformedError": "google.auth.exceptions.DefaultCredentialsError",
    _REFRESH_ERROR: "google.auth.exceptions.GoogleAuthError",
    _TRANSPORT_ERROR: "google.auth.exceptions.GoogleAuthError",
    "googleapiclient.errors.BatchError": _HTTP_ERROR,
    "googleapiclient.errors.ResumableUploadError": _HTTP_ERROR,
    **dict.fromkeys(
        ("httpx.CloseError", "httpx.ConnectError", "httpx.ReadError", "httpx.WriteError"),
        "httpx.NetworkError",
    ),
    **dict.fromkeys(
        ("httpx.ConnectTimeout", "httpx.PoolTimeout", "httpx.ReadTimeout", "httpx.WriteTimeout"),
        "httpx.TimeoutException",
    ),
    "oauth2client.client.HttpAccessTokenRefreshError": (
        "oauth2client.client.AccessTokenRefreshError"
    ),
    "requests.exceptions.ConnectTimeout": "requests.exceptions.Timeout",
    "requests.exceptions.ProxyError": "requests.exceptions.ConnectionError",
    "requests.exceptions.ReadTimeout": "requests.exceptions.Timeout",
    "requests.exceptions.SSLError": "requests.exceptions.ConnectionError",
    "rq.timeouts.JobTimeoutException": "rq.timeouts.BaseTimeoutException",
    "urllib3.exceptions.ConnectTimeoutError": "urllib3.exceptions.TimeoutError",
    "urllib3.exceptions.MaxRetryError": "urllib3.exceptions.HTTPError",
    "urllib3.exceptions.NameResolutionError": "urllib3.exceptions.NewConnectionError",
    "urllib3.exceptions.NewConnectionError": "urllib3.exceptions.ConnectTimeoutError",
    "urllib3.exceptions.ProtocolError": "urllib3.exceptions.HTTPError",
    "urllib3.exceptions.ReadTimeoutError": "urllib3.exceptions.TimeoutError",
    "urllib3.exceptions.TimeoutError": "urllib3.exceptions.HTTPError",
}
"""What the libraries derive from what, as far as it tells something."""
_STANDARD: Final = frozenset({"builtins", "http.client", "json.decoder", "socket", "ssl", "zlib"})
_MOVED: Final[Mapping[str, str]] = {"httplib": "http.client", "httplib2": "httplib2.error"}
"""Modules by the names that older releases show."""
_OFTEN_WITHOUT_MODULE: Final = ("ssl", "http.client")
"""Python 2, and those who quote an exception, leave the module out."""
_ERRNO: Final = lazy_pattern(r"\[(?:Errno|WinError) (-?\d{1,5})\] (.*)", re.DOTALL)


_OBJECT: Final = lazy_pattern(r"<[\w.]{1,200} object at 0x[0-9a-fA-F]{1,16}>")
"""How Python shows what has no literal: google-auth has its responses among the arguments."""
_QUOTED_RESPONSE: Final = lazy_pattern(
    r"\b[Ss]tatus:? (?P<status>[1-5]\d\d),? [Rr]esponse:\s(?P<body>b?(?:'.*'|\".*\"))", re.DOTALL
)
"""How google-auth quotes what the metadata server responded."""


_PART: Final = lazy_pattern(
    r"""['"](@type|domain|location|locationType|reason)['"]: ['"]([\w./-]{1,100})['"]"""
)
"""A part of details that is whole, where they are not."""


class _Response(dict[str, str]):
    """In place of an ``httplib2.Response`` of which no headers are known."""

    def __init__(self, status: int, reason: str, data: object = None) -> None:
        super().__init__()
        self.status = status
        self.reason = reason
        self.data = data


@lru_cache(maxsize=64)
def class_named(name: str) -> type[BaseException]:
    """A class of exceptions with this qualified name: Python's own, or one that stands for it."""
    module, _, leaf = name.rpartition(".")
    module = _MOVED.get(module, module)
    name = f"{module}.{leaf}" if module else leaf
    for place in (module,) if module else ("builtins", *_OFTEN_WITHOUT_MODULE):
        found = getattr(import_module(place), leaf, None) if place in _STANDARD else None
        if isinstance(found, type) and issubclass(found, BaseException):
            return found
    base = class_named(_BASES[name]) if name in _BASES else Exception
    made = type(leaf, (base,), {"__module__": module or "builtins"})
    return cast("type[BaseException]", made)


def exception_named(name: str, text: str) -> BaseException:
    """An exception of this name that says this, as far as one can be made."""
    kind = class_named(name)
    numbered = _ERRNO.fullmatch(text)
    value = value_of(_OBJECT.sub("None", text)) if text[:1] == "(" else None
    arguments: tuple[Any, ...] = (text,) if text else ()
    if numbered:
        arguments = (int(numbered[1]), numbered[2])
    elif isinstance(value, tuple):
        arguments = _with_response(cast("tuple[Any, ...]", value))
        if name == _TRANSPORT_ERROR and any(isinstance(one, _Response) for one in arguments):
            # With a response in it, google-auth raises it again as what it is.
            kind = class_named(_REFRESH_ERROR)
    elif isinstance(value, str):
        arguments = (value,)
    elif text and issubclass(kind, SSLError):
        # With one argument it would show a tuple.
        arguments = (SSL_ERROR_SSL, text)
    try:
        return kind(*arguments)
    except Exception:  # noqa: BLE001 - UnicodeDecodeError and others want arguments of their own
        return Exception(text)


def _with_response(arguments: tuple[Any, ...]) -> tuple[Any, ...]:
    """Put the response that a text quotes where it was."""
    first = arguments[0] if arguments else None
    quoted = _QUOTED_RESPONSE.search(first) if isinstance(first, str) else None
    if quoted is None or len(arguments) < 2 or arguments[1] is not None:  # noqa: PLR2004
        return arguments
    body = value_of(quoted["body"])
    return first, _Response(int(quoted["status"]), "", body), *arguments[2:]


def http_error(
    status: int, url: str | None, reason: str, details: str | None, name: str = _HTTP_ERROR
) -> BaseException:
    """An ``HttpError`` that says this.

    Args:
        status: of the response.
        url: of the request.
        reason: what the library took for the reason: the response's message, or its status line.
        details: what it took for the details: ``detail``, ``details``, ``errors`` or ``message`` of
            the response, or all of a response that is no JSON.
        name: of the class, where it is one that is derived.
    """
    error: Any = class_named(name)(reason)
    error.resp = _Response(status, reason)
    error.content = _body(status, reason, details).encode("utf-8", "surrogatepass")
    error.uri = url
    return error


def batch_error(reason: str) -> BaseException:
    """A ``BatchError`` without a response."""
    error: Any = class_named("googleapiclient.errors.BatchError")(reason)
    error.resp = error.content = None
    return error


def wrapped(name: str, inner: BaseException) -> BaseException:
    """An exception of this name around another one."""
    return class_named(name)(inner)


def body_error(source: str) -> BaseException | None:
    """What a response's body says, be it an API's or an authorization server's; else None."""
    value = value_of(source)
    if value is not None:
        source = json.dumps(value, default=str)
    told = parse_response(None, None, source)
    if told.http_status is not None:
        found: Any = class_named(_HTTP_ERROR)(source)
        found.resp, found.uri = _Response(told.http_status, ""), None
        found.content = source.encode("utf-8", "surrogatepass")
        return found
    if told.reason is None:
        return None
    return class_named(_REFRESH_ERROR)(told.reason, source)


def take_body(error: Any, body: Any) -> bool:
    """Give an ``HttpError`` the whole body of its response; False where it is another one's."""
    contents = getattr(error, "content", None), getattr(body, "content", None)
    if None in contents or getattr(body, "uri", "") is not None:
        return False
    told, whole = (parse_response(None, None, content) for content in contents)
    message = told.message or error.resp.reason
    if (message, error.resp.status) != (whole.message, whole.http_status):
        return False
    error.content = body.content
    return True


def _body(status: int, reason: str, details: str | None) -> str:
    """The response's body, as far as the two tell it."""
    if details is None or details == reason:
        if details is None and reason == _phrase(status):
            return ""
        return _json(status, reason, {})
    value = value_of(details) if details[:1] in {"[", "{"} else None
    if isinstance(value, dict) and "error" not in value:
        value = [cast("object", value)]
    if isinstance(value, list):
        entries = cast("list[Any]", value)
        kinds = {str(mapping(entry).get("@type", "")) for entry in entries}
        if not any(kinds):
            return _json(status, reason, {"errors": entries})
        failed = any(kind.endswith("/google.rpc.PreconditionFailure") for kind in kinds)
        state = {"status": "FAILED_PRECONDITION"} if failed else {}
        return _json(status, reason, {"details": entries, **state})
    told = dict(_PART.findall(details)) if details[:1] in {"[", "{"} else {}
    if told:
        # Cut off in a log, or with something replaced in it.
        return _json(status, reason, {"details" if "@type" in told else "errors": [told]})
    # All of the response: a page, or JSON that the library could not read.
    return (
        details
        if reason == _phrase(status) or details[:1] not in {"[", "{"}
        else _json(status, reason, {})
    )


def _json(status: int, message: str, more: Mapping[str, Any]) -> str:
    return json.dumps({"error": {"code": status, "message": message, **more}}, default=str)


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
