# SPDX-License-Identifier: Apache-2.0
"""Multipart bodies are taken apart to the byte."""

from __future__ import annotations

import pytest

from local_gmail import multipart

TYPE = 'multipart/mixed; boundary="a+b"'


@pytest.mark.parametrize("newline", [b"\n", b"\r\n"])
@pytest.mark.parametrize(
    "content", [b"", b"\r", b"\n", b"\r\n", b"x\r\n\r\n", b"--a", b"--a+bc", b"\n--", b"\xff\x00"]
)
def test_what_is_in_a_part_stays_as_it_is(newline: bytes, content: bytes) -> None:
    body = newline.join([b"--a+b", b"X: y", b"", content, b"--a+b", b"", content, b"--a+b--", b""])
    first, second = multipart.split(TYPE, body)
    assert (first.headers["x"], first.body) == ("y", content)
    assert (len(second.headers), second.body) == (0, content)


def test_what_comes_before_and_after_is_no_part() -> None:
    body = b"to old clients\n--a+b \t\n\none\n--a+b--\nepilogue\n--a+b\n"
    assert [part.body for part in multipart.split(TYPE, body)] == [b"one"]


def test_folded_headers_are_one_line() -> None:
    body = b"--a+b\nContent-ID: <base +\n 1>\nnonsense\n\n--a+b--"
    [part] = multipart.split(TYPE, body)
    assert list(part.headers) == [("Content-ID", "<base + 1>")]


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        (TYPE, b""),
        (TYPE, b"--a+b\n\none\n"),
        ("multipart/mixed", b"--a+b\n\none\n--a+b--"),
        ("text/plain; boundary=a+b", b"--a+b\n\none\n--a+b--"),
    ],
)
def test_what_is_not_multipart_is_refused(content_type: str, body: bytes) -> None:
    with pytest.raises(ValueError, match=r"not multipart|missing end"):
        multipart.split(content_type, body)
