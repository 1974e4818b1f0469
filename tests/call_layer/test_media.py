# SPDX-License-Identifier: Apache-2.0
"""Uploads and downloads in chunks: how far a transfer came, what was retried (design 4.8)."""

from __future__ import annotations

import io
import json
import pickle
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

import google_auth_httplib2
import httplib2
import pytest
from google.oauth2.credentials import Credentials
from googleapiclient.discovery import build as discover
from googleapiclient.discovery import build_from_document
from googleapiclient.errors import HttpError, ResumableUploadError
from googleapiclient.http import (
    HttpRequest,
    MediaFileUpload,
    MediaIoBaseDownload,
    MediaIoBaseUpload,
    MediaUpload,
    build_http,
)
from opentelemetry.context import Context
from opentelemetry.sdk.trace.sampling import Decision, Sampler, SamplingResult
from opentelemetry.trace import Link, SpanKind, StatusCode, TraceState

from local_gmail import Fault, LocalGmail, Response, documented
from support.documents import FROM_SERVER
from support.recording import Recording, attributes_of, context_of

INSERT = "gmail.users.messages.insert"
CHUNK = 256 * 1024
MAIL = b"To: alice@example.com\r\nSubject: big\r\n\r\n" + b"x" * (2 * CHUNK + 1000)
SIZE = len(MAIL)


_Media: Any = MediaUpload  # its annotations allow no subclass


class UnknownSize(_Media):
    """A stream whose end is not known until it is reached."""

    def __init__(self, content: bytes) -> None:
        self._stream = io.BytesIO(content)

    def size(self) -> int | None:
        return None

    def chunksize(self) -> int:
        return CHUNK

    def mimetype(self) -> str:
        return "message/rfc822"

    def resumable(self) -> bool:
        return True

    def getbytes(self, begin: int, length: int) -> bytes:
        self._stream.seek(begin)
        return self._stream.read(length)


class Chunks(UnknownSize):
    """A stream of known size that hands out bytes: what is retried is sent whole."""

    def size(self) -> int:
        return SIZE


def ordinary(_: object) -> None:
    """In a script: this one is served as usual."""


def _http(timeout: float = 5) -> httplib2.Http:
    """As googleapiclient makes it: 308 is no redirect."""
    made = build_http()
    made.timeout = timeout
    return made


@pytest.fixture
def http() -> Iterator[httplib2.Http]:
    made = _http()
    yield made
    made.close()


@pytest.fixture
def insert(build: Callable[..., Any], http: httplib2.Http) -> Callable[..., Any]:
    def request(media: Any = None, http_: Any = None) -> Any:
        media = media or Chunks(MAIL)
        made = build(http_ or http).users().messages().insert(userId="me", media_body=media)
        made._sleep = lambda _: None
        return made

    return request


def _upload_by_chunks(request: Any, **arguments: Any) -> Any:
    response = None
    while response is None:
        _, response = request.next_chunk(**arguments)
    return response


def _told(recording: Recording, *names: str) -> list[tuple[object, ...]]:
    return [
        tuple(attributes_of(span).get(name) for name in names)
        for span in recording.of_kind(SpanKind.INTERNAL)
    ]


UPLOAD = tuple(f"googleapiclient.upload.{name}" for name in ("offset", "chunk_size", "size"))
DOWNLOAD = tuple(f"googleapiclient.download.{name}" for name in ("offset", "chunk_size", "size"))
STATUS = "http.response.status_code"


# Uploads by execute()


