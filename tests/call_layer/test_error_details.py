# SPDX-License-Identifier: Apache-2.0
"""All types of google/rpc/error_details.proto, and pages instead of an API's response."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from google.protobuf.json_format import MessageToDict
from google.rpc import error_details_pb2
from opentelemetry.instrumentation.googleapiclient._errors.error import ApiError, parse_response
from opentelemetry.instrumentation.googleapiclient._errors.html_page import status_in

from support.corpus import BY_ID, ROWS


def _parsed(*details: object, **error: object) -> ApiError:
    return parse_response(400, {}, json.dumps({"error": {**error, "details": list(details)}}))


def _detail(kind: str, **fields: object) -> Mapping[str, object]:
    return {"@type": f"type.googleapis.com/google.rpc.{kind}", **fields}


def test_every_type_of_the_proto_file_is_read() -> None:
    """As Google's own library writes it in JSON."""
    proto: Any = error_details_pb2
    messages = [
        proto.ErrorInfo(reason="TOS", domain="googleapis.com", metadata={"service": "s"}),
        proto.QuotaFailure(
            violations=[
                proto.QuotaFailure.Violation(
                    subject="project:1", description="Too many", quota_id="PerDay", quota_value=0
                )
            ]
        ),
        proto.PreconditionFailure(
            violations=[
                proto.PreconditionFailure.Violation(type="TOS", subject="s", description="Accept")
            ]
        ),
        proto.BadRequest(
            field_violations=[
                proto.BadRequest.FieldViolation(field="message.raw", description="Not base64"),
                proto.BadRequest.FieldViolation(field="message.id", description="Too long"),
            ]
        ),
        proto.RequestInfo(request_id="r-1", serving_data="secret"),
        proto.ResourceInfo(resource_type="sheet", resource_name="Salaries", owner="user:a@b.c"),
        proto.Help(links=[proto.Help.Link(description="d", url="https://cloud.google.com/apis")]),
        proto.LocalizedMessage(locale="en-US", message="Something is wrong"),
        proto.DebugInfo(stack_entries=["at x"], detail="debug"),
    ]
    named = {one.DESCRIPTOR.name for one in messages} | {"RetryInfo"}
    assert named == set(proto.DESCRIPTOR.message_types_by_name)

    error = _parsed(*(_detail(one.DESCRIPTOR.name, **MessageToDict(one)) for one in messages))

    assert error.error_info is not None
    assert (error.error_info.reason, error.metadata) == ("TOS", {"service": "s"})
    assert (error.limit, error.quota_id) == ("PerDay", "PerDay")
    assert error.preconditions == {"TOS"}
    assert error.field_violations == ("message.raw", "message.id")
    assert (error.location, error.location_type) == ("message.raw", "field")
    assert error.request_id == "r-1"
    assert error.resource_type == "sheet"
    assert error.help_url == "https://cloud.google.com/apis"
    assert error.message == "Something is wrong"
    assert error.descriptions == ("Too many", "Accept", "Not base64", "Too long")
    assert "Salaries" not in str(error)
    assert "debug" not in str(error)


def test_the_older_error_list_says_the_location_first() -> None:
    error = _parsed(
        _detail("BadRequest", fieldViolations=[{"field": "raw"}]),
        errors=[{"location": "orderBy", "locationType": "parameter"}],
    )

    assert (error.location, error.location_type) == ("orderBy", "parameter")


def test_a_message_in_the_users_language_comes_second() -> None:
    error = _parsed(_detail("LocalizedMessage", message="Etwas fehlt"), message="Missing")

    assert error.message == "Missing"
    assert error.descriptions == ("Etwas fehlt",)


@pytest.mark.parametrize(
    ("value", "limit_value"), [("0", "0"), (0, "0"), (600, "600"), (True, None), ([], None)]
)
def test_the_value_of_a_limit(value: object, limit_value: str | None) -> None:
    error = _parsed(_detail("QuotaFailure", violations=[{"quotaValue": value}]))

    assert error.limit_value == limit_value


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://console.developers.google.com/apis/api/x.googleapis.com/overview?project=4711",
         "https://console.developers.google.com/apis/api/x.googleapis.com/overview"),
        ("https://support.google.com/a/answer/6208960#x", "https://support.google.com/a/answer/6208960"),
        ("https://developers.google.com", "https://developers.google.com"),
        ("http://developers.google.com/x", None),
        ("https://developers.google.com.example/x", None),
        ("https://user:secret@developers.google.com/x", None),
        ("https://developers.google.com:8443/x", None),
        ("https://google.com@example.com/", None),
        ("https://console.google.com/x/alice@example.com", None),
        ("https://example.com/google.com", None),
        ("javascript:alert(1)", None),
        ("https://[", None),
    ],
)  # fmt: skip
def test_only_pages_of_google_are_help(url: str, shown: str | None) -> None:
    assert _parsed(_detail("Help", links=[{"url": url}])).help_url == shown


