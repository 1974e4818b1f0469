# SPDX-License-Identifier: Apache-2.0
"""``socket.socket`` is what tests and libraries have put there: attempts are seen all the same.

``network.peer.*`` is who is at the other end of the TCP connection, the proxy where there is one,
and absent where that can't be known.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import httplib2
import pytest
from opentelemetry.instrumentation.httplib2._support import guard

from local_gmail import LocalGmail
from support.auto_load import run
from support.recording import Recording, attributes_of
from support.socks_server import socks_server

# Each test starts programs, or makes thousands of calls.
pytestmark = pytest.mark.slow

_PROGRAM: Final = """
import json, os
import httplib2
from googleapiclient.discovery import build_from_document

with open(os.environ["GMAIL_DOCUMENT"]) as document:
    users = build_from_document(json.load(document), http=httplib2.Http(timeout=10)).users()
print(users.getProfile(userId="me").execute()["emailAddress"])
"""
_INSTRUMENT: Final = """
from opentelemetry.instrumentation.googleapiclient import GoogleApiClientInstrumentor
from opentelemetry.instrumentation.httplib2 import Httplib2Instrumentor
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import ConsoleSpanExporter, SimpleSpanProcessor
from opentelemetry.trace import set_tracer_provider

provider = TracerProvider()
provider.add_span_processor(SimpleSpanProcessor(ConsoleSpanExporter()))
set_tracer_provider(provider)
Httplib2Instrumentor().instrument()
GoogleApiClientInstrumentor().instrument()
"""
_SOCKS: Final = """
import os, socket, socks
socks.set_default_proxy(socks.SOCKS5, "127.0.0.1", int(os.environ["SOCKS_PORT"]))
socket.socket = socks.socksocket
"""
_GUARD_CLASS: Final = """
import socket
class Guarded(socket.socket):
    def __new__(cls, *args, **kwargs):
        return super().__new__(cls, *args, **kwargs)
    def getpeername(self):
        raise RuntimeError("no network in tests")
socket.socket = Guarded
"""
_GUARD_FUNCTION: Final = """
import asyncio, socket, httplib2  # which make classes of it
real = socket.socket
socket.socket = lambda *args, **kwargs: real(*args, **kwargs)
"""
_EVENTLET: Final = """
import warnings; warnings.simplefilter("ignore")
import eventlet; eventlet.monkey_patch()
"""
_GEVENT: Final = "from gevent import monkey; monkey.patch_all()"


@pytest.mark.parametrize(
    ("replace", "has_proxy"),
    [
        pytest.param("", False, id="nothing"),
        pytest.param(_GUARD_CLASS, False, id="a class that guards it"),
        pytest.param(_GUARD_FUNCTION, False, id="a function"),
        pytest.param(_EVENTLET, False, id="eventlet"),
        pytest.param(_GEVENT, False, id="gevent"),
        pytest.param(_SOCKS, True, id="PySocks"),
        pytest.param(_EVENTLET + _SOCKS, True, id="eventlet and PySocks"),
        pytest.param(_GEVENT + _SOCKS, True, id="gevent and PySocks"),
    ],
)
def test_attempts_are_seen_whatever_socket_is(
    replace: str, *, has_proxy: bool, gmail: LocalGmail, tmp_path: Path
) -> None:
    port = urlsplit(gmail.url).port
    document = tmp_path / "gmail.json"
    document.write_text(json.dumps(gmail.discovery_document()), encoding="utf-8")
    with socks_server() as proxy:
        environment = {"GMAIL_DOCUMENT": str(document), "SOCKS_PORT": str(proxy)}
        plain, traced = (
            run(
                "-c",
                f"{replace}\n{instrument}\n{_PROGRAM}",
                instrumented=False,
                environment=environment,
            )
            for instrument in ("", _INSTRUMENT)
        )

    assert plain.exit_status == traced.exit_status == 0, traced.errors
    assert traced.output.endswith(plain.output)
    assert traced.errors == plain.errors
    attempt, call = traced.spans
    assert call["name"] == "gmail.users.getProfile"
    assert attempt["parent_id"] == call["context"]["span_id"]
    assert attempt["attributes"]["network.peer.address"] == "127.0.0.1"
    assert attempt["attributes"]["network.peer.port"] == (proxy if has_proxy else port)


class _Wrapped:
    """A socket of the application's that passes everything on."""

    def __init__(self, sock: Any) -> None:
        self._sock = sock

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sock, name)


class _MadeUp(_Wrapped):
    """As httpretty's: a method that it does not have opens a real connection."""

    def __getattr__(self, name: str) -> Any:
        assert name != "getpeername", "the application did not ask for it"
        return super().__getattr__(name)


def _named(name: Callable[[], object]) -> type[_Wrapped]:
    class Named(_Wrapped):
        def getpeername(self) -> object:
            return name()

    return Named


def _raises(error: Exception) -> type[_Wrapped]:
    def fail() -> object:
        raise error

    return _named(fail)


@pytest.mark.parametrize(
    ("kind", "address", "port"),
    [
        pytest.param(_MadeUp, None, None, id="makes methods up"),
        pytest.param(_raises(RuntimeError("fake")), None, None, id="RuntimeError"),
        pytest.param(_raises(AssertionError("fake")), None, None, id="AssertionError"),
        pytest.param(_raises(OSError("not connected")), None, None, id="OSError"),
        pytest.param(_named(lambda: ("gmail.example", 443)), None, None, id="a host's name"),
        pytest.param(_named(lambda: ("127.0.0.1", "80")), None, None, id="a port that is text"),
        pytest.param(_named(lambda: ("127.0.0.1",)), None, None, id="no port"),
        pytest.param(_named(lambda: None), None, None, id="nothing"),
        pytest.param(_named(lambda: ("127.0.0.9", 80)), "127.0.0.9", 80, id="an address"),
        pytest.param(_named(lambda: ("fe80::1%eth0", 80, 0, 2)), "fe80::1%eth0", 80, id="a scope"),
    ],
)
def test_a_socket_that_is_no_socket_of_the_system(
    kind: type[_Wrapped],
    address: str | None,
    port: int | None,
    wire: Recording,
    gmail: LocalGmail,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    # A fault is said once, and another test may have heard it.
    monkeypatch.setattr(guard, "_once", guard._Once())

    class Connection(httplib2.HTTPConnectionWithTimeout):
        def connect(self) -> None:
            super().connect()
            self.sock = kind(self.sock)

    client = httplib2.Http(timeout=10)
    response, _ = client.request(gmail.url, connection_type=Connection)
    client.close()

    attributes = attributes_of(wire.only_span)
    assert attributes["http.response.status_code"] == response.status
    assert attributes.get("network.peer.address") == address
    assert attributes.get("network.peer.port") == port
    assert not caplog.records
