# SPDX-License-Identifier: Apache-2.0
"""A batch is carried out part by part, and responded as the real BatchHttpRequest reads it."""

from __future__ import annotations

import base64
import http.client
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import google_auth_httplib2
import httplib2
import pytest
from google.oauth2.credentials import Credentials
from googleapiclient.discovery import build_from_document
from googleapiclient.errors import BatchError, HttpError

from local_gmail import (
    Fault,
    LocalGmail,
    Received,
    Response,
    batch_response,
    documented,
    ordinary_service,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.ask import Ask

GET = "gmail.users.messages.get"
RAW = base64.urlsafe_b64encode(b"To: sam@example.com\n\nHello\n").decode()


class Asked:
    """A batch of the real client, and what it gave its callback."""

    def __init__(self, service: Any) -> None:
        self.users = service.users()
        self.responses: dict[str, Any] = {}
        self.errors: dict[str, HttpError] = {}
        self.order: list[str] = []
        self._batch = service.new_batch_http_request(callback=self._note)

    def add(self, request: Any, request_id: str | None = None) -> None:
        self._batch.add(request, request_id=request_id)

    def gets(self, *message_ids: str) -> None:
        for message_id in message_ids:
            self.add(self.users.messages().get(userId="me", id=message_id, format="minimal"))

    def execute(self) -> None:
        self._batch.execute()

    @property
    def statuses(self) -> dict[str, int]:
        return {request_id: error.status_code for request_id, error in self.errors.items()}

    def _note(self, request_id: str, response: Any, error: HttpError | None) -> None:
        self.order.append(request_id)
        if error is None:
            self.responses[request_id] = response
        else:
            self.errors[request_id] = error


Batch = Callable[[], Asked]


@pytest.fixture
def batch(service: Any) -> Batch:
    return lambda: Asked(service)


def ids(gmail: LocalGmail, count: int) -> list[str]:
    return [message.id for message in gmail.mailbox.messages()[:count]]


def test_each_part_has_an_outcome_of_its_own(gmail: LocalGmail, batch: Batch) -> None:
    asked = batch()
    messages, labels = asked.users.messages(), asked.users.labels()
    first, second = ids(gmail, 2)
    gmail.script("gmail.users.messages.modify", documented("concurrentRequests"))

    asked.add(messages.get(userId="me", id=first), "read")
    asked.add(messages.get(userId="me", id="19ffffffffffffff"), "gone")
    asked.add(messages.modify(userId="me", id=first, body={"addLabelIds": ["STARRED"]}), "limited")
    asked.add(messages.delete(userId="me", id=second), "deleted")
    asked.add(labels.create(userId="me", body={"name": "Bücher"}), "Ärger & Co/1 +2")
    asked.add(messages.send(userId="me", body={"raw": RAW}), "sent")
    asked.execute()

    assert asked.responses["read"]["id"] == first
    assert asked.responses["deleted"] == ""
    assert asked.responses["Ärger & Co/1 +2"]["name"] == "Bücher"
    assert asked.statuses == {"gone": 404, "limited": 429}
    assert "Too many concurrent requests" in str(asked.errors["limited"])
    assert [message.raw for message in gmail.mailbox.sent] == [b"To: sam@example.com\n\nHello\n"]
    assert not gmail.mailbox.has(second)


def test_a_batch_is_one_request_with_recorded_parts(gmail: LocalGmail, batch: Batch) -> None:
    asked = batch()
    asked.gets(*ids(gmail, 2))
    body = {"name": "Travel"}
    asked.add(asked.users.labels().create(userId="me", body=body, fields="id"), "x" * 90)
    asked.execute()

    [received] = gmail.requests
    assert (received.method, received.path) == ("POST", "/batch")
    assert (received.api_method, received.responded, received.part_of) == ("batch", 200, None)
    assert gmail.requests_for("batch") == [received]
    assert gmail.requests_for(GET) == []
    assert gmail.batch_parts == received.parts
    assert [part.api_method for part in received.parts] == [GET, GET, "gmail.users.labels.create"]
    last = received.parts[-1]
    assert last.part_of is received
    assert (last.method, last.path) == ("POST", "/gmail/v1/users/me/labels")
    assert last.query == "fields=id&alt=json"
    assert last.url == f"{gmail.url}gmail/v1/users/me/labels?fields=id&alt=json"
    assert last.headers["content-type"] == "application/json"
    assert last.json() == body
    assert last.responded == 200
    assert last.content_id is not None
    assert last.content_id.endswith(f" + {'x' * 90}")
    assert (last.connection, last.received_at) == (received.connection, received.received_at)


def test_scripts_by_method_are_for_parts_too_but_any_request_is_the_batch(
    gmail: LocalGmail, batch: Batch
) -> None:
    gmail.script("*", ordinary_service, Response(503))
    gmail.script(GET, ordinary_service, documented("backendError"))
    asked = batch()
    asked.gets(*ids(gmail, 3))
    asked.execute()
    assert asked.statuses == {"2": 500}
    assert [part.responded for part in gmail.batch_parts] == [200, 500, 200]
    with pytest.raises(HttpError, match="503"):
        asked.execute()


@pytest.mark.parametrize(
    ("outcome", "raised", "carried_out"),
    [
        (documented("backendError"), HttpError, False),
        (Fault.RESET, ConnectionResetError, False),
        (Fault.TRUNCATE, http.client.IncompleteRead, True),
        (Fault.HALF_STATUS_LINE, http.client.BadStatusLine, False),
        (Response(200, {"not": "multipart"}), BatchError, False),
    ],
)
def test_a_batch_may_fail_as_a_whole(
    *,
    gmail: LocalGmail,
    batch: Batch,
    outcome: Response | Fault,
    raised: type[Exception],
    carried_out: bool,
) -> None:
    gmail.script("batch", outcome, times=2)
    asked = batch()
    asked.add(asked.users.messages().send(userId="me", body={"raw": RAW}))
    with pytest.raises(raised):
        asked.execute()
    assert asked.order == []
    assert bool(gmail.mailbox.sent) is carried_out
    # What it consisted of is known all the same.
    assert [part.api_method for part in gmail.requests[0].parts] == ["gmail.users.messages.send"]


@pytest.mark.parametrize(
    ("fault", "sent"), [(Fault.DROP, 0), (Fault.RESET, 0), (Fault.SERVE_AND_DROP, 1)]
)
def test_a_part_may_be_left_out(gmail: LocalGmail, batch: Batch, fault: Fault, sent: int) -> None:
    gmail.script("gmail.users.messages.send", fault)
    asked = batch()
    asked.gets(*ids(gmail, 1))
    asked.add(asked.users.messages().send(userId="me", body={"raw": RAW}), "left out")
    asked.gets(*ids(gmail, 1))
    # The real client doesn't expect it.
    with pytest.raises(KeyError, match="left out"):
        asked.execute()
    assert [part.responded for part in gmail.batch_parts] == [200, None, 200]
    assert len(gmail.mailbox.sent) == sent


@pytest.mark.parametrize(
    ("fault", "raised"),
    [(Fault.HALF_STATUS_LINE, ValueError), (Fault.NOT_HTTP, ValueError)],
)
def test_a_broken_status_line_of_a_part_fails_all(
    gmail: LocalGmail, batch: Batch, fault: Fault, raised: type[Exception]
) -> None:
    gmail.script(GET, ordinary_service, fault)
    asked = batch()
    asked.gets(*ids(gmail, 3))
    with pytest.raises(raised):
        asked.execute()
    assert asked.order == []


@pytest.mark.parametrize(
    ("fault", "content"),
    [(Fault.truncate(Response(200, "0123")), b"01"), (Fault.BAD_GZIP, b"this is not gzip")],
)
def test_a_spoilt_part_is_returned_as_it_is(
    gmail: LocalGmail, batch: Batch, fault: Fault, content: bytes
) -> None:
    gmail.script(GET, ordinary_service, fault)
    asked = batch()
    asked.gets(*ids(gmail, 3))
    asked.execute()
    # That is what the real client makes of a response which isn't JSON.
    assert asked.responses["2"] == content.decode()
    assert [part.responded for part in gmail.batch_parts] == [200, 200, 200]


def test_the_parts_may_come_in_another_order(gmail: LocalGmail, batch: Batch) -> None:
    gmail.script("batch", Fault.PARTS_REVERSED)
    asked = batch()
    messages = ids(gmail, 3)
    asked.gets(*messages)
    asked.execute()
    assert [asked.responses[each]["id"] for each in ("1", "2", "3")] == messages


def test_a_script_may_make_up_the_responses_of_all_parts(gmail: LocalGmail, batch: Batch) -> None:
    def response(received: Received) -> Response:
        first, *others = received.parts
        return batch_response(
            [
                *((part.content_id, Response(503)) for part in others),
                (first.content_id, Response(200, {"id": "made up"})),
            ]
        )

    gmail.script("batch", response)
    asked = batch()
    asked.gets(*ids(gmail, 3))
    asked.execute()
    assert asked.responses["1"] == {"id": "made up"}
    assert asked.statuses == {"2": 503, "3": 503}


def test_a_part_that_takes_its_time_holds_up_the_others(gmail: LocalGmail, batch: Batch) -> None:
    gmail.script(GET, Response(200, {}, delay=0.1), Response(200, {}, delay=0.05))
    asked = batch()
    asked.gets(*ids(gmail, 2))
    started = time.monotonic()
    asked.execute()
    assert 0.1 <= time.monotonic() - started < 10


@pytest.mark.parametrize(
    ("limit", "complaint"), [(100, None), (99, "Received: 100, Limit: 99"), (2, "Limit: 2")]
)
def test_more_parts_than_allowed_are_refused_together(limit: int, complaint: str | None) -> None:
    with (
        LocalGmail(batch_limit=limit) as gmail,
        build_from_document(gmail.discovery_document(), http=httplib2.Http()) as service,
    ):
        asked = Asked(service)
        request = asked.users.labels().list(userId="me", fields="labels/id")
        for _ in range(100):
            asked.add(request)
        if complaint is None:
            asked.execute()
            assert len(asked.responses) == 100
        else:
            with pytest.raises(HttpError, match=f"400.*Inner request count.*{complaint}"):
                asked.execute()
        assert len(gmail.batch_parts) == 100


def test_the_limit_may_be_that_of_the_client() -> None:
    with (
        LocalGmail(batch_limit=1000) as gmail,
        build_from_document(gmail.discovery_document(), http=httplib2.Http()) as service,
    ):
        asked = Asked(service)
        request = asked.users.labels().list(userId="me", fields="labels/id")
        for _ in range(1000):
            asked.add(request)
        asked.execute()
        assert len(asked.responses) == len(gmail.batch_parts) == 1000


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/json", "{}"),
        ("multipart/mixed; boundary=b", ""),
        ("multipart/mixed; boundary=b", "--b\n\nGET /x HTTP/1.1\n"),
        ("multipart/mixed; boundary=b", "--b\nContent-Type: application/http\n\nhello\n--b--"),
    ],
)
def test_what_is_no_batch_is_refused(ask: Ask, content_type: str, body: str) -> None:
    reply = ask("POST", "/batch/gmail/v1", body, {"Content-Type": content_type})
    assert (reply.status, reply.json()["error"]["status"]) == (400, "INVALID_ARGUMENT")


