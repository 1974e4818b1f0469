# SPDX-License-Identifier: Apache-2.0
"""A program that loads a discovery document for each of its tenants: what is kept of them."""

from __future__ import annotations

import gc
import pickle
import sys
import tracemalloc
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any, Final

import pytest
from googleapiclient.discovery import build_from_document
from googleapiclient.http import HttpMock
from opentelemetry.instrumentation.googleapiclient._calls.method import MethodDirectory

from local_gmail import LocalGmail
from support.recording import Recording, attributes_of

# Each test starts programs, or makes thousands of calls.
pytestmark = pytest.mark.slow

_GET: Final = "gmail.users.messages.get"
_SCOPES: Final = [f"https://www.googleapis.com/auth/gmail.{name}" for name in ("a", "b", "c", "d")]
_METHODS: Final[list[dict[str, Any]]] = [
    {
        "id": f"gmail.users.{resource}.{verb}",
        "path": f"gmail/v1/users/{{userId}}/{resource}{end}",
        "scopes": _SCOPES[number % 4 :],
        **({"mediaUpload": {}} if resource == "messages" else {}),
    }
    for number, resource in enumerate(("messages", "labels", "drafts", "threads", "history"))
    for verb, end in (("get", "/{id}"), ("list", ""), ("patch", "/{id}"), ("delete", "/{id}"))
]
_ROOT: Final = {"name": "gmail", "version": "v1", "rootUrl": "https://gw.example/"}

_Tenant = Callable[[int], tuple[dict[str, Any], Callable[[dict[str, Any]], dict[str, Any]]]]


def _own_root(number: int) -> Any:
    return {**_ROOT, "rootUrl": f"https://gw.example/tenant-{number}/"}, dict


def _own_host(number: int) -> Any:
    return {**_ROOT, "rootUrl": f"https://tenant-{number}.example/"}, dict


def _own_service_path(number: int) -> Any:
    return {**_ROOT, "servicePath": f"tenant-{number}/"}, dict


def _own_paths(number: int) -> Any:
    return _ROOT, lambda one: {**one, "path": f"tenant-{number}/{one['path']}"}


def _own_ids(number: int) -> Any:
    return _ROOT, lambda one: {**one, "id": f"tenant{number}.{one['id']}"}


def _own_name(number: int) -> Any:
    return {**_ROOT, "name": f"tenant{number}"}, dict


def _own_version(number: int) -> Any:
    return {**_ROOT, "version": f"v{number}"}, dict


def _own_scopes(number: int) -> Any:
    return _ROOT, lambda one: {**one, "scopes": [f"https://tenant-{number}.example/auth"]}


_TENANTS: Final = (
    _own_root,
    _own_host,
    _own_service_path,
    _own_paths,
    _own_ids,
    _own_name,
    _own_version,
    _own_scopes,
)


def _learn(methods: MethodDirectory, tenant: _Tenant, numbers: range) -> None:
    for number in numbers:
        root, change = tenant(number)
        for one in _METHODS:
            # Of a document of its own.
            methods.learn(change(pickle.loads(pickle.dumps(one))), root)


@contextmanager
def _measured() -> Generator[Callable[[], int]]:
    """Gives what is kept of what was allocated in here, in bytes."""
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]

        def kept() -> int:
            gc.collect()
            return tracemalloc.get_traced_memory()[0] - before

        yield kept
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("tenant", _TENANTS)
def test_what_is_kept_does_not_grow_with_the_documents(tenant: _Tenant) -> None:
    with _measured() as kept:
        methods = MethodDirectory()
        _learn(methods, tenant, range(300))
        of_300 = kept()
        _learn(methods, tenant, range(300, 900))
        of_900 = kept()

    assert of_300 < 2 * 1024 * 1024
    assert of_900 < 1.1 * of_300 + 64 * 1024


def _steps(look_up: Callable[[], object]) -> int:
    """How many functions it takes, of Python's and of C's."""
    count = 0

    def note(_: object, event: str, __: object) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    look_up()  # what is worked out once
    sys.setprofile(note)
    try:
        look_up()
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("tenant", [_own_root, _own_service_path, _own_host, _own_name])
def test_looking_up_takes_no_longer_with_many_documents(tenant: _Tenant) -> None:
    root, _ = tenant(0)
    base = root["rootUrl"] + root.get("servicePath", "")
    url = f"{base}gmail/v1/users/me/messages/1?alt=json"
    steps: list[int] = []
    for count in (20, 600):
        methods = MethodDirectory()
        _learn(methods, tenant, range(1, count))
        _learn(methods, tenant, range(1))

        def look_up(methods: MethodDirectory = methods) -> None:
            methods._usual.clear()
            found = methods.endpoint(_GET, url)
            assert found is not None
            assert found.description.template.endswith("gmail/v1/users/{userId}/messages/{id}")

        steps.append(_steps(look_up))

    few, many = steps
    assert many <= few + 64


def _drive(version: str, scope: str) -> tuple[dict[str, Any], dict[str, Any]]:
    root = {
        "name": "drive",
        "version": version,
        "rootUrl": "https://www.googleapis.com/",
        "servicePath": f"drive/{version}/",
    }
    return {"id": "drive.files.get", "path": "files/{fileId}", "scopes": [scope]}, root


