# SPDX-License-Identifier: Apache-2.0
"""Nothing of ours is on the application's objects, not for a moment, and they are asked no more."""

from __future__ import annotations

import copy
import io
import pickle
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any
from unittest import mock

import httplib2
import pytest
from googleapiclient.discovery import build_from_document
from googleapiclient.errors import HttpError
from googleapiclient.http import HttpRequest, MediaIoBaseUpload, MediaUpload, build_http
from opentelemetry.trace import SpanKind

from local_gmail import Fault, LocalGmail, Response, documented
from support.recording import Recording, attributes_of

CHUNK = 256 * 1024
MAIL = b"To: alice@example.com\r\nSubject: big\r\n\r\n" + b"x" * (CHUNK + 1000)

_Media: Any = MediaUpload  # its annotations allow no subclass
_waits: list[float] = []
_asked: Counter[str] = Counter()


def wait(seconds: float) -> None:
    """What requests sleep with; by its name it can be pickled."""
    _waits.append(seconds)
    _now("wait")


def _now(moment: str) -> None:
    look = _looks.get(moment)
    if look is not None:
        look()


_looks: dict[str, Callable[[], object]] = {}
"""What the application does at a moment."""


class Media(_Media):
    """Knows its size, and counts what it is asked."""

    def __init__(self, content: bytes = MAIL) -> None:
        self._content = content

    def size(self) -> int | None:
        _asked["size"] += 1
        return len(self._content)

    def chunksize(self) -> int:
        _asked["chunksize"] += 1
        return CHUNK

    def mimetype(self) -> str:
        _asked["mimetype"] += 1
        return "message/rfc822"

    def resumable(self) -> bool:
        _asked["resumable"] += 1
        return True

    def has_stream(self) -> bool:
        _asked["has_stream"] += 1
        return False

    def getbytes(self, begin: int, length: int) -> bytes:
        _asked["getbytes"] += 1
        _now("getbytes")
        return self._content[begin : begin + length]


class UnknownSize(Media):
    def size(self) -> None:
        _asked["size"] += 1


class Stream(Media):
    def has_stream(self) -> bool:
        _asked["has_stream"] += 1
        return True

    def stream(self) -> io.BytesIO:
        _asked["stream"] += 1
        return io.BytesIO(self._content)


class Transport(httplib2.Http):
    """Says when it is about to send, and when a response has come."""

    def request(self, *args: Any, **kwargs: Any) -> Any:
        _asked["request"] += 1
        _now("send")
        response = super().request(*args, **kwargs)
        _now("receive")
        return response


@pytest.fixture(scope="module")
def gmail_server() -> Iterator[LocalGmail]:
    # A stream that has been read sends no body when it is sent again: the server gives up soon.
    with LocalGmail(read_timeout=1.0) as server:
        yield server


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    _waits.clear()
    _asked.clear()
    yield
    _looks.clear()


@pytest.fixture
def http() -> Iterator[httplib2.Http]:
    made = Transport(timeout=10)
    made.redirect_codes = build_http().redirect_codes
    yield made
    made.close()


@pytest.fixture
def insert(build: Callable[..., Any], http: httplib2.Http) -> Callable[..., Any]:
    def request(media: Any = None) -> Any:
        made = build(http).users().messages().insert(userId="me", media_body=media or Media())
        made._sleep = wait
        return made

    return request


def _ours_in(one: object, *, seen: set[int]) -> Iterator[type]:
    """The classes of ours of which something is kept in an object, however deep."""
    if id(one) in seen or isinstance(one, type):
        return
    seen.add(id(one))
    if type(one).__module__.startswith("opentelemetry."):
        yield type(one)
    values: Any = getattr(one, "__dict__", {}).values()
    if isinstance(one, dict):
        values = [*one.keys(), *one.values()]
    elif isinstance(one, (list, tuple, set, frozenset)):
        values = one
    elif callable(one) and not isinstance(one, httplib2.Http):
        values = []
    for value in values:
        yield from _ours_in(value, seen=seen)


_COPIES: dict[str, Callable[[Any], Any]] = {
    "itself": lambda request: request,
    "pickled": lambda request: pickle.loads(pickle.dumps(request)),
    "deep copy": copy.deepcopy,
    "copy": copy.copy,
}


@pytest.mark.parametrize("how", _COPIES)
@pytest.mark.parametrize("moment", ["getbytes", "send", "receive", "wait"])
def test_a_request_in_the_middle_of_a_chunk_keeps_nothing_of_ours(
    moment: str,
    how: str,
    instrumented: Recording,
    wire: Recording,
    insert: Callable[..., Any],
    gmail: LocalGmail,
) -> None:
    del wire
    gmail.script("upload", documented("serviceUnavailable"))
    request = insert()
    # Of an http object, sockets can be neither pickled nor copied.
    request.postproc = HttpRequest.null_postproc
    kept: list[tuple[Any, Any]] = []

    def look() -> None:
        http = request.http
        request.http = None
        try:
            kept.append((_COPIES[how](request), request._sleep))
        finally:
            request.http = http

    _looks[moment] = look
    request.next_chunk(num_retries=1)

    assert kept
    for one, slept_with in kept:
        assert slept_with is wait
        assert vars(one)["_sleep"] is wait
        assert list(_ours_in(one, seen=set())) == []
    (call,) = instrumented.of_kind(SpanKind.INTERNAL)
    assert attributes_of(call)["googleapiclient.retry.count"] == 1


