# SPDX-License-Identifier: Apache-2.0
"""What a server, a proxy or an application may hand to the instrumentation at its worst."""

from __future__ import annotations

import json
import string
import sys
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from support.corpus import ROWS

_DIGITS_AT_MOST = sys.get_int_max_str_digits()

_KEYS = st.sampled_from(
    [
        "error",
        "errors",
        "message",
        "reason",
        "domain",
        "location",
        "locationType",
        "status",
        "code",
        "details",
        "@type",
        "metadata",
        "retryDelay",
        "seconds",
        "nanos",
        "error_description",
        "error_subtype",
        "service",
        "quota_limit",
        "scope",
        "fieldViolations",
        "field",
        "violations",
        "type",
        "description",
        "quotaId",
        "quotaValue",
        "resourceType",
        "links",
        "url",
        "requestId",
    ]
)
_DETAILS = (
    "BadRequest", "DebugInfo", "ErrorInfo", "Help", "LocalizedMessage", "PreconditionFailure",
    "QuotaFailure", "RequestInfo", "ResourceInfo", "RetryInfo",
)  # fmt: skip
_TYPES = st.sampled_from(
    [f"type.googleapis.com/google.rpc.{name}" for name in _DETAILS] + ["/google.rpc.ErrorInfo"]
)
ANY_TEXT: SearchStrategy[str] = st.text(st.characters(exclude_categories=()), max_size=200)
"""Lone surrogates and control characters included."""

_WORDS = st.sampled_from(
    [
        "a@b.c",
        "%40",
        "%2540",
        "Bearer",
        "ya29.",
        "AIza",
        "eyJ",
        "key=",
        "token:",
        "http://",
        "https://u:p@h/?q=",
        "//",
        "?",
        "&",
        ";",
        "'",
        '"',
        "`",
        "«",
        "„",
        "limit",
        "'x",
        "per",
        "user'",
        "project",
        "projects/1",
        "retry",
        "after",
        "2026-01-01T00:00:00Z",
        "\\u0040",
        "\\ud800",
        "&#64;",
        "&amp;",
        "\\",
        "1.2.3.4",
        ":::",
        "----",
        "-----BEGIN",
        "{userId}",
        "{+name}",
        "{",
        "}",
        "*",
        "99999999",
        "\x00",
        "\u2028",
        "\ud800",
        "\uff20",
    ]
)
SENTENCES: SearchStrategy[str] = st.lists(_WORDS | ANY_TEXT, max_size=30).flatmap(
    lambda words: st.sampled_from([" ", "", "\n", "%20", ":"]).map(lambda space: space.join(words))
)
"""Text out of all that our expressions look for."""

_NUMBERS = (
    st.integers()
    | st.floats(allow_nan=True, allow_infinity=True)
    | st.sampled_from([-(10**400), 2**64])
    # More digits than Python converts to text.
    | st.integers(4301, 6000).map(lambda digits: 10**digits)
)
VALUES: SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | _NUMBERS | ANY_TEXT | SENTENCES | _TYPES,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(_KEYS | ANY_TEXT, inner, max_size=6)
    ),
    max_leaves=25,
)
"""Of any type, in the shapes that error bodies have."""


def _document(value: Any) -> bytes:
    sys.set_int_max_str_digits(0)
    try:
        return json.dumps(value).encode("utf-8", "surrogatepass")
    finally:
        sys.set_int_max_str_digits(_DIGITS_AT_MOST)


def _mutate(body: bytes, edits: list[tuple[int, int, bytes]]) -> bytes:
    for place, length, insert in edits:
        begin = place % (len(body) + 1)
        body = body[:begin] + insert + body[begin + length :]
    return body


_PIECES = st.binary(max_size=6) | st.sampled_from(
    [
        b"{",
        b"}",
        b"[",
        b"]",
        b",",
        b'"',
        b":",
        b"null",
        b"1e400",
        b"NaN",
        b"-Infinity",
        b"\\u",
        b"\xff",
    ]
)
DETAILS: SearchStrategy[list[Any]] = st.lists(
    st.builds(
        lambda name, fields: {**fields, "@type": name},
        _TYPES,
        st.dictionaries(
            _KEYS, VALUES | st.lists(st.dictionaries(_KEYS, VALUES, max_size=3), max_size=3)
        ),
    ),
    max_size=4,
)
"""Details of an error, each of a type that is read."""

_MARKUP = st.sampled_from(
    ["<", ">", "</", "<style", "</style>", "<script>", "<!--", "-->", "<title>", "&lt;", "&#", "&",
     "Error 403", "status: 500", "<html", "<!doctype html>", "<?xml"]
)  # fmt: skip
PAGES: SearchStrategy[str] = st.builds(
    "{}{}".format,
    st.sampled_from(["<html>", "<!DOCTYPE html>", "<!-- x --><html", " \n<html", ""]),
    st.lists(_MARKUP | ANY_TEXT, max_size=30).map("".join),
)
"""Pages, and what begins like one."""

MUTATED_CORPUS: SearchStrategy[bytes] = st.builds(
    _mutate,
    st.sampled_from([row.body for row in ROWS]),
    st.lists(
        st.tuples(st.integers(0, 10_000), st.integers(0, 40), _PIECES), min_size=1, max_size=6
    ),
)
"""Responses that real servers gave, with bytes taken out and put in."""