def test_the_first_help_that_may_be_shown_counts() -> None:
    links = [{"url": "https://example.com/"}, {}, {"url": "https://google.aip.dev/193"}]

    assert _parsed(_detail("Help", links=links)).help_url == "https://google.aip.dev/193"


@pytest.mark.parametrize(
    "details",
    [
        [{"@type": 7}, None, 7, []],
        [_detail("BadRequest", fieldViolations=7)],
        [_detail("BadRequest", fieldViolations=[7, None, {"field": 7, "description": []}])],
        [_detail("QuotaFailure", violations={"quotaId": "x"})],
        [_detail("QuotaFailure", violations=[{"quotaId": 7, "quotaValue": {}}])],
        [_detail("QuotaFailure", violations=[{"quotaValue": 10**3000}])],
        [_detail("PreconditionFailure", violations=[{"type": ["x"]}])],
        [_detail("ResourceInfo", resourceType=7, description={})],
        [_detail("Help", links=[{"url": 7}, 7]), _detail("Help", links=None)],
        [_detail("LocalizedMessage", message=[])],
        [_detail("RequestInfo", requestId={})],
    ],
)
def test_details_of_any_shape_say_nothing(details: list[object]) -> None:
    error = _parsed(*details)

    assert error == ApiError(http_status=400, is_of_an_api=True)


def test_details_are_bounded() -> None:
    violations = [{"field": f"f{number}"} for number in range(1000)]

    assert len(_parsed(_detail("BadRequest", fieldViolations=violations)).field_violations) <= 16


# Pages

GFE = (
    "<!DOCTYPE html>\n<html lang=en>\n  <meta charset=utf-8>\n  <title>Error 403 (Forbidden)!!1"
    "</title>\n  <style>\n    *{margin:0}p>b{x:y}\n  </style>\n  <p><b>403.</b> <ins>That\u2019s "
    "an error.</ins>\n  <p>Your client does not have permission to get URL <code>/token</code>.\n"
)


def test_a_page_is_told_from_a_response_and_read_without_its_markup() -> None:
    error = parse_response(403, {"content-type": "text/html"}, GFE.encode())

    assert error.is_page
    assert not error.is_of_an_api
    assert error.message is None
    assert error.body_text == (
        "Error 403 (Forbidden)!!1 403. That\u2019s an error. "
        "Your client does not have permission to get URL /token ."
    )


@pytest.mark.parametrize(
    ("body", "page"),
    [
        ("<html><body>x", True),
        ("  \n<HTML>x", True),
        ("<!-- proxy --><html>x", True),
        ('<?xml version="1.0"?><!DOCTYPE html><html>x', True),
        ('<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>', False),
        ("<Error>x</Error>", False),
        ("Not Found", False),
        ("", False),
        ("5", False),
        ('{"error": "<html>"}', False),
    ],
)
def test_what_is_a_page(body: str, page: bool) -> None:
    assert parse_response(403, {}, body).is_page is page


def test_every_page_of_the_corpus_is_one() -> None:
    pages = {
        row["id"] for row in ROWS if parse_response(row.status, row["headers"], row.body).is_page
    }

    assert pages == {
        "gargle-drive-automated-queries_429", "gargle-tokeninfo-bad-path_404", "html-502-gfe"
    }  # fmt: skip


def test_plain_text_is_kept_for_rules() -> None:
    row = BY_ID["syn-403-text-rate"]

    error = parse_response(row.status, row["headers"], row.body)

    assert (error.message, error.body_text) == (None, "Request rate higher than configured.")


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Error 403 (Forbidden)!!1 403. That\u2019s an error.", 403),
        ("502 Server Error Error: Server Error", 502),
        ("403 Forbidden nginx", 403),
        ("Sorry... We're sorry... but your computer may be sending automated queries", None),
        ("Access denied Error code: 451", 451),
        ("HTTP Error 503. The service is unavailable.", 503),
        ("Room 404 is free", None),
        ("", None),
    ],
)
def test_the_status_that_a_page_names(text: str, status: int | None) -> None:
    assert status_in(text) == status


def test_pages_of_any_shape_are_read_within_bounds() -> None:
    for body in ("<html>" + "<style" * 20_000, "<html>" + "<" * 60_000, "<html>" + "&#x1;" * 9_000):
        text = parse_response(403, {}, body).body_text
        assert text is not None
        assert len(text) <= 2048


def test_the_wild_pages_are_pages() -> None:
    file = Path(__file__).parent.parent / "corpus" / "wild_cases.jsonl"
    rows = [json.loads(line) for line in file.read_text("utf-8").splitlines()]

    assert {
        row["id"]
        for row in rows
        if parse_response(row["status"], row["headers"], row["body"]).is_page
    } == {"g19-411-page", "g40-gfe-403", "t24-token-403-page"}