@pytest.mark.parametrize("how", ["copy", "deep copy", "pickled"])
def test_a_copy_from_the_middle_of_a_chunk_goes_on_as_a_request_of_its_own(
    how: str, instrumented: Recording, insert: Callable[..., Any], gmail: LocalGmail
) -> None:
    request = insert()
    request.postproc = HttpRequest.null_postproc
    kept: list[Any] = []

    def look() -> None:
        http, request.http = request.http, None
        kept.append(_COPIES[how](request))
        request.http = http

    _looks["getbytes"] = look
    request.next_chunk()
    _looks.clear()
    one = kept[0]
    one.http, one.resumable_progress = request.http, request.resumable_progress
    gmail.script("upload", documented("serviceUnavailable"))

    one.next_chunk(num_retries=1)

    first, second = map(attributes_of, instrumented.spans)
    assert "googleapiclient.retry.count" not in first
    assert second["googleapiclient.retry.count"] == 1
    assert second["googleapiclient.upload.offset"] == CHUNK
    assert len(_waits) == 1


def _by_chunks(request: Any) -> None:
    response = None
    while response is None:
        _, response = request.next_chunk(num_retries=1)


def _by_execute(request: Any) -> None:
    request.execute(num_retries=1)


@pytest.mark.parametrize("upload", [_by_chunks, _by_execute])
@pytest.mark.parametrize("media", [Media, UnknownSize, Stream])
@pytest.mark.parametrize(
    "script",
    [
        pytest.param((), id="ordinary"),
        pytest.param((documented("serviceUnavailable"),), id="a retry"),
        pytest.param((documented("notFound"),), id="refused"),
        pytest.param((Fault.RESET,), id="interrupted, and resumed"),
    ],
)
def test_objects_are_asked_no_more_than_without_us(
    script: tuple[Any, ...],
    media: type[Media],
    upload: Callable[[Any], None],
    insert: Callable[..., Any],
    gmail: LocalGmail,
    instrument: Callable[..., None],
    instrument_wire: Callable[..., None],
) -> None:
    def run() -> Counter[str]:
        gmail.clear()
        _asked.clear()
        if script:
            gmail.script("upload", *script)
        request = insert(media())
        request.add_response_callback(lambda _: _asked.update(["callback"]))
        for _ in range(2):
            with suppress(HttpError, OSError):
                upload(request)
        return Counter(_asked)

    without = run()
    instrument()
    instrument_wire()

    assert run() == without


# Sleeps of subclasses


class OwnMethod(HttpRequest):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self._sleep

    def _sleep(self, seconds: float) -> None:
        wait(seconds)


class OwnProperty(HttpRequest):
    @property
    def _sleep(self) -> Callable[[float], None]:
        return wait

    @_sleep.setter
    def _sleep(self, _: object) -> None:
        pass


class MadeUp(HttpRequest):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self._sleep

    def __getattr__(self, name: str) -> Any:
        if name == "_sleep":
            return wait
        raise AttributeError(name)


class Without(HttpRequest):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self._sleep


@pytest.mark.parametrize("kind", [OwnMethod, OwnProperty, MadeUp, Without])
def test_a_subclass_sleeps_as_it_likes(
    kind: type[HttpRequest],
    gmail: LocalGmail,
    http: httplib2.Http,
    instrument: Callable[..., None],
    recording: Recording,
) -> None:
    def run() -> tuple[object, ...]:
        gmail.clear()
        _waits.clear()
        gmail.script("upload", documented("serviceUnavailable"))
        service = build_from_document(gmail.discovery_document(), http=http, requestBuilder=kind)
        request = service.users().messages().insert(userId="me", media_body=Media())
        try:
            request.next_chunk(num_retries=1)
        except AttributeError as error:
            return type(error), error.args, list(vars(request))
        return len(_waits), list(vars(request))

    without = run()
    instrument()

    assert run() == without
    assert recording.spans[0].attributes


def test_the_class_of_requests_looks_as_before(instrumented: Recording) -> None:
    del instrumented
    assert not hasattr(HttpRequest, "_sleep")
    with pytest.raises(AttributeError, match="type object 'HttpRequest' has no attribute"):
        getattr(HttpRequest, "_sleep")  # noqa: B009 - no class has it, say its types
    request = mock.create_autospec(HttpRequest, instance=True)
    request.execute(http=None, num_retries=3)


# What is known of a chunk without asking


_ALL = tuple(f"googleapiclient.upload.{name}" for name in ("offset", "chunk_size", "size"))


@pytest.mark.parametrize(
    ("media", "script", "chunks"),
    [
        pytest.param(Media, (), [(0, CHUNK, len(MAIL)), (CHUNK, len(MAIL) - CHUNK, len(MAIL))]),
        pytest.param(UnknownSize, (), [(0, CHUNK, None), (CHUNK, len(MAIL) - CHUNK, len(MAIL))]),
        pytest.param(lambda: Media(b""), (Response(200, {}),), [(0, 0, 0)]),
        pytest.param(
            lambda: MediaIoBaseUpload(io.BytesIO(b""), "message/rfc822", resumable=True),
            (Response(200, {}),),
            [(0, 0, 0)],
        ),
    ],
    ids=["known", "unknown", "empty", "an empty stream"],
)
def test_what_spans_say_of_chunks(
    media: Callable[[], Any],
    script: tuple[Any, ...],
    chunks: list[tuple[int | None, ...]],
    instrumented: Recording,
    insert: Callable[..., Any],
    gmail: LocalGmail,
) -> None:
    if script:
        gmail.script("upload", *script)

    _by_chunks(insert(media()))

    assert [tuple(map(attributes_of(one).get, _ALL)) for one in instrumented.spans] == chunks
