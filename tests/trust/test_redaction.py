# SPDX-License-Identifier: Apache-2.0
"""Generated messages and URLs: nothing that was planted is left, and twice changes nothing more."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from unicodedata import category
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from opentelemetry.instrumentation.googleapiclient._calls.method import MethodDirectory
from opentelemetry.instrumentation.googleapiclient._errors.redaction import (
    MAX_DESCRIPTION,
    Redaction,
)
from opentelemetry.instrumentation.googleapiclient._errors.server_words import SERVER_WORDS
from opentelemetry.instrumentation.httplib2._urls.redaction import UrlPolicy, redact_url

from local_gmail import discovery
from support import figures
from support.campaign import cases
from support.corpus import ROWS
from support.request_values import values_of
from trust import hostile

_CASES = cases(300)
_CHECK = "redaction"
REDACTION = Redaction()
PERSONAL = Redaction(capture_personal_data=True)

# What servers say around what they echo.
_SENTENCES = sorted(
    {row["message"] for row in ROWS if row["message"] and "@" not in row["message"]}
)
_WORDS = st.lists(st.sampled_from(sorted(SERVER_WORDS)), max_size=6).map(" ".join)
AROUND = st.sampled_from(_SENTENCES) | _WORDS
FORMS = st.sampled_from(
    ["{}", "'{}'", '"{}"', "({})", "[{}]", "{}.", "{}:", "{},", "{}; {}", "<{}>", "x={}", "“{}”"]
)

_LOCAL_PARTS = ("nora.hale", "NORA.HALE", "nora_hale", "n.hale+tag", "o'hale", "jörg.hale",
                "hale.2026.abcdefghijklmnop1234567890", '"nora hale"', "hale-1")  # fmt: skip
_DOMAINS = ("harborfield.example", "students.harborfield.k12.wa.us", "HARBORFIELD.ORG",
            "harborfield-mail-204711.iam.gserviceaccount.com", "harborfield", "[192.168.77.77]",
            "group.calendar.harborfield.com", "müller.harborfield.de")  # fmt: skip
_WRITTEN: Mapping[str, Callable[[str], str]] = {
    "raw": str,
    "percent-encoded": quote,
    "percent-encoded twice": lambda address: quote(quote(address)),
    "the sign percent-encoded": lambda address: address.replace("@", "%2540"),
    "full-width": lambda address: address.replace("@", "\uff20"),
    "HTML": lambda address: address.replace("@", "&#64;"),
    "JSON": lambda address: address.replace("@", "\\u0040"),
    "written out": lambda address: address.replace("@", " (at) "),
    "in brackets": lambda address: address.replace("@", "[at]"),
}
_WITH_NAME = st.sampled_from(
    ["{}", "mailto:{}", "user:{}", "serviceAccount:{}", "Nora Hale <{}>", '"Hale, Nora" <{}>',
     "{} (Nora Hale)", "users/{}/messages", "email={}", "a@b.example,{}"]
)  # fmt: skip


@given(
    AROUND,
    st.sampled_from(_LOCAL_PARTS),
    st.sampled_from(_DOMAINS),
    st.sampled_from(sorted(_WRITTEN)),
    _WITH_NAME,
    FORMS,
    AROUND,
)
@settings(max_examples=_CASES)
def test_no_part_of_an_address_is_left(
    before: str, local: str, domain: str, written: str, with_name: str, form: str, after: str
) -> None:
    address = with_name.format(_WRITTEN[written](f"{local}@{domain}"))
    text = f"{before} {form.format(address, address)} {after}"
    figures.add(_CHECK, "addresses")

    for redact in (REDACTION.message, REDACTION.exception_text):
        said = redact(text).lower()
        assert not {part for part in ("nora", "hale", "harborfield", "77.77") if part in said}
        redact(text).encode("utf-8")


_OWNED = st.sampled_from(
    ["project {}", "project #{}", "project: {}", "Project {}", "projects/{}", "project '{}'",
     "project number {}", "project_id={}", "consumer 'project_number:{}'", "organization {}",
     "organizations/{}/x", "domain {}", "customer {}", "customers/{}", "topic {}", "bucket {}",
     "folder {}", "people/{}", "user {}", "users/{}", "account {}", "group {}", "label: {}",
     "label:{}", "File not found: {}", "Unable to parse range: {}", "Invalid label: {}",
     "Unknown name \"{}\" at 'message': Cannot find field.", "calendar {}", "tab '{}'!A1:B2",
     "Range ({}!A1:B2) exceeds grid limits.", "a file named {}", "principal://x/subject/{}"]
)  # fmt: skip
_NAMES = st.sampled_from(
    ["harborfield", "harborfield-mail-204711", "Harborfield", "HARBORFIELD", "harborfield.org",
     "harborfield2", "some-harborfield-1", "harborfield_x"]
)  # fmt: skip


@given(AROUND, _OWNED, _NAMES, AROUND)
@settings(max_examples=_CASES)
def test_no_name_of_somebodys_is_left_where_servers_put_it(
    before: str, owned: str, name: str, after: str
) -> None:
    figures.add(_CHECK, "names")

    said = REDACTION.message(f"{before} {owned.format(name)} {after}")

    assert "harborfield" not in said.lower()


_VALUES = st.sampled_from(["Harborfield", "Payroll Harborfield 2026", "harborfield!A1:B2"])


@given(AROUND, FORMS, _VALUES, AROUND, st.sampled_from(["path", "query", "body"]))
@settings(max_examples=_CASES)
def test_no_value_of_the_request_is_left(
    before: str, form: str, value: str, after: str, place: str
) -> None:
    parts = {
        "path": (f"https://h/v4/spreadsheets/1/values/{quote(value)}", None),
        "query": (f"https://h/v4/x?q={quote(value)}&alt=json", None),
        "body": ("https://h/v4/x", json.dumps({"a": [{"title": value}]})),
    }
    values = values_of(*parts[place], "/v4/spreadsheets/{spreadsheetId}/values/{range}")
    text = f"{before} {form.format(value, value)} {after}"
    figures.add(_CHECK, "values")

    assert "harborfield" not in REDACTION.message(text, values).lower()
    assert "harborfield" not in REDACTION.exception_text(text, values).lower()


SECRETS = st.sampled_from(
    ["AIzaSyD-9tSrke72PouQMnMX-a7eZSW0jkFMBWY", "ya29.a0AfH6SMBx-7gyJ_token",
     "1//0gdUMMYREFRESHTOKENabc-123", "GOCSPX-4f8sDUMMYsecret", "3f2504e04f8911d39a0c0305e82c3301",
     "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJl"]
)  # fmt: skip


@given(AROUND, FORMS, SECRETS, AROUND)
@settings(max_examples=_CASES)
def test_no_secret_is_left(before: str, form: str, secret: str, after: str) -> None:
    text = f"{before} {form.format(secret, secret)} {after}"
    figures.add(_CHECK, "secrets")

    for redaction in (REDACTION, PERSONAL):
        for redact in (redaction.message, redaction.exception_text):
            assert secret not in redact(text)


PLANTED = st.builds(
    lambda before, form, name, after: f"{before} {form.format(name, name)} {after}",
    AROUND,
    FORMS | _OWNED,
    _NAMES | SECRETS | st.sampled_from(["nora.hale@harborfield.example", "SENT", "labelIds"]),
    AROUND,
)


@given(PLANTED)
@settings(max_examples=_CASES)
def test_twice_changes_nothing_more(text: str) -> None:
    for redact in (REDACTION.message, REDACTION.exception_text, PERSONAL.message):
        said = redact(text)
        # What was cut may have lost the place that told what it is.
        if not said.endswith("…"):
            assert redact(said) == said


@given(hostile.ANY_TEXT, st.sets(st.text(max_size=8), max_size=4))
@settings(max_examples=_CASES)
def test_any_text_can_be_redacted(text: str, names: set[str]) -> None:
    said = REDACTION.message(text, names=names)

    assert len(said) <= MAX_DESCRIPTION
    said.encode("utf-8")
    assert not [one for one in said if category(one) == "Cc"]


# URLs, by every path of the APIs that people call most.

_APIS = {
    "admin": "directory_v1",
    "calendar": "v3",
    "chat": "v1",
    "classroom": "v1",
    "docs": "v1",
    "drive": "v3",
    "gmail": "v1",
    "people": "v1",
    "pubsub": "v1",
    "sheets": "v4",
    "tasks": "v1",
    "youtube": "v3",
}


def _methods(resource: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield from resource.get("methods", {}).values()
    for inner in resource.get("resources", {}).values():
        yield from _methods(inner)


@pytest.mark.parametrize("api", _APIS)
@pytest.mark.parametrize(
    "value", ["Nora Hale", "nora@harborfield.example", "Tab!A1:B2", "x/Nora y"]
)
def test_no_path_shows_a_person_or_a_title(api: str, value: str) -> None:
    document = discovery.load(api, _APIS[api])
    directory = MethodDirectory()
    for method in _methods(document):
        directory.learn(method, document)
        for name, parameter in method.get("parameters", {}).items():
            if parameter.get("location") != "path":
                continue
            path = method["path"].replace(f"{{+{name}}}", quote(value))
            path = path.replace(f"{{{name}}}", quote(value, safe=""))
            for other in method["parameters"]:
                path = path.replace(f"{{+{other}}}", "x1").replace(f"{{{other}}}", "x1")
            url = f"{document['rootUrl']}{document['servicePath']}{path}?alt=json"
            endpoint = directory.endpoint(method["id"], url)
            assert endpoint is not None
            figures.add(_CHECK, "paths")

            for template in (endpoint.description.template, None):
                shown = redact_url(url, UrlPolicy(google=True), template)
                left = {one for one in ("Nora", "nora", "Hale", "Tab", "A1") if one in shown}
                assert not left, (template, url, shown)
            assert not endpoint.may_show(url)


_SEGMENTS: SearchStrategy[str] = st.sampled_from(
    ["users", "me", "people", "messages", "v1", "files", "labels", "projects", "Nora%20Hale", "x"]
)


@given(st.lists(_SEGMENTS, min_size=1, max_size=7).map("/".join))
@settings(max_examples=_CASES)
def test_a_url_that_is_shown_at_once_is_one_that_is_left_alone(path: str) -> None:
    url = f"https://www.googleapis.com/{path}?alt=json"
    redacted = redact_url(url)

    assert "Nora" not in redacted
    assert redact_url(redacted) == redacted
