# SPDX-License-Identifier: Apache-2.0
"""method.py: what a URL belongs to does not depend on what was called before."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opentelemetry.instrumentation.googleapiclient._calls import method
from opentelemetry.instrumentation.googleapiclient._calls.method import MethodDirectory
from opentelemetry.instrumentation.httplib2._urls.redaction import MAX_URL, UrlPolicy, redact_url

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


_SOME_TEMPLATES = st.lists(st.sampled_from(_TEMPLATES), min_size=1, unique=True)


@given(_SOME_TEMPLATES, st.lists(_URLS, max_size=8))
def test_what_was_called_before_changes_nothing(templates: list[str], urls: list[str]) -> None:
    used = _directory(*templates)

    for url in urls:
        assert _seen(used, url) == _seen(_directory(*templates), url)


@given(_SOME_TEMPLATES, _URLS)
def test_what_may_be_shown_is_what_redaction_leaves_alone(templates: list[str], url: str) -> None:
    endpoint = _directory(*templates).endpoint(_METHOD, url)

    if endpoint is not None and endpoint.may_show(url):
        for policy in (UrlPolicy(google=True), UrlPolicy(google=True, capture_personal_data=True)):
            assert redact_url(url, policy, endpoint.description.template) == url
            assert redact_url(url, policy) == url


@pytest.mark.parametrize(
    "url",
    [
        "https://www.googleapis.com/drive/v3/files/a@b.example?alt=json",
        "https://www.googleapis.com/drive/v3/files/abc?q=secret",
        "https://www.googleapis.com/drive/v3/files/abc?alt=json#secret",
        "https://www.googleapis.com/drive/v3/files/abc?alt=json?q=secret",
        "https://www.googleapis.com/drive/v3/files/abc/secret",
        "https://user:secret@www.googleapis.com/drive/v3/files/abc",
        f"https://www.googleapis.com/drive/v3/files/{'a' * 5000}",
        f"https://www.googleapis.com/drive/v3/files/abc?fields={'a' * 5000}",
    ],
)
def test_what_must_be_redacted_is_not_shown_after_harmless_calls(url: str) -> None:
    methods = _directory("drive/v3/files/{fileId}")
    for _ in range(3):
        harmless = methods.endpoint(_METHOD, _HARMLESS)
        assert harmless is not None
        assert harmless.may_show(_HARMLESS)

    endpoint = methods.endpoint(_METHOD, url)

    assert endpoint is not None
    assert not endpoint.may_show(url)


def test_a_url_that_only_its_many_segments_make_too_long_is_not_shown() -> None:
    names = [f"name{number}" for number in range(9)]
    url = f"https://www.googleapis.com/drive/v3/{'/'.join('a' * 500 for _ in names)}"

    endpoint = _directory(f"drive/v3/{'/'.join(f'{{{name}}}' for name in names)}").endpoint(
        _METHOD, url
    )

    assert endpoint is not None
    assert len(url) > MAX_URL
    assert not endpoint.may_show(url)


_HOST = "https://www.googleapis.com"


@pytest.mark.parametrize(
    ("path", "url", "belongs"),
    [
        # What an application has put behind the path does not make it another method.
        ("drive/v3/files/{fileId}", "/drive/v3/files/abc/mine?alt=json", True),
        ("drive/v3/files/{fileId}", "/drive/v3/file/abc", False),
        ("drive/v3/files", "/drive/v3/files?alt=json", True),
        ("drive/v3/files", "/drive/v3/files", True),
        ("drive/v3/files", "/drive/v3/files#alt=json", True),
        ("drive/v3/files", "/drive/v3/files/abc", False),
        ("drive/v3/files", "/drive/v3/filesystem?alt=json", False),
        ("v1/{+name}:cancel", "/v1/operations/1:cancel?alt=json", True),
    ],
)
@pytest.mark.parametrize("before", [0, 1])
def test_a_method_with_one_path_is_told_by_what_that_starts_with(
    path: str, url: str, belongs: bool, before: int
) -> None:
    methods = _directory(path)
    for _ in range(before):
        methods.endpoint(_METHOD, f"{_HOST}/{path.replace('{fileId}', 'abc')}?alt=json")

    assert (_seen(methods, _HOST + url) is not None) is belongs


def test_what_is_no_absolute_url_belongs_to_nothing() -> None:
    assert _seen(_directory("drive/v3/files/{fileId}"), "/drive/v3/files/abc") is None


_PERSON = f"{_HOST}/drive/v3/users/abc"
_NO_PERSON = f"{_HOST}/drive/v3/labels/abc"


@pytest.mark.parametrize("before", [(), (_NO_PERSON,), (_NO_PERSON, _NO_PERSON)], ids=len)
def test_the_more_specific_path_tells_what_is_a_person(before: tuple[str, ...]) -> None:
    methods = _directory("drive/v3/users/{userId}", "drive/v3/{kind}/{id}")
    for url in before:
        assert _seen(methods, url) == ("/drive/v3/{kind}/{id}", _HOST)

    endpoint = methods.endpoint(_METHOD, _PERSON)

    assert endpoint is not None
    assert endpoint.description.template == "/drive/v3/users/{userId}"
    assert not endpoint.may_show(_PERSON)


def test_a_path_that_another_thread_learns_meanwhile_is_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    methods = _directory("drive/v3/{kind}/{id}")
    document = {"name": "drive", "rootUrl": f"{_HOST}/", "servicePath": ""}
    really = method._endpoint

    def meanwhile(*arguments: Any) -> Any:
        made = really(*arguments)
        methods.learn({"id": _METHOD, "path": "drive/v3/users/{userId}"}, document)
        return made

    monkeypatch.setattr(method, "_endpoint", meanwhile)
    _seen(methods, _NO_PERSON)

    assert _seen(methods, _PERSON) == ("/drive/v3/users/{userId}", _HOST)


def test_a_path_that_is_learned_later_is_found() -> None:
    methods = _directory("drive/v3/files/{fileId}")
    url = f"{_HOST}/drive/v3/files/trash"
    assert _seen(methods, url) == ("/drive/v3/files/{fileId}", _HOST)

    document = {"name": "drive", "rootUrl": f"{_HOST}/", "servicePath": ""}
    methods.learn({"id": _METHOD, "path": "drive/v3/files/trash"}, document)

    assert _seen(methods, url) == ("/drive/v3/files/trash", _HOST)


def test_queries_that_are_never_the_same_need_no_more_and_more_memory() -> None:
    methods = _directory("drive/v3/files/{fileId}")
    urls = [f"https://www.googleapis.com/drive/v3/files/abc?pageSize={n}" for n in range(500)]

    (endpoint,) = {methods.endpoint(_METHOD, url) for url in urls}

    assert endpoint is not None
    assert all(endpoint.may_show(url) for url in urls)
    assert len(endpoint.queries) < 50
