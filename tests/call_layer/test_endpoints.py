# SPDX-License-Identifier: Apache-2.0
"""method.py: what a URL belongs to does not depend on what was called before."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opentelemetry.instrumentation.googleapiclient import method
from opentelemetry.instrumentation.googleapiclient.method import MethodDirectory

_METHOD = "drive.files.get"
_HARMLESS = "https://www.googleapis.com/drive/v3/files/abc?fields=id&alt=json"


def _directory(*paths: str) -> MethodDirectory:
    methods = MethodDirectory()
    document = {"name": "drive", "rootUrl": "https://www.googleapis.com/", "servicePath": ""}
    for path in paths:
        methods.learn({"id": _METHOD, "path": path}, document)
    return methods


def _seen(methods: MethodDirectory, url: str) -> tuple[str, str] | None:
    endpoint = methods.endpoint(_METHOD, url)
    return (endpoint.description.template, endpoint.origin) if endpoint else None


_TEMPLATES = (
    "drive/v2/files/{fileId}",
    "drive/v3/files/{fileId}",
    "drive/v3/files/{fileId}/{part}",
    "drive/v3/files/trash",
    "drive/v3/users/{userId}",
    "drive/v3/{kind}/{id}",
    "upload/drive/v3/files/{fileId}",
    "{+name}/abc",
)
_PARTS = st.sampled_from(
    (
        "drive",
        "v2",
        "v3",
        "files",
        "users",
        "me",
        "abc",
        "trash",
        "upload",
        "a@b.example",
        "%41",
        "",
    )
)
_URLS = st.builds(
    "{}/{}{}".format,
    st.sampled_from(("https://www.googleapis.com", "http://[::1]:80", "https://u:p@h", "")),
    st.lists(_PARTS, max_size=6).map("/".join)
    | st.sampled_from([template.replace("{fileId}", "abc") for template in _TEMPLATES]),
    st.sampled_from(("", "?", "?alt=json", "?q=me", "?alt=json&key=1", "?fields=a?b", "#alt=json")),
)


@given(st.lists(st.sampled_from(_TEMPLATES), min_size=1, unique=True), st.lists(_URLS, max_size=8))
def test_what_was_called_before_changes_nothing(templates: list[str], urls: list[str]) -> None:
    used = _directory(*templates)

    for url in urls:
        assert _seen(used, url) == _seen(_directory(*templates), url)


@pytest.mark.parametrize(
    "url",
    [
        "https://www.googleapis.com/drive/v3/files/a@b.example?alt=json",
        "https://www.googleapis.com/drive/v3/files/abc?q=secret",
        "https://www.googleapis.com/drive/v3/files/abc?alt=json#secret",
        "https://www.googleapis.com/drive/v3/files/abc?alt=json?q=secret",
        "https://www.googleapis.com/drive/v3/files/abc/secret",
        "https://www.googleapis.com.example/drive/v3/files/abc",
        f"https://www.googleapis.com/drive/v3/files/{'a' * 5000}",
    ],
)
def test_what_must_be_redacted_is_so_after_harmless_calls(url: str) -> None:
    methods = _directory("drive/v3/files/{fileId}")
    for _ in range(3):
        assert _seen(methods, _HARMLESS) is not None

    found = _seen(methods, url)

    assert found is None or found[1] == "https://www.googleapis.com.example"


_PERSON = "https://www.googleapis.com/drive/v3/users/abc"
_NO_PERSON = "https://www.googleapis.com/drive/v3/labels/abc"


@pytest.mark.parametrize("before", [(), (_NO_PERSON,), (_NO_PERSON, _NO_PERSON)], ids=len)
def test_the_more_specific_path_tells_what_is_a_person(before: tuple[str, ...]) -> None:
    methods = _directory("drive/v3/users/{userId}", "drive/v3/{kind}/{id}")
    for url in before:
        assert _seen(methods, url) == ("/drive/v3/{kind}/{id}", "https://www.googleapis.com")

    assert _seen(methods, _PERSON) is None


def test_a_path_that_another_thread_learns_meanwhile_is_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    methods = _directory("drive/v3/{kind}/{id}")
    document = {"name": "drive", "rootUrl": "https://www.googleapis.com/", "servicePath": ""}
    really = method._is_first_for_all

    def meanwhile(*arguments: Any) -> bool:
        told = really(*arguments)
        methods.learn({"id": _METHOD, "path": "drive/v3/users/{userId}"}, document)
        return told

    monkeypatch.setattr(method, "_is_first_for_all", meanwhile)
    _seen(methods, _NO_PERSON)

    assert _seen(methods, _PERSON) is None


def test_a_path_that_is_learned_later_is_found() -> None:
    methods = _directory("drive/v3/files/{fileId}")
    url = "https://www.googleapis.com/drive/v3/files/trash"
    assert _seen(methods, url) == ("/drive/v3/files/{fileId}", "https://www.googleapis.com")

    document = {"name": "drive", "rootUrl": "https://www.googleapis.com/", "servicePath": ""}
    methods.learn({"id": _METHOD, "path": "drive/v3/files/trash"}, document)

    assert _seen(methods, url) == ("/drive/v3/files/trash", "https://www.googleapis.com")


def test_queries_that_are_never_the_same_need_no_more_and_more_memory() -> None:
    methods = _directory("drive/v3/files/{fileId}")
    urls = [f"https://www.googleapis.com/drive/v3/files/abc?pageSize={n}" for n in range(500)]

    endpoints = {methods.endpoint(_METHOD, url) for url in urls}

    (endpoint,) = endpoints
    assert endpoint is not None
    assert len(endpoint.queries) < 50
