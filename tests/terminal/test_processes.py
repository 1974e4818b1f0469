# SPDX-License-Identifier: Apache-2.0
"""Programs under ``opentelemetry-instrument``, whose calls are drawn on whatever stderr is."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

from local_gmail import LocalGmail, documented, ordinary_service

PROGRAMS = Path(__file__).with_name("programs")
INSTRUMENT = Path(sys.executable).with_name("opentelemetry-instrument")
ESCAPE = re.compile("\x1b\\[[0-9;]*m")
METHOD = "gmail.users.labels.get"


@dataclass(frozen=True)
class Ended:
    exit_status: int
    output: bytes
    errors: str


@dataclass(frozen=True)
class Programs:
    """Runs programs that call a local Gmail, which gives them trouble."""

    gmail: LocalGmail
    document: Path

    def run(self, *command: str, instrumented: bool = True, **environment: str) -> Ended:
        done = subprocess.run(
            [
                *([INSTRUMENT] if instrumented else []),
                sys.executable,
                PROGRAMS / command[0],
                *command[1:],
            ],
            env=self.environment(environment),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=120,
            check=False,
        )
        return Ended(done.returncode, done.stdout, done.stderr.decode(errors="backslashreplace"))

    def environment(self, changes: dict[str, str]) -> dict[str, str]:
        looks = {"COLUMNS", "FORCE_COLOR", "NO_COLOR", "TERM", "TTY_COMPATIBLE", "PYTHONUTF8"}
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith("OTEL_") and name not in looks
        }
        return {
            **kept,
            "GMAIL_DOCUMENT": str(self.document),
            "PYTHONIOENCODING": "utf-8",
            # google-api-core says when it will drop the running Python.
            "PYTHONWARNINGS": "ignore",
            "OTEL_TRACES_EXPORTER": "googleapiclient_terminal",
            "OTEL_METRICS_EXPORTER": "none",
            "OTEL_LOGS_EXPORTER": "none",
            **changes,
        }


@pytest.fixture(name="programs")
def _programs(gmail: LocalGmail, tmp_path: Path) -> Programs:
    document = tmp_path / "gmail.json"
    document.write_text(json.dumps(gmail.discovery_document()), encoding="utf-8")
    return Programs(gmail, document)


def trouble(gmail: LocalGmail) -> None:
    """One call is retried, one fails for good."""
    gmail.clear()
    policy = documented("domainPolicy")
    gmail.script(METHOD, documented("serviceUnavailable"), ordinary_service, policy)


def headings(text: str) -> Counter[str]:
    lines = text.partition("Google API calls")[0].splitlines()
    return Counter(line[0] for line in lines if line.startswith(("✔", "✖")))


def test_the_program_prints_and_ends_as_without(programs: Programs) -> None:
    trouble(programs.gmail)
    without = programs.run("calls.py", "20", instrumented=False)
    assert without.exit_status == 3
    trouble(programs.gmail)
    ended = programs.run("calls.py", "20")
    assert (ended.exit_status, ended.output) == (3, without.output)
    assert headings(ended.errors) == {"✔": 19, "✖": 1}
    assert "domain_policy" in ended.errors
    assert re.search(r"^all calls +20 +1", ended.errors, re.MULTILINE)
    # It is piped.
    assert "\x1b" not in ended.errors
    assert not {"━", "╌"} & set(ended.errors)
    assert max(map(len, ended.errors.splitlines())) <= 100


def test_whatever_standard_error_is_nothing_changes(programs: Programs) -> None:
    programs.gmail.clear()
    programs.gmail.script(METHOD, ordinary_service, documented("domainPolicy"), times=None)
    ended = json.loads(programs.run("streams.py", TERM="xterm-256color").output)
    replaced = ended["replaced"]["output"]
    assert replaced == "0 INBOX\n1 403\ndrawn: True\n"
    ended["replaced"]["output"] = replaced.removesuffix("drawn: True\n")
    for case, child in ended.items():
        assert (child["exit_status"], child["output"]) == (3, "0 INBOX\n1 403\n"), case
    drawn = {case for case, child in ended.items() if "✖" in child["errors"]}
    assert drawn == {"as it is", "a terminal"}
    assert len(ended) == 7
    in_pipe, in_terminal = ended["as it is"]["errors"], ended["a terminal"]["errors"]
    assert not {"\x1b", "━"} & set(in_pipe)
    assert {"\x1b", "━"} < set(in_terminal)
    assert headings(ESCAPE.sub("", in_terminal)) == {"✔": 1, "✖": 1}


def test_standard_error_closed_from_the_beginning(programs: Programs) -> None:
    trouble(programs.gmail)
    command = f'exec "{INSTRUMENT}" "{sys.executable}" "{PROGRAMS / "calls.py"}" 5 2>&-'
    done = subprocess.run(
        ["/bin/sh", "-c", command],
        env=programs.environment({}),
        stdout=subprocess.PIPE,
        timeout=60,
        check=False,
    )
    assert done.returncode == 3
    assert len(done.stdout.splitlines()) == 5


def test_forked_workers_draw_whole_traces_of_their_own_beside_another_exporter(
    programs: Programs,
) -> None:
    programs.gmail.clear()
    programs.gmail.script(METHOD, documented("domainPolicy"), times=None)
    ended = programs.run(
        "workers.py",
        OTEL_TRACES_EXPORTER="console,googleapiclient_terminal",
        OTEL_BSP_SCHEDULE_DELAY="20",
    )
    # The workers' lines may be mixed there; this call was made before there were any.
    assert ended.output.count(b'"name": "gmail.users.labels.list"') == 1
    text = ended.errors
    lines = text.splitlines()
    begins = [number for number, line in enumerate(lines) if line.startswith("✖")]
    assert len(begins) == 20
    for begin in begins:
        end = lines.index("", begin)
        assert {line[0] for line in lines[begin + 1 : end - 1]} == {"│"}
        assert lines[end - 1].startswith("└─")
    assert text.count("✔ gmail.users.labels.list") == 1
    summaries = text.split("Google API calls")[1:]
    of_workers = [one for one in summaries if one.startswith(" of process ")]
    assert len(of_workers) == 2
    assert len(summaries) == 3
    for summary in of_workers:
        assert re.search(r"^all calls +10 +10", summary, re.MULTILINE)
        assert "gmail.users.labels.list" not in summary


def test_a_missing_exporter_of_another_signal_is_told(programs: Programs) -> None:
    ended = programs.run("nothing.py", OTEL_METRICS_EXPORTER="elsewhere")
    assert ended.exit_status == 3
    assert (
        "OTEL_METRICS_EXPORTER=elsewhere: this exporter is not installed, so OpenTelemetry will "
        "not start, and no call will be drawn. Run opentelemetry-instrument with "
        "--metrics_exporter none." in ended.errors
    )
