# SPDX-License-Identifier: Apache-2.0
"""Forks a child for each thing that may become of standard error.

Each child makes two calls, of which one fails, and ends with exit status 3. Prints a JSON object
with what each of them printed.
"""

import fcntl
import io
import json
import os
import pty
import struct
import sys
import termios
import warnings
from collections.abc import Iterator
from contextlib import redirect_stdout
from pathlib import Path

from googleapiclient.discovery import build_from_document
from googleapiclient.errors import HttpError
from googleapiclient.http import build_http
from opentelemetry import trace

# Python 3.12 on says so of each fork of a program with threads.
warnings.simplefilter("ignore", DeprecationWarning)

document = json.loads(Path(os.environ["GMAIL_DOCUMENT"]).read_text("utf-8"))
labels = build_from_document(document, http=build_http()).users().labels()
CASES = ("as it is", "a terminal", "closed", "closed below", "none", "replaced", "reader gone")


def arrange(case: str) -> None:
    match case:
        case "closed":
            sys.stderr.close()
        case "closed below":
            os.close(2)
        case "none":
            sys.stderr = None  # type: ignore[assignment]
        case "replaced":
            sys.stderr = io.StringIO()
        case "reader gone":
            reader, writer = os.pipe()
            os.close(reader)
            os.dup2(writer, 2)
        case _:
            pass


def call_twice() -> None:
    http = build_http()
    for number in range(2):
        try:
            print(number, labels.get(userId="me", id="INBOX").execute(http)["name"])
        except HttpError as error:
            print(number, error.resp.status)


def terminal() -> tuple[int, int]:
    """A terminal of 200 columns: where what it shows is read, and where it is written."""
    shown, its_end = pty.openpty()
    fcntl.ioctl(its_end, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 200, 0, 0))
    return shown, its_end


def read_all(file: int) -> Iterator[bytes]:
    try:
        while data := os.read(file, 65_536):
            yield data
    except OSError:  # of a terminal, when nobody has the other end any longer
        pass


def flush() -> None:
    trace.get_tracer_provider().force_flush()  # type: ignore[attr-defined]


# So that all that draws is loaded once.
with redirect_stdout(io.StringIO()):
    call_twice()
flush()
ended: dict[str, dict[str, object]] = {}
for case in CASES:
    pipes = [os.pipe(), terminal() if case == "a terminal" else os.pipe()]
    child = os.fork()
    if not child:
        os.dup2(pipes[0][1], 1)
        os.dup2(pipes[1][1], 2)
        for pipe in pipes:
            os.close(pipe[0])
            os.close(pipe[1])
        arrange(case)
        call_twice()
        if case == "replaced":
            flush()
            print("drawn:", "✖ gmail.users.labels.get" in sys.stderr.getvalue())  # type: ignore[union-attr]
        sys.exit(3)
    said: list[str] = []
    for reader, writer in pipes:
        os.close(writer)
        said.append(b"".join(read_all(reader)).decode())
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    ended[case] = {"exit_status": status, "output": said[0], "errors": said[1]}
print(json.dumps(ended))