def test_an_upload_by_execute_is_one_call_with_a_request_for_each_chunk(
    instrumented: Recording, wire: Recording, insert: Callable[..., Any], gmail: LocalGmail
) -> None:
    gmail.script("upload", ordinary, documented("serviceUnavailable"))

    insert().execute(num_retries=1)

    (call,) = instrumented.of_kind(SpanKind.INTERNAL)
    attributes = attributes_of(call)
    assert call.name == INSERT
    assert call.status.status_code is StatusCode.UNSET
    assert attributes["googleapiclient.operation"] == "execute"
    assert attributes["googleapiclient.upload.size"] == SIZE
    assert attributes["googleapiclient.retry.count"] == 1
    (event,) = call.events
    assert dict(event.attributes or {})["http.response.status_code"] == 503
    sends = wire.of_kind(SpanKind.CLIENT)
    assert [attributes_of(one)[STATUS] for one in sends] == [200, 308, 503, 308, 200]
    assert [attributes_of(one).get("httplib2.resend.cause") for one in sends] == [
        None, None, None, "retry", None,
    ]  # fmt: skip
    assert not any("upload_id=" in str(attributes_of(one)) and "upload_id=REDACTED" not in str(
        attributes_of(one)) for one in sends)  # fmt: skip


class _DropsCalls(Sampler):
    """Drops ``execute()`` and nothing else."""

    def should_sample(
        self,
        parent_context: Context | None,
        trace_id: int,
        name: str,
        kind: SpanKind | None = None,
        attributes: Mapping[str, Any] | None = None,
        links: Sequence[Link] | None = None,
        trace_state: TraceState | None = None,
    ) -> SamplingResult:
        drops = (attributes or {}).get("googleapiclient.operation") == "execute"
        return SamplingResult(Decision.DROP if drops else Decision.RECORD_AND_SAMPLE, attributes)

    def get_description(self) -> str:
        return "drops calls"


def test_the_chunks_of_an_upload_by_execute_are_no_calls_where_that_is_sampled_out(
    instrument: Callable[..., None], insert: Callable[..., Any]
) -> None:
    recording = Recording(_DropsCalls())
    instrument(tracer_provider=recording.tracer_provider)

    insert().execute()

    assert recording.of_kind(SpanKind.INTERNAL) == []


def test_a_chunk_of_an_upload_that_is_sampled_out_is_resent_for_the_same_cause(
    instrument: Callable[..., None],
    instrument_wire: Callable[..., None],
    insert: Callable[..., Any],
    gmail: LocalGmail,
) -> None:
    recording = Recording(_DropsCalls())
    instrument(tracer_provider=recording.tracer_provider)
    instrument_wire(tracer_provider=recording.tracer_provider)
    gmail.script("upload", ordinary, documented("serviceUnavailable"))

    insert().execute(num_retries=1)

    causes = [attributes_of(one).get("httplib2.resend.cause") for one in recording.spans]
    assert causes == [None, None, None, "retry", None]


def test_an_upload_by_execute_that_breaks_off_says_where(
    instrumented: Recording, insert: Callable[..., Any], gmail: LocalGmail
) -> None:
    gmail.script("upload", ordinary, Fault.RESET)

    with pytest.raises(OSError):  # noqa: PT011 - reset or broken pipe, as the kernel has it
        insert().execute()

    attributes = attributes_of(instrumented.only_span)
    assert attributes["googleapiclient.upload.offset"] == CHUNK
    assert attributes["googleapiclient.upload.size"] == SIZE
    assert attributes["googleapiclient.error.cause"] == "connection_failed"


def test_a_start_that_is_refused(
    instrumented: Recording, insert: Callable[..., Any], gmail: LocalGmail
) -> None:
    gmail.script(INSERT, documented("domainPolicy"))

    with pytest.raises(ResumableUploadError):
        insert().execute()

    attributes = attributes_of(instrumented.only_span)
    assert attributes["googleapiclient.error.cause"] == "domain_policy"
    assert attributes[STATUS] == 403


def test_a_start_without_a_session(
    instrumented: Recording, insert: Callable[..., Any], gmail: LocalGmail
) -> None:
    gmail.script(INSERT, Response(200, {}))

    with pytest.raises(ResumableUploadError):
        insert().execute()

    attributes = attributes_of(instrumented.only_span)
    assert attributes["error.type"] == "googleapiclient.errors.ResumableUploadError"
    assert attributes["googleapiclient.error.cause"] == "response_unreadable"


# Uploads by the application's own loop