BODIES: SearchStrategy[Any] = (
    st.binary(max_size=400)
    | ANY_TEXT
    | st.builds(lambda error: _document({"error": error}), VALUES)
    | st.builds(_document, VALUES)
    | MUTATED_CORPUS
    | PAGES
    | st.builds(lambda details: _document({"error": {"details": details}}), DETAILS)
    | st.none()
    | VALUES
)

_HEADER_NAMES = st.sampled_from(
    ["retry-after", "Retry-After", "location", "www-authenticate", "content-range", "range", "x"]
)
_DIGITS = st.text(string.digits + ".eE+-٣²", max_size=20)
_DATES = st.sampled_from(
    [
        "Sun, 06 Nov 1994 08:49:37 GMT",
        "Sunday, 06-Nov-94 08:49:37 GMT",
        "Sun Nov  6 08:49:37 1994",
        "Mon, 31 Dec 9999 23:59:59 -2359",
        "Mon, 01 Jan 0001 00:00:00 +2359",
        "Mon, 99 Foo 99999 99:99:99 +9999",
        "1 Jan 1 0:0 +99999999999",
    ]
)
RETRY_AFTER: SearchStrategy[str] = (
    _DIGITS | _DATES | st.builds("{}{}".format, _DATES, _DIGITS) | SENTENCES
)
HEADERS: SearchStrategy[Any] = (
    st.dictionaries(_HEADER_NAMES | ANY_TEXT, RETRY_AFTER | VALUES, max_size=5) | VALUES
)

URLS: SearchStrategy[str] = SENTENCES | st.builds(
    "{}{}{}{}{}".format,
    st.sampled_from(["", "http", "HTTPS", "ftp", "\x00"]),
    st.sampled_from(["://", ":", "//", ""]),
    SENTENCES,
    st.sampled_from(["/gmail/v1/users/", "?", "/", "#", "/users/me/messages?q="]),
    SENTENCES,
)

HUGE: dict[str, Any] = {
    "lists, 100,000 deep": b"[" * 100_000,
    "closed lists, 100,000 deep": b"[" * 100_000 + b"]" * 100_000,
    "objects, 100,000 deep": b'{"error":' * 100_000,
    "an error, 10,000 deep": b'{"error":{"message":' + b"[" * 10_000 + b"]" * 10_000 + b"}}",
    "10 MB of blanks": b" " * 10_000_000,
    "10 MB of a message": b'{"error":{"message":"' + b"a " * 5_000_000 + b'"}}',
    "10 MB of quotes": b'{"error":{"message":"' + b'\\"' * 5_000_000 + b'"}}',
    "10 MB of text": "a@b " * 2_500_000,
    "10 MB of commas": b'{"error":[' + b"," * 10_000_000,
    "10 MB of trailing commas": b'{"error":{"errors":[' + b"{}," * 3_333_333,
    "10 MB of HTML": b"<html>" + b"<p>&#64;" * 1_250_000,
    "10 MB of styles": b"<html>" + b"<style" * 1_700_000,
    "10 MB of brackets": b"<html>" + b"<" * 10_000_000,
    "10 MB of comments": b"<!--" + b" " * 10_000_000,
    "a page of escapes": b"<html>" + b"&amp;#38;" * 8_000,
    "a page of statuses": b"<html>" + b"error error " * 6_000,
    "60,000 violations": b'{"error":{"details":[{"@type":"/google.rpc.BadRequest",'
    b'"fieldViolations":[' + b'{"field":"x"},' * 4_000 + b"{}]}]}}",
    "a long link": b'{"error":{"details":[{"@type":"/google.rpc.Help","links":[{"url":"https://'
    + b"a." * 30_000
    + b'google.com/"}]}]}}',
    "a message of quotes": json.dumps({"error": {"message": "'a\"" * 20_000}}).encode(),
    "a message of addresses": json.dumps({"error": {"message": "a@b%40" * 10_000}}).encode(),
    "a message of escapes": json.dumps({"error": {"message": "&#64;\\u0040" * 6_000}}).encode(),
    "100,000 digits": b'{"error":{"code":' + b"9" * 60_000 + b',"message":"m"}}',
    "5,000 digits": b'{"error":{"code":' + b"9" * 5_000 + b',"message":"m"}}',
    "1e400": b'{"error":{"code":1e400,"message":"m","details":[{"@type":"/google.rpc.RetryInfo",'
    b'"retryDelay":{"seconds":1e400,"nanos":-1e999}}]}}',
    "not a number": b'{"error":{"code":NaN,"message":-Infinity,"errors":Infinity}}',
    "lone surrogates": b'{"error":{"message":"\\ud800 \\udfff","status":"\\ud800"}}',
    "60,000 details": b'{"error":{"details":[' + b"{}," * 20_000 + b"{}]}}",
    "60,000 keys": b"{" + b",".join(b'"%d":1' % n for n in range(8_000)) + b"}",
    "zeros": b"\x00" * 1_000_000,
    "UTF-16": '{"error":{"message":"m"}}'.encode("utf-16"),
}
"""Bodies that are worst for one or the other."""
