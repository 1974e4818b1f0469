# SPDX-License-Identifier: Apache-2.0
"""Modules are loaded anew, functions replaced and put back: the next ``instrument()`` sees it.

What wraps ours is left alone, what has taken its place is patched anew.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterator
from logging import getLogger
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final
from unittest import mock

import pytest
from googleapiclient.http import HttpRequest
from opentelemetry.instrumentation.googleapiclient import GoogleApiClientInstrumentor
from opentelemetry.instrumentation.httplib2._support import guard
from opentelemetry.instrumentation.httplib2._support.patching import Patch, Patches
from opentelemetry.instrumentation.httplib2._support.references import leads_to

from local_gmail import LocalGmail, Response, documented
from support.auto_load import run
from support.recording import Recording

# Each test starts programs, or makes thousands of calls.
pytestmark = pytest.mark.slow

_PROGRAM: Final = """
import importlib, json, os, sys
from unittest import mock
import googleapiclient.discovery, googleapiclient.http, httplib2
from opentelemetry.instrumentation.googleapiclient import GoogleApiClientInstrumentor
from opentelemetry.instrumentation.httplib2 import Httplib2Instrumentor
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

with open(os.environ["GMAIL_DOCUMENT"]) as document:
    DOCUMENT = json.load(document)
spans = InMemorySpanExporter()
provider = TracerProvider()
provider.add_span_processor(SimpleSpanProcessor(spans))
INSTRUMENTORS = Httplib2Instrumentor(), GoogleApiClientInstrumentor()


def off():
    for one in INSTRUMENTORS:
        one.uninstrument()


def on():
    for one in INSTRUMENTORS:
        one.instrument(tracer_provider=provider)


def again():
    off()
    on()


def purge():
    for name in list(sys.modules):
        if name.split(".")[0] in ("googleapiclient", "httplib2"):
            del sys.modules[name]


def load():
    global googleapiclient, httplib2
    import googleapiclient.discovery, googleapiclient.http, httplib2


def members():
    http = sys.modules["googleapiclient.http"]
    owners = (
        sys.modules["httplib2"].Http, sys.modules["googleapiclient.discovery"],
        http, http.HttpRequest, http.BatchHttpRequest, http.MediaIoBaseDownload,
    )
    return {(id(owner), name): id(value) for owner in owners for name, value in vars(owner).items()}


def call(http=None):
    transport = http or httplib2.Http(timeout=10)
    service = googleapiclient.discovery.build_from_document(DOCUMENT, http=transport)
    request = service.users().getProfile(userId="me")
    request._sleep = lambda seconds: None
    spans.clear()
    request.execute(num_retries=1)
    print([
        [one.attributes.get(name) for name in (
            "http.response.status_code", "googleapiclient.retry.count", "httplib2.resend.cause"
        )]
        for one in spans.get_finished_spans()
    ])


