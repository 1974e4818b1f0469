# SPDX-License-Identifier: Apache-2.0
"""What the server received can be looked at afterwards."""

from __future__ import annotations

import http.client
import threading
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from local_gmail import LocalGmail
    from support.ask import Ask

LABELS = "/gmail/v1/users/alex%40example.com/labels"


def test_a_request_is_recorded_as_it_came(gmail: LocalGmail, ask: Ask) -> None:
    before = time.monotonic()
    ask("POST", f"{LABELS}?alt=json&q=%C3%A9", {"name": "Travel"}, {"X-Own": "Yes"})
    [received] = gmail.requests
    assert (received.method, received.path) == ("POST", LABELS)
    assert received.query == "alt=json&q=%C3%A9"
    assert received.url == f"{gmail.url.rstrip('/')}{LABELS}?alt=json&q=%C3%A9"
    assert received.headers["x-own"] == received.headers["X-OWN"] == "Yes"
    assert received.body == b'{"name": "Travel"}'
    assert received.json() == {"name": "Travel"}
    assert received.api_method == "gmail.users.labels.create"
    assert (received.connection, received.responded, received.read) == (1, 200, True)
    assert before <= received.received_at <= time.monotonic()


def test_requests_are_in_order_of_arrival_and_found_by_method(
    gmail: LocalGmail, service: Any
) -> None:
    service.users().labels().list(userId="me").execute()
    service.users().getProfile(userId="me").execute()
    service.users().labels().list(userId="me").execute()
    assert [received.api_method for received in gmail.requests] == [
        "gmail.users.labels.list",
        "gmail.users.getProfile",
        "gmail.users.labels.list",
    ]
    assert len(gmail.requests_for("gmail.users.labels.list")) == 2


def test_connections_are_kept_alive_and_numbered(gmail: LocalGmail, ask: Ask) -> None:
    for _ in range(3):
        ask("GET", LABELS)
    other = http.client.HTTPConnection(urlsplit(gmail.url).netloc)
    other.request("GET", LABELS)
    other.getresponse().read()
    other.close()
    ask("DELETE", f"{LABELS}/Label_1")
    ask("GET", LABELS)
    assert [received.connection for received in gmail.requests] == [1, 1, 1, 2, 1, 1]


def test_a_chunked_body_is_put_together(gmail: LocalGmail, ask: Ask) -> None:
    assert ask("POST", LABELS, iter([b'{"name":', b' "Travel"}'])).status == 200
    assert gmail.requests[0].json() == {"name": "Travel"}
    assert ask("GET", LABELS).status == 200


def test_many_clients_at_once_lose_nothing(gmail: LocalGmail) -> None:
    def client() -> None:
        connection = http.client.HTTPConnection(urlsplit(gmail.url).netloc)
        for _ in range(10):
            connection.request("GET", LABELS)
            assert connection.getresponse().read()
        connection.close()

    threads = [threading.Thread(target=client) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(gmail.requests) == 80
    assert {received.connection for received in gmail.requests} == set(range(1, 9))
