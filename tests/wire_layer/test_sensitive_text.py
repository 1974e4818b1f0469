# SPDX-License-Identifier: Apache-2.0
"""sensitive_text.py: addresses are found whole, with the names of persons beside them."""

from __future__ import annotations

import re

import pytest
from opentelemetry.instrumentation.httplib2._urls.redaction import UrlPolicy
from opentelemetry.instrumentation.httplib2._urls.sensitive_text import (
    addresses_in,
    without_addresses,
)
from opentelemetry.instrumentation.httplib2._wire.headers import HeaderCapture


@pytest.mark.parametrize(
    ("text", "without"),
    [
        ("for nora.hale@students.harborfield.k12.wa.us", "for X"),
        ("for nora.hale@harborfield.example.", "for X."),
        ("NORA.HALE@HARBORFIELD.EXAMPLE said", "X said"),
        ("'nora@x.org', \"ole@x.org\"", "'X', \"X\""),
        ("nora@x.org,ole@x.org;lin@x.org", "X,X;X"),
        ("(nora@x.org)", "(X)"),
        ("o'brien@x.org said", "X said"),
        ('"nora hale"@x.org said', "X said"),
        ("nora(work)@x.org said", "X said"),
        ("nora@[192.168.7.7] said", "X said"),
        ("jörg@müller.example", "X"),
        ("nora\uff20x.org", "X"),
        ("nora%40x.org", "X"),
        ("nora%2540x.org", "X"),
        ("nora%252540x.org", "X"),
        ("mailto:nora@x.org?subject=a", "mailto:X"),
        ("user:nora@x.org", "user:X"),
        ("a/nora@x.org/b", "X"),
        ("nora.hale @ x.org said", "X said"),
        ("nora.hale@ x.org said", "X said"),
        ("nora.hale @x.org said", "X said"),
        ("nora (at) x.org", "X"),
        ("nora[at]x[dot]org said", "X said"),
        ("nora at x", "nora at x"),
        ("nora.hale@", "X"),
        ("all of '@harborfield.example'", "all of 'X'"),
        ("ask @me", "ask @me"),
        ("'@type' is", "'@type' is"),
        ("5 units @ 3", "5 units @ 3"),
    ],
)
def test_an_address_is_found_whole(text: str, without: str) -> None:
    assert without_addresses(text, "X") == without


@pytest.mark.parametrize(
    ("text", "without"),
    [
        ("denied for Nora Hale <nora@x.org>.", "denied for X."),
        ('denied for "Hale, Nora" <nora@x.org>', "denied for X"),
        ("denied for 'Nora Hale' <nora@x.org>", "denied for X"),
        ("denied for J. van der Berg <j@x.org>", "denied for X"),
        ("denied for Ole O'Neil-Smith <ole@x.org>", "denied for X"),
        ("denied for <nora@x.org>", "denied for X"),
        ("ask nora@x.org (Nora Hale) now", "ask X now"),
        ("ask nora@x.org (if she is there)", "ask X (if she is there)"),
    ],
)
def test_so_is_the_name_beside_it(text: str, without: str) -> None:
    assert without_addresses(text, "X") == without


def test_where_addresses_stand() -> None:
    found = addresses_in("a@b, c@d")

    assert [(one.start, one.end) for one in found] == [(0, 3), (5, 8)]
    assert addresses_in("nobody") == []


def test_a_captured_header_shows_neither_an_address_nor_the_name_beside_it() -> None:
    capture = HeaderCapture(captured=re.compile("from"), sanitized=None)
    headers = {"from": "Nora Hale <nora@x.org>"}

    assert capture.attributes(headers, "h", UrlPolicy()) == {"h.from": ["REDACTED"]}
    kept = capture.attributes(headers, "h", UrlPolicy(capture_personal_data=True))
    assert kept == {"h.from": [headers["from"]]}
