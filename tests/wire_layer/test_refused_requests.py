# SPDX-License-Identifier: Apache-2.0
"""What http.client refuses to send was not sent, whatever httplib2 does then (design 4.5)."""

from __future__ import annotations

import logging
import signal
from collections.abc import Callable, Generator
from contextlib import contextmanager
from http.client import ResponseNotReady
from typing import Any

import httplib2
import pytest
from googleapiclient.discovery import build_from_document
from opentelemetry.trace import SpanKind, StatusCode

from local_gmail import Fault, LocalGmail, Response
from support.recording import Recording, attributes_of

LIST = "gmail.users.messages.list"
SEND = "gmail.users.messages.send"
MAIL = {"raw": "VG86IGFAZXhhbXBsZS5jb20NCg0KaGk="}

REFUSED: dict[str, tuple[dict[str, Any], type[Exception], str]] = {
    # How the request is made, what the application gets, and what the attempt says.
    "a control character in the path": (
        {"path": "a\x7f"},
        ResponseNotReady,
        "InvalidURL",
    ),
    "a control character in the query": (
        {"path": "?q=a\x7f"},
        ResponseNotReady,
        "InvalidURL",
    ),
    "a line break in a header": ({"headers": {"x-mine": "a\r\nb"}}, ValueError, "ValueError"),
    "a header that can't be encoded": (
        {"headers": {"x-mine": "\N{SNOWMAN}"}},
        UnicodeEncodeError,
        "UnicodeEncodeError",
    ),
    "a body that can't be encoded": (
        {"body": "\N{SNOWMAN}"},
        UnicodeEncodeError,
        "UnicodeEncodeError",
    ),
    "a line break in the method": ({"method": "PO\nST"}, ValueError, "ValueError"),
}


def _tried(gmail: LocalGmail, path: str = "", **arguments: Any) -> Exception | None:
    client: Any = httplib2.Http(timeout=10)
    try:
        client.request(gmail.url + path, **{"method": "POST", **arguments})
    except (ResponseNotReady, ValueError) as error:
        return error
    finally:
        client.close()
    return None


@pytest.mark.parametrize(("arguments", "raised", "name"), REFUSED.values(), ids=REFUSED)
def test_a_request_that_was_refused_is_one_attempt_that_failed_to_be_sent(
    arguments: dict[str, Any],
    raised: type[Exception],
    name: str,
    wire: Recording,
    gmail: LocalGmail,
    caplog: pytest.LogCaptureFixture,
) -> None:
    error = _tried(gmail, **arguments)

    assert type(error) is raised
    assert gmail.requests == []
    attributes = attributes_of(wire.only_span)
    assert str(attributes["error.type"]).rpartition(".")[2] == name
    assert attributes["httplib2.failed_phase"] == "send"
    assert wire.only_span.status.status_code is StatusCode.ERROR
    assert attributes.keys().isdisjoint(
        {"http.response.status_code", "http.request.resend_count", "httplib2.response.stale"}
    )
    assert wire.points("httplib2.resends") == []
    assert caplog.records == []


# The connection of a request that was interrupted still has a response to come.


class _Interrupted(Exception):
    pass


@contextmanager
def _interrupting() -> Generator[None]:
    def interrupt(*_: object) -> None:
        raise _Interrupted

    before = signal.signal(signal.SIGALRM, interrupt)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _interrupt_while_waiting(gmail: LocalGmail, client: httplib2.Http) -> None:
    with _interrupting():
        signal.setitimer(signal.ITIMER_REAL, 0.1)
        with pytest.raises(_Interrupted):
            client.request(f"{gmail.url}gmail/v1/users/me/messages")


def test_the_response_to_an_earlier_request_is_told(
    wire: Recording, gmail: LocalGmail, http: httplib2.Http, caplog: pytest.LogCaptureFixture
) -> None:
    gmail.script(LIST, Response(200, {"of": "the first"}, delay=0.3))
    _interrupt_while_waiting(gmail, http)
    wire.clear()

    response, content = http.request(f"{gmail.url}gmail/v1/users/me/labels", "POST", b"{}")

    assert (response.status, b"the first" in content) == (200, True)
    attributes = attributes_of(wire.only_span)
    assert attributes["error.type"] == "http.client.CannotSendRequest"
    assert attributes["httplib2.failed_phase"] == "send"
    assert attributes["httplib2.response.stale"] is True
    assert "http.response.status_code" not in attributes
    assert len(gmail.requests) == 1, "the POST did not go out"
    (warning,) = caplog.records
    assert warning.levelno == logging.WARNING
    assert "response to an earlier request" in warning.getMessage()


def test_a_call_that_got_the_response_to_another_has_no_status(
    wire: Recording,
    instrument: Callable[..., None],
    gmail: LocalGmail,
    http: httplib2.Http,
) -> None:
    instrument()
    service = build_from_document(gmail.discovery_document(), http=http)
    gmail.script(LIST, Response(200, {"of": "the first"}, delay=0.3))
    _interrupt_while_waiting(gmail, http)
    wire.clear()

    got = service.users().messages().send(userId="me", body=MAIL).execute()

    assert got == {"of": "the first"}
    (call,) = wire.of_kind(SpanKind.INTERNAL)
    assert attributes_of(call)["httplib2.response.stale"] is True
    assert "http.response.status_code" not in attributes_of(call)
    assert "googleapiclient.duplicate_risk" not in attributes_of(call)


def test_a_transport_that_reads_the_late_response_to_its_own_first_attempt_has_its_status(
    wire: Recording,
    instrument: Callable[..., None],
    gmail: LocalGmail,
    http: httplib2.Http,
    caplog: pytest.LogCaptureFixture,
) -> None:
    class Persistent:
        def request(self, *args: Any, **kwargs: Any) -> Any:
            signal.setitimer(signal.ITIMER_REAL, 0.1)
            try:
                return http.request(*args, **kwargs)
            except _Interrupted:
                return http.request(*args, **kwargs)

    instrument()
    gmail.script(LIST, Response(200, {"messages": []}, delay=0.3))
    service = build_from_document(gmail.discovery_document(), http=Persistent())

    with _interrupting():
        got = service.users().messages().list(userId="me").execute()

    assert got == {"messages": []}
    assert len(gmail.requests) == 1
    (call,) = wire.of_kind(SpanKind.INTERNAL)
    assert attributes_of(call)["http.response.status_code"] == 200
    assert "httplib2.response.stale" not in attributes_of(call)
    first, second = map(attributes_of, wire.of_kind(SpanKind.CLIENT))
    assert first["httplib2.failed_phase"] == "wait"
    assert second["httplib2.failed_phase"] == "send"
    assert second["httplib2.response.stale"] is True
    assert wire.points("httplib2.resends") == []
    assert caplog.records == []


def test_a_request_whose_connection_was_dead_is_sent_on_a_new_one(
    wire: Recording, gmail: LocalGmail, http: httplib2.Http
) -> None:
    """CannotSendRequest, no response either, so httplib2 connects again: one attempt, sent once."""
    gmail.script(LIST, Fault.hang(0.3))
    _interrupt_while_waiting(gmail, http)
    wire.clear()

    response, _ = http.request(f"{gmail.url}gmail/v1/users/me/labels", "POST", b"{}")

    attributes = attributes_of(wire.only_span)
    assert attributes["http.response.status_code"] == response.status
    assert "httplib2.failed_phase" not in attributes
    assert "http.request.resend_count" not in attributes
    assert len(gmail.requests) == 2
