# SPDX-License-Identifier: Apache-2.0
"""Files are downloaded whole or in ranges, by the real MediaIoBaseDownload."""

from __future__ import annotations

import http.client
import io
import json
from typing import TYPE_CHECKING, Any

import httplib2
import pytest
from googleapiclient.discovery import build_from_document
from googleapiclient.errors import HttpError
from googleapiclient.http import MediaIoBaseDownload

from local_gmail import Fault, LocalGmail, Response, documented, ordinary_service

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.ask import Ask

GET = "drive.files.get"
PATH = "/drive/v3/files/report?alt=media"
CONTENT = bytes(range(250))


@pytest.fixture
def gmail() -> Iterator[LocalGmail]:
    with LocalGmail() as running:
        running.discovery_document("drive", "v3")
        running.files["report"] = CONTENT
        yield running


@pytest.fixture
def drive(gmail: LocalGmail) -> Iterator[Any]:
    document = gmail.discovery_document("drive", "v3")
    with build_from_document(document, http=httplib2.Http()) as built:
        yield built


class Download:
    """A download by the real client, in chunks of 100 bytes."""

    def __init__(self, drive: Any, file_id: str = "report") -> None:
        self._file = io.BytesIO()
        request = drive.files().get_media(fileId=file_id)
        self._download = MediaIoBaseDownload(self._file, request, chunksize=100)
        self._download._sleep = lambda _: None

    def next_chunk(self, num_retries: int = 0) -> tuple[Any, bool]:
        return self._download.next_chunk(num_retries=num_retries)

    @property
    def content(self) -> bytes:
        return self._file.getvalue()


def ranges(gmail: LocalGmail) -> list[tuple[str | None, int | None]]:
    return [(r.headers.get("range"), r.responded) for r in gmail.requests_for(GET)]


def test_a_file_comes_in_chunks(gmail: LocalGmail, drive: Any) -> None:
    download = Download(drive)
    seen: list[tuple[int, int | None, bool]] = []
    done = False
    while not done:
        progress, done = download.next_chunk()
        seen.append((progress.resumable_progress, progress.total_size, done))
    assert seen == [(100, 250, False), (200, 250, False), (250, 250, True)]
    assert download.content == CONTENT
    assert ranges(gmail) == [
        ("bytes=0-99", 206),
        ("bytes=100-199", 206),
        ("bytes=200-299", 206),
    ]


def test_an_empty_file_has_no_range(gmail: LocalGmail, drive: Any) -> None:
    gmail.files["empty"] = b""
    progress, done = Download(drive, "empty").next_chunk()
    assert (progress.total_size, done) == (0, True)
    assert ranges(gmail) == [("bytes=0-99", 416)]


@pytest.mark.parametrize("framing", ["chunked", "close"])
def test_the_size_may_be_unknown(gmail: LocalGmail, drive: Any, framing: Any) -> None:
    gmail.script(GET, Response(200, CONTENT, framing=framing))
    download = Download(drive)
    progress, done = download.next_chunk()
    assert (progress.total_size, done, download.content) == (None, True, CONTENT)
    # Neither way of telling the end harms what comes next.
    assert drive.files().get_media(fileId="report").execute() == CONTENT
    connections = [r.connection for r in gmail.requests_for(GET)]
    assert connections == ([1, 1] if framing == "chunked" else [1, 2])


def test_a_failed_chunk_is_tried_again(gmail: LocalGmail, drive: Any) -> None:
    gmail.script(GET, ordinary_service, documented("backendError"), Fault.RESET)
    download = Download(drive)
    download.next_chunk()
    download.next_chunk(num_retries=2)
    assert download.content == CONTENT[:200]
    assert ranges(gmail)[1:] == [
        ("bytes=100-199", 500),
        ("bytes=100-199", None),
        ("bytes=100-199", 206),
    ]


def test_a_broken_off_chunk_leaves_no_trace_in_the_file(gmail: LocalGmail, drive: Any) -> None:
    gmail.script(GET, ordinary_service, Fault.TRUNCATE)
    download = Download(drive)
    download.next_chunk()
    with pytest.raises(http.client.IncompleteRead):
        download.next_chunk(num_retries=2)
    assert download.content == CONTENT[:100]
    while not download.next_chunk()[1]:
        pass
    assert download.content == CONTENT


def test_a_chunked_body_may_be_broken_off_too(gmail: LocalGmail, drive: Any) -> None:
    gmail.script(GET, Fault.truncate(Response(200, CONTENT, framing="chunked")))
    with pytest.raises(http.client.IncompleteRead):
        Download(drive).next_chunk()


@pytest.mark.parametrize(
    ("asked", "status", "content_range", "content"),
    [
        (None, 200, None, CONTENT),
        ("bytes=0-", 206, "bytes 0-249/250", CONTENT),
        ("bytes=240-999", 206, "bytes 240-249/250", CONTENT[240:]),
        ("bytes=-10", 206, "bytes 240-249/250", CONTENT[240:]),
        ("bytes=0-1,5-6", 200, None, CONTENT),
        ("lines=0-1", 416, "bytes */250", None),
        ("bytes=250-260", 416, "bytes */250", None),
    ],
)
def test_ranges(
    *,
    ask: Ask,
    asked: str | None,
    status: int,
    content_range: str | None,
    content: bytes | None,
) -> None:
    reply = ask("GET", PATH, headers={} if asked is None else {"Range": asked})
    assert (reply.status, reply.headers["content-range"]) == (status, content_range)
    assert content is None or reply.body == content


def test_without_alt_media_it_is_the_metadata(drive: Any) -> None:
    files = drive.files()
    assert files.get(fileId="report").execute() == {
        "kind": "drive#file",
        "id": "report",
        "name": "report",
        "mimeType": "application/octet-stream",
    }
    assert files.get(fileId="report", fields="size").execute() == {"size": "250"}
    with pytest.raises(HttpError, match=r"400.*Invalid field selection"):
        files.get(fileId="report", fields="a(").execute()


def test_an_unknown_file_is_not_found(drive: Any) -> None:
    with pytest.raises(HttpError, match="File not found: other"):
        Download(drive, "other").next_chunk()


def test_there_are_files_only_where_drive_was_asked_for(ask: Ask) -> None:
    assert ask("GET", PATH).status == 200
    with LocalGmail() as other:
        other.files["report"] = CONTENT
        connection = http.client.HTTPConnection(other.url.split("/")[2])
        connection.request("GET", PATH)
        assert connection.getresponse().status == 404
        connection.close()


def test_files_need_credentials_where_mail_does() -> None:
    with LocalGmail(require_auth=True) as gmail:
        document = gmail.discovery_document("drive", "v3")
        gmail.files["report"] = CONTENT
        with (
            build_from_document(document, http=httplib2.Http()) as drive,
            pytest.raises(HttpError) as caught,
        ):
            Download(drive).next_chunk()
    assert json.loads(caught.value.content)["error"]["code"] == 401
