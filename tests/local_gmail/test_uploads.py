# SPDX-License-Identifier: Apache-2.0
"""Mail may be uploaded: at once, with metadata in front, or in chunks that can be resumed."""

from __future__ import annotations

import http.client
import io
import threading
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from googleapiclient.discovery import build_from_document
from googleapiclient.errors import HttpError, ResumableUploadError
from googleapiclient.http import (
    MediaInMemoryUpload,
    MediaIoBaseUpload,
    MediaUpload,
    build_http,
)

from local_gmail import Fault, LocalGmail, Message, Response, documented, ordinary_service

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.ask import Ask, Reply

SEND = "gmail.users.messages.send"
UPLOAD = "/upload/gmail/v1/users/me/messages/send?uploadType="
UNIT = 100
MAIL = b"To: sam@example.com\r\nSubject: Big\r\n\r\n".ljust(3 * UNIT - 30, b".")


class NoStream(MediaUpload):
    """Media that is asked for by its place, and may not say how much there is of it."""

    def __init__(self, content: bytes, *, chunksize: int = UNIT, size: int | None = None) -> None:
        self._content = content
        self._chunksize = chunksize
        self._size = size

    def chunksize(self) -> int:
        return self._chunksize

    def mimetype(self) -> str:  # pyright: ignore[reportIncompatibleMethodOverride]
        return "message/rfc822"

    def size(self) -> int | None:  # pyright: ignore[reportIncompatibleMethodOverride]
        return self._size

    def resumable(self) -> bool:  # pyright: ignore[reportIncompatibleMethodOverride]
        return True

    def getbytes(self, begin: int, end: int) -> bytes:
        # The second argument is a length, whatever it is called.
        return self._content[begin : begin + end]


@pytest.fixture
def gmail() -> Iterator[LocalGmail]:
    with LocalGmail(upload_granularity=UNIT, read_timeout=0.1) as running:
        yield running


@pytest.fixture
def service(gmail: LocalGmail) -> Iterator[Any]:
    """Of googleapiclient's own httplib2.Http, which doesn't take 308 for a redirect."""
    with build_from_document(gmail.discovery_document(), http=build_http()) as built:
        yield built


@pytest.fixture
def sending(service: Any) -> Any:
    """The real client's request to send `MAIL` in three chunks."""
    return sending_by(service, in_chunks(MAIL))


def in_chunks(content: bytes, chunksize: int = UNIT) -> MediaUpload:
    media = io.BytesIO(content)
    return MediaIoBaseUpload(media, "message/rfc822", chunksize=chunksize, resumable=True)


def sending_by(service: Any, media: MediaUpload, **arguments: Any) -> Any:
    request = service.users().messages().send(userId="me", media_body=media, **arguments)
    request._sleep = lambda _: None
    return request


def uploads(gmail: LocalGmail) -> list[tuple[str, str | None, int | None]]:
    """What came after the start: its kind, what it was about, and what it got."""
    return [
        (str(received.api_method), received.headers.get("content-range"), received.responded)
        for received in gmail.requests
        if received.api_method != SEND
    ]


def path_of(start: Reply) -> str:
    location = urlsplit(start.headers["location"])
    return f"{location.path}?{location.query}"


def newest(gmail: LocalGmail) -> Message:
    return gmail.mailbox.messages()[0]


