# SPDX-License-Identifier: Apache-2.0
"""Each fault, as a client on the other side of a real socket sees it."""

from __future__ import annotations

import base64
import http.client
import socket
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httplib2
import pytest

from local_gmail import Fault, LocalGmail, Response, documented, redirect_to_itself

if TYPE_CHECKING:
    from support.ask import Ask

PROFILE = "/gmail/v1/users/me/profile"
SEND = "/gmail/v1/users/me/messages/send"
RAW = base64.urlsafe_b64encode(b"To: sam@example.com\n\nHello\n").decode()


@pytest.mark.parametrize(
    ("fault", "seen", "responded"),
    [
        (Fault.DROP, http.client.RemoteDisconnected, None),
        (Fault.SERVE_AND_DROP, http.client.RemoteDisconnected, None),
        (Fault.CLOSE_UNREAD, ConnectionResetError, None),
        (Fault.RESET, ConnectionResetError, None),
        (Fault.TRUNCATE, http.client.IncompleteRead, 200),
        (Fault.hang(0.05), http.client.RemoteDisconnected, None),
        (Fault.HALF_STATUS_LINE, http.client.BadStatusLine, None),
        (Fault.NOT_HTTP, http.client.BadStatusLine, None),
    ],
    ids=lambda value: value.kind.name if isinstance(value, Fault) else "",
)
def test_a_fault_raises_in_the_client_and_service_resumes(
    *,
    gmail: LocalGmail,
    ask: Ask,
    connection: http.client.HTTPConnection,
    fault: Fault,
    seen: type[Exception],
    responded: int | None,
) -> None:
    ask("GET", PROFILE)
    gmail.script("gmail.users.getProfile", fault)
    with pytest.raises(seen) as caught:
        ask("GET", PROFILE)
    # RemoteDisconnected is both of the others.
    assert type(caught.value) is seen
    connection.close()
    assert ask("GET", PROFILE).status == 200
    assert [(r.connection, r.responded) for r in gmail.requests] == [
        (1, 200),
        (1, responded),
        (2, 200),
    ]


@pytest.mark.parametrize(
    ("fault", "sent"),
    [(Fault.DROP, 0), (Fault.RESET, 0), (Fault.SERVE_AND_DROP, 1), (Fault.TRUNCATE, 1)],
    ids=lambda value: value.kind.name if isinstance(value, Fault) else "",
)
def test_a_fault_says_whether_the_mail_went_out(
    gmail: LocalGmail, ask: Ask, fault: Fault, sent: int
) -> None:
    gmail.script("gmail.users.messages.send", fault)
    with pytest.raises((ConnectionError, http.client.IncompleteRead)):
        ask("POST", SEND, {"raw": RAW})
    assert gmail.requests[0].json() == {"raw": RAW}
    assert len(gmail.mailbox.sent) == sent


def test_httplib2_sends_a_dropped_post_again_so_that_the_mail_goes_out_twice(
    gmail: LocalGmail, service: Any
) -> None:
    gmail.script("gmail.users.messages.send", Fault.SERVE_AND_DROP)
    service.users().messages().send(userId="me", body={"raw": RAW}).execute()
    assert len(gmail.mailbox.sent) == 2
    assert [r.connection for r in gmail.requests] == [1, 2]


def test_a_request_closed_on_unread_is_known_by_its_first_line_alone(
    gmail: LocalGmail, ask: Ask
) -> None:
    gmail.script("gmail.users.messages.send", Fault.CLOSE_UNREAD)
    with pytest.raises(ConnectionError):
        ask("POST", f"{SEND}?alt=json", {"raw": RAW})
    [received] = gmail.requests
    assert (received.read, received.body, len(received.headers)) == (False, b"", 0)
    assert (received.api_method, received.query) == ("gmail.users.messages.send", "alt=json")


def test_a_body_that_is_not_gzip_fails_to_decompress(gmail: LocalGmail, service: Any) -> None:
    gmail.script("gmail.users.getProfile", Fault.BAD_GZIP)
    with pytest.raises(httplib2.FailedToDecompressContent):
        service.users().getProfile(userId="me").execute()
    service.users().getProfile(userId="me").execute()
    assert [r.connection for r in gmail.requests] == [1, 1]


def test_a_response_may_be_given_to_spoil(
    gmail: LocalGmail, ask: Ask, connection: http.client.HTTPConnection
) -> None:
    gmail.script("*", Fault.truncate(Response(503, b"0123456789")))
    with pytest.raises(http.client.IncompleteRead) as caught:
        ask("GET", PROFILE)
    assert (caught.value.partial, caught.value.expected) == (b"01234", 5)
    connection.close()
    gmail.script("*", Fault.bad_gzip(documented("backendError")))
    reply = ask("GET", PROFILE)
    assert (reply.status, reply.headers["content-encoding"]) == (500, "gzip")


def test_hanging_outlasts_the_clients_patience(gmail: LocalGmail) -> None:
    gmail.script("*", Fault.HANG)
    impatient = http.client.HTTPConnection(urlsplit(gmail.url).netloc, timeout=0.05)
    impatient.request("GET", PROFILE)
    with pytest.raises(TimeoutError):
        impatient.getresponse()
    impatient.close()
    assert [r.responded for r in gmail.requests] == [None]


def test_a_connection_closed_after_its_response_is_dead_for_the_next_request(
    gmail: LocalGmail, ask: Ask, connection: http.client.HTTPConnection
) -> None:
    gmail.script("*", Fault.CLOSE_AFTER)
    assert ask("GET", PROFILE).status == 200
    assert isinstance(connection.sock, socket.socket)
    _wait_for_end(connection.sock)
    with pytest.raises((http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError)):
        ask("GET", PROFILE)
    assert len(gmail.requests) == 1


def test_httplib2_repairs_a_connection_closed_after_its_response(
    gmail: LocalGmail, service: Any
) -> None:
    gmail.script("gmail.users.getProfile", Fault.CLOSE_AFTER)
    for _ in range(2):
        service.users().getProfile(userId="me").execute()
    assert [r.connection for r in gmail.requests] == [1, 2]


def test_a_redirect_to_itself_never_ends(gmail: LocalGmail, service: Any) -> None:
    gmail.script("gmail.users.getProfile", redirect_to_itself, times=None)
    with pytest.raises(httplib2.RedirectLimit):
        service.users().getProfile(userId="me").execute()
    assert len(gmail.requests) == 6


def _wait_for_end(end: socket.socket) -> None:
    """Wait till the FIN has arrived, without taking it."""
    deadline = time.monotonic() + 2
    while end.recv(1, socket.MSG_PEEK) and time.monotonic() < deadline:
        time.sleep(0.005)
