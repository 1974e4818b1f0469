# SPDX-License-Identifier: Apache-2.0
"""Whatever a server, a proxy or an application hands us: no exception, 50 ms, a few megabytes."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from types import SimpleNamespace
from typing import Any

import pytest
from google.auth.exceptions import OAuthError, RefreshError, TransportError
from google.oauth2 import credentials as user_credentials
from hypothesis import given, settings
from hypothesis import strategies as st
from oauth2client.client import AccessTokenCredentialsError, HttpAccessTokenRefreshError
from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans
from opentelemetry.instrumentation.googleapiclient._calls.api_request import ApiRequest
from opentelemetry.instrumentation.googleapiclient._calls.credentials import Identity
from opentelemetry.instrumentation.googleapiclient._calls.failure import (
    Response,
    failure_of_exception,
    failure_of_response,
)
from opentelemetry.instrumentation.googleapiclient._calls.method import MethodDirectory
from opentelemetry.instrumentation.googleapiclient._calls.token_refresh import token_refresh_of
from opentelemetry.instrumentation.googleapiclient._calls.user_hash import hash_of, owner_of
from opentelemetry.instrumentation.googleapiclient._errors.error import (
    parse_document,
    parse_response,
)
from opentelemetry.instrumentation.googleapiclient._errors.html_page import (
    is_page,
    status_in,
    text_of_page,
)
from opentelemetry.instrumentation.googleapiclient._errors.redaction import Redaction
from opentelemetry.instrumentation.httplib2._support.exceptions import (
    is_cancellation,
    lineage,
    text_of,
)
from opentelemetry.instrumentation.httplib2._urls.origin import origin_of, path_of
from opentelemetry.instrumentation.httplib2._urls.redaction import UrlPolicy, redact_url
from opentelemetry.instrumentation.httplib2._wire.headers import HeaderCapture

from support import figures
from support.campaign import cases
from support.cost import peak_bytes, undisturbed_seconds
from support.recording import Recording
from support.request_values import values_of
from trust import hostile

_CHECK = "hostile input"
_MAX_SECONDS = 0.05
_MAX_BYTES = 16_000_000
NOW = datetime(2026, 11, 22, tzinfo=timezone.utc)
REDACTIONS = (Redaction(), Redaction(capture_personal_data=True))
POLICIES = (
    UrlPolicy(),
    UrlPolicy(google=True),
    UrlPolicy(google=False),
    UrlPolicy(google=True, capture_personal_data=True),
)
EVERY = HeaderCapture(captured=re.compile(".*", re.DOTALL))
TEMPLATE = "/gmail/v1/users/{userId}/messages/{id}"
# One for all: to make it is not what is measured, and took most of the time that there is.
RECORDING = Recording()
_CASES = cases(60)


def _check(work: Callable[[], object]) -> None:
    """Run it; that it returns is what is tested, beside the time that it takes."""
    seconds = undisturbed_seconds(work, limit=_MAX_SECONDS)
    figures.add(_CHECK, "cases")
    figures.peak(_CHECK, "slowest", seconds * 1e3, "ms")
    assert seconds < _MAX_SECONDS


def _everything_about(response: Response, subject: ApiRequest) -> None:
    """All that becomes of a response, as far as into the bytes that are exported."""
    for redaction in REDACTIONS:
        failure = failure_of_response(response, subject, redaction)
        _encode({**failure.attributes(redaction), "description": failure.description})


def _encode(attributes: Mapping[str, Any]) -> None:
    RECORDING.clear()
    RECORDING.tracer_provider.get_tracer("t").start_span("s", attributes=attributes).end()
    (span,) = RECORDING.spans
    assert (span.attributes or {}).keys() == attributes.keys()
    encode_spans(RECORDING.spans).SerializeToString()


def _methods() -> MethodDirectory:
    methods = MethodDirectory()
    document = {"name": "gmail", "rootUrl": "https://h/", "servicePath": ""}
    methods.learn({"id": "gmail.users.messages.get", "path": TEMPLATE[1:]}, document)
    return methods


METHODS = _methods()


def _subject(**request: Any) -> ApiRequest:
    made = SimpleNamespace(methodId="gmail.users.messages.get", **{"uri": None, **request})
    return ApiRequest(made, None, "execute", METHODS)


def _response(status: object, headers: object) -> Any:
    class Response(dict[Any, Any]):
        """As ``httplib2.Response``: a dict of headers with a status and a reason."""

    made: Any = Response(headers if isinstance(headers, Mapping) else {})
    made.status = status
    made.reason = headers
    return made


STATUSES = st.integers(-1, 1000) | st.sampled_from([None, "403", 10**400, 403.5, True])


@given(hostile.BODIES, hostile.HEADERS, STATUSES)
@settings(max_examples=_CASES)
def test_responses(body: Any, headers: Any, status: Any) -> None:
    def work() -> None:
        error = parse_response(403, headers, body)
        assert (error.advised_wait(NOW) or 0.0) >= 0.0
        _ = error.limit
        _everything_about(Response(_response(status, headers), body), _subject())

    _check(work)


@given(hostile.VALUES)
@settings(max_examples=_CASES)
def test_decoded_documents(document: Any) -> None:
    """google-auth hands over what it has decoded itself."""
    _check(lambda: parse_document(document))
    _check(lambda: parse_document({"error": document}))
    _check(lambda: parse_document({"error": {"details": [document], "errors": document}}))


@given(hostile.PAGES)
@settings(max_examples=_CASES)
def test_pages(page: str) -> None:
    def work() -> None:
        text = text_of_page(page)
        assert len(text) <= 2048
        status = status_in(text)
        assert status is None or 300 <= status < 600
        assert is_page(page) in (True, False)

    _check(work)


@given(hostile.DETAILS)
@settings(max_examples=_CASES)
def test_details(details: list[Any]) -> None:
    def work() -> None:
        error = parse_document({"error": {"details": details}})
        assert len(error.field_violations) <= 16
        assert error.help_url is None or error.help_url.startswith("https://")
        _ = error.limit, error.limit_value

    _check(work)


class _Odd:
    """An http object with attributes of any type."""

    def __init__(self, values: dict[str, Any]) -> None:
        self.__dict__.update(values)


_ATTRIBUTES = st.sampled_from(
    ["credentials", "request", "http", "_http", "headers", "uri", "_subject", "scopes", "x"]
)


@given(
    st.dictionaries(_ATTRIBUTES, hostile.VALUES | hostile.URLS, max_size=5),
    hostile.VALUES,
)
@settings(max_examples=_CASES)
def test_identities(values: dict[str, Any], scopes: Any) -> None:
    http = _Odd(values)
    request = _Odd(values)
    http.inner = _Odd({"credentials": user_credentials.Credentials("t", scopes=scopes)})  # pyright: ignore[reportAttributeAccessIssue]

    def work() -> None:
        for identity in (Identity(http, request), Identity(None, request), Identity(request, http)):
            assert identity.kind is None or isinstance(identity.kind, str)
            _ = identity.scopes, identity.secrets, identity.names, identity.acts_as_itself
            _ = identity.source_kind, identity.has_quota_project

    _check(work)


@given(hostile.RETRY_AFTER)
@settings(max_examples=cases(150))
def test_retry_after(value: str) -> None:
    def work() -> None:
        wait = parse_response(429, {"Retry-After": value}, b"").advised_wait(NOW)
        assert wait is None or 0.0 <= wait < float("inf")

    _check(work)


@given(st.sampled_from(["retry after {}", "Retry after 2026-{}Z"]), hostile.SENTENCES)
@settings(max_examples=_CASES)
def test_retry_times_in_messages(text: str, value: str) -> None:
    _check(lambda: parse_document({"error": {"message": text.format(value)}}).advised_wait(NOW))


@given(hostile.SENTENCES, hostile.URLS, hostile.BODIES, hostile.HEADERS)
@settings(max_examples=_CASES)
def test_messages_and_names(text: str, uri: str, body: Any, headers: Any) -> None:
    def work() -> None:
        values = values_of(uri, body, TEMPLATE, headers=headers, secrets=(text, uri))
        for redaction in REDACTIONS:
            for scrub in (redaction.message, redaction.exception_text, redaction.identifier):
                scrub(text, values).encode("utf-8")
            redaction.scope(text).encode("utf-8")

    _check(work)


@given(hostile.URLS, hostile.SENTENCES)
@settings(max_examples=_CASES)
def test_urls(url: str, template: str) -> None:
    def work() -> None:
        for policy in POLICIES:
            for known in (None, TEMPLATE, template):
                redact_url(url, policy, known).encode("utf-8")
        origin_of(url)
        path_of(url)
        owner = owner_of(TEMPLATE, url, None)
        assert owner is None or len(hash_of(owner, "key")) == 64

    _check(work)


@given(st.text(max_size=40), hostile.URLS, st.sampled_from(["a.b", "gmail.users.messages.get"]))
@settings(max_examples=_CASES)
def test_methods(path: str, url: str, method_id: str) -> None:
    def work() -> None:
        methods = MethodDirectory()
        document = {"name": "gmail", "rootUrl": "https://h/", "servicePath": ""}
        for one in (path, "gmail/v1/users/{userId}/messages/{id}", "{+name}/{x}"):
            methods.learn({"id": method_id, "path": one}, document)
        for _ in range(2):
            endpoint = methods.endpoint(method_id, url)
            if endpoint is not None:
                endpoint.may_show(url)

    _check(work)


@given(st.dictionaries(hostile.ANY_TEXT, hostile.URLS | hostile.SENTENCES, max_size=6))
@settings(max_examples=_CASES)
def test_captured_headers(headers: dict[str, str]) -> None:
    def work() -> None:
        for policy in POLICIES:
            _encode(
                {
                    f"a{index}": value
                    for index, value in enumerate(EVERY.attributes(headers, "p", policy).values())
                }
            )

    _check(work)


class _Mute(Exception):
    def __str__(self) -> str:
        raise RuntimeError("no words")


@given(
    st.sampled_from([ValueError, OSError, KeyError, _Mute, LookupError, TimeoutError]),
    st.lists(hostile.VALUES | st.binary() | st.builds(ValueError, hostile.ANY_TEXT), max_size=3),
)
@settings(max_examples=_CASES)
def test_exceptions(kind: type[Exception], arguments: list[Any]) -> None:
    error = kind(*arguments)

    def work() -> None:
        for redaction in REDACTIONS:
            failure = failure_of_exception(error, _subject(), redaction)
            _encode({**failure.attributes(redaction), "description": failure.description})
        lineage(error)
        text_of(error)
        is_cancellation(error)

    _check(work)


_REFUSALS: tuple[Callable[[Any, Any], BaseException], ...] = (
    RefreshError,
    OAuthError,
    lambda text, response: RefreshError(TransportError(text, response)),
    lambda text, response: RefreshError(
        f"Unable to acquire impersonated credentials: {text}", response
    ),
    lambda text, response: RefreshError(
        f"metadata service. Status: {text} Response:\n{response!r}"
    ),
    lambda text, response: HttpAccessTokenRefreshError(text, status=response),
    lambda text, response: AccessTokenCredentialsError(response, text),
)


@given(
    st.sampled_from(_REFUSALS),
    hostile.SENTENCES | hostile.PAGES,
    hostile.VALUES | hostile.BODIES | st.builds(_response, STATUSES, hostile.HEADERS),
)
@settings(max_examples=_CASES)
def test_refused_tokens(
    kind: Callable[[Any, Any], BaseException], text: str, response: Any
) -> None:
    error = kind(text, response)

    def work() -> None:
        token_refresh_of(error)
        failure = failure_of_exception(error, _subject(), REDACTIONS[0])
        _encode({**failure.attributes(REDACTIONS[0]), "description": failure.description})

    _check(work)


@given(hostile.HEADERS, hostile.URLS, hostile.BODIES)
@settings(max_examples=_CASES)
def test_requests(headers: Any, uri: str, body: Any) -> None:
    """What an application's request object may hold."""
    response = Response(_response(403, {}), b'{"error":{"message":"no a b c d"}}')
    for field in (headers, uri, body):
        subject = _subject(uri=uri, resumable_uri=field, body=field, headers=field)
        _check(lambda subject=subject: _everything_about(response, subject))