class TestAtOnce:
    @pytest.mark.parametrize("mail", [MAIL, b"To: a@example.com\r\n\r\nFrom \x00\xff\r"])
    def test_media_alone_is_the_mail(self, gmail: LocalGmail, service: Any, mail: bytes) -> None:
        media = MediaInMemoryUpload(mail, mimetype="message/rfc822")
        sent = sending_by(service, media).execute()
        assert "uploadType=media" in gmail.requests[0].query
        assert [message.raw for message in gmail.mailbox.sent] == [mail]
        assert sent["id"] == gmail.mailbox.sent[0].id

    def test_metadata_may_come_in_front(self, gmail: LocalGmail, service: Any) -> None:
        thread_id = gmail.mailbox.messages()[0].thread_id
        media = MediaInMemoryUpload(MAIL, mimetype="message/rfc822")
        sending_by(service, media, body={"threadId": thread_id}).execute()
        assert "uploadType=multipart" in gmail.requests[0].query
        [sent] = gmail.mailbox.sent
        assert sent.thread_id == thread_id
        assert sent.raw == MAIL

    @pytest.mark.parametrize("newline", [b"\n", b"\r\n"])
    def test_not_a_byte_of_the_media_is_touched(
        self, gmail: LocalGmail, ask: Ask, newline: bytes
    ) -> None:
        mail = b"To: a@example.com\r\n\r\n--other\n\xff\x00\r\r\n\n"
        lines = [b"--b", b"Content-Type: application/json", b"", b"{}"]
        lines += [b"--b", b"Content-Type: message/rfc822", b"", mail, b"--b--", b""]
        headers = {"Content-Type": 'multipart/related; boundary="b"'}
        assert ask("POST", f"{UPLOAD}multipart", newline.join(lines), headers).status == 200
        assert gmail.mailbox.sent[0].raw == mail

    @pytest.mark.parametrize(
        ("kind", "headers", "message"),
        [
            ("media", {"Content-Type": "text/plain"}, "Media type 'text/plain' is not supported"),
            ("multipart", {"Content-Type": "text/plain"}, "Failed to parse multipart upload"),
            ("resumable", {"X-Upload-Content-Type": "image/png"}, "Media type 'image/png' is not"),
            ("other", {}, "Invalid uploadType: other"),
        ],
    )
    def test_other_uploads_are_refused(
        self, ask: Ask, kind: str, headers: dict[str, str], message: str
    ) -> None:
        reply = ask("POST", f"{UPLOAD}{kind}", b"x", headers)
        assert reply.status == 400
        assert reply.json()["error"]["message"].startswith(message)

    def test_mail_may_be_inserted_and_imported_without_being_sent(
        self, gmail: LocalGmail, service: Any
    ) -> None:
        messages = service.users().messages()
        dated = b"Date: Mon, 3 Mar 2025 08:15:00 +0000\n\nNo recipient\n"
        for method in (messages.insert, messages.import_):
            media = MediaInMemoryUpload(dated, mimetype="message/rfc822")
            body = {"labelIds": ["INBOX", "Label_1"]}
            added = method(userId="me", body=body, media_body=media).execute()
            assert added["labelIds"] == ["INBOX", "Label_1"]
            assert gmail.mailbox.message(added["id"]).raw == dated
        assert gmail.mailbox.sent == []
        # An imported mail has the date that it says, an inserted one that of its arrival.
        assert gmail.mailbox.message(added["id"]).internal_date_ms == 1740989700000
        assert newest(gmail).raw == dated

    def test_a_draft_may_be_uploaded(self, gmail: LocalGmail, service: Any) -> None:
        drafts = service.users().drafts()
        media = MediaInMemoryUpload(b"Subject: A\n\n", mimetype="message/rfc822")
        made = drafts.create(userId="me", media_body=media).execute()
        media = in_chunks(MAIL)
        drafts.update(userId="me", id=made["id"], media_body=media).execute()
        assert [draft.message.raw for draft in gmail.mailbox.drafts.all()] == [MAIL]


