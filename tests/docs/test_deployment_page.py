# SPDX-License-Identifier: Apache-2.0
"""The commands of docs/deployment.md: what a server or worker did last is exported at its end."""

from __future__ import annotations

import os
import shlex
import signal
import socket
import subprocess
import sysconfig
import time
import urllib.request
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from local_gmail import LocalGmail
from support.otlp.receiver import Receiver
from support.pages import DOCS, blocks, commands

pytestmark = pytest.mark.slow

PAGE = DOCS / "deployment.md"
CALL = """
import httplib2
from googleapiclient.discovery import build


def list_labels():
    url = "{discovery_url}"
    gmail = build(
        "gmail", "v1", http=httplib2.Http(), discoveryServiceUrl=url, static_discovery=False
    )
    return str(gmail.users().labels().list(userId="me").execute())
"""
WSGI = """
from gmail import list_labels


def app(environ, start_response):
    start_response("200 OK", [])
    return [list_labels().encode()]
"""
ROUTE = """
import asyncio

from gmail import list_labels


@app.get("/")
async def labels():
    return await asyncio.to_thread(list_labels)
"""
TASKS = """
from celery import Celery

from gmail import list_labels

app = Celery("tasks", broker="filesystem://", backend="file://results")
app.conf.broker_transport_options = {
    "data_folder_in": "queue", "data_folder_out": "queue", "control_folder": "control",
}
labels = app.task(list_labels, name="labels")
"""
SEND = "import tasks; print(tasks.labels.delay().get(timeout=30))"


class Deployment:
    """A folder with programs, and the environment that the page's commands get there."""

    def __init__(self, folder: Path, gmail: LocalGmail, receiver: Receiver) -> None:
        self.folder = folder
        self.receiver = receiver
        self.env = {
            **{name: value for name, value in os.environ.items() if not name.startswith("OTEL_")},
            "PATH": os.pathsep.join([sysconfig.get_path("scripts"), os.environ["PATH"]]),
            "PYTHONPATH": str(folder),
            "OTEL_EXPORTER_OTLP_ENDPOINT": receiver.endpoint,
            "OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf",
            "OTEL_LOGS_EXPORTER": "none",
            # Nothing is exported meanwhile: what arrives was exported at the end.
            "OTEL_BSP_SCHEDULE_DELAY": "600000",
        }
        self.write("gmail.py", CALL.format(discovery_url=gmail.discovery_url))

    def write(self, name: str, *parts: str) -> None:
        (self.folder / name).write_text("\n".join(parts), "utf-8")

    @contextmanager
    def running(self, program: str) -> Generator[None]:
        """Run the page's command, and stop it as a service manager does."""
        with subprocess.Popen(shlex.split(command(program)), cwd=self.folder, env=self.env) as ran:
            try:
                yield
            finally:
                ran.send_signal(signal.SIGTERM)
                ran.wait(30)

    def names(self) -> set[str]:
        return {span.name for span in self.receiver.spans()}


@pytest.fixture(name="deployment")
def _deployment(tmp_path: Path, gmail: LocalGmail) -> Iterator[Deployment]:
    with Receiver() as receiver:
        yield Deployment(tmp_path, gmail, receiver)


def command(program: str) -> str:
    (found,) = [
        one for block in blocks(PAGE, "sh") for one in commands(block) if f" {program} " in one
    ]
    return found


def program_with(word: str) -> str:
    (found,) = [one.text for one in blocks(PAGE, "python") if word in one.text]
    return found


def free_port() -> str:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return str(server.getsockname()[1])


def get(port: str) -> str:
    for _ in range(600):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=30) as response:
                return response.read().decode()
        except OSError:
            time.sleep(0.05)
    pytest.fail("the server did not start")


@pytest.mark.parametrize("preload", ["", "--preload"])
def test_gunicorn(deployment: Deployment, preload: str) -> None:
    port = free_port()
    # A worker that has just been forked may miss the signal to stop: it is not waited for.
    settings = f"--bind 127.0.0.1:{port} --graceful-timeout 5 {preload}"
    deployment.env["GUNICORN_CMD_ARGS"] = settings
    deployment.write("web.py", WSGI)
    with deployment.running("gunicorn"):
        assert "INBOX" in get(port)
    assert "gmail.users.labels.list" in deployment.names()


def test_uvicorn(deployment: Deployment) -> None:
    port = deployment.env["UVICORN_PORT"] = free_port()
    # On a machine that is busy, uvicorn kills workers before they have loaded.
    deployment.env["UVICORN_TIMEOUT_WORKER_HEALTHCHECK"] = "60"
    deployment.write("web.py", program_with("FastAPI"), ROUTE)
    with deployment.running("uvicorn"):
        assert "INBOX" in get(port)
    assert "gmail.users.labels.list" in deployment.names()


def test_celery(deployment: Deployment) -> None:
    for name in ("queue", "control", "results"):
        (deployment.folder / name).mkdir()
    deployment.write("tasks.py", TASKS, program_with("celery.signals"))
    with deployment.running("celery"):
        sent = subprocess.run(
            ["python", "-c", SEND],
            cwd=deployment.folder,
            env=deployment.env,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert "INBOX" in sent.stdout, sent.stderr
    assert "gmail.users.labels.list" in deployment.names()