def test_an_upload_by_next_chunk_has_a_span_for_each_chunk(
    instrumented: Recording, insert: Callable[..., Any], gmail: LocalGmail
) -> None:
    gmail.script("upload", ordinary, documented("serviceUnavailable"))

    _upload_by_chunks(insert(), num_retries=2)

    assert _told(instrumented, *UPLOAD, STATUS, "googleapiclient.retry.count") == [
        (0, CHUNK, SIZE, 308, None),
        (CHUNK, CHUNK, SIZE, 308, 1),
        (2 * CHUNK, SIZE - 2 * CHUNK, SIZE, 200, None),
    ]
    spans = instrumented.spans
    assert {span.name for span in spans} == {INSERT}
    assert {span.status.status_code for span in spans} == {StatusCode.UNSET}
    assert {attributes_of(span)["googleapiclient.operation"] for span in spans} == {"upload_chunk"}
    assert attributes_of(spans[0])["googleapiclient.retry.limit"] == 2


def test_the_chunks_of_an_upload_are_linked_to_the_first(
    instrumented: Recording, insert: Callable[..., Any]
) -> None:
    _upload_by_chunks(insert())

    first, *others = instrumented.spans
    assert first.links == ()
    assert len(others) == 2
    for span in others:
        assert [link.context.span_id for link in span.links] == [context_of(first).span_id]


def test_a_chunk_that_fails_says_how_much_was_transferred_before(
    instrumented: Recording, insert: Callable[..., Any], gmail: LocalGmail
) -> None:
    gmail.script("upload", ordinary, ordinary, documented("userRateLimitExceeded"), times=1)
    request = insert()

    with pytest.raises(HttpError):
        _upload_by_chunks(request)

    last = attributes_of(instrumented.last_span)
    assert last["googleapiclient.upload.offset"] == 2 * CHUNK
    assert last["googleapiclient.error.cause"] == "rate_limit_per_user"
    assert instrumented.last_span.status.status_code is StatusCode.ERROR


def test_retries_and_their_exhaustion_are_those_of_one_chunk(
    instrumented: Recording, insert: Callable[..., Any], gmail: LocalGmail
) -> None:
    unavailable = documented("serviceUnavailable")
    gmail.script("upload", unavailable, ordinary, unavailable, unavailable)
    request = insert()

    with pytest.raises(HttpError):
        _upload_by_chunks(request, num_retries=1)

    first, second = instrumented.spans
    assert attributes_of(first)["googleapiclient.retry.count"] == 1
    assert "googleapiclient.retry.exhausted" not in attributes_of(first)
    assert attributes_of(second)["googleapiclient.retry.count"] == 1
    assert attributes_of(second)["googleapiclient.retry.exhausted"] is True
    assert [dict(e.attributes or {})["googleapiclient.retry.attempt"] for e in second.events] == [1]


def test_an_upload_goes_on_where_the_server_says_after_an_error(
    instrumented: Recording, insert: Callable[..., Any], gmail: LocalGmail
) -> None:
    gmail.script("upload", ordinary, Fault.RESET)
    request = insert()
    request.next_chunk()
    with pytest.raises(OSError):  # noqa: PT011 - reset or broken pipe, as the kernel has it
        request.next_chunk()

    _upload_by_chunks(request)

    offsets = [row[0] for row in _told(instrumented, *UPLOAD)]
    assert offsets == [0, CHUNK, CHUNK, 2 * CHUNK]
    assert attributes_of(instrumented.last_span)[STATUS] == 200


def test_a_stream_of_unknown_size(instrumented: Recording, insert: Callable[..., Any]) -> None:
    _upload_by_chunks(insert(UnknownSize(MAIL)))

    assert _told(instrumented, *UPLOAD) == [
        (0, CHUNK, None),
        (CHUNK, CHUNK, None),
        (2 * CHUNK, SIZE - 2 * CHUNK, SIZE),
    ]