@pytest.mark.parametrize(
    ("base", "shown"),
    [
        pytest.param("tenant-999/", "/tenant-999/", id="the last"),
        pytest.param("tenant-1/", "/tenant-1/", id="one of the first"),
        pytest.param("tenant-5000/", "/tenant-5000/", id="one that was never met"),
        pytest.param("alice@example.com/", "/REDACTED/", id="a person's"),
        pytest.param("upload/", "/upload/", id="of uploads"),
        pytest.param("tenant-1/upload/", "/tenant-1/upload/", id="of the first's uploads"),
        pytest.param("a/b/c/d/e/f/", "/a/b/c/d/e/f/", id="a deep one"),
    ],
)
def test_a_base_path_that_was_forgotten_is_told_by_what_follows(base: str, shown: str) -> None:
    methods = MethodDirectory()
    _learn(methods, _own_root, range(1000))

    found = methods.endpoint(
        _GET, f"https://gw.example/{base}gmail/v1/users/me/messages/7?alt=json"
    )

    assert found is not None
    assert found.description.service == "gmail"
    assert found.description.template == f"{shown}gmail/v1/users/{{userId}}/messages/{{id}}"
    assert found.description.scopes


@pytest.mark.parametrize(
    ("url", "template", "scopes"),
    [
        ("https://www.googleapis.com/drive/v2/files/1", "/drive/v2/files/{fileId}", ("old",)),
        ("https://www.googleapis.com/drive/v3/files/1", "/drive/v3/files/{fileId}", ("new",)),
        # Which of the two it is, nobody knows.
        ("https://gw.example/mine/files/1?alt=json", "/mine/files/{fileId}", ()),
        ("https://gw.example/mine/folders/1?alt=json", None, None),
    ],
)
def test_versions_of_an_api_are_told_apart_by_their_base_paths(
    url: str, template: str | None, scopes: tuple[str, ...] | None
) -> None:
    methods = MethodDirectory()
    for version, scope in (("v2", "old"), ("v3", "new")):
        methods.learn(*_drive(version, scope))
    found = methods.endpoint("drive.files.get", url)

    assert (found and found.description.template) == template
    assert (found and found.description.scopes) == scopes


def test_the_last_document_of_an_api_is_believed() -> None:
    methods = MethodDirectory()
    for scope in ("first", "second", "third"):
        methods.learn(*_drive("v3", scope))

    found = methods.endpoint("drive.files.get", "https://www.googleapis.com/drive/v3/files/1")

    assert found is not None
    assert found.description.scopes == ("third",)


@pytest.mark.parametrize(
    ("root_url", "service_path", "base"),
    [
        ("https://h/", "", "/"),
        ("https://h", "v1/", "/v1/"),
        ("https://h/a/", "v1/", "/a/v1/"),
        ("https://h/a/", "/v1/", "/v1/"),
        ("https://h/a", "v1/", "/v1/"),
        ("https://h//a//", "v1", "/a/v1/"),
    ],
)
def test_base_paths_are_put_together_as_the_library_does(
    root_url: str, service_path: str, base: str
) -> None:
    methods = MethodDirectory()
    root = {"name": "own", "rootUrl": root_url, "servicePath": service_path}
    methods.learn({"id": "own.get", "path": "things/{id}"}, root)

    found = methods.endpoint("own.get", f"https://h{base}things/1?alt=json")

    assert found is not None
    assert found.description.template == f"{base}things/{{id}}"
    assert "own.get" in methods._usual


def test_services_of_many_tenants_that_come_and_go(
    instrument: Callable[..., None], gmail: LocalGmail, recording: Recording
) -> None:
    instrument(meter_provider=recording.meter_provider)
    document: dict[str, Any] = dict(gmail.discovery_document())
    users = document["resources"]["users"]
    get = {"get": users["resources"]["labels"]["methods"]["get"]}
    document["resources"] = {"users": {"resources": {"labels": {"methods": get}}}}
    document["servicePath"] = ""
    http = HttpMock(headers={"status": "200"})
    http.data = b"{}"

    def serve(number: int) -> None:
        own = {**document, "rootUrl": f"https://gw.example/tenant-{number}/"}
        labels = build_from_document(own, http=http).users().labels()
        # The second has something to redact.
        labels.get(userId="me", id="a").execute()
        labels.get(userId="alice@example.com", id="b").execute()
        recording.clear()

    for number in range(5):
        serve(number)
    with _measured() as kept:
        for number in range(5, 305):
            serve(number)
        of_300 = kept()
        for number in range(305, 505):
            serve(number)
        of_500 = kept()

    assert of_300 < 2 * 1024 * 1024
    assert of_500 < 1.1 * of_300 + 64 * 1024
    own = {**document, "rootUrl": "https://gw.example/tenant-7/"}
    build_from_document(own, http=http).users().labels().get(userId="me", id="a").execute()
    attributes = attributes_of(recording.last_span)
    assert attributes["url.template"] == "/tenant-7/gmail/v1/users/{userId}/labels/{id}"
