# SPDX-License-Identifier: Apache-2.0
"""docs/explain.md, docs/command-line.md and docs/terminal.md show what really is printed."""

from __future__ import annotations

import ast
import dataclasses
import io
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import httplib2
import pytest
from opentelemetry.instrumentation.googleapiclient import Explanation
from opentelemetry.instrumentation.googleapiclient._explanation import command_line
from opentelemetry.instrumentation.googleapiclient._terminal import open_traces
from opentelemetry.instrumentation.googleapiclient._terminal.options import Options
from opentelemetry.sdk.trace import TracerProvider

from local_gmail import LocalGmail, documented
from support.drawings import stable

DOCS = Path(__file__).parents[2] / "docs"
EXPLAIN, COMMAND, TERMINAL = (
    (DOCS / f"{name}.md").read_text("utf-8") for name in ("explain", "command-line", "terminal")
)
EXAMPLES = DOCS.parent / "examples" / "applications"


def blocks(page: str, language: str = "") -> list[str]:
    every = re.findall(r"^```(\w*)\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    return [text for kind, text in every if kind == language]


def test_the_first_example_prints_what_the_page_shows(
    gmail: LocalGmail, build: Callable[..., Any], http: httplib2.Http
) -> None:
    gmail.script("gmail.users.messages.get", documented("failedPrecondition"))
    output = io.StringIO()
    with redirect_stdout(output):
        exec(blocks(EXPLAIN, "python")[0], {"gmail": build(http)})
    assert output.getvalue() == blocks(EXPLAIN)[0]


def test_every_field_is_listed() -> None:
    (table,) = re.findall(r"\| field \| meaning \|\n.*?\n\n", EXPLAIN, re.DOTALL)
    listed = {
        name
        for row in table.strip().splitlines()[2:]
        for name in re.findall(r"`(\w+)`", row.split("|")[1])
    }
    fields = {field.name for field in dataclasses.fields(Explanation)}
    assert listed == fields | {"retryable"}


@pytest.mark.parametrize(("number", "example"), [(1, "patient"), (3, "web")])
def test_code_on_the_page_is_that_of_the_examples(number: int, example: str) -> None:
    """But for what is left out of it: each line of it is in the example."""
    source = (EXAMPLES / f"{example}.py").read_text("utf-8")
    known = {re.sub(r" +#.*", "", line).strip() for line in source.splitlines()}
    for line in blocks(EXPLAIN, "python")[number].splitlines():
        if not line.startswith("def "):
            assert line.strip() in known


@pytest.mark.parametrize("code", [*blocks(EXPLAIN, "python"), *blocks(TERMINAL, "python")])
def test_all_code_is_python(code: str) -> None:
    ast.parse(code)


def test_commands_print_what_the_page_shows(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    line = (
        "ERROR <HttpError 403 when requesting https://gmail.googleapis.com/gmail/v1/users/me/"
        'messages/19a2?alt=json returned "User Rate Limit Exceeded". Details: "[{\'message\': '
        "'User Rate Limit Exceeded', 'domain': 'usageLimits', 'reason': 'userRateLimitExceeded'}]"
        '">'
    )
    (tmp_path / "app.log").write_text(f"INFO started\n{line}\n{line}\nINFO done\n", "utf-8")
    for number, block in enumerate(blocks(COMMAND, "console")):
        command, _, shown = block.removeprefix("$ ").partition("\n")
        if number == 0:
            assert _printed(command, tmp_path) == shown
        # A process takes a second to start: the others are run in this one.
        python, option, module, *arguments = shlex.split(command)
        assert [python, option] == ["python", "-m"]
        assert f"{module}._explanation.command_line" == command_line.__name__
        if arguments[0] == "<":
            log = io.BytesIO((tmp_path / arguments[1]).read_bytes())
            monkeypatch.setattr("sys.stdin", io.TextIOWrapper(log))
            arguments = []
        command_line.main(arguments)
        assert capsys.readouterr().out == shown


def _printed(command: str, folder: Path) -> str:
    ended = subprocess.run(
        command.replace("python", f'"{sys.executable}"', 1),
        shell=True,
        cwd=folder,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        text=True,
        check=True,
    )
    return ended.stdout


def test_the_program_of_the_terminal_page_draws(capsys: pytest.CaptureFixture[str]) -> None:
    (code,) = blocks(TERMINAL, "python")
    names: dict[str, Any] = {}
    exec(code, names)
    provider: TracerProvider = names["provider"]
    with provider.get_tracer("x").start_as_current_span("gmail.users.stop") as span:
        span.set_attribute("googleapiclient.operation", "execute")
    assert capsys.readouterr().err.startswith("✔ gmail.users.stop ")
    provider.shutdown()


def test_a_call_below_a_request_looks_as_on_the_page() -> None:
    """The lines themselves are tested where the exporter is: here, that they are of today."""
    heading, trace, why = stable(blocks(TERMINAL)[0]).splitlines()
    assert heading == "✖ gmail.users.messages.list  403  0 s"
    assert re.fullmatch(r"│  trace  [0-9a-f]{32} GET /unread", trace)
    assert why.startswith("│  why  ")


def test_the_numbers_of_the_terminal_page_are_those_of_the_code() -> None:
    assert f"{open_traces._MAX_KEPT:,} spans" in TERMINAL
    assert f"the last {open_traces._MAX_ROOTS} requests" in TERMINAL
    assert f"and {open_traces._MAX_SIBLINGS} below any one" in TERMINAL


def test_the_defaults_of_the_terminal_page_are_those_of_the_code() -> None:
    defaults = dict(re.findall(r"^\| `OTEL_\w+_TERMINAL_(\w+)` \| `(\w+)`", TERMINAL, re.MULTILINE))
    assert defaults == {"SHOW": Options().show, "SUMMARY": str(Options().summary).lower()}