class TestInChunks:
    def test_chunk_by_chunk(self, gmail: LocalGmail, sending: Any) -> None:
        seen: list[int] = []
        response = None
        while response is None:
            progress, response = sending.next_chunk()
            seen.append(progress.resumable_progress if progress else len(MAIL))
        assert seen == [UNIT, 2 * UNIT, len(MAIL)]
        assert [message.raw for message in gmail.mailbox.sent] == [MAIL]
        assert response["id"] == gmail.mailbox.sent[0].id

    def test_all_by_one_execute(self, gmail: LocalGmail, sending: Any) -> None:
        sending.execute()
        [start, *_] = gmail.requests
        assert (start.api_method, start.responded) == (SEND, 200)
        assert start.headers["x-upload-content-length"] == str(len(MAIL))
        assert start.headers["x-upload-content-type"] == "message/rfc822"
        assert uploads(gmail) == [
            ("upload", f"bytes 0-99/{len(MAIL)}", 308),
            ("upload", f"bytes 100-199/{len(MAIL)}", 308),
            ("upload", f"bytes 200-269/{len(MAIL)}", 200),
        ]
        assert "&upload_id=" in gmail.requests[-1].query
        assert [message.raw for message in gmail.mailbox.sent] == [MAIL]

    def test_metadata_and_fields_come_with_the_start(self, gmail: LocalGmail, service: Any) -> None:
        thread_id = gmail.mailbox.messages()[0].thread_id
        request = sending_by(
            service, in_chunks(MAIL), body={"threadId": thread_id}, fields="threadId"
        )
        assert request.execute() == {"threadId": thread_id}

    def test_an_empty_mail_is_one_chunk(self, gmail: LocalGmail, service: Any) -> None:
        messages = service.users().messages()
        messages.insert(userId="me", media_body=in_chunks(b"")).execute()
        assert newest(gmail).raw == b""

    @pytest.mark.parametrize("length", [250, 300])
    def test_the_size_may_be_unknown_until_the_end(
        self, gmail: LocalGmail, service: Any, length: int
    ) -> None:
        mail = MAIL[:40].ljust(length, b".")
        sending_by(service, NoStream(mail)).execute()
        assert [message.raw for message in gmail.mailbox.sent] == [mail]
        ranges = [about for _, about, _ in uploads(gmail)]
        assert ranges[:2] == ["bytes 0-99/*", "bytes 100-199/*"]
        assert ranges[2:] == (
            ["bytes 200-249/250"] if length == 250 else ["bytes 200-299/*", "bytes 300-299/300"]
        )

    def test_only_whole_units_are_kept_before_the_end(
        self, gmail: LocalGmail, service: Any
    ) -> None:
        request = sending_by(service, in_chunks(MAIL, chunksize=UNIT + 30))
        progress, _ = request.next_chunk()
        assert progress.resumable_progress == UNIT
        request.execute()
        assert gmail.mailbox.sent[0].raw == MAIL

    def test_a_chunk_must_not_be_smaller_than_a_unit(self, service: Any) -> None:
        with pytest.raises(HttpError, match=r"400.*equal or greater than 100.*contained 99 bytes"):
            sending_by(service, in_chunks(MAIL, chunksize=UNIT - 1)).next_chunk()

    def test_the_start_meets_the_scripts_of_the_method(
        self, gmail: LocalGmail, sending: Any
    ) -> None:
        gmail.script(SEND, documented("backendError"), documented("insufficientPermissions"))
        with pytest.raises(ResumableUploadError, match="403"):
            sending.execute(num_retries=1)
        assert [r.api_method for r in gmail.requests] == [SEND, SEND]

    def test_a_mail_that_is_refused_is_refused_at_the_end(self, service: Any) -> None:
        with pytest.raises(HttpError, match=r"400.*Recipient address required"):
            sending_by(service, in_chunks(b"Subject: x".ljust(250, b"."))).execute()

    def test_an_unknown_session_is_not_found(self, ask: Ask) -> None:
        path = f"{UPLOAD}resumable&upload_id=unknown"
        assert ask("PUT", path, b"x").status == 404
        assert ask("PUT", path, b"", {"Content-Range": "bytes */1"}).status == 404

    @pytest.mark.parametrize(
        ("about", "body", "status"),
        [
            ("bytes 0-98/200", b"x" * UNIT, 400),
            ("nonsense", b"x" * UNIT, 400),
            ("bytes 0-99/99", b"x" * UNIT, 400),
            ("bytes 0-99/301", b"x" * UNIT, 400),
            ("bytes 100-199/300", b"x" * UNIT, 503),
            ("bytes 0-99/300", b"x" * UNIT, 308),
            ("bytes */300", b"", 308),
            ("bytes */*", b"", 308),
        ],
    )
    def test_a_chunk_has_to_fit(self, ask: Ask, about: str, body: bytes, status: int) -> None:
        headers = {"X-Upload-Content-Length": "300"}
        start = ask("POST", f"{UPLOAD}resumable", b"", headers)
        reply = ask("PUT", path_of(start), body, {"Content-Range": about})
        assert reply.status == status