def test_a_stream_that_the_library_does_not_rewind_is_observed_and_not_mended(
    instrument: Callable[..., None],
) -> None:
    def run() -> tuple[type[BaseException], list[tuple[str, int]]]:
        with LocalGmail(read_timeout=0.2) as gmail:
            gmail.script("upload", documented("serviceUnavailable"))
            media = MediaIoBaseUpload(
                io.BytesIO(MAIL), mimetype="message/rfc822", chunksize=CHUNK, resumable=True
            )
            http = _http(timeout=2)
            service = build_from_document(gmail.discovery_document(), http=http)
            request = service.users().messages().insert(userId="me", media_body=media)
            request._sleep = lambda _: None
            with pytest.raises(Exception) as raised:  # noqa: PT011 - compared below
                request.execute(num_retries=1)
            http.close()
            return raised.type, [(one.method, len(one.body)) for one in gmail.requests]

    without = run()
    instrument()
    assert run() == without


def test_a_401_in_the_middle_of_an_upload_is_renewed_within_its_chunk(
    instrumented: Recording, wire: Recording, insert: Callable[..., Any], gmail: LocalGmail
) -> None:
    credentials = Credentials("t", refresh_token="r", token_uri=gmail.token_uri,
                              client_id="c", client_secret="s")  # fmt: skip
    authorized = google_auth_httplib2.AuthorizedHttp(credentials, _http())
    gmail.script("upload", ordinary, documented("authError"))

    _upload_by_chunks(insert(None, authorized))

    authorized.close()
    assert [row[3] for row in _told(instrumented, *UPLOAD, STATUS)] == [308, 308, 200]
    causes = [
        attributes_of(one).get("httplib2.resend.cause") for one in wire.of_kind(SpanKind.CLIENT)
    ]
    assert causes == [None, None, None, None, "auth_refresh", None]


def test_simple_and_multipart_uploads_are_ordinary_calls(
    instrumented: Recording, build: Callable[..., Any], http: httplib2.Http
) -> None:
    for body in (None, {"labelIds": ["INBOX"]}):
        media = MediaIoBaseUpload(
            io.BytesIO(b"To: a@example.com\r\n\r\nhi"), mimetype="message/rfc822"
        )
        build(http).users().messages().insert(userId="me", body=body, media_body=media).execute()

    assert _told(instrumented, "googleapiclient.operation", STATUS) == [("execute", 200)] * 2
    assert not [name for span in instrumented.spans for name in attributes_of(span)
                if "upload" in name]  # fmt: skip


# Downloads


@pytest.fixture
def download(gmail: LocalGmail, http: httplib2.Http) -> Callable[..., Any]:
    def make(content: bytes, chunksize: int = CHUNK) -> tuple[Any, io.BytesIO]:
        drive = build_from_document(gmail.discovery_document("drive", "v3"), http=http)
        gmail.files["file"] = content
        target = io.BytesIO()
        made = MediaIoBaseDownload(
            target, drive.files().get_media(fileId="file"), chunksize=chunksize
        )
        made._sleep = lambda _: None
        return made, target

    return make


def _download(transfer: Any, **arguments: Any) -> None:
    done = False
    while not done:
        _, done = transfer.next_chunk(**arguments)


def _asked(gmail: LocalGmail) -> list[tuple[int, int]]:
    """First byte and length of what was asked for: old releases ask for one byte too many."""
    ranges = [one.headers["range"].removeprefix("bytes=").split("-") for one in gmail.requests]
    return [(int(begin), int(end) - int(begin) + 1) for begin, end in ranges]


def test_a_download_has_a_span_for_each_chunk(
    instrumented: Recording, download: Callable[..., Any], gmail: LocalGmail
) -> None:
    transfer, target = download(MAIL)

    _download(transfer)

    assert target.getvalue() == MAIL
    assert _told(instrumented, *DOWNLOAD, STATUS) == [
        (offset, min(length, SIZE - offset), SIZE, 206) for offset, length in _asked(gmail)
    ]
    assert len(instrumented.spans) == 3
    first, *others = instrumented.spans
    assert first.name == "drive.files.get"
    assert attributes_of(first)["googleapiclient.operation"] == "download_chunk"
    assert all(span.links[0].context.span_id == context_of(first).span_id for span in others)


