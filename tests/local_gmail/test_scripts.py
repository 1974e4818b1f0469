# SPDX-License-Identifier: Apache-2.0
"""Scripted outcomes come first, in order; then ordinary service resumes."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest
from googleapiclient.errors import HttpError

from local_gmail import Fault, LocalGmail, Received, Response, close_after, documented

if TYPE_CHECKING:
    from support.ask import Ask

PROFILE = "/gmail/v1/users/me/profile"
LABELS = "/gmail/v1/users/me/labels"


def test_the_real_client_retries_into_ordinary_service(gmail: LocalGmail, service: Any) -> None:
    gmail.script("gmail.users.getProfile", documented("authError"), documented("notFound"))
    for status in (401, 404):
        with pytest.raises(HttpError) as caught:
            service.users().getProfile(userId="me").execute()
        assert caught.value.resp.status == status
    assert service.users().getProfile(userId="me").execute()["emailAddress"] == "alex@example.com"
    assert [r.responded for r in gmail.requests] == [401, 404, 200]


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        (1, [500, 429, 200, 200, 200]),
        (2, [500, 429, 500, 429, 200]),
        (None, [500, 429] * 2 + [500]),
    ],
)
def test_a_sequence_may_be_repeated(
    gmail: LocalGmail, ask: Ask, times: int | None, expected: list[int]
) -> None:
    gmail.script("gmail.users.getProfile", Response(500), Response(429), times=times)
    assert [ask("GET", PROFILE).status for _ in range(5)] == expected


def test_the_particular_goes_before_the_general(gmail: LocalGmail, ask: Ask) -> None:
    gmail.script("*", Response(503), times=None)
    gmail.script("gmail.users.getProfile", Response(502))
    gmail.script(f"GET {PROFILE}", Response(504))
    assert [ask("GET", PROFILE).status for _ in range(3)] == [504, 502, 503]
    assert ask("POST", "/token").status == 503


def test_other_methods_are_served_as_usual(gmail: LocalGmail, ask: Ask) -> None:
    gmail.script("gmail.users.getProfile", Response(503))
    assert ask("GET", LABELS).status == 200


def test_a_later_script_comes_after_an_earlier_one(gmail: LocalGmail, ask: Ask) -> None:
    gmail.script("*", Response(501))
    gmail.script("*", Response(502))
    assert [ask("GET", PROFILE).status for _ in range(3)] == [501, 502, 200]


def test_clear_forgets_scripts_and_requests(gmail: LocalGmail, ask: Ask) -> None:
    gmail.script("*", Response(501), times=None)
    ask("GET", PROFILE)
    gmail.clear()
    assert gmail.requests == []
    assert ask("GET", PROFILE).status == 200


def test_a_function_decides_by_the_request(gmail: LocalGmail, ask: Ask) -> None:
    def response(received: Received) -> Response:
        return Response(200, {"asked for": received.query})

    gmail.script("*", response)
    assert ask("GET", f"{PROFILE}?a=b").json() == {"asked for": "a=b"}


def test_a_function_may_leave_a_request_to_ordinary_service(gmail: LocalGmail, ask: Ask) -> None:
    def fail_posts(received: Received) -> Response | None:
        return Response(503) if received.method == "POST" else None

    gmail.script("*", fail_posts, times=None)
    assert ask("POST", LABELS, {"name": "Travel"}).status == 503
    assert ask("GET", LABELS).status == 200


def test_a_response_is_sent_literally(gmail: LocalGmail, ask: Ask) -> None:
    headers = {"Content-Type": "text/x-own", "X-Own": "yes"}
    gmail.script("*", Response(299, "héllo", headers, reason_phrase="Own Words"))
    reply = ask("GET", PROFILE)
    assert (reply.status, reply.reason, reply.body) == (299, "Own Words", "héllo".encode())
    assert (reply.headers["content-type"], reply.headers["x-own"]) == ("text/x-own", "yes")
    assert reply.headers["content-length"] == "6"


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ({"a": 1}, "application/json; charset=UTF-8"),
        ([1], "application/json; charset=UTF-8"),
        ("<html>", "text/html; charset=UTF-8"),
        ("text", "text/plain; charset=UTF-8"),
        (b"\x00", "application/octet-stream"),
        (b"", None),
    ],
)
def test_the_content_type_suits_the_body(
    gmail: LocalGmail, ask: Ask, body: Any, content_type: str | None
) -> None:
    gmail.script("*", Response(200, body))
    assert ask("GET", PROFILE).headers.get("content-type") == content_type


def test_a_delayed_response_takes_its_time(gmail: LocalGmail, ask: Ask) -> None:
    gmail.script("*", Response(200, delay=0.1))
    started = time.monotonic()
    ask("GET", PROFILE)
    assert 0.1 <= time.monotonic() - started < 10


def test_a_response_may_be_the_last_on_its_connection(gmail: LocalGmail, ask: Ask) -> None:
    gmail.script("*", close_after(documented("backendError")))
    reply = ask("GET", PROFILE)
    assert reply.status == 500
    assert "connection" not in reply.headers


@pytest.mark.parametrize(
    ("target", "outcomes", "times", "complaint"),
    [
        ("gmail.users.message.get", [Fault.DROP], 1, "did you mean gmail.users.messages.get"),
        ("profile", [Fault.DROP], 1, "neither a method id"),
        ("*", [], 1, "at least one"),
        ("*", [Fault.DROP], 0, "at least 1, or None"),
    ],
)
def test_a_script_that_could_never_act_is_refused(
    gmail: LocalGmail, target: str, outcomes: list[Fault], times: int, complaint: str
) -> None:
    with pytest.raises(ValueError, match=complaint):
        gmail.script(target, *outcomes, times=times)


def test_a_mistake_in_a_function_is_loud(
    gmail: LocalGmail, ask: Ask, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(received: Received) -> Response:
        raise LookupError(received.path)

    gmail.script("*", broken)
    assert ask("GET", PROFILE).status == 500
    assert "LookupError" in caplog.text


def test_methods_of_other_apis_can_be_scripted(gmail: LocalGmail, ask: Ask) -> None:
    document = gmail.discovery_document("drive", "v3")
    assert document["baseUrl"] == f"{gmail.url}drive/v3/"
    gmail.script("drive.files.list", Response(200, {"files": []}))
    assert ask("GET", "/drive/v3/files").json() == {"files": []}
    assert ask("GET", "/drive/v3/files").status == 501
    assert len(gmail.requests_for("drive.files.list")) == 2