class TestFailingChunks:
    def test_a_chunk_that_can_be_read_again_is_tried_again(
        self, gmail: LocalGmail, service: Any
    ) -> None:
        gmail.script("upload", ordinary_service, Response(503))
        request = sending_by(service, NoStream(MAIL, size=len(MAIL)))
        request.execute(num_retries=1)
        assert [status for _, _, status in uploads(gmail)] == [308, 503, 308, 200]
        assert gmail.mailbox.sent[0].raw == MAIL

    def test_a_stream_is_not_rewound_for_the_second_try(
        self, gmail: LocalGmail, sending: Any
    ) -> None:
        gmail.script("upload", ordinary_service, Response(503))
        sending.next_chunk()
        with pytest.raises(HttpError, match="408"):
            sending.next_chunk(num_retries=1)
        # The server has waited in vain for what Content-Length announces.
        assert [status for _, _, status in uploads(gmail)] == [308, 503, 408]
        last = gmail.requests[-1]
        assert (last.headers["content-length"], last.body, last.read) == ("100", b"", False)
        sending.execute()
        assert uploads(gmail)[3:] == [
            ("upload-status", f"bytes */{len(MAIL)}", 308),
            ("upload", f"bytes 100-199/{len(MAIL)}", 308),
            ("upload", f"bytes 200-269/{len(MAIL)}", 200),
        ]
        assert gmail.mailbox.sent[0].raw == MAIL

    @pytest.mark.parametrize(
        ("fault", "goes_on_at"),
        [(Fault.RESET, 200), (Fault.CLOSE_UNREAD, 200), (Fault.RESET_HALF_READ, 300)],
        ids=lambda value: value.kind.name if isinstance(value, Fault) else "",
    )
    def test_a_broken_off_upload_goes_on_where_the_server_says(
        self, gmail: LocalGmail, service: Any, fault: Fault, goes_on_at: int
    ) -> None:
        mail = MAIL.ljust(400, b"!")
        request = sending_by(service, in_chunks(mail, chunksize=200))
        gmail.script("upload", ordinary_service, fault)
        request.next_chunk()
        with pytest.raises((ConnectionResetError, BrokenPipeError)):
            # Not tried again, whatever it is told.
            request.next_chunk(num_retries=3)
        request.execute()
        broken, status, *rest = gmail.requests[2:]
        assert (broken.api_method, broken.responded) == ("upload", None)
        assert (status.api_method, status.responded) == ("upload-status", 308)
        assert [r.headers["content-range"] for r in rest] == [f"bytes {goes_on_at}-399/400"]
        assert gmail.mailbox.sent[0].raw == mail

    def test_a_function_may_break_off_too(self, gmail: LocalGmail, service: Any) -> None:
        gmail.script("upload", lambda _: Fault.RESET_HALF_READ)
        request = sending_by(service, in_chunks(MAIL, chunksize=200))
        with pytest.raises(ConnectionResetError):
            request.next_chunk()
        request.execute()
        assert gmail.requests[-1].headers["content-range"] == f"bytes 100-269/{len(MAIL)}"

    def test_a_last_chunk_whose_response_was_lost_has_sent_the_mail_once(
        self, gmail: LocalGmail, service: Any
    ) -> None:
        gmail.script("upload", Fault.SERVE_AND_DROP)
        request = sending_by(service, NoStream(MAIL, chunksize=1000, size=len(MAIL)))
        # httplib2 sends the chunk again.
        response = request.execute()
        assert [r.connection for r in gmail.requests_for("upload")] == [1, 2]
        assert [message.id for message in gmail.mailbox.sent] == [response["id"]]

    def test_the_status_query_may_find_the_upload_complete(
        self, gmail: LocalGmail, service: Any
    ) -> None:
        request = sending_by(service, in_chunks(MAIL, chunksize=1000))
        gmail.script("upload", Fault.TRUNCATE)
        with pytest.raises(http.client.IncompleteRead):
            request.next_chunk()
        response = request.execute()
        assert [message.id for message in gmail.mailbox.sent] == [response["id"]]
        assert uploads(gmail)[1:] == [("upload-status", f"bytes */{len(MAIL)}", 200)]

    def test_status_queries_meet_scripts_of_their_own(
        self, gmail: LocalGmail, sending: Any
    ) -> None:
        gmail.script("upload", Response(503))
        gmail.script("upload-status", Response(502))
        for status in (503, 502):
            with pytest.raises(HttpError, match=str(status)):
                sending.next_chunk()
        sending.execute()
        assert [kind for kind, _, _ in uploads(gmail)] == [
            "upload",
            "upload-status",
            "upload-status",
            *["upload"] * 3,
        ]

    def test_a_response_may_claim_that_less_was_kept(self, gmail: LocalGmail, sending: Any) -> None:
        gmail.script("upload", ordinary_service, Response(308, headers={"Range": "bytes=0-49"}))
        sending.next_chunk()
        progress, _ = sending.next_chunk()
        assert progress.resumable_progress == 50
        sending.execute()
        assert gmail.mailbox.sent[0].raw == MAIL


class TestRequiredAuthorization:
    @pytest.fixture
    def gmail(self) -> Iterator[LocalGmail]:
        with LocalGmail(require_auth=True) as running:
            yield running

    def test_an_upload_goes_on_without_credentials_but_does_not_begin(
        self, gmail: LocalGmail, ask: Ask
    ) -> None:
        assert ask("POST", f"{UPLOAD}resumable", b"").status == 401
        gmail.accepted_tokens.add("good")
        start = ask("POST", f"{UPLOAD}resumable", b"", {"Authorization": "Bearer good"})
        assert ask("PUT", path_of(start), MAIL).status == 200


def test_a_stalled_chunk_does_not_hold_up_the_end() -> None:
    threads = set(threading.enumerate())
    with LocalGmail(read_timeout=30) as gmail:
        connection = http.client.HTTPConnection(urlsplit(gmail.url).netloc)
        connection.putrequest("PUT", f"{UPLOAD}resumable&upload_id=x")
        connection.putheader("Content-Length", "100")
        connection.endheaders(b"only this")
        started = time.monotonic()
    assert time.monotonic() - started < 15  # half of what the server waits for a chunk
    assert set(threading.enumerate()) == threads
    connection.close()