def test_a_chunk_of_a_download_is_retried_and_gives_up(
    instrumented: Recording, download: Callable[..., Any], gmail: LocalGmail
) -> None:
    transfer, _ = download(MAIL)
    gmail.script("drive.files.get", ordinary, documented("serviceUnavailable"), ordinary)
    gmail.script("drive.files.get", *[documented("serviceUnavailable")] * 2)

    with pytest.raises(HttpError):
        _download(transfer, num_retries=1)

    first, second, third = sorted(set(_asked(gmail)))
    assert _told(instrumented, *DOWNLOAD[:1], "googleapiclient.retry.count", "error.type") == [
        (first[0], None, None),
        (second[0], 1, None),
        (third[0], 1, "backendError"),
    ]


def test_an_empty_file_is_a_416_and_no_error(
    instrumented: Recording, download: Callable[..., Any]
) -> None:
    transfer, _ = download(b"")

    _download(transfer)

    assert instrumented.only_span.status.status_code is StatusCode.UNSET
    assert _told(instrumented, *DOWNLOAD, STATUS) == [(0, 0, 0, 416)]


@pytest.mark.parametrize("framing", ["length", "chunked", "close"])
def test_a_download_that_is_responded_whole(
    framing: Any, instrumented: Recording, download: Callable[..., Any], gmail: LocalGmail
) -> None:
    transfer, target = download(b"")
    gmail.script("drive.files.get", Response(200, b"all of it", framing=framing))

    _download(transfer)

    assert target.getvalue() == b"all of it"
    assert _told(instrumented, *DOWNLOAD, STATUS) == [(0, 9, 9, 200)]


@pytest.mark.parametrize(
    ("response", "told"),
    [
        pytest.param(
            Response(200, b"all of it"), (0, 9, 9, 200), id="whole, though a part was asked"
        ),
        pytest.param(
            Response(206, b"it", {"Content-Range": "bytes 7-8/9"}), (7, 2, 9, 206), id="a part"
        ),
        pytest.param(
            Response(206, b"it", {"Content-Range": "bytes 7-8/0009"}), (7, 2, 9, 206), id="zeros"
        ),
        pytest.param(Response(206, b"it"), (7, 2, None, 206), id="a part of nobody knows what"),
        pytest.param(
            Response(416, b"", {"Content-Range": "bytes */7"}), (7, 0, 7, 416), id="past the end"
        ),
        pytest.param(documented("serviceUnavailable"), (7, 4, None, 503), id="refused"),
    ],
)
def test_what_is_known_of_a_chunk_of_a_download(
    response: Response,
    told: tuple[int | None, ...],
    instrumented: Recording,
    download: Callable[..., Any],
    gmail: LocalGmail,
) -> None:
    transfer, _ = download(b"", chunksize=4)
    transfer._progress = 7
    gmail.script("drive.files.get", response)

    with suppress(HttpError, ValueError):
        transfer.next_chunk()

    # Old releases ask for one byte too many.
    if told[3] == 503:
        told = (7, _asked(gmail)[0][1], None, 503)
    assert _told(instrumented, *DOWNLOAD, STATUS) == [told]


# What the application sees of its own objects


@pytest.mark.parametrize("failures", [0, 1, 2])
def test_a_request_keeps_the_sleep_that_the_application_gave_it(
    instrumented: Recording, insert: Callable[..., Any], gmail: LocalGmail, failures: int
) -> None:
    waits: list[float] = []
    mine = waits.append
    request = insert()
    request._sleep = mine
    gmail.script("upload", *[documented("serviceUnavailable")] * failures, ordinary)

    with suppress(HttpError):
        request.next_chunk(num_retries=1)

    assert request._sleep is mine
    assert len(waits) == min(failures, 1)
    (call,) = instrumented.of_kind(SpanKind.INTERNAL)
    assert ("googleapiclient.retry.wait" in attributes_of(call)) == bool(failures)