@pytest.mark.parametrize("body", hostile.HUGE.values(), ids=hostile.HUGE)
def test_huge_bodies(body: Any) -> None:
    response = Response(_response(403, {"retry-after": "1"}), body)
    subject = _subject(uri="http://h/x?q=" + "a b " * 5000, body=body)

    _check(lambda: parse_response(403, {}, body))
    _check(lambda: failure_of_response(response, subject, REDACTIONS[0]))
    peak = peak_bytes(lambda: failure_of_response(response, subject, REDACTIONS[0]))

    figures.peak(_CHECK, "biggest body", len(body), "bytes")
    figures.peak(_CHECK, "most memory", peak, "bytes")
    assert peak < _MAX_BYTES


_PIECES = [
    "a",
    "/",
    "%",
    "%25",
    "@",
    "&",
    ";",
    "=",
    "?",
    ":",
    "{",
    "a@b ",
    "http://",
    "users/",
    "ya29.",
    "&#64;",
    "'a\"",
    "QUJD",
    "u:p@",
    "a.1/",
    "x-goog-",
    "eyJ-",
    "key=",
    "Bearer ",
    "OAuth ",
    "-----BEGIN ",
    "projects/",
    "project ",
    "retry after 2",
    "?=",
    "«",
    "(",
    "1:",
    "a_",
    "\\u0040",
    "//a",
]


# Escaped: pytest-xdist can not send a name with a lone surrogate.
@pytest.mark.parametrize("piece", _PIECES, ids=ascii)
def test_huge_texts(piece: str) -> None:
    text = piece * (1_000_000 // len(piece))
    values = values_of("http://h/?q=" + text, text, TEMPLATE, headers={"cookie": text})

    _check(lambda: REDACTIONS[0].message(text, values))
    _check(lambda: REDACTIONS[0].exception_text(text, values))
    _check(lambda: REDACTIONS[0].identifier(text, values))
    for policy in POLICIES:
        # A URL of 32 KiB is longer than any server takes.
        _check(lambda policy=policy: redact_url(("http://h/" + text)[:32768], policy, TEMPLATE))
        _check(lambda policy=policy: redact_url(("http://h/?" + text)[:32768], policy, TEMPLATE))
        # So is a header of 8 KiB.
        headers = {"x": text[:8192]}
        _check(lambda policy=policy, headers=headers: EVERY.attributes(headers, "p", policy))