def test_every_batch_path_is_served_and_batches_are_not_nested(ask: Ask) -> None:
    body = (
        "--b\r\nContent-Type: application/http\r\nContent-ID: <one>\r\n\r\n"
        "GET /gmail/v1/users/me/profile HTTP/1.1\r\n\r\n\r\n"
        "--b\r\nContent-Type: application/http\r\nContent-ID: <two>\r\n\r\n"
        "POST /batch HTTP/1.1\r\n\r\n\r\n--b--\r\n"
    )
    for path in ("/batch", "/batch/gmail/v1", "/batch/drive/v3"):
        reply = ask("POST", path, body, {"Content-Type": "multipart/mixed; boundary=b"})
        assert reply.status == 200
        text = reply.body.decode()
        assert "Content-ID: <response-one>\r\n\r\nHTTP/1.1 200 Ok\r\n" in text
        assert "Content-ID: <response-two>\r\n\r\nHTTP/1.1 404 Not Found\r\n" in text


# For a batch, googleapiclient refreshes through an httplib2.Http that it never closes.
@pytest.mark.filterwarnings(
    "ignore:Exception ignored in.*socket:pytest.PytestUnraisableExceptionWarning"
)
class TestRequiredAuthorization:
    @pytest.fixture
    def gmail(self) -> Iterator[LocalGmail]:
        with LocalGmail(require_auth=True) as running:
            yield running

    @pytest.fixture
    def service(self, gmail: LocalGmail) -> Iterator[Any]:
        credentials = Credentials(
            None,
            refresh_token="1//refresh",
            token_uri=gmail.token_uri,
            client_id="client",
            client_secret="secret",
        )
        http = google_auth_httplib2.AuthorizedHttp(credentials, http=httplib2.Http())
        with build_from_document(gmail.discovery_document(), http=http) as built:
            yield built

    def test_parts_with_a_stale_token_are_sent_again(self, gmail: LocalGmail, batch: Batch) -> None:
        asked = batch()
        asked.users.getProfile(userId="me").execute()
        gmail.clear()
        stale = set(gmail.accepted_tokens)
        gmail.accepted_tokens.clear()
        asked.gets(*ids(gmail, 2))
        asked.execute()
        assert [r.api_method for r in gmail.requests] == ["batch", "token", "batch"]
        assert [part.responded for part in gmail.batch_parts] == [401, 401, 200, 200]
        assert {part.authorization for part in gmail.requests[0].parts} == {
            f"Bearer {token}" for token in stale
        }
        assert len(asked.responses) == 2

    def test_only_the_refused_part_is_sent_again(self, gmail: LocalGmail, batch: Batch) -> None:
        gmail.script(GET, ordinary_service, documented("authError"))
        asked = batch()
        asked.gets(*ids(gmail, 3))
        asked.execute()
        assert [len(received.parts) for received in gmail.requests_for("batch")] == [3, 1]
        assert [part.responded for part in gmail.batch_parts] == [200, 401, 200, 200]
        assert len(asked.responses) == 3

    def test_a_part_without_credentials_has_those_of_the_batch(
        self, gmail: LocalGmail, ask: Ask
    ) -> None:
        gmail.accepted_tokens.add("good")
        part = "--b\n\nGET /gmail/v1/users/me/profile HTTP/1.1\n"
        body = f"{part}\n{part}Authorization: Bearer bad\n\n--b--"
        headers = {"Content-Type": "multipart/mixed; boundary=b", "Authorization": "Bearer good"}
        assert ask("POST", "/batch", body, headers).status == 200
        assert [part.responded for part in gmail.batch_parts] == [200, 401]