def test_a_resumable_request_can_be_pickled_and_dumped_between_chunks(
    instrumented: Recording, gmail: LocalGmail, http: httplib2.Http, tmp_path: Any
) -> None:
    file = tmp_path / "mail.eml"
    file.write_bytes(MAIL)
    media = MediaFileUpload(str(file), mimetype="message/rfc822", chunksize=CHUNK, resumable=True)
    service = build_from_document(gmail.discovery_document(), http=http)
    request = service.users().messages().insert(userId="me", media_body=media)
    request.next_chunk()

    dumped = json.loads(request.to_json())

    assert "_sleep" not in dumped
    assert dumped["resumable_progress"] == CHUNK
    assert pickle.dumps(request._sleep)
    assert len(instrumented.spans) == 1
    media.stream().close()


# Discovery


def test_a_live_discovery_document_is_named_for_what_it_is(
    instrumented: Recording, gmail: LocalGmail, http: httplib2.Http
) -> None:
    gmail.script("discovery", documented("serviceUnavailable"))

    service = discover("gmail", "v1", http=http, discoveryServiceUrl=gmail.discovery_url,
                    cache_discovery=False, num_retries=1, **FROM_SERVER)  # fmt: skip
    service.users().getProfile(userId="me").execute()

    discovery, profile = instrumented.spans
    assert discovery.name == "discovery.apis.getRest"
    attributes = attributes_of(discovery)
    assert attributes["googleapiclient.operation"] == "discovery"
    assert attributes["rpc.method"] == "discovery.apis.getRest"
    assert attributes["gcp.client.service"] == "discovery"
    assert attributes["googleapiclient.retry.count"] == 1
    assert profile.name == "gmail.users.getProfile"
    assert attributes_of(profile)["googleapiclient.operation"] == "execute"


@pytest.mark.parametrize(
    ("script", "status", "error_type", "cause"),
    [
        pytest.param(
            Response(200, "<html>Sign in to the network</html>"),
            200,
            "googleapiclient.errors.InvalidJsonError",
            "response_unreadable",
            id="a page",
        ),
        pytest.param(
            Response(200, b"\xff\xfe\x00"),
            200,
            "UnicodeDecodeError",
            "response_unreadable",
            id="bytes",
        ),
        pytest.param(
            documented("domainPolicy"), 403, "domainPolicy", "domain_policy", id="refused"
        ),
    ],
)
def test_a_discovery_document_that_can_not_be_read(
    script: Response,
    status: int,
    error_type: str,
    cause: str,
    instrumented: Recording,
    gmail: LocalGmail,
    http: httplib2.Http,
) -> None:
    gmail.script("discovery", script)

    with pytest.raises(Exception):  # noqa: B017, PT011 - the library's own
        discover("gmail", "v1", http=http, discoveryServiceUrl=gmail.discovery_url,
                 cache_discovery=False, **FROM_SERVER)  # fmt: skip

    # Where one is not found, old releases look for it elsewhere.
    assert instrumented.spans
    for span in instrumented.spans:
        attributes = attributes_of(span)
        assert span.name == "discovery.apis.getRest"
        assert span.status.status_code is StatusCode.ERROR
        assert attributes[STATUS] == status
        assert attributes["error.type"] == error_type
        assert attributes["googleapiclient.error.cause"] == cause


class _BrokenCache:
    def get(self, url: str) -> None:
        pass

    def set(self, url: str, content: str) -> None:
        raise ValueError(f"no room for {len(content)} of {url}")


def test_what_a_cache_raises_is_no_failure_of_the_discovery_request(
    instrumented: Recording, gmail: LocalGmail, http: httplib2.Http
) -> None:
    with pytest.raises(ValueError, match="no room"):
        discover("gmail", "v1", http=http, discoveryServiceUrl=gmail.discovery_url,
                 cache=_BrokenCache(), **FROM_SERVER)  # fmt: skip

    assert instrumented.only_span.status.status_code is StatusCode.UNSET
    assert attributes_of(instrumented.only_span)[STATUS] == 200


def test_a_request_out_of_json_keeps_its_name(
    instrumented: Recording, build: Callable[..., Any], http: httplib2.Http
) -> None:
    request = build(http).users().getProfile(userId="me")

    HttpRequest.from_json(request.to_json(), http, HttpRequest.null_postproc).execute()

    assert instrumented.only_span.name == "gmail.users.getProfile"
    assert "url.template" in attributes_of(instrumented.only_span)