STEPS
"""
_SEEN: Final = [[503, None, None], [200, None, "retry"], [200, 1, None]]

_STEPS: Final = {
    "http is loaded anew": "on(); importlib.reload(googleapiclient.http); again(); call()",
    "http and discovery are loaded anew": (
        "on(); importlib.reload(googleapiclient.http)\n"
        "importlib.reload(googleapiclient.discovery); off(); before = members()\n"
        "on(); call(); off(); assert members() == before"
    ),
    "httplib2 is loaded anew": (
        "on(); importlib.reload(httplib2); off(); before = members()\n"
        "on(); call(); off(); assert members() == before"
    ),
    "an http object of the class before": (
        "on(); old = httplib2.Http(timeout=10); importlib.reload(httplib2); again(); call(old)"
    ),
    "all is imported anew": "on(); purge(); load(); again(); call()",
    "all is imported anew, and then once more": (
        "on(); purge(); load(); again(); purge(); load(); again(); call()"
    ),
    "switched on before all is imported anew": "on(); purge(); again(); load(); call()",
    "loaded anew while it is off": (
        "on(); off(); importlib.reload(googleapiclient.http); importlib.reload(httplib2)\n"
        "on(); call()"
    ),
    "mocks come and go": (
        "before = members(); on()\n"
        "with mock.patch('googleapiclient.http._retry_request'), "
        "mock.patch.object(googleapiclient.http.HttpRequest, 'execute', autospec=True), "
        "mock.patch.object(httplib2.Http, 'request'):\n"
        "    again()\n"
        "call(); again(); call(); off(); assert members() == before"
    ),
    "a fake that was there is undone": (
        "real = googleapiclient.http._retry_request\n"
        "googleapiclient.http._retry_request = lambda *args, **kwargs: 1 / 0\n"
        "on(); googleapiclient.http._retry_request = real; again(); call()"
    ),
    "the real one is put back over ours": (
        "real = httplib2.Http.request, httplib2.Http._conn_request; before = members()\n"
        "on(); httplib2.Http.request, httplib2.Http._conn_request = real; again(); call(); off()\n"
        "assert members() == before"
    ),
}


@pytest.mark.parametrize("steps", _STEPS.values(), ids=_STEPS)
def test_all_is_seen_after_instrumenting_again(
    steps: str, gmail: LocalGmail, tmp_path: Path
) -> None:
    document = tmp_path / "gmail.json"
    document.write_text(json.dumps(gmail.discovery_document()), encoding="utf-8")
    busy, served = documented("serviceUnavailable"), Response(200, {"emailAddress": "a@b.example"})
    gmail.script("gmail.users.getProfile", busy, served, busy, served)

    ran = run(
        "-c",
        _PROGRAM.replace("STEPS", steps),
        instrumented=False,
        environment={"GMAIL_DOCUMENT": str(document)},
    )

    assert ran.exit_status == 0, ran.errors
    assert ran.output
    for line in ran.output.splitlines():
        assert json.loads(line.replace("None", "null").replace("'", '"')) == _SEEN
    assert "opentelemetry" not in ran.errors


# What wraps ours, and what does not.

_logger = getLogger(__name__)
_kept: Any = None


def _by_global(_: Any) -> Any:
    def theirs(self: Any, *args: Any, **kwargs: Any) -> Any:
        return _kept(self, *args, **kwargs)

    return theirs


def _by_closure(ours: Any) -> Any:
    def theirs(self: Any, *args: Any, **kwargs: Any) -> Any:
        return ours(self, *args, **kwargs)

    return theirs


def _by_wraps(ours: Any) -> Any:
    return functools.wraps(ours)(_by_closure(ours))


def _by_default(ours: Any) -> Any:
    def theirs(self: Any, *args: Any, _ours: Any = ours, **kwargs: Any) -> Any:
        return _ours(self, *args, **kwargs)

    return theirs


class _Saved:
    execute: Any = None


def _by_class(ours: Any) -> Any:
    _Saved.execute = staticmethod(ours)

    def theirs(self: Any, *args: Any, **kwargs: Any) -> Any:
        return _Saved.execute(self, *args, **kwargs)

    return theirs


def _by_dict(ours: Any) -> Any:
    saved = {"execute": ours}

    def theirs(self: Any, *args: Any, **kwargs: Any) -> Any:
        return saved["execute"](self, *args, **kwargs)

    return theirs


def _by_object(ours: Any) -> Any:
    saved = SimpleNamespace(patch=SimpleNamespace(original=ours))

    def theirs(self: Any, *args: Any, **kwargs: Any) -> Any:
        return saved.patch.original(self, *args, **kwargs)

    return theirs


class _Patcher:
    def __init__(self, original: Any) -> None:
        self.original = original

    def run(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        return self.original(request, *args, **kwargs)


def _by_method(ours: Any) -> Any:
    return _by_closure(_Patcher(ours).run)


def _by_partial(ours: Any) -> Any:
    return functools.partialmethod(ours)


def _by_wrapper_of_a_wrapper(ours: Any) -> Any:
    return _by_closure(_by_dict(ours))


def _by_mock(ours: Any) -> Any:
    return _by_closure(mock.Mock(wraps=ours))


@pytest.fixture
def execute() -> Iterator[None]:
    global _kept  # noqa: PLW0603 - a wrapper keeps what it wraps there
    original = vars(HttpRequest)["execute"]
    yield
    GoogleApiClientInstrumentor().uninstrument()
    HttpRequest.execute = original
    _kept = _Saved.execute = None


@pytest.mark.parametrize(
    "wrap",
    [
        _by_global,
        _by_closure,
        _by_wraps,
        _by_default,
        _by_class,
        _by_dict,
        _by_object,
        _by_method,
        _by_partial,
        _by_wrapper_of_a_wrapper,
        _by_mock,
    ],
)
def test_what_wraps_ours_does_not_make_two_layers(
    wrap: Callable[[Any], Any],
    execute: None,
    instrument: Callable[..., None],
    recording: Recording,
    messages: Callable[[], Any],
) -> None:
    del execute
    global _kept  # noqa: PLW0603 - a wrapper keeps what it wraps there
    instrument()
    _kept = HttpRequest.execute
    HttpRequest.execute = theirs = wrap(_kept)
    GoogleApiClientInstrumentor().uninstrument()
    assert vars(HttpRequest)["execute"] is theirs

    instrument()
    messages().list(userId="me").execute()

    assert len(recording.spans) == 1


def _fake(self: Any, http: Any = None, num_retries: int = 0) -> Any:
    del self, http, num_retries
    return {"fake": True}


def _logging_fake(self: Any, http: Any = None, num_retries: int = 0) -> Any:
    _logger.debug("%s %s %s", self, http, num_retries)
    return {"fake": True}


def _autospec() -> Any:
    return mock.create_autospec(HttpRequest.execute, return_value={"fake": True})


@pytest.mark.parametrize("make", [lambda: _fake, lambda: _logging_fake, _autospec])
def test_what_takes_the_place_of_ours_is_patched_anew(
    make: Callable[[], Any],
    execute: None,
    instrument: Callable[..., None],
    recording: Recording,
    messages: Callable[[], Any],
) -> None:
    del execute
    instrument()
    HttpRequest.execute = make()
    GoogleApiClientInstrumentor().uninstrument()
    instrument()

    assert messages().list(userId="me").execute() == {"fake": True}
    assert len(recording.spans) == 1


def test_what_can_not_be_called_is_left_alone(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(guard, "_once", guard._Once())
    theirs = SimpleNamespace()
    monkeypatch.setattr(HttpRequest, "execute", theirs)
    patches = Patches(Patch(HttpRequest.__module__, "HttpRequest.execute", str, lost="calls"))

    patches.switch_on()

    assert vars(HttpRequest)["execute"] is theirs
    (said,) = [one.getMessage() for one in caplog.records]
    assert "HttpRequest.execute is not what this instrumentation knows" in said


class _Unbound:
    """A proxy that has nothing to stand for just now."""

    @property
    def __class__(self) -> Any:  # type: ignore[override]
        raise RuntimeError("nothing is bound")

    @property
    def __dict__(self) -> Any:  # type: ignore[override]
        raise RuntimeError("nothing is bound")


def test_references_of_what_can_not_be_looked_into() -> None:
    proxy = _Unbound()

    def theirs(*, fill: bool) -> Any:
        def inner() -> Any:
            return proxy, never

        if fill:
            never = ""
        return inner

    assert not leads_to(theirs(fill=False), lambda one: one is theirs)
    assert leads_to(theirs(fill=False), lambda one: one is proxy)
