# SPDX-License-Identifier: Apache-2.0
"""Drawings on terminals, pipes and whatever else standard error may be."""

from __future__ import annotations

import fcntl
import io
import os
import pty
import re
import struct
import sys
import termios
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

import handmade_traces
import pytest
from opentelemetry.instrumentation.googleapiclient._terminal.exporter import TerminalSpanExporter

if TYPE_CHECKING:
    from collections.abc import Generator

ESCAPE = re.compile("\x1b\\[[0-9;]*m")


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("COLUMNS", "FORCE_COLOR", "NO_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")


class Terminal:
    """A terminal, as the one who sits before it sees it."""

    def __init__(self, columns: int) -> None:
        self._own, self._other = pty.openpty()
        fcntl.ioctl(self._other, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
        os.set_blocking(self._own, False)
        self.stream: TextIO = os.fdopen(self._other, "w", encoding="utf-8")

    def shown(self) -> str:
        """What came since the last time."""
        read = b""
        try:
            while piece := os.read(self._own, 65_536):
                read += piece
        except BlockingIOError:
            pass
        return read.decode().replace("\r\n", "\n")

    def close(self) -> None:
        self.stream.close()
        os.close(self._own)


@contextmanager
def terminal(columns: int = 100) -> Generator[Terminal]:
    one = Terminal(columns)
    try:
        yield one
    finally:
        one.close()


def draw(stream: TextIO | None) -> None:
    traces = handmade_traces.Traces()
    handmade_traces.recovered_list(traces)
    exporter = TerminalSpanExporter(stream)
    exporter.export(traces.ended)
    exporter.shutdown()


def drawn_on_file(encoding: str = "utf-8", errors: str = "strict") -> str:
    file = io.BytesIO()
    stream = io.TextIOWrapper(file, encoding, errors)
    draw(stream)
    return file.getvalue().decode(encoding)


@pytest.mark.parametrize(("columns", "used"), [(60, 60), (80, 80), (100, 100), (200, 120)])
def test_a_terminal_has_color_and_timeline(columns: int, used: int) -> None:
    with terminal(columns) as one:
        draw(one.stream)
        text = one.shown()
    assert "\x1b[" in text
    plain = ESCAPE.sub("", text)
    assert ("━" in plain) == (columns >= 76)
    heading, *_ = plain.splitlines()
    assert len(heading) == used


def test_what_is_no_terminal_gets_neither_color_nor_timeline() -> None:
    text = drawn_on_file()
    assert "\x1b" not in text
    assert not {"━", "╌"} & set(text)
    heading, *_ = text.splitlines()
    assert len(heading) == 100


@pytest.mark.parametrize(
    ("variable", "value"), [("NO_COLOR", "1"), ("TERM", "dumb"), ("TERM", "unknown")]
)
def test_no_color_on_a_terminal(variable: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(variable, value)
    with terminal() as one:
        draw(one.stream)
        text = one.shown()
    assert "\x1b" not in text
    assert "━" in text


def test_an_empty_no_color_asks_for_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """As https://no-color.org has it."""
    monkeypatch.setenv("NO_COLOR", "")
    with terminal() as one:
        draw(one.stream)
        assert "\x1b[" in one.shown()


def test_color_may_be_forced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    text = drawn_on_file()
    assert "\x1b[" in text
    assert "━" in text


@pytest.mark.parametrize(
    ("variables", "width"),
    [
        ({"TERMINAL_WIDTH": "160"}, 160),
        ({"COLUMNS": "70"}, 70),
        ({"COLUMNS": "180"}, 180),
        ({"COLUMNS": "70", "TERMINAL_WIDTH": "90"}, 90),
        ({"COLUMNS": ""}, 100),
        ({"COLUMNS": "many"}, 100),
    ],
)
def test_the_width_may_be_given(
    variables: dict[str, str], width: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in variables.items():
        prefix = "" if name == "COLUMNS" else "OTEL_PYTHON_GOOGLEAPICLIENT_"
        monkeypatch.setenv(prefix + name, value)
    heading, *_ = drawn_on_file().splitlines()
    assert len(heading) == width
    with terminal() as one:
        draw(one.stream)
        plain = ESCAPE.sub("", one.shown())
    # The timeline of the call goes to the edge; narrow terminals have none.
    heading, *_ = plain.splitlines()
    assert len(heading) == width


def test_a_terminal_that_is_resized_gets_what_fits() -> None:
    traces = handmade_traces.Traces()
    handmade_traces.recovered_list(traces)
    with terminal(100) as one:
        exporter = TerminalSpanExporter(one.stream)
        exporter.export(traces.ended)
        fcntl.ioctl(one.stream, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 80, 0, 0))
        exporter.export(traces.ended)
        headings = [line for line in one.shown().splitlines() if "messages.list" in line]
    assert [len(ESCAPE.sub("", heading)) for heading in headings] == [100, 80]


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp437", "cp1252", "koi8-r"])
@pytest.mark.parametrize("errors", ["strict", "backslashreplace"])
def test_where_no_unicode_is_known(encoding: str, errors: str) -> None:
    heading, waited, attempt, *_ = drawn_on_file(encoding, errors).splitlines()
    assert heading.startswith("+ gmail.users.messages.list ")
    assert waited == "|  waited  2.75 s for 2 of 3 retries, then succeeded"
    assert attempt.startswith("|- x GET /gmail/v1/users/me/messages ")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
def test_where_unicode_is_known(encoding: str) -> None:
    assert drawn_on_file(encoding).startswith("✔ gmail.users.messages.list ")


def test_a_pipe_gets_whole_lines() -> None:
    reader, writer = os.pipe()
    os.set_blocking(reader, False)
    with os.fdopen(writer, "w") as stream:
        draw(stream)
        text = os.read(reader, 65_536).decode()
    os.close(reader)
    assert text.startswith("✔ gmail.users.messages.list ")
    assert text.endswith("\n")


def test_nothing_is_left_in_the_buffers_of_a_broken_pipe() -> None:
    """Python would write it at exit, and fail, and change the exit status of the program."""
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w") as stream:
        draw(stream)
        stream.flush()


def test_closed_streams_get_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    closed = io.StringIO()
    closed.close()
    draw(closed)
    monkeypatch.setattr(sys, "stderr", None)
    draw(None)
    reader, writer = os.pipe()
    stream = os.fdopen(writer, "w")
    stream.close()
    draw(stream)
    os.close(reader)


def test_a_stream_that_knows_little_of_being_one_is_enough(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Log:
        """As programs put it in the place of standard error."""

        def __init__(self) -> None:
            self.text = ""

        def write(self, text: str) -> None:
            self.text += text

        def flush(self) -> None:
            pass

    log = Log()
    monkeypatch.setattr(sys, "stderr", log)
    draw(None)
    assert log.text.startswith("✔ gmail.users.messages.list ")


def test_a_stream_that_raises_is_no_trouble(caplog: pytest.LogCaptureFixture) -> None:
    class Broken(io.StringIO):
        def write(self, text: str) -> int:
            raise RuntimeError("no")

    draw(Broken())
    assert len(caplog.records) <= 2


def test_standard_error_is_what_it_is_at_the_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    traces = handmade_traces.Traces()
    handmade_traces.recovered_list(traces)
    exporter = TerminalSpanExporter()
    for _ in range(2):
        output = io.StringIO()
        monkeypatch.setattr(sys, "stderr", output)
        exporter.export(traces.ended)
        assert output.getvalue().startswith("✔ gmail.users.messages.list ")
