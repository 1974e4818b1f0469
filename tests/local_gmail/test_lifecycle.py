# SPDX-License-Identifier: Apache-2.0
"""The server starts at once, and leaves nothing behind when it stops."""

from __future__ import annotations

import http.client
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import urlopen

import httplib2
import pytest
from googleapiclient.discovery import build_from_document

import local_gmail
from local_gmail import Fault, LocalGmail, Response

EXAMPLES = Path(local_gmail.__file__).parents[1]
PROFILE = "/gmail/v1/users/me/profile"


def connect(gmail: LocalGmail) -> http.client.HTTPConnection:
    return http.client.HTTPConnection(urlsplit(gmail.url).netloc, timeout=5)


@pytest.mark.parametrize("outcome", [Fault.HANG, Response(200, delay=60), None])
def test_stop_ends_whatever_goes_on(outcome: Response | Fault | None) -> None:
    threads = set(threading.enumerate())
    gmail = LocalGmail()
    gmail.start()
    if outcome is not None:
        gmail.script("*", outcome)
    waiting = connect(gmail)
    waiting.request("GET", PROFILE)
    if outcome is None:
        waiting.getresponse().read()
    idle = connect(gmail)
    idle.connect()
    while not gmail.requests:
        time.sleep(0.005)
    started = time.monotonic()
    gmail.stop()
    assert time.monotonic() - started < 4  # what it must not wait for takes 5 s and more
    assert set(threading.enumerate()) == threads
    with pytest.raises(ConnectionRefusedError):
        connect(gmail).connect()
    for connection in (waiting, idle):
        connection.close()


def test_a_stopped_server_can_come_back_on_its_port() -> None:
    gmail = LocalGmail()
    with gmail:
        url = gmail.url
    with gmail, urlopen(f"{url}gmail/v1/users/me/profile") as response:
        assert response.status == 200
    gmail.stop()


def test_a_second_start_and_a_taken_port_are_refused(capfd: pytest.CaptureFixture[str]) -> None:
    with LocalGmail() as gmail:
        with pytest.raises(RuntimeError, match="runs already"):
            gmail.start()
        port = urlsplit(gmail.url).port
        assert port is not None
        with pytest.raises(OSError, match="in use"):
            LocalGmail(port=port).start()
    capfd.readouterr()


def test_there_is_no_url_before_the_start() -> None:
    with pytest.raises(RuntimeError, match="before it is started"):
        _ = LocalGmail().url


def test_only_loopback_is_listened_on() -> None:
    with LocalGmail() as gmail:
        assert urlsplit(gmail.url).hostname == "127.0.0.1"


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"POST /token HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc", b" 408 "),
        (b"POST /token HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab", b" 408 "),
        (b"POST /token HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nnonsense\r\n", b" 400 "),
        (b"POST /token HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", b" 400 "),
        (b"POST /tok", b""),
        (b"", b""),
    ],
)
def test_a_client_that_stalls_is_sent_away(sent: bytes, status: bytes) -> None:
    with LocalGmail(read_timeout=0.05, idle_timeout=0.1) as gmail:
        address = ("127.0.0.1", urlsplit(gmail.url).port or 0)
        with socket.create_connection(address, timeout=5) as client:
            client.sendall(sent)
            reply = b""
            while more := client.recv(4096):
                reply += more
        assert status in reply.split(b"\r\n")[0]
        assert len(gmail.requests) == (1 if status else 0)


def test_tls_is_trusted_by_its_own_certificate_alone() -> None:
    with LocalGmail(tls=True) as gmail:
        assert gmail.url.startswith("https://127.0.0.1:")
        plain = socket.create_connection(("127.0.0.1", urlsplit(gmail.url).port or 0))
        http_client = httplib2.Http(ca_certs=str(gmail.ca_certs))
        with build_from_document(gmail.discovery_document(), http=http_client) as service:
            for _ in range(2):
                service.users().getProfile(userId="me").execute()
            assert [received.connection for received in gmail.requests] == [2, 2]
            for fault in (Fault.DROP, Fault.CLOSE_UNREAD, Fault.RESET):
                gmail.script("gmail.users.getProfile", fault, times=2)
                with pytest.raises((ConnectionError, ssl.SSLError)):
                    service.users().getProfile(userId="me").execute()
        with pytest.raises(URLError, match="CERTIFICATE_VERIFY_FAILED"):
            urlopen(gmail.url)
        plain.close()


def test_it_imports_no_client_library() -> None:
    code = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from local_gmail import LocalGmail\n"
        "with LocalGmail() as gmail: gmail.discovery_document()\n"
        "found = {'googleapiclient', 'httplib2', 'opentelemetry', 'google'} & set(sys.modules)\n"
        "sys.exit(f'imported {found}' if found else 0)\n"
    )
    # Not a site directory's .pth file's imports either: those would be there without us.
    subprocess.run([sys.executable, "-S", "-c", _with_site_packages(code), EXAMPLES], check=True)


@pytest.fixture
def ctrl_c_works() -> Iterator[None]:
    """In a process that a shell started in its background too, which inherits a deaf ear."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("ctrl_c_works")
def test_it_runs_by_hand() -> None:
    command = [sys.executable, "-u", "-m", "local_gmail", "--port", "0"]
    command += ["--fail", "gmail.users.getProfile", "domainPolicy"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=EXAMPLES) as process:
        assert process.stdout is not None
        url = process.stdout.readline().split(" at ")[1].split(" ")[0]
        with pytest.raises(HTTPError, match="403"):
            urlopen(url + PROFILE[1:])
        process.send_signal(signal.SIGINT)
        try:
            assert process.wait(timeout=10) == 0
        finally:
            process.kill()


def _with_site_packages(code: str) -> str:
    return f"import sys; sys.path[:] = {sys.path!r}\n{code}"


def test_a_missing_discovery_document_is_named() -> None:
    with LocalGmail() as gmail, pytest.raises(FileNotFoundError, match="for nosuch v9"):
        gmail.discovery_document("nosuch", "v9")


def test_the_discovery_document_is_all_on_this_server() -> None:
    with LocalGmail() as gmail:
        document = gmail.discovery_document()
        assert (document["rootUrl"], document["baseUrl"]) == (gmail.url, gmail.url)
        assert "mtlsRootUrl" not in document
        assert gmail.token_uri == f"{gmail.url}token"
